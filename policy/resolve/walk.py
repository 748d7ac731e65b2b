"""The walk over a syntax tree.

Owns: visiting every node below one, and every list of codes and reference to a code set.
Never: knows what a node means.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from policy.syntax import ast

_FIELDS: Final[Mapping[type, tuple[str, ...]]] = {
    node: tuple(field.name for field in attrs.fields(node) if field.name not in {"span", "head"})
    for node in vars(ast).values()
    if isinstance(node, type) and attrs.has(node) and node.__module__.startswith(f"{ast.__name__}.")
}
"""The fields of each class of node that may hold other nodes."""


def nodes(root: object) -> Iterator[object]:
    """Every syntax node below `root`, itself included, without recursion."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        for name in _FIELDS[type(node)]:
            value = getattr(node, name)
            if isinstance(value, tuple):
                stack.extend(part for part in value if type(part) in _FIELDS)
            elif type(value) in _FIELDS:
                stack.append(value)


def code_sets(root: object) -> Iterator[ast.CodeSet]:
    """Every reference to a code set below a node."""
    return (node for node in nodes(root) if isinstance(node, ast.CodeSet))
