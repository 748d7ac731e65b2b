"""What a name in a statement can mean: the declared names of a flattened policy.

Owns: the tables that the checking passes look names up in, and the walk over a statement's expressions and code lists.
Never: reports anything.
"""

from collections.abc import Iterator, Mapping, Sequence

import attrs

from policy.facts import BY_PATH, DOCUMENTATION, Fact
from policy.resolve.model import Statement
from policy.source import Span
from policy.syntax import ast


@attrs.frozen
class Scope:
    """Names by kind. `broken` holds names whose declaration did not parse, so that their uses are not mistakes as well."""

    statements: tuple[Statement, ...]
    facts: Mapping[str, Fact]
    elements: frozenset[str]
    names: Mapping[str, frozenset[str]]

    def has(self, kind: str, name: str) -> bool:
        return name in self.names.get(kind, ())

    def of(self, *kinds: str) -> Iterator[Statement]:
        return (s for s in self.statements if s.kind in kinds)


def scope(statements: Sequence[Statement]) -> Scope:
    """The scope of a flattened policy."""
    facts = dict(BY_PATH)
    elements = set(DOCUMENTATION)
    names: dict[str, set[str]] = {}
    for statement in statements:
        names.setdefault(statement.kind, set()).add(statement.name)
        declaration = statement.declaration
        if statement.kind == "fact" and declaration.fact_type is not None:
            if statement.name.startswith("documentation."):
                elements.add(statement.name.removeprefix("documentation."))
            else:
                type_ = declaration.fact_type
                facts[statement.name] = Fact(
                    statement.name, type_.type, statement.title or statement.name, type_.choices
                )
    return Scope(
        tuple(statements), facts, frozenset(elements), {kind: frozenset(found) for kind, found in names.items()}
    )


def nodes(root: object) -> Iterator[object]:
    """Every syntax node below `root`, itself included, without recursion."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        for field in getattr(node, "__attrs_attrs__", ()):
            value = getattr(node, field.name)
            if isinstance(value, tuple):
                stack.extend(part for part in value if hasattr(part, "__attrs_attrs__"))
            elif hasattr(value, "__attrs_attrs__") and not isinstance(value, Span):
                stack.append(value)


def code_sets(root: object) -> Iterator[ast.CodeSet]:
    """Every reference to a code set below a node."""
    return (node for node in nodes(root) if isinstance(node, ast.CodeSet))
