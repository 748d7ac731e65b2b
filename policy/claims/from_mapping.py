"""A visit from a mapping, as JSON holds one: every key is checked, every mistake is named by visit, line and key.

Owns: the shape of a visit on the way in, and which fact each key stands for.
Never: reads a file, or guesses. An error rejects the whole visit; an unknown key is a warning. A key that is absent
or `null` is "not given".

`evaluate(mapping)` comes through here, so the good path does no more than look up each key's reader and call it;
places and suggestions are worked out only when there is something to report.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from policy.claims import fields
from policy.claims.fields import Reader, Refused
from policy.claims.given_facts import GROUPS, read_facts, read_line_facts, read_past_facts, read_x_fact
from policy.claims.problem import ERROR, Problem, shown
from policy.claims.report import Report, nearest
from policy.claims.visit import EarlierNote, Line, PastLine, Visit
from policy.facts import DOCUMENTATION
from policy.values import Value

T = TypeVar("T")
_LINE: Final = fields.LINE
_STRUCTURED: Final = frozenset({"lines", "patient", "facts", "documentation", "history", "earlier_notes"}) | GROUPS


def visit_from_mapping(data: Mapping[str, object], *, place: str = "visit") -> tuple[Visit | None, list[Problem]]:
    """Reads one visit: gives it, or `None` when any problem is an error, and all problems found.

    Never raises for bad input. `place` says where the mapping stands (`claims.jsonl line 3`); problems add visit, line
    and key to it.
    """
    if not isinstance(data, Mapping):
        return None, [Problem(ERROR, "a visit must be an object", place, 'write {"date": …, "lines": [{"code": …}]}')]
    report = Report(data, place)
    visit = _visit(data, report)
    problems = report.done() if report.problems else report.problems
    if any(problem.severity == ERROR for problem in problems):
        return None, problems
    return visit, problems


def _visit(data: Mapping[str, Any], report: Report) -> Visit | None:
    facts: dict[str, Value] = {}
    values, rest = _plain(data, fields.VISIT, "", report)
    for key in rest:
        value = data[key]
        if key == "lines":
            values["lines"] = _lines(value, report)
        elif key == "patient":
            _patient(value, values, report)
        elif key == "documentation":
            values["documentation"] = _documentation(value, report)
        elif key == "history":
            values["history"] = _history(value, report)
        elif key == "earlier_notes":
            values["earlier_notes"] = _earlier(value, report)
        elif key == "facts" or key in GROUPS:
            read_facts("" if key == "facts" else key, value, facts, report)
        elif isinstance(key, str) and key.startswith("x_"):
            read_x_fact(key, value, facts, report)
        else:
            report.unknown_key("", key, fields.VISIT.keys() | _STRUCTURED)
    if "date" not in values and data.get("date") is None:
        report.error("date", "`date` is missing", "every visit needs its date of service, such as 2026-03-02")
    if "lines" not in values:
        report.error("lines", "`lines` is missing", 'every visit needs a list of lines, such as [{"code": "97530"}]')
    if report.problems and any(problem.severity == ERROR for problem in report.problems):
        return None
    if facts:
        values["facts"] = facts
    return Visit(**values)


def _plain(
    data: Mapping[str, Any], readers: Mapping[str, Reader], where: str, report: Report
) -> tuple[dict[str, Any], list[str]]:
    """The keys that have a reader, read; and the given keys that have none."""
    values: dict[str, Any] = {}
    rest: list[str] = []
    for key, value in data.items():
        if value is None:
            continue
        reader = readers.get(key)
        if reader is None:
            rest.append(key)
            continue
        try:
            values[key] = reader(value)
        except Refused as refused:
            report.refuse(where, key, refused)
    return values, rest


def _lines(value: object, report: Report) -> tuple[Line, ...]:
    if not isinstance(value, (list, tuple)):
        report.error("lines", "`lines` must be a list", 'write [{"code": "97530"}]')
        return ()
    if not 1 <= len(value) <= fields.MAX_LINES:
        report.error("lines", f"a visit has 1 to {fields.MAX_LINES} lines, here are {len(value)}")
        return ()
    lines = [_line(item, position, report) for position, item in enumerate(value, 1)]
    if len({line.number for line in lines}) < len(lines):
        _repeated_numbers(lines, report)
    return tuple(lines)


def _line(data: Any, position: int, report: Report) -> Line:
    """One line. The first attempt takes the good path at full speed; whatever is odd is read again key by key."""
    if type(data) is not dict:
        return _odd_line(data, position, report)
    try:
        values: dict[str, Any] = {key: _LINE[key](value) for key, value in data.items()}
        line = Line(values.pop("line", position), **values)
    except (KeyError, TypeError, Refused):
        return _odd_line(data, position, report)
    if line.end is not None and line.start is not None and line.end < line.start:
        report.error(f"line {position}, end", "`end` is before `start`", "times are of one day, from 00:00 to 23:59")
    if line.assistant_minutes:
        _within(line, f"line {position}", report)
    return line


def _within(line: Line, where: str, report: Report) -> None:
    """An assistant's minutes are part of the line's."""
    if line.minutes is not None and line.assistant_minutes is not None and line.assistant_minutes > line.minutes:
        message = "`assistant_minutes` is more than `minutes`"
        report.error(
            f"{where}, assistant_minutes", message, "give the minutes of the line that an assistant gave alone"
        )


def _odd_line(data: Any, position: int, report: Report) -> Line:
    """A line with facts, nulls or mistakes; after an error, a stand-in that only keeps the line numbers in step."""
    where = f"line {position}"
    if not isinstance(data, Mapping):
        report.error(where, "a line must be an object", 'write {"code": "97530"}')
        return Line(position, "")
    values, rest = _plain(data, _LINE, where, report)
    facts = read_line_facts(data, rest, where, report)
    if "code" not in values and data.get("code") is None:
        report.error(f"{where}, code", "`code` is missing", "every line needs a code such as 97530")
    start, end = values.get("start"), values.get("end")
    if start is not None and end is not None and end < start:
        report.error(f"{where}, end", "`end` is before `start`", "times are of one day, from 00:00 to 23:59")
    line = Line(values.pop("line", position), **{"code": "", **values, "facts": facts})
    _within(line, where, report)
    return line


def _repeated_numbers(lines: list[Line], report: Report) -> None:
    seen: set[int] = set()
    for position, line in enumerate(lines, 1):
        if line.number in seen:
            report.error(f"line {position}, line", f"line number {line.number} is repeated", "number each line once")
        seen.add(line.number)


def _patient(value: Any, values: dict[str, Any], report: Report) -> None:
    """Patient id and age. The birth date serves to work out the age and goes no further."""
    if not isinstance(value, Mapping):
        report.error("patient", "`patient` must be an object", 'write {"id": "P1", "age": 71}')
        return
    found, rest = _plain(value, fields.PATIENT, "patient", report)
    for key in rest:
        report.unknown_key("patient", key, fields.PATIENT)
    values["patient"] = found.get("id")
    values["age"] = found.get("age")
    birth, date = found.get("birth_date"), values.get("date")
    if birth is None or date is None:
        return
    age = _age(birth, date)
    if not 0 <= age <= fields.MAX_AGE:
        report.error(
            "patient, birth_date", f"`birth_date` gives no age from 0 to {fields.MAX_AGE} on the date of service"
        )
    elif found.get("age", age) != age:
        report.error(
            "patient, age", "`age` is not the age that `birth_date` gives on the date of service", "give one of them"
        )
    values["age"] = age


def _age(birth: dt.date, date: dt.date) -> int:
    return date.year - birth.year - ((date.month, date.day) < (birth.month, birth.day))


def _documentation(value: Any, report: Report) -> dict[str, str]:
    """Elements of the note: text, or `true` for "documented"; `false`, `null` and empty text are "not documented"."""
    if not isinstance(value, Mapping):
        report.error("documentation", "`documentation` must be an object", 'write {"activity": "sit to stand"}')
        return {}
    elements: dict[str, str] = {}
    for key, item in value.items():
        if item is True:
            elements[key] = "yes"
        elif isinstance(item, str):
            if item.strip():
                elements[key] = item
        elif isinstance(item, int) and item is not False and abs(item) < 10**15:
            elements[key] = str(item)
        elif item is not None and item is not False:
            report.error(f"documentation, {shown(key)}", f"`{shown(key)}` must be text, true or false")
        if key not in DOCUMENTATION and nearest(str(key), DOCUMENTATION, 0.9):
            report.unknown_key("documentation", key, DOCUMENTATION)
    return elements


def _history(value: object, report: Report) -> tuple[PastLine, ...]:
    """Earlier lines of the patient."""
    return _past("history", "line", ("date", "code"), fields.PAST, PastLine, value, report)


def _earlier(value: object, report: Report) -> tuple[EarlierNote, ...]:
    """Notes of earlier visits of the patient."""
    return _past("earlier_notes", "note", ("date", "note"), fields.EARLIER, EarlierNote, value, report)


def _past(
    name: str, what: str, needed: tuple[str, str], readers: Mapping[str, Reader], make: Callable[..., T], value: object, report: Report
) -> tuple[T, ...]:  # fmt: skip
    """A list of earlier things, each an object with two keys that it cannot do without."""
    one = f'{{"{needed[0]}": …, "{needed[1]}": …}}'
    if not isinstance(value, (list, tuple)):
        report.error(name, f"`{name}` must be a list of earlier {what}s", f"write [{one}]")
        return ()
    past = []
    for position, item in enumerate(value, 1):
        where = f"{name} {position}"
        if not isinstance(item, Mapping):
            report.error(where, f"an earlier {what} must be an object", f"write {one}")
            continue
        found, rest = _plain(item, readers, where, report)
        for key in rest:
            if key == "facts" and make is PastLine:
                found["facts"] = read_past_facts(item[key], where, report)
            else:
                report.unknown_key(where, key, readers)
        for key in needed:
            if item.get(key) is None:
                words = f"an earlier {what} needs its date and its {needed[1] if needed[1] != what else 'text'}"
                report.error(f"{where}, {key}", f"`{key}` is missing", words)
        if all(key in found for key in needed):
            past.append(make(**found))
    return tuple(past)
