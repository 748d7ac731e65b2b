"""Claim tables: what stands in their cells, from generated visits, in the names of the standard layout.

Owns: `rows`, which tells visits line by line (patients with several days, several visits a day, several policies, claims that share a
visit, facts that stand on some lines only), and `KINDS`, what kind of value each column holds.
Never: knows of Arrow (`strategies/arrow_forms.py` writes the cells), and never groups rows back to visits.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs
from strategies.choice import Choices
from strategies.visits import DATES, ELEMENTS, FACTS, LINE_FACTS, PROVIDERS, Given, visit

from policy.claims.visit import Line, Visit
from policy.facts import BY_PATH
from policy.values import Type, format_time, parse_value

Row = dict[str, Any]
"""Cells by column: text, whole numbers, decimals, dates, yes and no, times of day as `09:24`. `None`: not given."""

OF_LINE: Mapping[str, tuple[str, str]] = {
    "claim_line_number": ("number", "whole"), "hcpcs_code": ("code", "text"), "x_minutes": ("minutes", "whole"),
    "service_unit_quantity": ("units", "number"), "charge_amount": ("charge", "number"), "rendering_npi": ("provider", "text"),
    "place_of_service_code": ("place", "text"), "revenue_center_code": ("revenue_code", "text"), "x_start_time": ("start", "time"),
    "x_end_time": ("end", "time"), "x_delivery": ("delivery", "text"), "x_furnished_by": ("furnished_by", "text"),
    "x_discipline": ("discipline", "text"), "x_region": ("region", "text"), "x_assistant_minutes": ("assistant_minutes", "whole"),
    "x_fee": ("fee", "number"), "x_practice_expense": ("practice_expense", "number"), "x_rvu": ("rvu", "number"),
}  # fmt: skip
"""Columns of a line: field of the model, kind of value."""

OF_VISIT: Mapping[str, tuple[str, str]] = {
    "x_visit": ("visit", "text"), "x_policy": ("policy", "text"), "person_id": ("patient", "text"),
    "claim_line_start_date": ("date", "date"), "billing_npi": ("provider", "text"), "facility_npi": ("facility", "text"),
    "claim_type": ("claim_type", "text"), "x_received": ("received", "date"), "x_processed": ("processed", "date"),
    "x_number": ("number", "whole"), "x_timed_minutes": ("timed_minutes", "whole"), "x_total_minutes": ("total_minutes", "whole"),
    "x_setting": ("setting", "text"), "x_locality": ("locality", "text"), "x_group": ("group", "text"), "x_place": ("place", "text"),
    "x_age": ("age", "whole"), "x_note": ("note", "text"),
}  # fmt: skip
"""Columns of the visit: field of the model, kind of value."""

_DECLARED = {
    "case.severity": Type.NUMBER, "case.open": Type.YES_NO, "case.cap": Type.MONEY, "case.phase": Type.TEXT,
    "line.side": Type.TEXT, "line.level": Type.NUMBER, "line.onset": Type.DATE,
}  # fmt: skip
_KIND_OF = {Type.DATE: "date", Type.YES_NO: "yes/no", Type.TEXT: "text", Type.VISITS: "whole"}


def _type(path: str) -> Type:
    return _DECLARED.get(path) or BY_PATH[path].type


FACT_COLUMNS = {f"x_{path.replace('.', '_')}": path for path in (*FACTS, *LINE_FACTS)}
"""Columns of facts that have no field of their own."""

KINDS: Mapping[str, str] = {
    **{column: kind for column, (_, kind) in {**OF_LINE, **OF_VISIT}.items()},
    **{column: _KIND_OF.get(_type(path), "number") for column, path in FACT_COLUMNS.items()},
    **{f"x_documentation_{element}": "text" for element in ELEMENTS},
    **{f"hcpcs_modifier_{k}": "text" for k in range(1, 6)},
    "claim_id": "text", "member_id": "text", "claim_start_date": "date", "allowed_amount": "number",
}  # fmt: skip
"""What each column holds: `text`, `whole` numbers, `number`s with decimals, `date`, `time` or `yes/no`."""

EPOCH_EVE = dt.date(1969, 12, 31)
EXTREMES: Mapping[str, Sequence[Any]] = {
    "x_injury_date": (EPOCH_EVE, dt.date(1, 1, 1)), "x_received": (EPOCH_EVE, dt.date(9999, 12, 31)), "x_processed": (EPOCH_EVE,),
    "x_episode_start": (EPOCH_EVE,), "x_line_onset": (EPOCH_EVE,), "x_case_severity": (-1, Decimal("-0.000001"), Decimal("4.000001")),
    "x_line_level": (-1, -2), "x_minutes": (0, 1440), "service_unit_quantity": (0, Decimal("0.0001"), 999_999),
    "charge_amount": (Decimal("999999999999.9999"), Decimal(0)), "billing_npi": PROVIDERS, "rendering_npi": PROVIDERS,
    "claim_line_number": (7,), "x_timed_minutes": (0, 1440), "x_number": (99_999,), "x_age": (0, 130),
    "hcpcs_modifier_1": ("KX", "CQ", "AT"),
    "hcpcs_code": ("97110", "97530", "99999"), "x_start_time": ("00:00", "23:59"), "x_authorization_units": (0, Decimal("0.5")),
    "claim_line_start_date": (EPOCH_EVE, dt.date(9999, 12, 31), dt.date(1, 1, 1)), "x_documentation_activity": ("stated", "no"),
}  # fmt: skip
"""Cells at the ends of what a column may hold, and cells that are easily taken for others."""

GAPS = (7, 0, 1, 5, 29, 30, 31, 62, 400)
"""Days from one visit of a patient to the next."""


@attrs.frozen
class Habits:
    """How one table is filled: what is given at all, and how its visits are told apart."""

    given: Given
    patients: int
    named: bool
    """Visits have ids of their own."""
    sparse: bool
    """Facts of a visit stand on some of its lines only."""
    claims: bool
    """A visit's lines are sometimes of several claims, and a claim id is sometimes used again."""
    careless: bool
    """Now and then two visits have one key, or a key is missing."""


def rows(choices: Choices, policies: Sequence[str | None], boundaries: Sequence[dt.date], most: int = 7) -> list[Row]:
    """The lines of up to `most` visits, in no particular order of days; `None` among the policies: the row names none."""
    habits = Habits(
        Given.drawn(choices), choices.pick((1, 2, 3)), choices.chance(40), choices.chance(25), choices.chance(25), choices.chance(12)
    )  # fmt: skip
    near = [day + dt.timedelta(days=by) for day in boundaries for by in (0, -1) if day.year > 1]
    days: dict[str, dt.date] = {}
    seen: set[tuple[object, ...]] = set()
    out: list[Row] = []
    for number in range(1, choices.number(1, most) + 1):
        one = _placed(choices, habits, policies, near, days, number)
        key = (one.policy, one.patient, one.date, one.provider)
        if key in seen and not habits.careless:
            continue
        seen.add(key)
        told = _told(choices, habits, one, number)
        out += told
        if choices.chance(20):
            out += _twin(choices, told, number)
    return out


def _twin(choices: Choices, told: Sequence[Row], number: int) -> list[Row]:
    """The rows of a visit once more, of another patient; often with one thing changed, so that answers cannot be taken over."""
    own = {"person_id": f"q-{number}", "member_id": f"mq-{number}", "x_visit": f"w-{number}", "claim_id": f"d-{number}"}
    out = [row | {column: cell for column, cell in own.items() if row[column] is not None} for row in told]
    if choices.chance(75):
        name = choices.pick([column for column in told[0] if column not in own])
        cell = choices.pick((None, *EXTREMES.get(name, ()), *(row[name] for row in told)))
        for row in out if name in OF_VISIT or choices.chance(30) else [choices.pick(out)]:
            row[name] = cell
    return out


def _placed(
    choices: Choices, habits: Habits, policies: Sequence[str | None], near: Sequence[dt.date], days: dict[str, dt.date], number: int
) -> Visit:  # fmt: skip
    """A visit of one of the patients, on one of the days that matter, under one of the policies."""
    patient = f"p-{choices.number(1, habits.patients)}"
    if patient in days and choices.chance(75):
        day = days[patient] + dt.timedelta(days=choices.pick(GAPS))
    else:
        day = choices.pick((*DATES, *near)) if choices.chance(70) or not near else choices.pick(near)
    days[patient] = day
    one = visit(choices, habits.given)
    return attrs.evolve(
        one, date=day, patient=patient, policy=choices.pick(policies), provider=choices.pick(PROVIDERS),
        visit=f"v-{choices.number(1, number) if habits.careless else number}",
    )  # fmt: skip


def _told(choices: Choices, habits: Habits, one: Visit, number: int) -> list[Row]:
    """The rows of one visit."""
    claims = [f"c-{number}"]
    if habits.claims:
        claims = choices.pick(([f"c-{number}"], [f"c-{number}", f"c-{number + 10}"], ["c-1"], [f"c-{number}", None]))
    whole = {column: getattr(one, field) for column, (field, _) in OF_VISIT.items()}
    whole |= {column: _fact(one.facts, path) for column, path in FACT_COLUMNS.items() if path in FACTS}
    whole |= {f"x_documentation_{element}": (one.documentation or {}).get(element) or None for element in ELEMENTS}
    whole["claim_start_date"] = one.date
    out: list[Row] = []
    for line in one.lines:
        row = dict(whole)
        if habits.sparse and out:
            row = {c: None if c not in _KEYS and choices.chance(50) else value for c, value in row.items()}
        if habits.careless and choices.chance(6):
            row[choices.pick(_KEYS)] = None
        row |= _line(choices, line)
        row["claim_id"] = choices.pick(claims)
        row["member_id"] = None if row["person_id"] is None else f"m{row['person_id']}"
        if habits.sparse and choices.chance(20):
            row[choices.pick((*_LINE_DATE, *_CLAIM_DATE))] = None
        if not habits.named:
            row["x_visit"] = None
        out.append(row)
    return out


_KEYS = ("billing_npi", "person_id", "claim_line_start_date", "x_visit", "x_policy")


def _line(choices: Choices, line: Line) -> Row:
    row: Row = {column: getattr(line, field) for column, (field, _) in OF_LINE.items()}
    row |= {
        column: None if row[column] is None else format_time(row[column]) for column in ("x_start_time", "x_end_time")
    }
    marks = (*(line.modifiers or ()), None, None, None, None, None)
    if line.modifiers and choices.chance(10):
        marks = (None, *marks)
    row |= {f"hcpcs_modifier_{k}": marks[k - 1] for k in range(1, 6)}
    row |= {column: _fact(line.facts, path) for column, path in FACT_COLUMNS.items() if path in LINE_FACTS}
    row["allowed_amount"] = line.charge
    return row


def _fact(facts: Mapping[str, Any], path: str) -> Any:
    """A fact by its type; what cannot be read of its type is left out here (`arrow_forms` spoils cells)."""
    raw = facts.get(path)
    if raw is None or isinstance(raw, dt.date):
        return raw if raw is None or _type(path) is Type.DATE else None
    try:
        return parse_value(_type(path), raw)
    except ValueError:
        return None


def chosen_columns(choices: Choices, told: Sequence[Row]) -> list[str]:
    """The columns that a table of these rows has, in an order of its own: those it needs, and most of those that are filled."""
    filled = [column for column in KINDS if any(row.get(column) is not None for row in told)]
    absent = choices.pick((10, 30, 60))
    needed = ("hcpcs_code", *choices.pick(_DATES), *choices.pick(_PATIENTS), *({"x_policy"} & set(filled)))
    spare = [column for column in filled if column not in _COLUMNS and not choices.chance(absent)]
    empty = [column for column in KINDS if column not in filled and column not in _COLUMNS and choices.chance(3)]
    kept = [column for column in KINDS if column in {*needed, *spare, *empty}]
    return choices.shuffled(kept) if choices.chance(30) else kept


_LINE_DATE, _CLAIM_DATE = ("claim_line_start_date",), ("claim_start_date",)
_DATES = (_LINE_DATE, _LINE_DATE, _LINE_DATE + _CLAIM_DATE, _CLAIM_DATE)
_PATIENTS = (("person_id",), ("person_id",), ("person_id",), ("person_id", "member_id"), ("member_id",))
_COLUMNS = ("hcpcs_code", "claim_line_start_date", "claim_start_date", "person_id", "member_id", "x_policy")
"""Columns that are chosen one by one: without them no visit is known."""

UNREADABLE: Mapping[str, Sequence[Any]] = {
    "hcpcs_code": ("9753", "975300", "?"), "x_minutes": (-1, 5000), "service_unit_quantity": (-1, 1_000_000),
    "charge_amount": (Decimal(-1),),
    "x_delivery": ("outdoors",), "x_furnished_by": ("somebody",), "x_discipline": ("P", "pt"), "claim_line_start_date": ("2026-02-31",),
    "x_received": ("yesterday",), "x_number": (0, -1), "x_age": (131, -1), "x_setting": ("home",), "x_start_time": ("25:00",),
    "hcpcs_modifier_1": ("5", "GPX"), "hcpcs_modifier_2": ("?!",), "x_authorization_visits": (-1,), "x_injury_date": ("2026-02-30",),
    "x_plan_of_care_signed": ("perhaps",), "x_assistant_minutes": (1441,), "rendering_npi": ("\n",), "x_region": ("knee\x00",),
    "claim_line_number": (0, 1000), "x_fee": (Decimal(-2),), "x_timed_minutes": (-30,), "claim_type": ("paper",),
}  # fmt: skip
"""Cells for which a visit is rejected."""

DOUBTFUL: Mapping[str, Sequence[Any]] = {
    "x_case_severity": ("?", "-"), "x_case_open": ("perhaps",), "x_case_phase": ("late",), "x_case_cap": ("much",),
    "x_line_side": ("up",), "x_line_level": ("third",), "x_line_onset": ("2026-02-31",),
}  # fmt: skip
"""Cells of facts that only a policy declares: not of their type, so not known."""


def spoilt(
    choices: Choices, told: Sequence[Row], columns: Sequence[str], cells: Mapping[str, Sequence[Any]]
) -> list[Row]:
    """The rows with one to three cells that cannot be read, or are empty text."""
    out = [dict(row) for row in told]
    names = [name for name in columns if name in cells]
    for _ in range(choices.number(1, 3) if names and out else 0):
        name = choices.pick(names)
        choices.pick(out)[name] = choices.pick(("", *cells[name]) if KINDS[name] == "text" else cells[name])
    return out
