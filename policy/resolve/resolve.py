"""Text to resolved policy: every pass in order, every mistake of every file at once.

Owns: the order of the passes. Never: a pass's own logic.
"""

from policy.diagnostics import Diagnostic, in_order
from policy.resolve.chain import chain
from policy.resolve.dates import check_dates
from policy.resolve.flatten import flatten
from policy.resolve.library import Library, Parsed
from policy.resolve.measures import check_measures
from policy.resolve.model import ResolvedPolicy
from policy.resolve.names import check_names
from policy.resolve.scope import Spelling, scope
from policy.resolve.slices import check_slices
from policy.resolve.types import check_types
from policy.resolve.unknown import Unknown
from policy.syntax.shape import check_shape


def resolve(library: Library, parsed: Parsed) -> tuple[ResolvedPolicy | None, list[Diagnostic]]:
    """The policy of a parsed file, or `None` when there is an error in it or in a parent; with everything found, in order.

    Of a parent only the errors are told; its warnings are told with the parent.
    """
    found = list(parsed.diagnostics)
    line, mistakes = chain(library, parsed)
    found += mistakes
    files = [(link.parsed.file, link.parsed.module) for link in line.links] or [(parsed.file, parsed.module)]
    for file, module in files:
        for declaration in module.declarations:
            found += check_shape(file, declaration)
    if not line.links:
        return None, in_order(found)
    spelling = Spelling()
    flat, mistakes = flatten(line, spelling)
    names = scope(flat.statements, spelling, whole=line.whole, lost=line.lost)
    unknown = Unknown(names, flat.removed)
    found += mistakes + check_names(names, unknown) + check_dates(names, line.links)
    found += check_types(names, unknown) + check_measures(names) + unknown.diagnostics()
    last = line.links[-1]
    policy = ResolvedPolicy(
        last.id, last.title, last.dates, flat.statements, tuple(k.id for k in line.links[:-1]), names.facts, names.elements,
        tuple((k.id, k.parsed.file.digest) for k in line.links),
    )  # fmt: skip
    if not any(d.is_error for d in found):
        found += check_slices(policy)
    ordered = in_order(d for d in found if d.is_error or d.at.file == parsed.file)
    return (None if any(d.is_error for d in ordered) else policy), ordered
