"""Claim lines for tests of clusters: visits that a careless cut would count wrongly.

Owns: two payers whose counts and limits join lines of a visit and visits of a patient, and generated tables of their claims.
Never: real people; patients and providers are numbers.
"""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from strategies.choice import Choices, Seeded

import policy
from policy.program import Program

ROOT: Final = Path(__file__).parents[2]

CODES: Final = ("97110", "97112", "97140", "97530", "97150")
MINUTES: Final = (8, 7, 15, 10, 22, 23, 30, 38, None)
DAY: Final = dt.date(2026, 1, 5)

EIGHT: Final = """
policy acme.eight "the eight-minute rule, four units a day, twenty units a year"
codes timed
    97110, 97112, 97140, 97530
    one unit each 15 minutes
codes groups
    97150
    one unit each day
count timed_units
    applies to timed
    by total time
    pool patient, day
    a unit at 8 minutes of 15
    leftover to the largest remainder
    ties are the provider's choice
    assume "the contract follows the manual"
pair group_over_activities
    97150 over 97530
    deny the second
    unless modifier 59 on either line
    assume "the contract follows the code edits"
limit four_units
    applies to timed
    at most 4 units
    per patient and day
    counting allowed units
    on excess deny the excess, last line first
    reason CO-119
    assume "the last line gives way"
"""
YEARLY: Final = """
limit visits_a_year
    applies to timed
    at most 3 visits
    per patient and calendar year
    on excess deny every unit
    reason CO-119
    assume "the contract counts visits"
"""
MIDPOINT: Final = """
policy acme.midpoint "each code by itself"
codes timed
    97110, 97112, 97140, 97530
    one unit each 15 minutes
count midpoint
    applies to timed
    by each code
    pool patient, day
    a unit at 8 minutes of 15
    assume "the contract follows the code book"
"""


def payers(*, history: bool = False) -> dict[str, Program]:
    """Two payers; with `history` one of them has a limit over the calendar year."""
    both = (policy.load(EIGHT + YEARLY if history else EIGHT), policy.load(MIDPOINT))
    return {one.id: one for one in both}


Row = dict[str, Any]


def rows(seed: int, patients: int = 20) -> list[Row]:
    """The lines of some patients, visit by visit: up to six lines a visit, minutes sometimes missing, and a few lines unreadable."""
    choices = Seeded(seed)
    out: list[Row] = []
    for patient in range(patients):
        for visit in range(choices.number(1, 5)):
            out += _visit(choices, f"p-{seed}-{patient:03}", visit)
    return out


def _visit(choices: Choices, patient: str, number: int) -> list[Row]:
    day = DAY + dt.timedelta(days=choices.pick((7, 0, 1)) + 7 * number)
    whole = {
        "x_visit": f"{patient}/{number}", "x_policy": choices.pick(("acme.eight", "acme.eight", "acme.midpoint")), "person_id": patient,
        "billing_npi": choices.pick(("1", "2")), "claim_id": f"c-{patient}-{number}",
        "claim_line_start_date": None if choices.chance(10) else day, "claim_start_date": day,
    }  # fmt: skip
    return [_line(choices, whole, k) for k in range(1, choices.number(1, 6) + 1)]


def _line(choices: Choices, whole: Row, number: int) -> Row:
    row = whole | {
        "claim_line_number": number, "hcpcs_code": choices.pick(CODES), "x_minutes": choices.pick(MINUTES),
        "service_unit_quantity": choices.maybe(90, lambda: choices.number(0, 4)),
        "hcpcs_modifier_1": choices.maybe(80, lambda: "GP"), "hcpcs_modifier_2": choices.maybe(10, lambda: "59"),
        "x_place": "11", "plan_name": "a column of the claim table that no policy asks",
    }  # fmt: skip
    if choices.chance(2):
        row["person_id"] = None
    if choices.chance(1):
        row["x_minutes"] = -5
    return row


SCHEMA: Final = pa.schema(
    [
        ("x_visit", pa.string()), ("x_policy", pa.string()), ("person_id", pa.string()), ("billing_npi", pa.string()),
        ("claim_id", pa.string()), ("claim_line_start_date", pa.date32()), ("claim_start_date", pa.date32()),
        ("claim_line_number", pa.int32()), ("hcpcs_code", pa.string()), ("x_minutes", pa.int32()),
        ("service_unit_quantity", pa.int64()), ("hcpcs_modifier_1", pa.string()), ("hcpcs_modifier_2", pa.string()),
        ("x_place", pa.string()), ("plan_name", pa.string()),
    ]
)  # fmt: skip


def table(told: Sequence[Row], *, without: Sequence[str] = ()) -> pa.Table:
    """The rows as a table, without some of the columns."""
    return pa.Table.from_pylist(list(told), SCHEMA).drop_columns(list(without))


def shuffled(whole: pa.Table, seed: int = 1) -> pa.Table:
    """The same rows in another order, the same on every machine."""
    return whole.take(Seeded(seed).shuffled(range(whole.num_rows)))


KEYS: Final = ("claim_id", "claim_line_number")


def by_line(answer: pa.Table) -> list[Row]:
    """An answer as rows in the order of claims and lines; two answers are the same when these are."""
    return sorted(answer.to_pylist(), key=lambda row: tuple(row[key] for key in KEYS))


def parts(folder: Path, whole: pa.Table, groups: list[list[str]]) -> list[str]:
    """Parts of a table, each with the lines of some patients."""
    folder.mkdir()
    names = []
    for number, patients in enumerate(groups):
        mask = [patient in patients for patient in whole.column("person_id").to_pylist()]
        names.append(str(folder / f"part-{number}.parquet"))
        pq.write_table(whole.filter(pa.array(mask)), names[-1], row_group_size=40)
    return names


def patients_of(whole: pa.Table, number: int, *, in_order: bool) -> list[list[str]]:
    """All patients in so many groups: one after the other by name, or dealt out in turn."""
    known = sorted({one for one in whole.column("person_id").to_pylist() if one is not None})
    if not in_order:
        return [known[k::number] for k in range(number)]
    return [known[k * len(known) // number : (k + 1) * len(known) // number] for k in range(number)]


def python_blocks(section: str, folder: Path) -> list[str]:
    """The Python of a section of the page on clusters, with its folders below another: an engine's processes lie elsewhere."""
    page = (ROOT / "docs" / "how-to" / "clusters.md").read_text(encoding="utf-8")
    body = page.split(f"\n## {section}\n")[1].split("\n## ")[0]
    found = re.findall(r"^```python\n(.*?)^```$", body, re.M | re.S)
    assert found
    found = [block.replace("repartition(8, ", "repartition(2, ") for block in found]
    return [re.sub(r'"(claims|decisions\w*|by_patient)"', rf'"{folder}/\1"', block) for block in found]
