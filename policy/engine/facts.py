"""Reading facts from a visit.

Owns: where each fact lies, what is derived (a discipline from its modifier, a provider or place from the visit), and keys by which
lines are grouped.
Never: decides anything. A fact that is not given, or not of its declared type, is `None`.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from policy.claims.visit import Line, PastLine, Visit, discipline_of
from policy.engine.evidence import showing
from policy.facts import NOTE, Fact
from policy.values import Type, Value, parse_value


def discipline(line: Line) -> str | None:
    """The line's discipline as stated, or as its one plan-of-care modifier says."""
    return discipline_of(line.discipline, line.modifiers)


def assistant_minutes(line: Line) -> int | None:
    """Minutes that an assistant gave alone: as stated, else none of a therapist's line and all of an assistant's."""
    if line.assistant_minutes is not None:
        return line.assistant_minutes
    return {"therapist": 0, "assistant": line.minutes}.get(line.furnished_by or "")


_LINE: Final[Mapping[str, Callable[[Visit, Line], Any]]] = {
    "line.code": lambda _, line: line.code,
    "line.number": lambda _, line: line.number,
    "line.minutes": lambda _, line: line.minutes,
    "line.units": lambda _, line: line.units,
    "line.modifiers": lambda _, line: line.modifiers,
    "line.charge": lambda _, line: line.charge,
    "line.fee": lambda _, line: line.fee,
    "line.practice_expense": lambda _, line: line.practice_expense,
    "line.rvu": lambda _, line: line.rvu,
    "line.start": lambda _, line: line.start,
    "line.end": lambda _, line: line.end,
    "line.discipline": lambda _, line: discipline(line),
    "line.delivery": lambda _, line: line.delivery,
    "line.furnished_by": lambda _, line: line.furnished_by,
    "line.assistant_minutes": lambda _, line: assistant_minutes(line),
    "line.provider": lambda visit, line: line.provider if line.provider is not None else visit.provider,
    "line.place": lambda visit, line: line.place if line.place is not None else visit.place,
    "line.revenue_code": lambda _, line: line.revenue_code,
    "line.region": lambda _, line: line.region,
}

_VISIT: Final[Mapping[str, Callable[[Visit], Any]]] = {
    **{
        f"visit.{name}": attrgetter(name)
        for name in (
            "date", "received", "processed", "number", "timed_minutes", "total_minutes", "place", "provider",
            "locality", "setting", "claim_type", "group", "facility",
        )
    },
    "patient.age": attrgetter("age"),
    "note.words": lambda visit: visit.reading.words if visit.reading else None,
    "note.similarity": lambda visit: visit.reading.similar.percent if visit.reading and visit.reading.similar else None,
    "patient.history": lambda visit: None if visit.history is None else True,
}  # fmt: skip


_PAST: Final[Mapping[str, Callable[[PastLine], Any]]] = {
    **{f"line.{name}": attrgetter(name) for name in ("code", "units", "minutes", "discipline", "provider", "region", "place")},
    **{f"visit.{name}": attrgetter(name) for name in ("date", "place", "group", "facility")},
}  # fmt: skip


def line_fact(fact: Fact, visit: Visit, line: Line) -> Value | tuple[str, ...] | None:
    """A fact of a line, `None` when it is missing."""
    read = _LINE.get(fact.path)
    return read(visit, line) if read else _declared(fact, line.facts)


def visit_fact(fact: Fact, visit: Visit) -> Value | None:
    """A fact of the visit, `None` when it is missing."""
    read = _VISIT.get(fact.path)
    if read is None and fact.path.startswith(NOTE):
        return showing(visit, fact.path.removeprefix(NOTE)).number
    return read(visit) if read else _declared(fact, visit.facts)


def past_fact(fact: Fact, row: PastLine) -> Value | None:
    """A fact of an earlier line or of its visit, `None` when it is missing."""
    read = _PAST.get(fact.path)
    return read(row) if read else _declared(fact, row.facts)


def _declared(fact: Fact, facts: Mapping[str, Value]) -> Value | None:
    raw = facts.get(fact.path)
    if raw is None:
        raw = facts.get(fact.path.replace(".", "_"))
        if raw is None:
            return None
    return _typed(fact, raw)


def _typed(fact: Fact, raw: object) -> Value | None:
    if isinstance(raw, dt.date):
        return raw if fact.type is Type.DATE else None
    try:
        return parse_value(fact.type, raw, fact.choices)
    except ValueError:
        return None


def unreadable(declared: Sequence[Fact], visit: Visit) -> list[tuple[str, tuple[int, ...]]]:
    """Facts that the policy declares and the visit gives in a form that is not of their type, with the lines they are about."""
    found = []
    for fact in declared:
        if fact.of_line:
            about = tuple(i for i, line in enumerate(visit.lines) if _spoilt(fact, line.facts))
        else:
            about = tuple(range(len(visit.lines))) if _spoilt(fact, visit.facts) else ()
        if about:
            found.append((fact.path, about))
    return found


def _spoilt(fact: Fact, facts: Mapping[str, Value]) -> bool:
    raw = facts.get(fact.path, facts.get(fact.path.replace(".", "_"))) if facts else None
    return raw is not None and _typed(fact, raw) is None


def shared_keys(values: Sequence[str | None]) -> list[str | None]:
    """Keys for grouping lines by something that may not be stated.

    A visit is one patient with one provider on one day: when no line names a discipline (or provider, or region), its lines are
    taken as of one. When some lines name it, a line that does not stays unknown (`None`), because it could be of another.
    """
    return [""] * len(values) if all(value is None for value in values) else list(values)


def fact_keys(fact: Fact, visit: Visit) -> list[str | None]:
    """The value of a fact for each line, as a key for grouping them; the visit's own is the same for all of its lines."""
    values = [line_fact(fact, visit, line) if fact.of_line else visit_fact(fact, visit) for line in visit.lines]
    return shared_keys([None if value is None else str(value) for value in values])


def line_keys(key: str, visit: Visit) -> list[str | None]:
    """The value of a grouping key for each line. Patient, claim and day are the same for all lines of a visit."""
    lines = visit.lines
    match key:
        case "discipline":
            return shared_keys([discipline(line) for line in lines])
        case "provider":
            return shared_keys([line.provider if line.provider is not None else visit.provider for line in lines])
        case "region":
            return shared_keys([line.region for line in lines])
        case "group":
            return shared_keys([visit.group] * len(lines))
        case "facility":
            return shared_keys([visit.facility] * len(lines))
        case "code":
            return [line.code for line in lines]
        case "line":
            return [str(i) for i in range(len(lines))]
        case _:
            return [""] * len(lines)
