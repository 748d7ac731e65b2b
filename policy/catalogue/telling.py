"""What a sentence needs to know about its policy: codes, values and facts by name, on one date.

Owns: `Telling`, and the phrases for codes, amounts, facts and elements of the record.
Never: knows a kind of statement or a clause.
"""

import datetime as dt
import functools
from collections.abc import Iterable

import attrs

from policy.catalogue.facts import CHOICES, NOUNS, YES_NO
from policy.catalogue.words import Ref, Words, listed, say
from policy.codes import CodeSet
from policy.facts import BY_PATH, DOCUMENTATION, NOTE, Fact
from policy.resolve.model import CodeBook, ResolvedPolicy
from policy.syntax import ast
from policy.syntax import words as written
from policy.values import Type


@attrs.frozen(slots=False)
class Telling:
    """A policy as on `date`, for the sentences about it."""

    policy: ResolvedPolicy
    date: dt.date

    @functools.cached_property
    def book(self) -> CodeBook:
        """The code sets in force on the date."""
        return CodeBook.on(self.policy, self.date)

    # ------------------------------------------------------------------------------------------- codes

    def codes(self, listed_: ast.CodeList, last: str = "and") -> Words:
        """`97110, 97161-97168 and the codes “timed”`; of several sets in a row only the first is introduced."""
        before = (None, *listed_.items)
        return listed(
            (
                say("the codes ", _item(item))
                if isinstance(item, ast.CodeSet) and not isinstance(previous, ast.CodeSet)
                else _item(item)
                for previous, item in zip(before, listed_.items, strict=False)
            ),
            last,
        )

    def applied(self, declaration: ast.Declaration, last: str = "and") -> Words:
        """The codes of `applies to`; empty when a statement names none."""
        applies = declaration.first(ast.AppliesTo)
        if applies is None:
            return ()
        cut = say(" except ", self.codes(applies.except_)) if applies.except_ is not None else ()
        return say(self.codes(applies.codes, last), cut)

    def meant(self, declaration: ast.Declaration) -> CodeSet | None:
        """The codes that a statement is about, worked out; `None` when it names none."""
        columns, applies = declaration.first(ast.Columns), declaration.first(ast.AppliesTo)
        among = declaration.first(ast.Among)
        if among is not None:
            return self.book.list(among.codes)
        if columns is not None:
            return self.book.list(columns.first) | self.book.list(columns.second)
        if applies is not None:
            return self.book.applied(applies)
        if declaration.kind == "codes":
            return self.book.set(declaration.name.text)
        return None

    # ------------------------------------------------------------------------------------------ values

    def literal(self, node: ast.Literal | ast.NameRef | ast.FactRef) -> Words:
        """A constant; a named value with what it is on the date; a choice of a fact; a fact."""
        if isinstance(node, ast.FactRef):
            return self.fact(node.path)
        if isinstance(node, ast.NameRef):
            if not self.policy.versions("value", node.name):
                return (CHOICES.get(node.name, spaced(node.name)),)
            return self.value(node.name)
        match node.type:
            case Type.TEXT:
                return (Ref("quote", str(node.value), f"“{node.value}”"),)
            case Type.CODE:
                return (Ref("code", str(node.value), str(node.value)),)
            case Type.CHOICE:
                return (CHOICES.get(str(node.value), spaced(str(node.value))),)
            case _:
                return (written.literal(node),)

    def value(self, name: str) -> Words:
        """`$2,480.00 (kx_threshold)`; the name alone when the value has no row on the date."""
        row = self.policy.value(name, self.date)
        ref = Ref("value", name, name)
        if row is None:
            return say("the value ", ref)
        return say(written.literal(ast.Literal(row.type, row.value)), " (", ref, ")")  # type: ignore[arg-type]

    # ------------------------------------------------------------------------------------------- facts

    def fact(self, path: str) -> Words:
        """What a sentence calls a fact."""
        if path in NOUNS:
            return (Ref("fact", path, NOUNS[path]),)
        if path in BY_PATH:
            return (Ref("fact", path, f"“{BY_PATH[path].title}”"),)
        if path.startswith(NOTE):
            return say("the note's number of ", self._element(path.removeprefix(NOTE)))
        stated = self.policy.versions("fact", path)
        title = stated[0].title if stated else ""
        return (Ref("fact", path, f"“{title or path}”"),)

    def truth(self, path: str, yes: bool = True) -> Words:
        """A fact that is yes or no, as a clause."""
        if path in YES_NO:
            return (Ref("fact", path, YES_NO[path][0 if yes else 1]),)
        return say(self.fact(path), " is ", "yes" if yes else "no")

    def type_of(self, path: str) -> Type | None:
        """What a fact measures."""
        fact: Fact | None = BY_PATH.get(path) or self.policy.facts.get(path)
        return fact.type if fact is not None else None

    def elements(self, elements: Iterable[ast.Word], last: str = "and") -> Words:
        """Elements of a record, as their catalogue or their author calls them."""
        return listed((self._element(word.text) for word in elements), last)

    def _element(self, name: str) -> Words:
        shown = self.policy.versions("evidence", name)
        if shown:
            return (Ref("statement", shown[0].label, shown[0].title or spaced(name)),)
        if name in DOCUMENTATION:
            return (Ref("fact", f"documentation.{name}", DOCUMENTATION[name]),)
        return self.fact(f"documentation.{name}")


def spaced(name: str) -> str:
    """A name as words."""
    return name.replace("_", " ")


def _item(item: ast.CodeRange | ast.CodeSet) -> Words:
    if isinstance(item, ast.CodeSet):
        return (Ref("codes", item.name.text, f"“{spaced(item.name.text)}”"),)
    first, last = item.first.text, item.last.text
    if first == last:
        return (Ref("code", first, first),)
    return say(Ref("code", first, first), "-", Ref("code", last, last))
