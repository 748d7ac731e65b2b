"""Which clauses each kind of declaration holds, and how many of each.

Owns: the table `SHAPES` (the language reference prints it) and `check_shape`, which holds one declaration against it.
Never: looks at another declaration, a name or a type. What a broken clause may have said is not asked for again.
"""

from collections.abc import Iterator
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Label
from policy.source import SourceFile
from policy.syntax import ast
from policy.syntax.clauses import CLAUSES, word_of
from policy.syntax.combinations import combinations, needed


@attrs.frozen
class Slot:
    """A clause that a kind may hold: at least `least`, at most `most` of them (`None`: any number)."""

    clause: type[ast.Clause]
    least: int
    most: int | None

    @property
    def word(self) -> str:
        """How an author names the clause."""
        return CLAUSES[self.clause].word

    @property
    def meaning(self) -> str:
        """One line for the language reference."""
        return CLAUSES[self.clause].meaning


_TIMES: Final = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}


def _slots(text: str) -> tuple[Slot, ...]:
    """`AppliesTo? AtMost+ Per`: `?` at most one, `*` any number, `+` one or more, else exactly one."""
    slots = []
    for word in text.split():
        name = word.rstrip("?*+")
        slots.append(Slot(getattr(ast, name), *_TIMES[word[len(name) :]]))
    return tuple(slots)


_FRAME: Final = "InForce? Status? Cite* Assume*"
_FINDING: Final = f"OnlyGiven? Reason? Fix? {_FRAME}"

SHAPES: Final[dict[str, tuple[Slot, ...]]] = {
    "policy": _slots("Extends? InForce? Status?"),
    "source": _slots("Link? Seen? Dated? Evidence?"),
    "codes": _slots(f"Members+ ExceptCodes? UnitBasis? {_FRAME}"),
    "value": _slots("ValueRow+ Cite* Assume*"),
    "fact": _slots("Cite* Assume*"),
    "evidence": _slots(f"InField? NoteSays* ButNot* {_FRAME}"),
    "count": _slots(f"AppliesTo? By Pool? UnitAt? DecimalUnits? Leftover? Ties? Reason? Fix? {_FRAME}"),
    "pair": _slots(f"Columns DenySide UnlessModifier* TimesOverlap? Same* When? Unless? {_FINDING}"),
    "pairs": _slots(f"FromTable Among ExceptPair* UnlessModifier* Same* When? Unless? {_FINDING}"),
    "limit": _slots(
        f"AppliesTo? When? Unless? AtMost* Per Counting? OnExcess ExceptCodes* FromTable? After? ToTheCent? {_FINDING}"
    ),
    "require": _slots(
        "AppliesTo? When? Unless? NeedsModifier? NeedsDocumented? NeedsThat? Otherwise? Effect? BeforeCounting? "
        + _FINDING
    ),
    "rule": _slots(f"AppliesTo? When? Unless? Effect {_FINDING}"),
    "assistant": _slots(
        f"AppliesTo? When? Unless? Marks? NeedsModifier? Above LastUnit? LastTwo? Otherwise Reason? Fix? {_FRAME}"
    ),
    "pay": _slots(
        "AppliesTo? When? Unless? Rate? PriceRow* ConversionFactor? ReduceBy? ExceptFirst? RankedBy? Ties? Across? "
        f"PayShare? AtCharge? ToTheCent? After? OnlyGiven? {_FRAME}"
    ),
    "not modelled": _slots(f"AppliesTo? When? Touches* {_FRAME}"),
    "reasons": _slots(f"Mapped+ {_FRAME}"),
    "example": _slots("ExampleVisit Expect+ Cite* Assume*"),
    "remove": (),
}
"""What the clauses of one declaration demand of each other is in `syntax/combinations.py`."""


def check_shape(file: SourceFile, declaration: ast.Declaration) -> list[Diagnostic]:
    """Clauses that do not belong, that stand twice or that are missing. The kinds are those of `SHAPES`."""
    slots = {slot.clause: slot for slot in SHAPES[declaration.kind]}
    found = [
        *_misplaced(file, declaration, slots),
        *_repeated(file, declaration, slots),
        *combinations(file, declaration),
    ]
    asked = needed(declaration)
    required = [slot.clause for slot in slots.values() if slot.least or slot.clause in asked]
    present = {type(clause) for clause in declaration.clauses}
    missing = [clause for clause in required if clause not in present]
    if missing and declaration.complete:
        found.append(_missing(file, declaration, missing))
    return found


def _misplaced(
    file: SourceFile, declaration: ast.Declaration, slots: dict[type[ast.Clause], Slot]
) -> Iterator[Diagnostic]:
    for clause in declaration.clauses:
        if type(clause) in slots:
            continue
        word = "a list of codes" if isinstance(clause, ast.Members) else f"`{word_of(clause)}`"
        message = f"{word} does not belong in {_a(declaration.kind)}"
        kinds = [kind for kind, shape in SHAPES.items() if any(slot.clause is type(clause) for slot in shape)]
        if isinstance(clause, ast.Members):
            help_ = (
                "write `applies to` before the codes"
                if ast.AppliesTo in slots
                else "write the list in a `codes` declaration"
            )
        elif not slots:
            help_ = "a removal is one line; delete this clause"
        else:
            if len(kinds) <= 3:
                message += f"; it belongs in {_either([_a(kind) for kind in kinds])}"
            held = dict.fromkeys(f"`{slot.word}`" for slot in slots.values() if slot.clause is not ast.Members)
            help_ = f"delete it; {_a(declaration.kind)} holds {_either(list(held)[:8], 'and')}"
        yield Diagnostic("wrong-clause", message, Label(file, clause.span), help=help_)


def _repeated(
    file: SourceFile, declaration: ast.Declaration, slots: dict[type[ast.Clause], Slot]
) -> Iterator[Diagnostic]:
    first: dict[type, ast.Clause] = {}
    for clause in declaration.clauses:
        slot = slots.get(type(clause))
        if slot is None or slot.most is None:
            continue
        if type(clause) in first:
            yield Diagnostic(
                "repeated-clause",
                f"`{word_of(clause)}` is stated twice in `{declaration.label}`",
                Label(file, clause.span),
                help=CLAUSES[type(clause)].twice,
                also=(Label(file, first[type(clause)].span, "first stated here"),),
            )
        first.setdefault(type(clause), clause)


def _missing(file: SourceFile, declaration: ast.Declaration, clauses: list[type[ast.Clause]]) -> Diagnostic:
    words = [f"`{CLAUSES[one].word}`" if one is not ast.Members else "list of codes" for one in clauses]
    lines = [f"`{CLAUSES[one].line}`" for one in clauses]
    help_ = f"add {'a line such as' if len(lines) == 1 else 'lines such as'} {_either(lines, 'and')}"
    return Diagnostic(
        "missing-clause", f"`{declaration.label}` states no {_either(words)}", Label(file, declaration.head), help=help_
    )


def _a(kind: str) -> str:
    if kind == "remove":
        return "a removal"
    if kind in {"codes", "pairs", "reasons", "assistant", "not modelled"}:
        return f"{'an' if kind[0] in 'aeiou' else 'a'} `{kind}` declaration"
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _either(options: list[str], joint: str = "or") -> str:
    return f" {joint} ".join([", ".join(options[:-1]), options[-1]] if len(options) > 1 else options)
