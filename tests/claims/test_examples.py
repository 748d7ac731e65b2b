"""The sample files: they are read without a word, and tell one story in every format."""

from pathlib import Path

from policy.claims.problem import Problem
from policy.claims.read import count_hint, read
from policy.claims.visit import Visit

EXAMPLES = Path(__file__).parents[2] / "examples"


def visits(name: str, log: str | None = None) -> list[Visit]:
    found = list(read(EXAMPLES / name, log=EXAMPLES / log if log else None))
    assert not [item for item in found if isinstance(item, Problem)]
    return [item for item in found if isinstance(item, Visit)]


def test_the_clinic_is_the_same_in_json_and_as_a_table() -> None:
    assert visits("clinic.json") == visits("clinic.csv")
    assert [visit.visit for visit in visits("clinic.json")] == [f"V{n:02}" for n in range(1, 11)]


def test_the_claims_have_no_minutes_until_the_log_is_joined() -> None:
    alone, joined = visits("claims.837"), visits("claims.837", "treatment_log.csv")
    assert [visit.visit for visit in alone] == ["E01", "E02", "E03", "E04/2026-03-03", "E04/2026-03-05", "E05", "E06"]
    assert {line.minutes for visit in alone for line in visit.lines} == {None}
    minutes = {visit.visit: [line.minutes for line in visit.lines] for visit in joined}
    assert minutes == {
        "E01": [24, 23], "E02": [30, 25], "E03": [22, 15], "E04/2026-03-03": [30], "E04/2026-03-05": [28, 17],
        "E05": [23, 30], "E06": [None, None],
    }  # fmt: skip
    assert joined[-1].timed_minutes == 40
    assert count_hint(EXAMPLES / "claims.837") == 6


def test_the_table_and_the_claims_hold_plain_ascii() -> None:
    for path in EXAMPLES.iterdir():
        if path.suffix in {".837", ".csv", ".json"}:
            assert path.read_bytes().isascii(), path.name
