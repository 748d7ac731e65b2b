"""Whatever comes in: nothing is raised but `Unreadable`, and what went in comes out as a visit or as a problem."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policy.claims import fields
from policy.claims.from_mapping import visit_from_mapping
from policy.claims.problem import Problem, Unreadable
from policy.claims.read import read
from policy.claims.visit import Visit

KEYS = sorted(
    {*fields.VISIT, *fields.LINE, "lines", "patient", "facts", "documentation", "history", "injury", "x_a", "id"}
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.decimals()
    | st.sampled_from(["2026-03-02", "97530", "GP", "09:00", "PT", "70.14", "group", 24, 2, 1, True])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=25,
)
GOOD_LINE = st.fixed_dictionaries(
    {"code": st.sampled_from(["97530", "97110", "G0283"])},
    optional={"minutes": st.integers(0, 1440), "units": st.integers(0, 99), "modifiers": st.lists(st.just("GP"))},
)
GOOD = st.fixed_dictionaries({"date": st.just("2026-03-02"), "lines": st.lists(GOOD_LINE, min_size=1, max_size=4)})


def spoiled(data: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return data | {key: value}


MAYBE = GOOD | st.builds(spoiled, GOOD, st.sampled_from(KEYS), VALUES)


def read_bytes(name: str, content: bytes) -> list[Visit | Problem]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return list(read(path))


def read_or_refuse(name: str, content: bytes) -> list[Visit | Problem]:
    """What was read; nothing when the file cannot be read at all, which takes one line to say."""
    try:
        return read_bytes(name, content)
    except Unreadable as error:
        said = str(error)
    assert said.startswith(f"{name}: ")
    assert said.isprintable()
    return []


@given(VALUES)
def test_arbitrary_values_never_raise(value: Any) -> None:
    visit, problems = visit_from_mapping(value)
    assert (visit is None) == any(problem.severity == "error" for problem in problems)


@given(MAYBE)
def test_a_visit_is_given_or_refused_for_a_reason(data: dict[str, Any]) -> None:
    visit, problems = visit_from_mapping(data)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert (visit is None) == bool(errors)
    if visit is not None:
        assert len(visit.lines) == len(data["lines"])
        for line, given_line in zip(visit.lines, data["lines"], strict=True):
            assert line.minutes == given_line.get("minutes")
            assert line.units == given_line.get("units")
            assert (line.modifiers is None) == (given_line.get("modifiers") is None)


@settings(deadline=None)
@given(st.lists(MAYBE, max_size=6))
def test_visits_in_are_visits_out_or_rejected(items: list[dict[str, Any]]) -> None:
    def count(found: list[Visit | Problem], place: str) -> None:
        visits = [item for item in found if isinstance(item, Visit)]
        errors = [item for item in found if isinstance(item, Problem) and item.severity == "error"]
        rejected = {n for n in range(1, len(items) + 1) for e in errors if f"{e.place},".startswith(f"{place} {n},")}
        assert len(visits) + len(rejected) == len(items)
        assert all(any(f"{e.place},".startswith(f"{place} {n},") for n in rejected) for e in errors)

    if items:
        lines = "\n".join(json.dumps(item, default=str) for item in items)
        count(read_bytes("f.jsonl", lines.encode()), "f.jsonl line")
    count(read_bytes("f.json", json.dumps(items, default=str).encode()), "f.json item")


@settings(deadline=None)
@given(st.sampled_from(["f.json", "f.jsonl", "f.csv", "f.837", "f"]), st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_but_unreadable(name: str, content: bytes) -> None:
    assert all(isinstance(item, (Visit, Problem)) for item in read_or_refuse(name, content))


SAMPLES = Path(__file__).parents[2] / "examples"


@settings(deadline=None)
@given(
    st.sampled_from(["clinic.json", "clinic.csv", "claims.837"]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=6)), min_size=1, max_size=4),
)
def test_damaged_files_raise_nothing_but_unreadable(name: str, damage: list[tuple[int, int, bytes]]) -> None:
    content = (SAMPLES / name).read_bytes()
    for place, cut, instead in damage:
        at = place % (len(content) + 1)
        content = content[:at] + instead + content[at + cut :]
    assert all(str(item).isprintable() for item in read_or_refuse(name, content) if isinstance(item, Problem))
