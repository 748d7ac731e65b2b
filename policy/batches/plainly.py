"""The plain reading of a table: rows to mappings, mappings to visits, each visit through its program, each line back to its row.

Owns: the meaning of the incoming columns (docs/columns.md), slowly.
Never: fast; the columnar evaluator is held against this.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import pyarrow as pa

from policy.claims.from_mapping import visit_from_mapping
from policy.claims.problem import ERROR
from policy.claims.visit import PastLine, Visit
from policy.engine.told import Told, amounts, told
from policy.program import Program
from policy.values import Units

STANDARD: Final[Mapping[str, tuple[str, ...]]] = {
    "visit": ("x_visit",), "policy": ("x_policy",), "patient": ("person_id", "member_id"),
    "date": ("claim_line_start_date", "claim_start_date"), "provider": ("billing_npi",), "claim": ("claim_id",),
    "line": ("claim_line_number",), "code": ("hcpcs_code",), "units": ("service_unit_quantity",), "charge": ("charge_amount",),
    "line.provider": ("rendering_npi",), "line.place": ("place_of_service_code",), "facility": ("facility_npi",),
    "revenue_code": ("revenue_center_code",), "claim_type": ("claim_type",), "amount": ("allowed_amount",),
    **{key: (f"x_{key}",) for key in (
        "minutes", "delivery", "furnished_by", "discipline", "region", "assistant_minutes", "fee", "practice_expense", "rvu", "received",
        "processed", "number", "timed_minutes", "total_minutes", "setting", "locality", "group", "place", "age", "note",
    )},
    "start": ("x_start_time",), "end": ("x_end_time",),
}  # fmt: skip
MODIFIERS: Final = tuple(f"hcpcs_modifier_{k}" for k in range(1, 6))
DIAGNOSES: Final = tuple(f"diagnosis_code_{k}" for k in range(1, 26))
IDS: Final = frozenset({"visit", "patient", "provider", "claim", "line.provider", "facility", "group"})
"""Fields whose columns may hold integers: read as the text of the number."""
LINE_KEYS: Final = (
    "code", "units", "charge", "revenue_code", "minutes", "delivery", "furnished_by", "discipline", "region", "assistant_minutes", "fee",
    "practice_expense", "rvu", "start", "end",
)  # fmt: skip
VISIT_KEYS: Final = (
    "visit", "claim", "date", "provider", "facility", "claim_type", "received", "processed", "number", "timed_minutes", "total_minutes",
    "setting", "locality", "group", "place", "note",
)  # fmt: skip


@attrs.frozen
class Row:
    """What is said of one line: units and texts, or why it was not decided."""

    policy: str | None = None
    supported: Units | None = None
    allowed: Units | None = None
    amount: Any = None
    visit_status: str | None = None
    told: Told | None = None
    text: str | None = None
    rejected: str | None = None


def rows_of(
    table: pa.Table, programs: Mapping[str, Program], default: str | None, columns: Mapping[str, Any], history_since: dt.date | None,
    explain: bool,
) -> list[Row]:  # fmt: skip
    """One `Row` per row of the table, in its order."""
    cells = _cells(table, columns)
    out: list[Row | None] = [None] * table.num_rows
    groups: dict[tuple[object, ...], list[int]] = {}
    for i in range(table.num_rows):
        key, wrong = _key(cells, i, default, programs)
        if wrong is not None:
            out[i] = Row(rejected=wrong)
        else:
            groups.setdefault(key, []).append(i)
    past: dict[tuple[object, object], list[tuple[tuple[object, ...], int]]] = {}
    visits: dict[tuple[object, ...], tuple[list[int], Visit, str]] = {}
    for key, members in groups.items():
        members.sort(key=lambda i: tuple(_sortable(_get(cells, field, i)) for field in ("claim", "line")))
        mapping, wrong = _mapping(cells, members)
        visit = None
        if wrong is None:
            visit, problems = visit_from_mapping(mapping, place="visit")
            wrong = next(
                (
                    f"{p.place.removeprefix('visit').strip(', ')}: {p.message}".lstrip(": ")
                    for p in problems
                    if p.severity == ERROR
                ),
                None,
            )
        if visit is None or wrong is not None:
            for i in members:
                out[i] = Row(rejected=wrong)
            continue
        visits[key] = (members, visit, str(key[0]))
        if visit.patient is not None:
            past.setdefault((key[0], visit.patient), []).extend((key, i) for i in members)
    for key, (members, visit, policy) in visits.items():
        program = programs[policy]
        if visit.patient is not None:
            history = _history(cells, past[policy, visit.patient], key, visit, visits)
            visit = attrs.evolve(visit, history=history)
        decision = program.evaluate(visit)
        text = decision.explain() if explain and decision.status != "allow" else None
        money = decision.outcome.money.amounts if decision.outcome.money is not None else (None,) * len(members)
        for i, (supported, allowed), line, amount in zip(
            members, amounts(decision), told(decision), money, strict=True
        ):
            shown = text if line.status != "allow" else None
            out[i] = Row(policy, supported, allowed, amount, decision.status, line, shown)
    return [row if row is not None else Row(rejected="not reached") for row in out]


def _cells(table: pa.Table, columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Cells by field; of `modifiers`, `diagnoses` and `documentation` lists and mappings."""
    names = set(table.column_names)
    out: dict[str, list[Any]] = {}

    def read(name: str, field: str = "") -> list[Any]:
        column = table.column(name)
        return list(
            (column.cast(pa.string()) if field in IDS and pa.types.is_integer(column.type) else column).to_pylist()
        )

    for field, standard in STANDARD.items():
        wanted = (columns[field],) if field in columns else standard
        found = [read(name, field) for name in wanted if name in names]
        if found:
            out[field] = [next((cell for cell in row if cell is not None), None) for row in zip(*found, strict=True)]
    for field, standard in (("modifiers", MODIFIERS), ("diagnoses", DIAGNOSES)):
        found = [read(name) for name in columns.get(field, standard) if name in names]
        if found:
            out[field] = [[cell for cell in row if cell is not None] for row in zip(*found, strict=True)]
    taken = {name for standard in STANDARD.values() for name in standard}
    for name in table.column_names:
        if name.startswith("x_") and name not in taken:
            out[name] = read(name)
    return out


def _get(cells: Mapping[str, Sequence[Any]], field: str, i: int) -> Any:
    return cells[field][i] if field in cells else None


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def _key(
    cells: Mapping[str, Sequence[Any]], i: int, default: str | None, programs: Mapping[str, Program]
) -> tuple[tuple[object, ...], str | None]:
    policy = _get(cells, "policy", i)
    policy = default if policy is None else policy
    if policy is None:
        return (), "the line names no policy"
    if policy not in programs:
        return (), "the line names a policy that was not given"
    fields = ("visit",) if "visit" in cells else ("patient", "date", *(("provider",) if "provider" in cells else ()))
    for field in dict.fromkeys((*fields, "date", "code")):
        if _get(cells, field, i) is None:
            return (), f"`{field}` is empty"
    return (policy, *(_get(cells, field, i) for field in fields)), None


def _mapping(cells: Mapping[str, Sequence[Any]], members: Sequence[int]) -> tuple[dict[str, Any], str | None]:
    lines = []
    numbers = [_get(cells, "line", i) for i in members]
    own = None not in numbers and len(set(numbers)) == len(numbers)
    for k, i in enumerate(members):
        line = {key: _plain(key, cells[key][i]) for key in LINE_KEYS if key in cells and cells[key][i] is not None}
        line["line"] = numbers[k] if own else k + 1
        if "modifiers" in cells:
            line["modifiers"] = cells["modifiers"][i]
        line |= {
            key: cells[f"line.{key}"][i] for key in ("provider", "place") if _get(cells, f"line.{key}", i) is not None
        }
        line |= {name: cells[name][i] for name in cells if name.startswith("x_line_") and cells[name][i] is not None}
        lines.append(line)
    visit: dict[str, Any] = {"lines": lines}
    documentation: dict[str, Any] = {}
    for field in (*VISIT_KEYS, "patient", "age", *(name for name in cells if name.startswith("x_"))):
        if field not in cells or field.startswith("x_line_"):
            continue
        values = list(dict.fromkeys(cells[field][i] for i in members if cells[field][i] is not None))
        if field == "claim" and len(values) > 1:
            continue
        if len(values) > 1:
            return {}, f"the lines of the visit disagree on `{field}`"
        if values and field.startswith("x_documentation_"):
            documentation[field.removeprefix("x_documentation_")] = values[0]
        elif values and field in ("patient", "age"):
            visit.setdefault("patient", {})["id" if field == "patient" else "age"] = values[0]
        elif values:
            visit[field] = _plain(field, values[0])
    diagnoses = dict.fromkeys(one for i in members for one in (_get(cells, "diagnoses", i) or ()))
    if diagnoses:
        visit["diagnoses"] = list(diagnoses)
    if documentation:
        visit["documentation"] = documentation
    return visit, None


def _plain(field: str, value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return value


def _history(
    cells: Mapping[str, Sequence[Any]], rows: Sequence[tuple[tuple[object, ...], int]], own: tuple[object, ...], visit: Visit,
    visits: Mapping[tuple[object, ...], tuple[list[int], Visit, str]],
) -> tuple[PastLine, ...]:  # fmt: skip
    found = []
    for key, i in rows:
        members, other, _ = visits[key]
        if key == own or other.date > visit.date:
            continue
        line = other.lines[members.index(i)]
        facts = {**other.facts, **line.facts}
        from policy.claims import fields

        amount = _get(cells, "amount", i)
        past = PastLine(
            other.date, line.code, line.units, line.minutes, line.discipline,
            line.provider if line.provider is not None else other.provider, line.region, _get(cells, "claim", i), other.visit,
            fields.money(amount) if amount is not None else None, None, other.group, other.facility,
            line.place if line.place is not None else other.place, facts,
        )  # fmt: skip
        found.append((other.date, i, past))
    return tuple(past for _, _, past in sorted(found, key=lambda one: one[:2]))
