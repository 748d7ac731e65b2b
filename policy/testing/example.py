"""From an `example` declaration to the visit that it describes.

Owns: reading the stated facts into a `Visit`. What an example does not state is missing, as anywhere else.
Never: judges expectations (`run`).
"""

from collections.abc import Mapping
from typing import Any

from policy.claims.visit import EarlierNote, Line, PastLine, Visit
from policy.facts import Fact
from policy.syntax import ast
from policy.values import Type, Value, format_time, parse_value

_LINE_FIELDS = {
    "line.delivery": "delivery", "line.furnished_by": "furnished_by", "line.provider": "provider", "line.place": "place",
    "line.revenue_code": "revenue_code", "line.region": "region", "line.discipline": "discipline", "line.minutes": "minutes",
    "line.assistant_minutes": "assistant_minutes",
    "line.units": "units", "line.charge": "charge", "line.fee": "fee", "line.practice_expense": "practice_expense", "line.rvu": "rvu",
    "line.start": "start", "line.end": "end",
}  # fmt: skip
_VISIT_FIELDS = {
    "visit.received": "received", "visit.processed": "processed", "visit.number": "number", "visit.timed_minutes": "timed_minutes",
    "visit.total_minutes": "total_minutes", "visit.place": "place", "visit.locality": "locality",
    "visit.provider": "provider", "visit.setting": "setting",
    "visit.claim_type": "claim_type", "visit.group": "group", "visit.facility": "facility", "patient.age": "age",
}  # fmt: skip


def visit_of(name: str, policy: str, described: ast.ExampleVisit, facts: Mapping[str, Fact]) -> Visit:
    """The visit of an example; its id is the example's name."""
    fields: dict[str, Any] = {}
    own: dict[str, Value] = {}
    history: list[PastLine] | None = None
    for item in described.facts:
        match item:
            case ast.FactIs():
                value = _value(item, facts)
                if item.path in _VISIT_FIELDS:
                    fields[_VISIT_FIELDS[item.path]] = value
                else:
                    own[item.path] = value
            case ast.DocumentedIs():
                recorded = fields.setdefault("documentation", {})
                recorded.update({word.text: "documented" for word in item.elements})
            case ast.NoteIs():
                fields["note"] = item.text
            case ast.EarlierNote():
                fields["earlier_notes"] = (*fields.get("earlier_notes", ()), EarlierNote(item.date, item.text))
            case ast.HistoryNone():
                history = history or []
            case ast.HistoryLine():
                history = [*(history or []), _past(item, facts)]
    lines = tuple(_line(number, line, facts) for number, line in enumerate(described.lines, 1))
    return Visit(
        described.date,
        lines,
        visit=name,
        policy=policy,
        facts=own,
        history=None if history is None else tuple(history),
        **fields,
    )


def _past(item: ast.HistoryLine, facts: Mapping[str, Fact]) -> PastLine:
    stated = {fact.path: _value(fact, facts) for fact in item.facts}
    place = stated.pop("visit.place", None), stated.pop("line.place", None)
    return PastLine(
        item.date, item.code.text, item.units, item.minutes, item.discipline, item.provider, item.region,
        amount=item.amount, rvus=item.rvus, group=item.group, facility=item.facility,
        place=next((str(one) for one in place if one is not None), None), facts=stated,
    )  # fmt: skip


def _line(number: int, line: ast.ExampleLine, facts: Mapping[str, Fact]) -> Line:
    fields: dict[str, Any] = {}
    own: dict[str, Value] = {}
    for item in line.facts:
        value = _value(item, facts)
        if item.path in _LINE_FIELDS:
            fields[_LINE_FIELDS[item.path]] = value
        else:
            own[item.path] = value
    stated = {
        "minutes": line.minutes, "units": line.billed, "start": line.start, "end": line.end, "charge": line.charge,
        "discipline": line.discipline, "modifiers": None if line.modifiers is None else tuple(m.text for m in line.modifiers),
    }  # fmt: skip
    fields |= {key: value for key, value in stated.items() if value is not None}
    return Line(number, line.code.text, facts=own, **fields)


def _value(item: ast.FactIs, facts: Mapping[str, Fact]) -> Value:
    raw: object = item.value.name if isinstance(item.value, ast.NameRef) else item.value.value
    if isinstance(item.value, ast.Literal) and item.value.type is Type.TIME and item.path not in _LINE_FIELDS:
        assert isinstance(raw, int)
        return format_time(raw)
    if isinstance(item.value, ast.Literal) and item.value.type in (Type.DATE, Type.TIME, Type.YES_NO, Type.MONEY):
        assert isinstance(raw, Value)
        return raw
    fact = facts.get(item.path)
    if fact is None:
        return str(raw)
    text = str(raw)
    if fact.type is Type.TEXT and isinstance(item.value, ast.Literal) and item.path in {"line.place", "visit.place"}:
        text = text.zfill(2)
    return parse_value(fact.type, text, fact.choices)
