"""Audits that columns judge by themselves: policies without what they hand over, and tables as payers' are.

Owns: `plain_audits`: one policy, and visits of which most repeat no code, state who came, when and what was billed, and differ in what
rules ask: minutes, units, modifiers, facts of the case, each mostly given.
Never: only what is easy. Now and then a code comes twice, a fact is missing, lines differ in discipline or a patient comes again, so
that what is judged in columns stands beside what is handed over.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st
from strategies.audits import NAMES, Audit
from strategies.choice import Choices, strategy
from strategies.policies import family
from strategies.statements import Style
from strategies.tables import FACT_COLUMNS, Row
from strategies.visits import (
    CHARGES,
    DATES,
    EXPENSES,
    FACTS,
    FEES,
    LINE_FACTS,
    MINUTES,
    MODIFIERS,
    RVUS,
    TIMED,
    UNKNOWN,
    UNTIMED,
)

KEPT = ("person_id", "claim_line_start_date", "billing_npi", "hcpcs_code")
"""Columns of every table."""
OF_VISIT: Mapping[str, Sequence[Any]] = {
    **{column: FACTS[path] for column, path in FACT_COLUMNS.items() if path in FACTS},
    "x_number": (1, 3, 4, 12, 13), "x_age": (70, 17, 64), "x_setting": ("practitioner", "hospital"),
    "x_received": (dt.date(2026, 3, 9), dt.date(2025, 12, 31)), "x_processed": (dt.date(2026, 3, 10),),
    "claim_type": ("professional", "institutional"), "claim_id": ("c-1", "c-2"),
}  # fmt: skip
"""What a visit may state beside its keys. The first of each is the usual one."""
OF_LINE: Mapping[str, Sequence[Any]] = {
    **{column: LINE_FACTS[path] for column, path in FACT_COLUMNS.items() if path in LINE_FACTS},
    "charge_amount": CHARGES, "x_fee": FEES, "x_practice_expense": EXPENSES, "x_rvu": RVUS,
    "x_delivery": ("one_on_one", "group"), "place_of_service_code": ("11", "12"),
    "hcpcs_modifier_2": (None, "59", "KX", None, "XE"), "hcpcs_modifier_3": (None, None, "KX", "59"),
}  # fmt: skip
"""What its lines may, each for itself."""
SPLITTING: Mapping[str, Sequence[str]] = {
    "x_discipline": ("PT", "OT"), "rendering_npi": ("dr-1", "dr-2"), "x_region": ("knee", "hip"),
}  # fmt: skip
"""What keeps lines of one visit apart, where they differ."""


@attrs.frozen
class Habits:
    """How one table is filled. Percentages of visits, unless said."""

    minutes: int
    """State minutes, all or none of their lines."""
    lines: int
    """State them on each line, where they do."""
    units: int
    """Of the lines."""
    fine: bool
    """Units have decimals."""
    given: int
    """State a fact, of the columns that the table has."""
    again: bool
    """Patients come several times."""
    mixed: int
    """Lines differ in what keeps them apart."""
    twice: int
    """Have a code on several lines."""
    therapist: int
    """Say that a therapist gave each line; else an assistant did, or nobody says."""

    @staticmethod
    def drawn(choices: Choices) -> "Habits":
        return Habits(
            choices.pick((100, 100, 100, 80, 0)), choices.pick((100, 100, 100, 95)), choices.pick((100, 100, 90, 0)),
            choices.chance(12), choices.pick((100, 85, 100, 60)), choices.chance(35), choices.pick((0, 0, 10, 40)),
            choices.pick((0, 5, 30)), choices.pick((100, 100, 95, 60)),
        )  # fmt: skip


def plain_audits(most: int = 24) -> st.SearchStrategy[Audit]:
    """Audits of tables of up to `most` visits."""
    return strategy(lambda choices: plain_audit(choices, most))


def plain_audit(choices: Choices, most: int = 24) -> Audit:
    """One policy, and a table of its visits."""
    one = family(choices, Style(columns=True))
    habits = Habits.drawn(choices)
    near = [day for day in one.resolved.boundaries() if day.year > 1]
    said = {column: choices.pick(cells) for column, cells in OF_VISIT.items()}
    told: list[Row] = []
    for number in range(choices.number(most // 4, most)):
        told += _visit(choices, habits, number, (*DATES[:3], *near), said)
    kept = [name for name in told[0] if name in KEPT or not choices.chance(_ABSENT.get(name, 25))]
    return Audit(((NAMES[0], one),), NAMES[0], tuple(told), tuple(kept))


_ABSENT = {"x_minutes": 4, "service_unit_quantity": 4, "hcpcs_modifier_1": 4, "x_furnished_by": 4, "x_discipline": 10}
"""How often, in percent, a table lacks a column; others are lacking in a quarter of them."""


def _visit(
    choices: Choices, habits: Habits, number: int, days: Sequence[dt.date], said: Mapping[str, Any]
) -> list[Row]:
    """The rows of one visit, of a patient of its own unless patients come again."""
    whole: Row = {
        "person_id": f"p-{number // 4 if habits.again else number}",
        "claim_line_start_date": choices.pick(days) + dt.timedelta(days=number % 4 * 3 if habits.again else 0),
        "billing_npi": choices.pick(("dr-1", "dr-1", "dr-2")),
    }
    for column, cells in OF_VISIT.items():
        usual = said[column] if choices.chance(70) else choices.pick(cells)
        whole[column] = usual if choices.chance(habits.given) else None
    same = {
        column: choices.pick(cells) if choices.chance(habits.given) else None for column, cells in SPLITTING.items()
    }
    codes = choices.some(TIMED, 1, 4) + choices.some(UNTIMED, 0, 1) + list(UNKNOWN[:1]) * choices.chance(3)
    if choices.chance(habits.twice):
        codes = choices.shuffled(codes + choices.some(codes, 1, 2))
    own = choices.pick(("GP", "GP", "GP", "GO"))
    timed, mixed = choices.chance(habits.minutes), choices.chance(habits.mixed)
    out = []
    for at, code in enumerate(codes, 1):
        minutes = choices.pick(MINUTES)
        row = whole | {"hcpcs_code": code, "claim_line_number": at}
        row["x_minutes"] = minutes if timed and choices.chance(habits.lines) else None
        row["service_unit_quantity"] = _units(choices, habits, minutes)
        row["hcpcs_modifier_1"] = choices.pick(MODIFIERS) if choices.chance(4) else own
        row |= {
            column: choices.pick(cells) if choices.chance(habits.given) else None for column, cells in OF_LINE.items()
        }
        row |= {c: choices.pick((*cells, *cells, None)) for c, cells in SPLITTING.items()} if mixed else same
        row["x_furnished_by"] = "therapist" if choices.chance(habits.therapist) else choices.pick(("assistant", None))
        out.append(row)
    return out


def _units(choices: Choices, habits: Habits, minutes: int) -> Any:
    """About as many as the minutes are, none now and then, or not stated."""
    if not choices.chance(habits.units):
        return None
    units = max(0 if choices.chance(4) else 1, minutes // 15 + choices.pick((0, 0, 1, -1, 2)))
    return units + Decimal("0.5") if habits.fine and choices.chance(30) else units
