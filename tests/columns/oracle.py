"""What a claim table means, as slowly as it can be said: rows are read as mappings, mappings as visits, visits are decided one by one.

Owns: `answers`, one mapping of outgoing columns per row. It reads tables of plain types (`strategies/arrow_forms.py`) in the standard
layout, and asks nobody but the JSON reader and `Program.evaluate`.
Never: imports the parts that it judges (`policy.columns`, `policy.engine.columnar`), except for the canonical order of tags.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
import pyarrow as pa

from policy.claims import fields
from policy.claims.from_csv import documented
from policy.claims.from_mapping import visit_from_mapping
from policy.claims.given_facts import PAST_KEYS
from policy.claims.visit import Line, PastLine, Visit
from policy.engine.decision import Decision
from policy.engine.facts import discipline, line_fact, visit_fact
from policy.engine.outcome import PAID, SILENT
from policy.engine.told import TAGS
from policy.facts import BY_PATH
from policy.program import Program
from policy.values import Type, format_time

Row = dict[str, Any]

LINE: Final = {
    "code": "hcpcs_code", "units": "service_unit_quantity", "charge": "charge_amount", "provider": "rendering_npi",
    "place": "place_of_service_code", "revenue_code": "revenue_center_code", "start": "x_start_time", "end": "x_end_time",
} | {key: f"x_{key}" for key in (
    "minutes", "delivery", "furnished_by", "discipline", "region", "assistant_minutes", "fee", "practice_expense", "rvu",
)}  # fmt: skip
"""Keys of a line: their columns."""

VISIT: Final = {
    "provider": "billing_npi",
    "facility": "facility_npi",
    "claim_type": "claim_type",
    "visit": "x_visit",
} | {
    key: f"x_{key}"
    for key in (
        "received",
        "processed",
        "number",
        "timed_minutes",
        "total_minutes",
        "setting",
        "locality",
        "group",
        "place",
        "note",
    )
}
"""Keys of a visit: their columns."""

MODIFIERS: Final = tuple(f"hcpcs_modifier_{k}" for k in range(1, 6))
ELEMENT: Final = "x_documentation_"
READ: Final = frozenset({*LINE.values(), *VISIT.values(), "x_policy", "x_age"})
"""The columns `x_…` among these have a key of their own; the others are facts."""


BESIDE: Final = frozenset({"claim_line_number", "x_end_time", "x_assistant_minutes"})
"""Columns that are read beside others, and that history does not tell."""


class Wrong(Exception):
    """Why a line, or a whole visit, is not decided."""


def answers(
    table: pa.Table, programs: Mapping[str, Program], default: str | None = None, *, since: dt.date | None = None, explain: bool = False
) -> list[Row]:  # fmt: skip
    """Outgoing columns of each row, without those that are carried through; of a rejected one, only `rejected`."""
    rows = [
        {name: cell for name, given in row.items() if (cell := _filled(given)) is not None} for row in table.to_pylist()
    ]
    has = frozenset(table.column_names)
    rejected: dict[int, str] = {}
    visits: dict[tuple[object, ...], list[int]] = {}
    for i, row in enumerate(rows):
        try:
            visits.setdefault(_key(row, has, default, programs), []).append(i)
        except Wrong as wrong:
            rejected[i] = str(wrong)
    read: list[tuple[str, list[int], Visit]] = []
    for (policy, *_), members in visits.items():
        members.sort(
            key=lambda i: (_first_null(rows[i].get("claim_id")), _first_null(rows[i].get("claim_line_number")))
        )
        try:
            read.append((str(policy), members, _visit([rows[i] for i in members], has)))
        except Wrong as wrong:
            rejected |= dict.fromkeys(members, str(wrong))
    billed = [
        _Billed.of(policy, i, visit, line, rows[i])
        for policy, at, visit in read
        for i, line in zip(at, visit.lines, strict=True)
    ]
    billed += [_Billed.refused(rows[i].get("x_policy", default), i, rows[i], has) for i in rejected]
    out: list[Row] = [{"rejected": rejected.get(i)} for i in range(len(rows))]
    for policy, members, visit in read:
        whole = _with_history(visit, [one for one in billed if one.policy == policy and one.row not in members], since)
        decision = programs[policy].evaluate(whole)
        for i, told in zip(members, told_of(decision, explain=explain), strict=True):
            out[i] = {"policy": policy, **told, "rejected": None}
    return out


def _filled(cell: Any) -> Any:
    """A cell; blank text is none, and the places of a decimal that are 0 say nothing."""
    if isinstance(cell, Decimal):
        return int(cell) if cell == int(cell) else cell.normalize()
    return (cell.strip() or None) if isinstance(cell, str) else cell


def _first_null(cell: Any) -> tuple[bool, Any]:
    return (cell is not None, 0 if cell is None else cell)


def _patient(row: Row, has: frozenset[str]) -> Any:
    return row.get("person_id" if "person_id" in has else "member_id")


def _date(row: Row) -> dt.date | None:
    """The date of a row; `None` when it has none or it cannot be read."""
    found: dt.date | None = _read(fields.date, _dated(row))
    return found


def _dated(row: Row) -> Any:
    return row.get("claim_line_start_date", row.get("claim_start_date"))


def _key(row: Row, has: frozenset[str], default: str | None, programs: Mapping[str, Program]) -> tuple[object, ...]:
    """What tells the row's visit from all others, the policy first."""
    policy = row.get("x_policy", default)
    if policy not in programs:
        raise Wrong("no policy")
    key: tuple[object, ...] = (_read(fields.text, _patient(row, has)),) if has & {"person_id", "member_id"} else ()
    if "x_visit" in has:
        key += (_read(fields.text, row.get("x_visit")),)
    else:
        key += (_date(row),)
        key += (_read(fields.text, row.get("billing_npi")),) if "billing_npi" in has else ()
    if None in key:
        raise Wrong("no visit")
    return policy, *key


def _read(reader: Callable[[object], Any], cell: object) -> Any:
    """What a cell says; `None` when it is empty or cannot be read."""
    try:
        return None if cell is None else reader(cell)
    except fields.Refused:
        return None


def _visit(rows: Sequence[Row], has: frozenset[str]) -> Visit:
    """The visit of some rows, as the JSON reader reads it."""
    lines = [_line(row, has) for row in rows]
    numbers = [row.get("claim_line_number", at) for at, row in enumerate(rows, 1)]
    if len(set(numbers)) == len(numbers):
        for line, number in zip(lines, numbers, strict=True):
            line["line"] = number
    data: Row = {key: _one([row.get(column) for row in rows]) for key, column in VISIT.items()}
    claims = {row.get("claim_id") for row in rows}
    data |= {
        "lines": lines,
        "date": _one([_date(row) or _dated(row) for row in rows]),
        "claim": claims.pop() if len(claims) == 1 else None,
    }
    data["patient"] = {
        "id": _one([_patient(row, has) for row in rows]),
        "age": _one([row.get("x_age") for row in rows]),
    }
    others = [
        name for name in has if name.startswith("x_") and not name.startswith(("x_line_", ELEMENT)) and name not in READ
    ]
    data |= {name: _one([row.get(name) for row in rows]) for name in others}
    elements = {
        name.removeprefix(ELEMENT): _one([row.get(name) for row in rows]) for name in has if name.startswith(ELEMENT)
    }
    if any(cell is not None for cell in elements.values()):
        data["documentation"] = {
            name: documented(cell) if isinstance(cell, str) else cell for name, cell in elements.items()
        }
    visit, problems = visit_from_mapping(data)
    if visit is None:
        raise Wrong("; ".join(str(problem) for problem in problems if problem.is_error))
    return visit


def _line(row: Row, has: frozenset[str]) -> Row:
    line: Row = {key: row[column] for key, column in LINE.items() if column in row}
    line |= {name: cell for name, cell in row.items() if name.startswith("x_line_")}
    if has & set(MODIFIERS):
        line["modifiers"] = [row[name] for name in MODIFIERS if name in row]
    return line


def _one(cells: Sequence[Any]) -> Any:
    """What all lines say of their visit, nulls apart."""
    found = list(dict.fromkeys(cell for cell in cells if cell is not None))
    if len(found) > 1:
        raise Wrong("the lines disagree")
    return found[0] if found else None


@attrs.frozen
class _Billed:
    """What one row of the table is as history of other visits."""

    policy: object
    row: int
    patient: object
    date: dt.date | None
    past: PastLine | None
    """`None`: it cannot be counted, because its date or its code cannot be read."""

    @staticmethod
    def of(policy: object, i: int, visit: Visit, line: Line, row: Row) -> "_Billed":
        """A line of a visit that can be read."""
        own = " ".join(filter(None, (visit.date.isoformat(), visit.provider)))
        amount = row.get("allowed_amount")
        past = PastLine(
            visit.date, line.code, line.units, line.minutes, discipline(line), line.provider or visit.provider, line.region,
            row.get("claim_id"), visit.visit or own, None if amount is None else Decimal(amount), None, visit.group, visit.facility,
            line.place or visit.place, _facts(visit, line),
        )  # fmt: skip
        return _Billed(policy, i, visit.patient, visit.date, past)

    @staticmethod
    def refused(policy: object, i: int, row: Row, has: frozenset[str]) -> "_Billed":
        """A line of a visit that cannot be read, with those of its cells that can be, each taken by itself."""
        date = _date(row)
        plain = {"hcpcs_code": "97530", "claim_line_start_date": dt.date(2026, 3, 2)}
        good = {name: cell for name, cell in row.items() if name not in BESIDE and _readable(plain | {name: cell}, has)}
        visit = _visit([plain | good | {"claim_line_start_date": date}], has) if date is not None else None
        whole = visit is not None and "hcpcs_code" in good
        found = _Billed.of(policy, i, visit, visit.lines[0], good) if visit is not None else None
        return _Billed(
            policy, i, _patient(good, has), visit.date if visit else None, found.past if found and whole else None
        )


def _readable(row: Row, has: frozenset[str]) -> bool:
    try:
        _visit([row], has)
    except Wrong:
        return False
    return True


def _with_history(visit: Visit, others: Sequence[_Billed], since: dt.date | None) -> Visit:
    """The visit with the earlier lines of its patient, and the day from which on they are known to be all."""
    if visit.patient is None:
        return visit
    known = [since] if since is not None else []
    past: list[tuple[dt.date, int, PastLine]] = []
    for one in others:
        if one.patient == visit.patient and (one.date is None or one.date <= visit.date):
            if one.past is None or one.date is None:
                known.append(
                    dt.date.fromordinal(min((one.date or visit.date).toordinal() + 1, dt.date.max.toordinal()))
                )
            else:
                past.append((one.date, one.row, one.past))
    history = tuple(line for *_, line in sorted(past, key=lambda each: each[:2]))
    return attrs.evolve(visit, history=history, history_since=max(known, default=None))


def _facts(visit: Visit, line: Line) -> dict[str, Any]:
    """Everything else that is given of the line and its visit, by path."""
    found: dict[str, Any] = {}
    for path, fact in BY_PATH.items():
        if path not in PAST_KEYS and path.startswith(("line.", "visit.", "patient.age")) and path != "line.modifiers":
            value: Any = line_fact(fact, visit, line) if fact.of_line else visit_fact(fact, visit)
            if value is not None:
                found[path] = format_time(value) if fact.type is Type.TIME else value
    return found | dict(visit.facts) | dict(line.facts)


def told_of(decision: Decision, *, explain: bool) -> list[Row]:
    """What is told of each line of a decision."""
    outcome = decision.outcome
    spoken = [event for event in outcome.events if event[1] not in SILENT | PAID]
    rows = []
    for i, line in enumerate(decision.lines):
        about = sorted((TAGS.index(spoken[k][1]), spoken[k][0], spoken[k][2], k) for k in line.findings)
        said = list(dict.fromkeys((f"{spoken[k][2]} {spoken[k][1]}", decision.findings[k].rule) for *_, k in about))
        found = [decision.findings[k] for *_, k in about]
        row = {
            "supported_units": line.supported_units, "allowed_units": line.allowed_units, "allowed_amount": line.allowed_amount,
            "status": line.status, "visit_status": decision.status, "findings": "; ".join(text for text, _ in said),
            "statements": "; ".join(rule for _, rule in said),
            "reasons": ", ".join(dict.fromkeys(reason for one in found for reason in one.reasons)),
            "missing": ", ".join(sorted({fact for one in found for fact in one.missing})), "tie": _tied(decision, i, line.code),
        }  # fmt: skip
        if explain:
            row["explanation"] = decision.explain() if line.status != "allow" else None
        rows.append(row)
    return rows


def _tied(decision: Decision, i: int, code: str) -> bool:
    """Whether the provider chooses if this line gets a unit."""
    counted: list[Any] = [event for event in decision.outcome.events if event[1] == "counted" and i in event[3]]
    return any(code in event[5][3][0] for event in counted if event[5][3])
