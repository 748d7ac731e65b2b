"""Which words tell which clause of which kind: the table of the sentences.

Owns: `KINDS` (the first sentences of a kind, and the clauses they tell), `CLAUSES` (a sentence for each clause that its kind's first
sentences leave out), and the fall-back for a clause that has no sentence yet: its own text.
Never: words a sentence; the files beside it do.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs

from policy.catalogue.sentences import (
    asking,
    assistants,
    counting,
    declared,
    examples,
    limits,
    notes,
    pairs,
    payment,
    shared,
    tables,
)
from policy.catalogue.telling import Telling
from policy.catalogue.words import Ref, Words, say, sentence
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.syntax.clause_words import written
from policy.syntax.shape import SHAPES


@attrs.frozen
class Lead:
    """The first sentences of a kind. `tells` are the clauses that need no sentence of their own after them."""

    make: Callable[[Telling, Statement], list[Words]]
    tells: frozenset[type]


_ASKED: Final = {ast.AppliesTo, ast.When, ast.Unless, ast.Effect}

KINDS: Final[dict[str, Lead]] = {
    "policy": Lead(declared.header, frozenset({ast.Extends})),
    "source": Lead(declared.source, frozenset({ast.Link, ast.Seen, ast.Dated, ast.Evidence})),
    "codes": Lead(declared.codes, frozenset({ast.Members, ast.ExceptCodes, ast.UnitBasis})),
    "value": Lead(declared.value, frozenset({ast.ValueRow})),
    "fact": Lead(declared.fact, frozenset()),
    "evidence": Lead(notes.evidence, frozenset({ast.InField, ast.NoteSays})),
    "count": Lead(counting.count, frozenset({ast.AppliesTo, ast.By, ast.Pool})),
    "pair": Lead(pairs.pair, frozenset({ast.Columns, ast.DenySide})),
    "pairs": Lead(tables.pairs, frozenset({ast.FromTable, ast.Among, ast.UnlessModifier})),
    "reasons": Lead(tables.reasons, frozenset({ast.Mapped})),
    "limit": Lead(
        limits.limit, frozenset({ast.AppliesTo, ast.AtMost, ast.FromTable, ast.Per, ast.Counting, ast.OnExcess})
    ),
    "require": Lead(
        asking.require,
        frozenset({*_ASKED, ast.NeedsModifier, ast.NeedsDocumented, ast.NeedsThat, ast.Otherwise}),
    ),
    "rule": Lead(asking.rule, frozenset(_ASKED)),
    "assistant": Lead(
        assistants.assistant, frozenset({ast.AppliesTo, ast.Marks, ast.NeedsModifier, ast.Above, ast.Otherwise})
    ),
    "pay": Lead(
        payment.pay,
        frozenset(
            {
                ast.AppliesTo,
                ast.Rate,
                ast.PriceRow,
                ast.ConversionFactor,
                ast.ReduceBy,
                ast.PayShare,
                ast.AtCharge,
                ast.Ties,
            }
        ),
    ),
    "not modelled": Lead(asking.not_modelled, frozenset({ast.AppliesTo, ast.When, ast.Touches})),
    "example": Lead(examples.example, frozenset({ast.ExampleVisit, ast.Expect})),
}

CLAUSES: Final[dict[type, Callable[[Telling, Any], Words]]] = {
    ast.UnitAt: counting.unit_at,
    ast.DecimalUnits: counting.decimal_units,
    ast.Leftover: counting.leftover,
    ast.Ties: counting.ties,
    ast.UnlessModifier: pairs.unless_modifier,
    ast.TimesOverlap: pairs.times_overlap,
    ast.Same: pairs.same,
    ast.ExceptCodes: limits.except_codes,
    ast.ExceptFirst: payment.except_first,
    ast.RankedBy: payment.ranked_by,
    ast.Across: payment.across,
    ast.ToTheCent: payment.to_the_cent,
    ast.After: payment.after,
    ast.ExceptPair: tables.except_pair,
    ast.ButNot: notes.but_not,
    ast.LastUnit: assistants.last_unit,
    ast.LastTwo: assistants.last_two,
    ast.BeforeCounting: asking.before_counting,
    ast.When: shared.when,
    ast.Unless: shared.unless,
    ast.OnlyGiven: shared.only_given,
    ast.Reason: shared.reason,
    ast.Fix: shared.fix,
    ast.InForce: shared.in_force,
    ast.Status: lambda t, c: (),
    ast.Cite: shared.cite,
    ast.Assume: shared.assume,
}

FRAME: Final = frozenset({ast.InForce, ast.Cite, ast.Assume})
"""Clauses that a page shows in places of their own: dates, sources and assumptions."""


def sentences(telling: Telling, statement: Statement, *, frame: bool = False) -> list[Words]:
    """A statement, sentence by sentence, the last one its status when it is inert; with dates, sources and assumptions when `frame`."""
    lead = KINDS.get(statement.kind)
    told = lead.tells if lead is not None else frozenset[type]()
    out = lead.make(telling, statement) if lead is not None else []
    for clause in statement.declaration.clauses:
        if type(clause) not in told and (frame or type(clause) not in FRAME):
            out.append(_clause(telling, clause))
    if statement.inert:
        out.append(shared.status(statement.status))
    return [sentence(words) for words in out if words]


def _clause(telling: Telling, clause: ast.Clause) -> Words:
    make = CLAUSES.get(type(clause))
    return make(telling, clause) if make is not None else say("Also: ", Ref("written", "", " ".join(written(clause))))


def untold() -> Iterator[tuple[str, str]]:
    """Kinds, and clauses of kinds, that have no sentence yet and are told by their text."""
    for kind, slots in SHAPES.items():
        if slots and kind not in KINDS:
            yield kind, ""
        for slot in slots:
            if slot.clause not in CLAUSES and (kind not in KINDS or slot.clause not in KINDS[kind].tells):
                yield kind, slot.clause.__name__
