"""An example in plain English: the visit, and what the decision on it must say.

Owns: the sentences of `example`; `visit_rows` has its lines as a table's cells.
Never: runs an example.
"""

from collections.abc import Callable
from typing import Any, Final

from policy.catalogue.telling import Telling, spaced
from policy.catalogue.words import Ref, Words, listed, quote, say
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.syntax.words import number
from policy.values import Type, format_time

STATUSES: Final = {
    "deny": "denied",
    "reduce": "reduced",
    "undetermined": "undetermined",
    "review": "sent to review",
    "authorize": "held for authorization",
    "allow": "allowed",
}
COLUMNS: Final = ("code", "minutes", "billed", "modifiers", "also stated")


def example(t: Telling, s: Statement) -> list[Words]:
    """The visit's facts, its lines, and what is expected."""
    visit = s.declaration.first(ast.ExampleVisit)
    out: list[Words] = []
    if visit is not None:
        facts = [stated(t, fact) for fact in visit.facts]
        out.append(say(f"A visit on {visit.date}", *(say("; ", fact) for fact in facts)))
        out += [say(*_line(row)) for row in visit_rows(t, visit)]
    expected = [item for expect in s.declaration.all(ast.Expect) for item in expect.items]
    return [*out, *(expectation(t, item) for item in expected)]


def visit_rows(t: Telling, visit: ast.ExampleVisit) -> list[tuple[Words, ...]]:
    """Each line: code, minutes, billed units, modifiers, and what else it states. Empty cells were not stated."""
    return [
        (
            (Ref("code", line.code.text, line.code.text),),
            _stated(line.minutes),
            _stated(line.billed),
            () if line.modifiers is None else listed(word.text for word in line.modifiers) or ("none",),
            _more(t, line),
        )
        for line in visit.lines
    ]


def _line(row: tuple[Words, ...]) -> list[Words]:
    code, minutes, billed, modifiers, more = row
    out = [code]
    out += [say(", ", minutes, " minutes")] if minutes else []
    out += [say(", billed ", billed)] if billed else []
    out += [say(", modifiers ", modifiers)] if modifiers else []
    return [*out, say(", ", more)] if more else out


def _stated(value: Any) -> Words:
    return () if value is None else (number(value),)


def _more(t: Telling, line: ast.ExampleLine) -> Words:
    parts: list[Words] = []
    if line.start is not None or line.end is not None:
        times = [format_time(one) if one is not None else "?" for one in (line.start, line.end)]
        parts.append(say(f"{times[0]} to {times[1]}"))
    parts += [say(f"charge ${line.charge:,f}")] if line.charge is not None else []
    parts += [say(line.discipline)] if line.discipline is not None else []
    parts += [stated(t, fact) for fact in line.facts]
    out: Words = ()
    for part in parts:
        out = say(out, "; " if out else "", part)
    return out


def stated(t: Telling, fact: Any) -> Words:
    """One fact that an example states of its visit or of a line."""
    match fact:
        case ast.FactIs(path=path, value=value):
            if t.type_of(path) is Type.YES_NO and isinstance(value, ast.Literal):
                return t.truth(path, value.value is True)
            return say(t.fact(path), " is ", t.literal(value))
        case ast.DocumentedIs(elements=elements):
            return say("the record states ", t.elements(elements)) if elements else ("the record states nothing",)
        case ast.HistoryNone():
            return ("nothing came before",)
        case ast.NoteIs(text=text):
            return say("the note says ", quote(text))
        case ast.EarlierNote(date=date, text=text):
            return say(f"the note of {date} says ", quote(text))
        case ast.HistoryLine():
            return _history(t, fact)
        case _:
            return ("something that this page cannot tell",)


def _history(t: Telling, line: ast.HistoryLine) -> Words:
    parts: list[Words] = [say(f"on {line.date} ", Ref("code", line.code.text, line.code.text))]
    parts += [say(f"{number(line.units)} units")] if line.units is not None else []
    parts += [say(f"{line.minutes} minutes")] if line.minutes is not None else []
    parts += [say(line.discipline)] if line.discipline is not None else []
    parts += [say(f"${line.amount:,f} paid")] if line.amount is not None else []
    parts += [say(f"{number(line.rvus)} RVUs")] if line.rvus is not None else []
    parts += [say(t.fact(fact.path), " ", t.literal(fact.value)) for fact in line.facts]
    return say("before it, ", listed(parts, "and"))


def _spoke(kind: str, name: ast.Word) -> Ref:
    return Ref("statement", f"{kind} {name}", f"“{spaced(name.text)}”")


def _outcome(t: Telling, e: ast.ExpectOutcome) -> Words:
    by = say(" by ", _spoke(e.kind, e.name)) if e.kind is not None and e.name is not None else ()
    return say("A line of ", Ref("code", e.code.text, e.code.text), f" is {STATUSES.get(e.status, e.status)}", by)


def _units(t: Telling, e: ast.ExpectUnits) -> Words:
    of = f", of {number(e.supported)} supported" if e.supported is not None else ""
    units = "unit is" if e.units == 1 else "units are"
    return say(f"{number(e.units)} {units} allowed of ", Ref("code", e.code.text, e.code.text), of)


def _pays(t: Telling, e: ast.ExpectPays) -> Words:
    of = say("Of ", Ref("code", e.code.text, e.code.text), " ") if e.code is not None else ("In all ",)
    return say(of, f"${e.amount:,f} is paid")


EXPECTED: Final[dict[type, Callable[[Telling, Any], Words]]] = {
    ast.NoFindings: lambda t, e: ("Nothing is found",),
    ast.NoEvidence: lambda t, e: say("Nothing shows ", t.elements([e.name])),
    ast.ExpectStatus: lambda t, e: (f"The visit is {STATUSES.get(e.status, e.status)}",),
    ast.ExpectTotal: lambda t, e: (f"{number(e.units)} unit{' is' if e.units == 1 else 's are'} allowed in all",),
    ast.ExpectMissing: lambda t, e: say("It hangs on ", t.fact(e.fact) if e.fact != "history" else "the history"),
    ast.ExpectUnits: _units,
    ast.ExpectPays: _pays,
    ast.ExpectOutcome: _outcome,
    ast.ExpectSpoke: lambda t, e: (_spoke(e.kind, e.name), " is shown" if e.kind == "evidence" else " speaks"),
}


def expectation(t: Telling, item: Any) -> Words:
    """What the decision must say. One that has no sentence yet is told by its name."""
    make = EXPECTED.get(type(item))
    return make(t, item) if make is not None else (Ref("written", "", type(item).__name__),)
