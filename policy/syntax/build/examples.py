"""Examples: visits as they are told, and what is expected of them.

Owns: the nodes of `ast/examples.py`; which facts beside an earlier line are that line's own, by where they stand.
Never: builds a visit (`testing/example.py`).
"""

from typing import Any

import attrs
from lark import Token, Transformer, v_args

from policy.source import Span
from policy.syntax import ast
from policy.syntax.build.tokens import (
    Clause,
    Mistake,
    Part,
    date_of,
    fields_of,
    int_of,
    money_of,
    number_of,
    over,
    reference_of,
    references_of,
    rvus_of,
    span_of,
    text_of,
    time_of,
    word_of,
)


@attrs.frozen
class _PastFact:
    """A fact behind a line of history, with the place that tells whether it is of that line or of the visit."""

    fact: ast.FactIs
    line: int
    column: int

    @property
    def span(self) -> Span:
        return self.fact.span

    def beside(self, word: Token) -> bool:
        """Whether it stands on the line that begins with `word`, or on one that goes on with it."""
        return self.line == word.line or self.column > (word.column or 0)


@attrs.frozen
class _Past:
    """A line of history and the facts of the visit that stand below it."""

    items: tuple[ast.HistoryLine | ast.FactIs, ...]


@v_args(inline=True)
class Examples(Transformer[Token, Any]):
    """Visits, and what is expected of them."""

    def visit(self, date: Token, *rest: Any) -> Clause:
        day = date_of(date)
        rest = tuple(one for item in rest for one in (item.items if isinstance(item, _Past) else (item,)))
        facts = tuple(item for item in rest if not isinstance(item, ast.ExampleLine))
        lines = tuple(item for item in rest if isinstance(item, ast.ExampleLine))
        return lambda span: ast.ExampleVisit(day, facts, lines, span)

    def fact_is(self, path: Token, value: Any) -> ast.FactIs:
        return ast.FactIs(str(path), value, over(path, value))

    def documented_is(self, *names: Token) -> ast.DocumentedIs:
        return ast.DocumentedIs(references_of(names), over(*names))

    def documented_nothing(self, word: Token) -> ast.DocumentedIs:
        return ast.DocumentedIs((), span_of(word))

    def history_none(self, word: Token) -> ast.HistoryNone:
        return ast.HistoryNone(span_of(word))

    def note_is(self, text: Token) -> ast.NoteIs:
        return ast.NoteIs(text_of(text) or "", span_of(text))

    def earlier_note(self, date: Token, text: Token) -> ast.EarlierNote:
        return ast.EarlierNote(date_of(date), text_of(text) or "", over(date, text))

    def history_line(self, word: Token, date: Token, code: Token, *items: Any) -> _Past:
        """The line, and the facts of the visit that follow it: those that stand on a line of their own, no deeper than it."""
        foreign = (isinstance(item, _PastFact) and not item.beside(word) for item in items)
        cut = next((i for i, other in enumerate(foreign) if other), len(items))
        own, after = items[:cut], items[cut:]
        if any(not isinstance(item, _PastFact) or item.beside(word) for item in after):
            help_ = "write what is known of the earlier line behind it, on the same line"
            raise Mistake("syntax", "a fact of the visit parts a line of history", span_of(after[0]), help_)
        facts = tuple(item.fact for item in own if isinstance(item, _PastFact))
        stated = fields_of(code, [item for item in own if isinstance(item, Part)])
        line = ast.HistoryLine(date_of(date), word_of(code), **stated, facts=facts, span=over(date, code, *own))
        return _Past((line, *(item.fact for item in after)))

    def past_fact(self, path: Token, value: Any) -> _PastFact:
        return _PastFact(self.fact_is(path, value), path.line or 0, path.column or 0)

    def past_text(self, word: ast.Word, text: Token) -> Part:
        return Part({word.text: text_of(text)}, over(word, text))

    def past_units(self, number: Token, word: ast.Word) -> Part:
        return Part({"units": number_of(number)}, over(number, word))

    def past_minutes(self, number: Token, word: ast.Word) -> Part:
        return Part({"minutes": int_of(number)}, over(number, word))

    def past_amount(self, money: Token) -> Part:
        return Part({"amount": money_of(money)}, span_of(money))

    def past_rvus(self, number: Token, word: ast.Word) -> Part:
        return Part({"rvus": rvus_of(number)}, over(number, word))

    def past_discipline(self, word: Token) -> Part:
        return Part({"discipline": str(word)}, span_of(word))

    def example_line(self, code: Token, *items: Any) -> ast.ExampleLine:
        facts = tuple(item for item in items if isinstance(item, ast.FactIs))
        parts = [item for item in items if isinstance(item, Part)]
        return ast.ExampleLine(word_of(code), **fields_of(code, parts), facts=facts, span=over(code, *items))

    def line_minutes(self, number: Token, word: ast.Word) -> Part:
        return Part({"minutes": int_of(number)}, over(number, word))

    def line_billed(self, number: Token) -> Part:
        return Part({"billed": number_of(number)}, span_of(number))

    def line_modifiers(self, modifiers: Any) -> Part:
        return Part({"modifiers": modifiers}, over(*modifiers))

    def line_no_modifier(self, word: Token) -> Part:
        return Part({"modifiers": ()}, span_of(word))

    def line_times(self, start: Token, end: Token) -> Part:
        return Part({"start": time_of(start), "end": time_of(end)}, over(start, end))

    def line_charge(self, money: Token) -> Part:
        return Part({"charge": money_of(money)}, span_of(money))

    def line_discipline(self, word: Token) -> Part:
        return Part({"discipline": str(word)}, span_of(word))

    def expect(self, *items: Any) -> Clause:
        return lambda span: ast.Expect(items, span)

    def expect_no_findings(self, word: Token) -> ast.NoFindings:
        return ast.NoFindings(span_of(word))

    def expect_no_evidence(self, name: Token) -> ast.NoEvidence:
        return ast.NoEvidence(reference_of(name), span_of(name))

    def expect_status(self, word: Any) -> ast.ExpectStatus:
        return ast.ExpectStatus(str(word), span_of(word))

    def expect_total(self, number: Token, word: ast.Word) -> ast.ExpectTotal:
        return ast.ExpectTotal(number_of(number), over(number, word))

    def expect_missing(self, fact: Token) -> ast.ExpectMissing:
        return ast.ExpectMissing(str(fact), span_of(fact))

    def expect_pays(self, code: Token, money: Token) -> ast.ExpectPays:
        return ast.ExpectPays(word_of(code), money_of(money), over(code, money))

    def expect_total_pays(self, money: Token) -> ast.ExpectPays:
        return ast.ExpectPays(None, money_of(money), span_of(money))

    def expect_units(self, code: Token, units: Token, word: Any, supported: Token | None) -> ast.ExpectUnits:
        value = number_of(supported) if supported else None
        return ast.ExpectUnits(word_of(code), number_of(units), value, over(code, supported or word))

    def expect_outcome(self, code: Token, status: Any, kind: Any, name: Token | None) -> ast.ExpectOutcome:
        return ast.ExpectOutcome(
            word_of(code),
            str(status),
            kind.text if kind else None,
            word_of(name) if name else None,
            over(code, name or status),
        )

    def expect_spoke(self, kind: ast.Word, name: Token) -> ast.ExpectSpoke:
        return ast.ExpectSpoke(kind.text, word_of(name), over(kind, name))
