"""A visit from a mapping, as JSON holds one: every key's type and range is checked, every mistake is named by visit, line and key.

Owns: the shape of a visit on the way in, and which fact each key stands for.
Never: reads a file, or guesses. An error rejects the whole visit; an unknown key is a warning. A key that is absent or `null` is "not given".

`evaluate(mapping)` comes through here, so the good path does no more than look up each key's reader and call it; places and
suggestions are worked out only when there is something to report.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from policy.claims import fields
from policy.claims.fields import Reader, Refused
from policy.claims.problem import ERROR, WARNING, Problem, shown
from policy.claims.visit import Line, PastLine, Visit
from policy.facts import BY_PATH, DOCUMENTATION
from policy.values import Value

GROUPS: Final = frozenset({"authorization", "plan_of_care", "injury", "episode", "progress_report", "therapy"})
"""Objects of a visit whose keys are facts: `{"injury": {"date": …}}` is the fact `injury.date`."""

_STRUCTURED: Final = frozenset({"lines", "patient", "facts", "documentation", "history"}) | GROUPS
_OWN_KEY: Final = {
    **{f"line.{key}": key for key in fields.LINE},
    "line.number": "line",
    **{f"visit.{key}": key for key in fields.VISIT},
    "patient.age": "patient.age",
}
"""Catalogue facts with a key of their own: path to key."""

_BY_X_NAME: Final = {path.replace(".", "_"): path for path in BY_PATH}
_MAX_DEPTH: Final = 8
_MAX_WARNINGS: Final = 20


class _Report:
    """The problems of one visit. Its place is worked out when there is something to say."""

    __slots__ = ("data", "place", "problems", "unknown")

    def __init__(self, data: Mapping[str, Any], place: str) -> None:
        self.data = data
        self.place = place
        self.problems: list[Problem] = []
        self.unknown = 0

    def error(self, where: str, message: str, help: str | None = None) -> None:
        self._add(ERROR, where, message, help)

    def refuse(self, where: str, key: str, refused: Refused) -> None:
        key = shown(key)
        self._add(ERROR, f"{where}, {key}" if where else key, f"`{key}` {refused.message}", refused.help)

    def unknown_key(self, where: str, key: object, known: Mapping[str, object] | frozenset[str]) -> None:
        """A warning with the nearest known key; past the first few only their count is kept."""
        self.unknown += 1
        if self.unknown > _MAX_WARNINGS:
            return
        nearest = _nearest(str(key), known)
        help = f"did you mean `{nearest}`" if nearest else "write `x_…` for a fact that the policy declares"
        self._add(WARNING, where, f"`{shown(key)}` is not a key that is read", help)

    def done(self) -> list[Problem]:
        if self.unknown > _MAX_WARNINGS:
            self._add(WARNING, "", f"{self.unknown - _MAX_WARNINGS} more keys are not read", None)
        return self.problems

    def _add(self, severity: str, where: str, message: str, help: str | None) -> None:
        visit = _visit_id(self.data)
        place = self.place
        if visit is not None:
            place = f"visit {visit}" if place == "visit" else f"{place}, visit {visit}"
        self.problems.append(Problem(severity, message, f"{place}, {where}" if where else place, help, visit))


def visit_from_mapping(data: Mapping[str, object], *, place: str = "visit") -> tuple[Visit | None, list[Problem]]:
    """Reads one visit. Returns it, or `None` when any problem is an error, with all problems found. Never raises for bad input.

    `place` says where the mapping stands (`claims.jsonl line 3`); problems add visit, line and key to it.
    """
    if not isinstance(data, Mapping):
        return None, [Problem(ERROR, "a visit must be an object", place, 'write {"date": …, "lines": [{"code": …}]}')]
    report = _Report(data, place)
    visit = _visit(data, report)
    problems = report.done() if report.problems else report.problems
    if any(problem.severity == ERROR for problem in problems):
        return None, problems
    return visit, problems


def _visit(data: Mapping[str, Any], report: _Report) -> Visit | None:
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
        elif key == "facts" or key in GROUPS:
            _facts("" if key == "facts" else key, value, facts, report)
        elif isinstance(key, str) and key.startswith("x_"):
            _x_fact(key, value, facts, report)
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
    data: Mapping[str, Any], readers: Mapping[str, Reader], where: str, report: _Report
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


def _lines(value: object, report: _Report) -> tuple[Line, ...]:
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


def _line(data: Any, position: int, report: _Report) -> Line:
    """One line; after an error that was reported, a stand-in that only keeps the line numbers in step."""
    if not isinstance(data, Mapping):
        report.error(f"line {position}", "a line must be an object", 'write {"code": "97530"}')
        return Line(position, "")
    where = f"line {position}"
    values, rest = _plain(data, fields.LINE, where, report)
    if rest:
        values["facts"] = _line_facts(data, rest, where, report)
    number = values.pop("line", position)
    if "code" not in values:
        if data.get("code") is None:
            report.error(f"{where}, code", "`code` is missing", "every line needs a code such as 97530")
        return Line(number, "")
    line = Line(number, **values)
    if line.start is not None and line.end is not None and line.end < line.start:
        report.error(f"{where}, end", "`end` is before `start`", "times are of one day, from 00:00 to 23:59")
    return line


def _repeated_numbers(lines: list[Line], report: _Report) -> None:
    seen: set[int] = set()
    for position, line in enumerate(lines, 1):
        if line.number in seen:
            report.error(f"line {position}, line", f"line number {line.number} is repeated", "number each line once")
        seen.add(line.number)


def _line_facts(data: Mapping[str, Any], rest: list[str], where: str, report: _Report) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for key in rest:
        if key == "facts":
            for path, value in _flat("", data[key], f"{where}, facts", report):
                if path.startswith("line."):
                    _keep(path, value, facts, f"{where}, facts", report)
                else:
                    report.error(f"{where}, facts", f"`{shown(path)}` is not a fact of a line", "write `line.…`")
        elif isinstance(key, str) and key.startswith("x_"):
            name = key[2:] if key.startswith("x_line_") else f"line_{key[2:]}"
            _keep(_BY_X_NAME.get(name, name), data[key], facts, where, report)
        else:
            report.unknown_key(where, key, fields.LINE.keys() | {"facts"})
    return facts


def _facts(group: str, value: object, facts: dict[str, Value], report: _Report) -> None:
    """`facts` (`group` is empty) or an object such as `authorization`, flattened to dotted paths."""
    where = group or "facts"
    for path, item in _flat(group, value, where, report):
        if path.startswith(("line.", "documentation.")):
            report.error(where, f"`{shown(path)}` is not a fact of the visit", _HOME[path.split(".")[0]])
        else:
            _keep(path, item, facts, where, report)


_HOME: Final = {
    "line": "write it in the `facts` of its line",
    "documentation": "write it under `documentation`",
}


def _x_fact(key: str, value: object, facts: dict[str, Value], report: _Report) -> None:
    """`x_a_b` is the fact whose dotted path, dots replaced by underscores, is `a_b`; without one it is kept as `a_b`."""
    if key.startswith(("x_line_", "x_documentation_")):
        report.error("", f"`{shown(key)}` is not a fact of the visit", _HOME[key.split("_")[1]])
    else:
        _keep(_BY_X_NAME.get(key[2:], key[2:]), value, facts, "", report)


def _flat(path: str, value: Any, where: str, report: _Report, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Nested objects as dotted paths and values; `null` is left out."""
    if isinstance(value, Mapping) and depth < _MAX_DEPTH:
        for key, item in value.items():
            yield from _flat(f"{path}.{key}" if path else str(key), item, where, report, depth + 1)
    elif depth == 0:
        report.error(where, f"`{where.split(', ')[-1]}` must be an object of facts", 'write {"injury.date": "2026-01-15"}')
    elif value is not None:
        yield path, value


def _keep(path: str, value: object, facts: dict[str, Value], where: str, report: _Report) -> None:
    """Adds one fact: typed when the catalogue knows it, as it came when only a policy can know it."""
    own = _OWN_KEY.get(path)
    if own is not None:
        report.error(where, f"`{shown(path)}` has a key of its own", f"write `{own}`")
        return
    declared = BY_PATH.get(path)
    try:
        read = fields.fact(declared, value) if declared else fields.raw_fact(value)
    except Refused as refused:
        report.refuse(where, path, refused)
        return
    if path in facts and facts[path] != read:
        report.error(where, f"`{shown(path)}` is given twice with different values", "give each fact once")
    facts[path] = read


def _patient(value: Any, values: dict[str, Any], report: _Report) -> None:
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
        report.error("patient, birth_date", f"`birth_date` gives no age from 0 to {fields.MAX_AGE} on the date of service")
    elif found.get("age", age) != age:
        report.error("patient, age", "`age` is not the age that `birth_date` gives on the date of service", "give one of them")
    values["age"] = age


def _age(birth: dt.date, date: dt.date) -> int:
    return date.year - birth.year - ((date.month, date.day) < (birth.month, birth.day))


def _documentation(value: Any, report: _Report) -> dict[str, str]:
    """Elements of the note: their text, or `true` for "documented". `false`, `null` and empty text are "not documented"."""
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
        if key not in DOCUMENTATION and (nearest := _nearest(str(key), DOCUMENTATION, 0.9)):
            report.unknown_key("documentation", key, frozenset({nearest}))
    return elements


def _history(value: object, report: _Report) -> tuple[PastLine, ...]:
    if not isinstance(value, (list, tuple)):
        report.error("history", "`history` must be a list of earlier lines", 'write [{"date": …, "code": …}]')
        return ()
    past = []
    for position, item in enumerate(value, 1):
        where = f"history {position}"
        if not isinstance(item, Mapping):
            report.error(where, "an earlier line must be an object", 'write {"date": …, "code": …}')
            continue
        found, rest = _plain(item, fields.PAST, where, report)
        for key in rest:
            report.unknown_key(where, key, fields.PAST)
        missing = [key for key in ("date", "code") if item.get(key) is None]
        for key in missing:
            report.error(f"{where}, {key}", f"`{key}` is missing", "an earlier line needs its date and its code")
        if "date" in found and "code" in found:
            past.append(PastLine(**found))
    return tuple(past)


def _visit_id(data: Mapping[str, Any]) -> str | None:
    try:
        return fields.text(data.get("visit"))
    except Refused:
        return None


def _nearest(key: str, known: Any, cutoff: float = 0.75) -> str | None:
    from difflib import get_close_matches

    found = get_close_matches(key[:60].lower(), sorted(known), 1, cutoff)
    return found[0] if found else None
