"""What a name in a statement can mean: the declared names of a flattened policy.

Owns: the tables that the checking passes look names up in, and the nearest name to one that is not there.
Never: reports anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from policy.diagnostics import nearest
from policy.facts import BY_PATH, DOCUMENTATION, NOTE, Fact
from policy.resolve.evidence import measure_of
from policy.resolve.model import Statement
from policy.syntax import ast

_COMPARISONS: Final = 100_000
_LONGEST: Final = 80


@attrs.define
class Spelling:
    """Finds the name that was meant. After many comparisons it gives up: a file of nothing but mistakes must not take minutes."""

    _left: int = _COMPARISONS
    _known: dict[tuple[str, int], str | None] = attrs.field(factory=dict)

    def nearest(self, word: str, names: Iterable[str]) -> str | None:
        """The nearest of some names, or `None`."""
        if len(word) > _LONGEST:
            return None
        names = names if isinstance(names, frozenset) else frozenset(names)
        key = (word, hash(names))
        if key not in self._known:
            self._left -= len(names)
            self._known[key] = self._search(word, names) if self._left > 0 else None
        return self._known[key]

    def _search(self, word: str, names: frozenset[str]) -> str | None:
        same = min((name for name in names if name.lower() == word.lower()), default=None)
        return same if same is not None else nearest(word, names)


@attrs.frozen
class Scope:
    """Names by kind, and everything else that a statement may refer to.

    `doubtful` names are not called unknown: `whole` is false when a parent could not be read, `lost` are the words of broken lines.
    """

    statements: tuple[Statement, ...]
    facts: Mapping[str, Fact]
    elements: frozenset[str]
    names: Mapping[str, frozenset[str]]
    values: Mapping[str, ast.ValueRow | None]
    """The first row of each value; `None` when no row could be read."""
    fact_paths: frozenset[str]
    whole: bool = True
    lost: frozenset[str] = frozenset()
    spelling: Spelling = attrs.field(factory=Spelling, eq=False, repr=False)

    @property
    def fields(self) -> frozenset[str]:
        """The elements that a caller can fill: those of the catalogue and those that a `fact` declares."""
        declared = {name.partition(".")[2] for name in self.names.get("fact", ()) if name.startswith("documentation.")}
        return frozenset(declared | DOCUMENTATION.keys())

    def has(self, kind: str, name: str) -> bool:
        return name in self.names.get(kind, ())

    def doubtful(self, name: str) -> bool:
        """Whether something that could not be read may declare the name."""
        return not self.whole or name.lower() in self.lost

    def kind_of(self, name: str) -> str | None:
        """A kind of which there is a statement of that name."""
        return next((kind for kind, names in sorted(self.names.items()) if name in names), None)


def scope(
    statements: Sequence[Statement], spelling: Spelling, *, whole: bool = True, lost: frozenset[str] = frozenset()
) -> Scope:
    """The scope of a flattened policy."""
    facts = dict(BY_PATH)
    elements = set(DOCUMENTATION)
    names: dict[str, set[str]] = {}
    values: dict[str, ast.ValueRow | None] = {}
    for statement in statements:
        names.setdefault(statement.kind, set()).add(statement.name)
        declaration = statement.declaration
        if statement.kind == "value" and values.get(statement.name) is None:
            values[statement.name] = declaration.first(ast.ValueRow)
        if statement.kind == "fact" and declaration.fact_type is not None:
            if statement.name.startswith("documentation."):
                elements.add(statement.name.removeprefix("documentation."))
            elif statement.name not in BY_PATH:
                type_, title = declaration.fact_type, statement.title or statement.name
                facts[statement.name] = Fact(statement.name, type_.type, title, type_.choices)
    for statement in statements:
        if statement.kind == "evidence":
            elements.add(statement.name)
            measure = measure_of(statement.declaration)
            if measure is not None:
                path = f"{NOTE}{statement.name}"
                facts.setdefault(path, Fact(path, measure, statement.title or statement.name))
    by_kind = {kind: frozenset(found) for kind, found in names.items()}
    return Scope(
        tuple(statements), facts, frozenset(elements), by_kind, values, frozenset(facts), whole, lost, spelling
    )
