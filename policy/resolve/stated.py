"""Do the examples of a policy state what a visit can have?

Owns: facts stated with the wrong type or in the wrong place, and expectations about codes that the visit does not have.
Never: runs an example (`testing/run.py` does).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from policy.diagnostics import Diagnostic, Label
from policy.facts import NOTE, Fact
from policy.resolve.model import Statement
from policy.resolve.scope import Scope, Spelling
from policy.resolve.words import a_type, sample
from policy.syntax import ast
from policy.values import Type, parse_value

WRITTEN: Final = {
    "visit.date": "write it after `visit`, such as `visit 2026-03-02`",
    "line.code": "write it at the beginning of the line, such as `97530 24 minutes`",
    "line.number": "lines are numbered as they stand",
    "note.words": 'write `note "…"`',
    "note.similarity": 'write `note "…"` and `earlier note 2026-02-20 "…"`',
    "line.modifiers": "write `modifier GP` or `no modifier` on the line",
}
"""Facts that an example does not state with `is`, and how it does."""
_WRITTEN_PAST: Final = {
    "visit.date": "write it after `history`, such as `history 2026-02-27 97530`",
    "line.code": "write it after the date, such as `history 2026-02-27 97530`",
    "line.units": "write `2 units`",
    "line.minutes": "write `30 minutes`",
    "line.discipline": "write `PT`, `OT` or `SLP`",
    **{
        path: f'write `{path.rpartition(".")[2]} "…"`'
        for path in ("line.provider", "line.region", "visit.group", "visit.facility")
    },
    **dict.fromkeys(
        ("line.number", "line.modifiers", "patient.age", "patient.history"),
        "it is known of the visit itself, not of earlier ones",
    ),
}
"""The same of a line of history."""
_OWN_TYPE: Final = frozenset({Type.DATE, Type.TIME, Type.YES_NO, Type.MONEY})
_TEXTS: Final = frozenset({Type.TEXT, Type.CODE, Type.CHOICE})


def check_stated(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    """The mistakes of one example."""
    visit = statement.declaration.first(ast.ExampleVisit)
    if visit is None:
        return
    yield from _facts(scope, statement, [f for f in visit.facts if isinstance(f, ast.FactIs)], of_line=False)
    for line in visit.lines:
        yield from _facts(scope, statement, line.facts, of_line=True)
    for past in (fact for fact in visit.facts if isinstance(fact, ast.HistoryLine)):
        yield from _facts(scope, statement, past.facts, of_line=None)
    yield from _notes(scope, statement, visit)
    yield from _codes(statement, visit)


def _notes(scope: Scope, statement: Statement, visit: ast.ExampleVisit) -> Iterator[Diagnostic]:
    """One note a visit, and earlier notes that are no later than it."""
    notes = [fact for fact in visit.facts if isinstance(fact, ast.NoteIs)]
    for second in notes[1:]:
        also = (Label(statement.file, notes[0].span, "the first one"),)
        help_ = "write the whole note into one text"
        yield Diagnostic("repeated", "a second note", Label(statement.file, second.span), help=help_, also=also)
    for fact in visit.facts:
        if isinstance(fact, ast.DocumentedIs):
            for word in fact.elements:
                if scope.has("evidence", word.text) and word.text not in scope.fields:
                    message = f"`{word}` is no field of the record; only a note shows it"
                    help_ = 'write `note "…"`'
                    yield Diagnostic("example-fact", message, Label(statement.file, word.span), help=help_)
        if isinstance(fact, ast.EarlierNote) and fact.date > visit.date:
            message = f"the earlier note is of {fact.date}, after the visit"
            help_ = "write a date no later than the visit's"
            yield Diagnostic("example-date", message, Label(statement.file, fact.span), help=help_)


def _facts(
    scope: Scope, statement: Statement, facts: Sequence[ast.FactIs], *, of_line: bool | None
) -> Iterator[Diagnostic]:
    """Facts stated of the visit, of one line, or (`None`) of an earlier line, which may state both."""
    written = WRITTEN if of_line is not None else _WRITTEN_PAST
    first: dict[str, ast.FactIs] = {}
    for stated in facts:
        fact = scope.facts.get(stated.path)
        at = Label(statement.file, stated.span)
        if fact is None:
            continue
        if stated.path in first:
            also = (Label(statement.file, first[stated.path].span, "first stated here"),)
            message = f"`{stated.path}` is stated twice"
            yield Diagnostic("repeated", message, at, help="keep one of them", also=also)
        elif stated.path in written or stated.path.startswith(NOTE):
            message = f"`{stated.path}` is not stated with `is`"
            help_ = written.get(stated.path, 'it is read from the note: write `note "…"`')
            yield Diagnostic("example-fact", message, at, help=help_)
        elif fact.of_line and of_line is False:
            help_ = f"write it behind a line of the visit, such as `97530 24 minutes {fact.path} is …`"
            yield Diagnostic("example-fact", f"`{fact.path}` is a fact of a line", at, help=help_)
        elif of_line and not fact.of_line:
            message = f"`{fact.path}` is a fact of the visit, and stands behind a line"
            yield Diagnostic("example-fact", message, at, help="write it above the first line of the visit")
        else:
            problem = _value(fact, stated.value, scope.spelling) or _zero(fact, stated.value, statement)
            if problem is not None:
                yield Diagnostic(problem[0], problem[1], Label(statement.file, stated.value.span), help=problem[2])
        first.setdefault(stated.path, stated)


def _value(fact: Fact, value: ast.Literal | ast.NameRef, spelling: Spelling) -> tuple[str, str, str] | None:
    """Slug, message and help for a value that the fact cannot have."""
    raw = value.name if isinstance(value, ast.NameRef) else value.value
    type_ = value.type if isinstance(value, ast.Literal) else Type.CHOICE
    if fact.type is Type.CHOICE:
        if str(raw) in fact.choices:
            return None
        close = spelling.nearest(str(raw), fact.choices)
        help_ = f"did you mean `{close}`?" if close else f"write one of {', '.join(fact.choices)}"
        return "choice", f"`{fact.path}` is never `{str(raw)[:60]}`", help_
    such = (
        "write `yes` or `no`"
        if fact.type is Type.YES_NO
        else f"write {a_type(fact.type)}, such as `{sample(fact.type)}`"
    )
    amiss = "types-differ", f"`{fact.path}` is {a_type(fact.type)}", such
    if fact.type in _TEXTS:
        return None if type_ in _TEXTS or type_ is Type.NUMBER else amiss
    if type_ is fact.type:
        return None
    if fact.type in _OWN_TYPE or type_ is not Type.NUMBER:
        return amiss
    try:
        parse_value(fact.type, str(raw), fact.choices)
    except ValueError as error:
        return "types-differ", f"`{fact.path}` {error}", amiss[2]
    return None


def _zero(fact: Fact, value: ast.Literal | ast.NameRef, statement: Statement) -> tuple[str, str, str] | None:
    """A number with a leading zero beside a text would lose it. A place of service gets its two digits anyhow."""
    written = statement.file.text[value.span.start : value.span.end]
    if not isinstance(value, ast.Literal) or value.type is not Type.NUMBER or fact.path.endswith(".place"):
        return None
    if fact.type is not Type.TEXT or not written.startswith("0") or written == "0":
        return None
    return "types-differ", f"`{fact.path}` is a text, and `{written}` is read as a number", f'write `"{written}"`'


def _codes(statement: Statement, visit: ast.ExampleVisit) -> Iterator[Diagnostic]:
    codes = {line.code.text for line in visit.lines}
    if not codes:
        help_ = "write one line for each code, such as `97530  24 minutes`"
        yield Diagnostic("example-code", "the visit has no line", Label(statement.file, visit.span), help=help_)
        return
    for expect in statement.declaration.all(ast.Expect):
        for item in expect.items:
            if not isinstance(item, (ast.ExpectUnits, ast.ExpectPays, ast.ExpectOutcome)) or item.code is None:
                continue
            if item.code.text not in codes:
                message = f"the visit has no line with {item.code}"
                help_ = "expect something of a code that the visit bills"
                yield Diagnostic("example-code", message, Label(statement.file, item.code.span), help=help_)
