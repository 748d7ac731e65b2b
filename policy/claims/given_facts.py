"""Facts that have no field of their own in the model: `facts`, objects such as `authorization`, and `x_…` keys.

Owns: which path a key stands for, and reading a fact of the catalogue by its type.
Never: knows the facts that a policy declares; those are kept as they came, for the engine to read by the policy's type.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.claims import fields
from policy.claims.fields import Refused
from policy.claims.problem import shown
from policy.claims.report import Report
from policy.facts import BY_PATH, NOTE
from policy.values import Value

GROUPS: Final = frozenset({"authorization", "plan_of_care", "injury", "episode", "progress_report", "therapy"})
"""Objects of a visit whose keys are facts: `{"injury": {"date": …}}` is the fact `injury.date`."""

_OWN_KEY: Final = {
    **{f"line.{key}": key for key in fields.LINE},
    "line.number": "line",
    **{f"visit.{key}": key for key in fields.VISIT},
    "patient.age": "patient.age",
}
"""Catalogue facts with a key of their own: path to key."""

PAST_KEYS: Final = {
    **{f"line.{key}": key for key in ("code", "units", "minutes", "discipline", "provider", "region", "place")},
    **{f"visit.{key}": key for key in ("date", "group", "facility", "place")},
}
"""Facts of an earlier line with a key of their own: path to key."""

_BY_X_NAME: Final = {path.replace(".", "_"): path for path in BY_PATH}
_MAX_DEPTH: Final = 8
_HOME: Final = {
    "line": "write it in the `facts` of its line",
    "documentation": "write it under `documentation`",
}


def read_line_facts(data: Mapping[str, Any], rest: list[str], where: str, report: Report) -> dict[str, Value]:
    """The facts of a line, by full path (`line.…`), from the keys that the model has no field for."""
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


def read_past_facts(value: object, where: str, report: Report) -> dict[str, Value]:
    """The facts of an earlier line and of its visit, by full path."""
    facts: dict[str, Value] = {}
    for path, item in _flat("", value, f"{where}, facts", report):
        if path in PAST_KEYS:
            report.error(f"{where}, facts", f"`{shown(path)}` has a key of its own", f"write `{PAST_KEYS[path]}`")
        elif path.startswith("documentation."):
            report.error(f"{where}, facts", f"`{shown(path)}` is not a fact of an earlier line")
        else:
            _keep(path, item, facts, f"{where}, facts", report, {})
    return facts


def read_facts(group: str, value: object, facts: dict[str, Value], report: Report) -> None:
    """`facts` (`group` is empty) or an object such as `authorization`, flattened to dotted paths."""
    where = "" if group else "facts"
    for path, item in _flat(group, value, group or "facts", report):
        if path.startswith(("line.", "documentation.")):
            report.error(where, f"`{shown(path)}` is not a fact of the visit", _HOME[path.split(".")[0]])
        else:
            _keep(path, item, facts, where, report)


def read_x_fact(key: str, value: object, facts: dict[str, Value], report: Report) -> None:
    """`x_a_b` is the fact whose path, dots replaced by underscores, is `a_b`; without one it is kept as `a_b`."""
    if key.startswith(("x_line_", "x_documentation_")):
        report.error("", f"`{shown(key)}` is not a fact of the visit", _HOME[key.split("_")[1]])
    else:
        _keep(_BY_X_NAME.get(key[2:], key[2:]), value, facts, "", report)


def _flat(path: str, value: Any, where: str, report: Report, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Nested objects as dotted paths and values; `null` is left out."""
    if isinstance(value, Mapping) and depth < _MAX_DEPTH:
        for key, item in value.items():
            yield from _flat(f"{path}.{key}" if path else str(key), item, where, report, depth + 1)
    elif depth == 0:
        report.error(
            where, f"`{where.split(', ')[-1]}` must be an object of facts", 'write {"injury.date": "2026-01-15"}'
        )
    elif value is not None:
        yield path, value


def _keep(
    path: str, value: object, facts: dict[str, Value], where: str, report: Report, keys: Mapping[str, str] = _OWN_KEY
) -> None:
    """Adds one fact: typed when the catalogue knows it, as it came when only a policy can know it."""
    own = keys.get(path)
    if own is not None:
        report.error(where, f"`{shown(path)}` has a key of its own", f"write `{own}`")
        return
    if path.startswith((NOTE, NOTE.replace(".", "_"))):
        report.error(where, f"`{shown(path)}` is read from the note", "give the `note` itself, and `earlier_notes`")
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
