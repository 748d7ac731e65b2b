"""Text to resolved policy: every pass in order, every mistake of every file at once.

Owns: the order of the passes. Never: a pass's own logic.
"""

from policy.diagnostics import Diagnostic, in_order
from policy.resolve.chain import chain
from policy.resolve.dates import check_dates, check_slices
from policy.resolve.flatten import flatten
from policy.resolve.library import Library, Parsed
from policy.resolve.model import ResolvedPolicy
from policy.resolve.names import check_names
from policy.resolve.scope import scope
from policy.resolve.types import check_types
from policy.syntax.shape import check_shape


def resolve(library: Library, parsed: Parsed) -> tuple[ResolvedPolicy | None, list[Diagnostic]]:
    """The policy of a parsed file, or `None` when there is an error in it or in a parent; with everything found, in order."""
    found = list(parsed.diagnostics)
    links, mistakes = chain(library, parsed)
    found += mistakes
    for file, module in (
        [(parsed.file, parsed.module)] if not links else [(k.parsed.file, k.parsed.module) for k in links]
    ):
        for declaration in module.declarations:
            found += check_shape(file, declaration)
    if not links:
        return None, in_order(found)
    statements, mistakes = flatten(links)
    names = scope(statements)
    found += mistakes + check_names(names) + check_dates(names) + check_types(names)
    last = links[-1]
    policy = ResolvedPolicy(
        last.id, last.title, last.dates, tuple(statements), tuple(k.id for k in links[:-1]), names.facts, names.elements,
        tuple((k.id, k.parsed.file.digest) for k in links),
    )  # fmt: skip
    if not any(d.is_error for d in found):
        found += check_slices(policy)
    ordered = in_order(found)
    return (None if any(d.is_error for d in ordered) else policy), ordered
