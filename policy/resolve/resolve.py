"""Text to resolved policy: every pass in order, every mistake of every file at once.

Owns: the order of the passes, and which of their findings concern the file asked about.
Never: a pass's own logic.
"""

from pathlib import Path

from policy.diagnostics import Diagnostic, in_order
from policy.resolve.cache import fetch, keep, key_of
from policy.resolve.chain import Chain, chain
from policy.resolve.library import Library, Parsed
from policy.resolve.model import ResolvedPolicy
from policy.syntax import ast


def resolve_path(library: Library, path: Path) -> tuple[ResolvedPolicy | None, list[Diagnostic]]:
    """The policy of a file, as `resolve` gives it; nothing is parsed when the texts of its chain were resolved before.

    Raises `OSError` when the file cannot be read.
    """
    lineage = library.lineage(path)
    if lineage is not None:
        key = key_of("resolved", [text for name, file in lineage for text in (name, file.path, file.text)])
        kept = fetch("resolved", key, tuple)
        if kept is not None:
            return kept[0], [*kept[1]]
    return resolve(library, library.parsed(path))


def resolve(library: Library, parsed: Parsed) -> tuple[ResolvedPolicy | None, list[Diagnostic]]:
    """The policy of a parsed file, or `None` when there is an error in it or in a parent; with everything found, in order.

    Of a parent only the errors are told; its warnings are told with the parent. A chain of files that was resolved before is read
    from the cache.
    """
    line, mistakes = chain(library, parsed)
    found = [*parsed.diagnostics, *mistakes]
    key = key_of("resolved", [text for k in line.links for text in (k.id, k.parsed.file.path, k.parsed.file.text)])
    sound = bool(line.links) and not any(d.is_error for d in found)
    kept = fetch("resolved", key, tuple) if sound else None
    if kept is not None:
        return kept[0], [*kept[1]]
    policy, found = _resolved(line, parsed, found)
    if policy is not None and sound:
        keep("resolved", key, (policy, found))
    return policy, found


def _resolved(line: Chain, parsed: Parsed, found: list[Diagnostic]) -> tuple[ResolvedPolicy | None, list[Diagnostic]]:
    from policy.resolve.dates import check_dates
    from policy.resolve.evidence import check_evidence
    from policy.resolve.flatten import flatten
    from policy.resolve.mapped import check_mapped
    from policy.resolve.measures import check_measures
    from policy.resolve.names import check_names
    from policy.resolve.scope import Spelling, scope
    from policy.resolve.slices import check_slices
    from policy.resolve.types import check_types
    from policy.resolve.unknown import Unknown
    from policy.syntax.shape import check_shape

    for one in [link.parsed for link in line.links] or [parsed]:
        for declaration in one.module.declarations:
            found += check_shape(one.file, declaration)
    if not line.links:
        return None, in_order(found)
    spelling = Spelling()
    flat, mistakes = flatten(line, spelling)
    names = scope(flat.statements, spelling, whole=line.whole, lost=line.lost)
    unknown = Unknown(names, flat.removed)
    found += mistakes + check_names(names, unknown) + check_dates(names, line.links)
    found += check_types(names, unknown) + check_measures(names) + check_evidence(names.statements)
    found += check_mapped(names) + unknown.diagnostics()
    last = line.links[-1]
    policy = ResolvedPolicy(
        last.id, last.title, last.dates, flat.statements, tuple(k.id for k in line.links[:-1]), names.facts, names.elements,
        tuple((k.id, k.parsed.file.digest) for k in line.links),
    )  # fmt: skip
    if not any(d.is_error for d in found):
        found += check_slices(policy)
        if any(s.kind == "pay" or s.declaration.first(ast.After) for s in policy.statements):
            from policy.resolve.payment import check_payment

            found += check_payment(policy)
    ordered = in_order(d for d in found if d.is_error or d.at.file == parsed.file)
    return (None if any(d.is_error for d in ordered) else policy), ordered
