"""Small claim tables in many Arrow types, and how their rows read as JSON, plainly.

Owns: pools of cells, good and bad; the Arrow types that they come in; and `plainly`, which makes of every visit the mapping that a JSON
file would hold and asks `claims.from_mapping`.
Never: uses anything of `policy.columns`.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
from strategies.choice import Choices

from policy.claims.from_mapping import visit_from_mapping
from policy.claims.visit import Visit
from policy.facts import BY_PATH, Fact
from policy.values import Type

DAYS = (dt.date(2026, 3, 2), dt.date(2026, 3, 4), dt.date(2026, 2, 27))
SEVERITY = Fact("case.severity", Type.NUMBER, "", ())
SIDE = Fact("line.side", Type.CHOICE, "", ("left", "right"))
FACTS = (SEVERITY, SIDE, BY_PATH["injury.date"], BY_PATH["authorization.units"], BY_PATH["plan_of_care.signed"])
FIELDS = (
    "charge", "start", "end", "assistant_minutes", "line.provider", "line.place", "discipline", "place", "received", "number", "setting",
    "age", "diagnoses", "group", "rvu", "amount",
)  # fmt: skip

NUMBERS = (
    pa.int64(),
    pa.int8(),
    pa.uint16(),
    pa.float64(),
    pa.decimal128(12, 4),
    pa.decimal128(7, 0),
    pa.decimal256(30, 2),
)
TEXTS = (
    pa.string(),
    pa.dictionary(pa.int32(), pa.string()),
    pa.large_string(),
    pa.dictionary(pa.int8(), pa.string()),
    pa.string_view(),
)
DATES = (pa.date32(), pa.timestamp("us"), pa.date64(), pa.timestamp("s", tz="UTC"), pa.string())

COLUMNS: dict[str, tuple[str, tuple[Any, ...], tuple[Any, ...]]] = {
    "x_visit": ("visit", ("v1", "v2", " v1", "3"), ("", "\n")),
    "person_id": ("patient", ("A", "B", "7"), ()),
    "billing_npi": ("provider", ("1", "2"), ("x" * 201,)),
    "claim_line_start_date": ("date", DAYS, (None,)),
    "claim_start_date": ("date", DAYS, ()),
    "claim_id": ("claim", ("c1", "c2", "10", "9"), (" ",)),
    "claim_line_number": ("line", (1, 2, 3, None), (0, 1000)),
    "hcpcs_code": ("code", ("97530", "97110", "g0283"), (None, "9753", "")),
    "hcpcs_modifier_1": ("modifiers", ("GP", "go", None, "59 "), ("G", "GPX")),
    "hcpcs_modifier_2": ("modifiers", (None, "KX", ""), ("?!",)),
    "service_unit_quantity": ("units", (1, 2, 0, None), (-1, Decimal("1.5"))),
    "x_minutes": ("minutes", (15, 8, 23, None, 0), (-1, 1441, Decimal("7.5"))),
    "charge_amount": ("charge", (Decimal("40.00"), Decimal("35.5"), 12, None), (-3,)),
    "allowed_amount": ("amount", (Decimal("70.14"), None), ()),
    "rendering_npi": ("line.provider", ("1", "2", None), ("\x00",)),
    "place_of_service_code": ("line.place", ("11", "12", None), ()),
    "x_discipline": ("discipline", ("PT", None), ("pt",)),
    "x_assistant_minutes": ("assistant_minutes", (0, 8, None), (99,)),
    "x_rvu": ("rvu", (Decimal("1.05"), None), (Decimal("-1"),)),
    "x_start_time": ("start", (dt.time(9), dt.time(9, 24), None), (dt.time(9, 0, 1),)),
    "x_end_time": ("end", (dt.time(9, 24), None), (dt.time(8),)),
    "x_place": ("place", ("11", None), ("12",)),
    "x_received": ("received", (DAYS[0], None), (DAYS[1],)),
    "x_number": ("number", (3, None), (0, 4)),
    "x_setting": ("setting", ("hospital", None), ("hall",)),
    "x_age": ("age", (70, None), (131,)),
    "x_group": ("group", ("g", None), ()),
    "diagnosis_code_1": ("diagnoses", ("M17.11", "M17.12", None), ()),
    "diagnosis_code_2": ("diagnoses", ("M17.11", None), ()),
    "x_case_severity": ("case.severity", (2, None, Decimal("2.5")), (3, -1)),
    "x_line_side": ("line.side", ("left", "up", None), ("",)),
    "x_injury_date": ("injury.date", (DAYS[2], None), (DAYS[1],)),
    "x_authorization_units": ("authorization.units", (Decimal("2.5"), None), (-1,)),
    "x_plan_of_care_signed": ("plan_of_care.signed", (True, None), (False,)),
    "x_documentation_activity": ("documentation.activity", ("sit to stand", "yes", None), ("no", "")),
    "x_documentation_direct_minutes": ("documentation.direct_minutes", (23, None), ()),
}
"""Column → field, good cells, and cells that are unreadable or that make lines disagree."""

NEEDED = ("person_id", "claim_line_start_date", "hcpcs_code")


def table(choices: Choices) -> pa.Table:
    """A table of up to eight lines of few visits; cells are nearly all good."""
    rows = choices.number(1, 8)
    bad = choices.pick((0, 0, 4))
    names = [*NEEDED, *(name for name in COLUMNS if name not in NEEDED and choices.chance(45))]
    columns = {}
    for name in names:
        _, good, wrong = COLUMNS[name]
        some = good if choices.chance(50) else good[:1]
        cells = [choices.pick(wrong) if wrong and choices.chance(bad) else choices.pick(some) for _ in range(rows)]
        columns[name] = typed(choices, cells)
    whole = pa.table(columns)
    cut = choices.number(0, rows)
    return pa.concat_tables([whole.slice(0, cut), whole.slice(cut)]) if choices.chance(40) else whole


def typed(choices: Choices, cells: list[Any]) -> pa.Array:
    """The cells in one of the Arrow types that can hold them."""
    given = [cell for cell in cells if cell is not None]
    if not given:
        return pa.nulls(len(cells))
    options: tuple[Any, ...] = TEXTS
    if isinstance(given[0], bool):
        options = (pa.bool_(), pa.string())
    elif isinstance(given[0], (int, Decimal)) or (isinstance(given[0], str) and all(_digits(cell) for cell in given)):
        options = NUMBERS + TEXTS[:2]
    elif isinstance(given[0], dt.date):
        options = DATES
    elif isinstance(given[0], dt.time):
        options = (pa.time32("s"), pa.time64("us"), pa.string())
    for type_ in choices.shuffled(options):
        try:
            return pa.array([None if cell is None else _as(type_, cell) for cell in cells], type_)
        except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError, OverflowError):
            continue
    return pa.array([None if cell is None else _text(cell) for cell in cells])


def _digits(cell: str) -> bool:
    return cell.isdigit() and cell.isascii()


def _as(type_: pa.DataType, cell: Any) -> Any:
    if type_ in TEXTS:
        return _text(cell)
    if pa.types.is_floating(type_):
        return float(cell)
    if pa.types.is_integer(type_) or pa.types.is_decimal(type_):
        return int(cell) if isinstance(cell, str) or Decimal(cell) == int(cell) else cell
    return cell


def _text(cell: Any) -> str:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case dt.time():
            return cell.strftime("%H:%M" if not cell.second else "%H:%M:%S")
        case dt.date():
            return cell.isoformat()
        case _:
            return str(cell)


# ------------------------------------------------------------------------------------------------- the plain reading

_NUMBERS = {"line", "minutes", "assistant_minutes", "number", "age"}
_AMOUNTS = {"units", "charge", "amount", "rvu", "authorization.units"}


def json_cell(field: str, cell: Any) -> Any:
    """What a JSON file would hold of a cell."""
    match cell:
        case str():
            cell = cell.strip() or None
            if field in _NUMBERS and cell is not None and cell.lstrip("-").isdigit():
                return int(cell)
            return cell
        case dt.datetime():
            return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell.isoformat()
        case dt.time():
            return _text(cell)
        case dt.date():
            return cell.isoformat()
        case float() | Decimal() if cell == int(cell):
            cell = int(cell)
        case float():
            cell = Decimal(repr(cell))
    plain = field in _NUMBERS | _AMOUNTS or field.startswith("documentation.") or field == "case.severity"
    return cell if cell is None or isinstance(cell, bool) or plain else str(cell)


def earlier(given: pa.Table, visits: Mapping[tuple[int, ...], Visit], rows: tuple[int, ...]) -> list[int] | None:
    """The rows that are history of the visit of these rows, in order; `None` when its patient is not known."""
    own = visits[rows]
    if own.patient is None:
        return None
    cells = cells_of(given)
    found = []
    for row in set(range(given.num_rows)) - set(rows):
        of = next((visit for members, visit in visits.items() if row in members), None)
        patient, day = (of.patient, of.date) if of is not None else (cells["patient"][row], _day(cells["date"][row]))
        code = cells["code"][row]
        if patient == own.patient and day is not None and day <= own.date and code is not None and len(code) == 5:
            found.append((day, row))
    return [row for _, row in sorted(found)]


def _day(cell: Any) -> dt.date | None:
    return None if cell is None else dt.date.fromisoformat(cell)


def cells_of(given: pa.Table) -> dict[str, list[Any]]:
    """The cells of each field as JSON; of modifiers and diagnoses lists."""
    cells: dict[str, list[Any]] = {}
    for name in given.column_names:
        field, _, _ = COLUMNS[name]
        read = [json_cell(field, cell) for cell in given.column(name).to_pylist()]
        if field in ("modifiers", "diagnoses"):
            before = cells.get(field, [[]] * len(read))
            read = [[*some, *([one] if one is not None else [])] for some, one in zip(before, read, strict=True)]
        elif field in cells:
            read = [first if first is not None else other for first, other in zip(cells[field], read, strict=True)]
        cells[field] = read
    return cells


def plainly(given: pa.Table, fields: frozenset[str]) -> tuple[dict[tuple[int, ...], Visit], set[int]]:
    """Every visit by its rows in order, and the rows that are refused."""
    cells = cells_of(given)
    names = ("patient", "visit") if "visit" in cells else ("patient", "date", "provider")
    keys = tuple(field for field in names if field in cells)
    groups: dict[tuple[Any, ...], list[int]] = {}
    refused = set()
    for row in range(given.num_rows):
        key = tuple(cells[field][row] for field in keys)
        if None in key or not all(len(str(one)) <= 200 and str(one).isprintable() for one in key):
            refused.add(row)
        else:
            groups.setdefault(key, []).append(row)
    visits = {}
    for members in groups.values():
        by_text = "claim_id" not in given.column_names or not pa.types.is_integer(given.schema.field("claim_id").type)
        members.sort(key=lambda row: (_order(cells, "claim", row, by_text), _order(cells, "line", row, False)))
        visit = _visit({name: value for name, value in cells.items() if _asked(name, fields)}, members)
        if visit is None:
            refused.update(members)
        else:
            visits[tuple(members)] = visit
    return visits, refused


def _asked(field: str, fields: frozenset[str]) -> bool:
    return field in fields or field in (
        "visit", "patient", "date", "provider", "claim", "line", "code", "modifiers", "units", "minutes",
    ) or "." in field.removeprefix("line.provider").removeprefix("line.place")  # fmt: skip


def _order(cells: Mapping[str, list[Any]], field: str, row: int, by_text: bool) -> tuple[bool, Any]:
    cell = cells[field][row] if field in cells else None
    if field == "claim" and cell is not None:
        return True, cell if by_text else int(cell)
    return (True, cell) if isinstance(cell, int) and 1 <= cell <= 999 else (False, 0)


def _visit(cells: Mapping[str, list[Any]], members: list[int]) -> Visit | None:
    numbers = [cells["line"][row] if "line" in cells else None for row in members]
    filled = [k if number is None else number for k, number in enumerate(numbers, 1)]
    if len(set(filled)) < len(filled) and all(isinstance(n, int) and 1 <= n <= 999 for n in filled):
        filled = list(range(1, len(members) + 1))
    data: dict[str, Any] = {"lines": [], "patient": {}, "facts": {}, "documentation": {}}
    for row, number in zip(members, filled, strict=True):
        line: dict[str, Any] = {"line": number, "facts": {}}
        for field in (
            "code",
            "minutes",
            "units",
            "modifiers",
            "charge",
            "discipline",
            "assistant_minutes",
            "start",
            "end",
            "rvu",
        ):
            if field in cells and cells[field][row] is not None:
                line[field] = cells[field][row]
        for field in ("line.provider", "line.place"):
            if field in cells:
                line[field.removeprefix("line.")] = cells[field][row]
        if "line.side" in cells:
            line["facts"]["line.side"] = cells["line.side"][row]
        data["lines"].append(line)
    for field in cells:
        values = list(dict.fromkeys(cells[field][row] for row in members if field not in ("modifiers", "diagnoses")))
        values = [value for value in values if value is not None]
        if field == "diagnoses":
            data[field] = list(dict.fromkeys(one for row in members for one in cells[field][row])) or None
        elif field == "claim":
            data["claim"] = values[0] if len({cells["claim"][row] for row in members}) == 1 and values else None
        elif field in _OF_VISIT or ("." in field and not field.startswith("line.")):
            if len(values) > 1:
                return None
            _put(data, field, values[0] if values else None)
        elif field == "amount" and any(isinstance(value, int) and value < 0 for value in values):
            return None
    if not data["documentation"]:
        del data["documentation"]
    visit, _ = visit_from_mapping(data)
    return visit


_OF_VISIT = {"visit", "patient", "date", "provider", "place", "received", "number", "setting", "age", "group"}


def _put(data: dict[str, Any], field: str, value: Any) -> None:
    if value is None:
        return
    if field in ("patient", "age"):
        data["patient"]["id" if field == "patient" else "age"] = value
    elif field.startswith("documentation."):
        data["documentation"][field.removeprefix("documentation.")] = {"yes": True, "no": False}.get(value, value)
    elif "." in field:
        data["facts"][field] = value
    else:
        data[field] = value
