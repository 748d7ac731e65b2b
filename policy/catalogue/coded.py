"""The codes that have a page of their own.

Owns: which they are: those that some policy writes out, alone or in a short range.
Never: says what a code means; descriptors are not ours to give.
"""

from collections.abc import Iterator
from typing import Final

from policy.catalogue.model import Catalogue
from policy.codes import CodeSet
from policy.resolve.walk import nodes
from policy.syntax import ast

_WIDEST: Final = 8
"""In a longer range not every number is a code."""


def codes(catalogue: Catalogue) -> list[str]:
    """The codes, sorted."""
    return sorted({code for found in _ranges(catalogue) for code in found})


def _ranges(catalogue: Catalogue) -> Iterator[CodeSet]:
    for doc in catalogue.docs:
        for one in doc.shown:
            if one.own and one.statement.kind != "example":
                for node in nodes(one.statement.declaration):
                    if isinstance(node, ast.CodeRange):
                        found = CodeSet.of([(node.first.text, node.last.text)])
                        if len(found) <= _WIDEST:
                            yield found
