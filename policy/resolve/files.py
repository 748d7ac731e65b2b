"""Policy files under folders: which there are, and every mistake in them.

Owns: `policy_files`, `check`, and the mistake of two files with one policy id.
Never: says what is wrong with a policy; the passes do.
"""

from collections.abc import Sequence
from pathlib import Path

from policy.diagnostics import Diagnostic, Label, in_order
from policy.resolve.library import Library
from policy.source import SourceFile, Span


def check(paths: Sequence[Path]) -> tuple[list[Diagnostic], int]:
    """Every mistake of every policy file under some paths, in order, and how many files were looked at."""
    from policy.resolve.resolve import resolve_path  # here: `nowhere` is also for those who resolve nothing

    found: list[Diagnostic] = []
    files = policy_files(paths)
    library = Library(*(p for p in paths if p.is_dir()), beside=[p for p in paths if not p.is_dir()])
    for path in files:
        try:
            found += resolve_path(library, path)[1]
        except OSError as error:
            found.append(nowhere(str(path), f"the file cannot be read: {error.strerror or 'input error'}", None))
    found += _twice(library, files) if len(files) > 1 else []
    return in_order(found), len(files)


def _twice(library: Library, files: Sequence[Path]) -> list[Diagnostic]:
    """Two files that declare one policy id."""
    holders: dict[str, Label] = {}
    found = []
    for path in files:
        try:
            parsed = library.parsed(path)
        except OSError:
            continue
        header = next((d for d in parsed.module.declarations if d.kind == "policy"), None)
        if header is None:
            continue
        at = Label(parsed.file, header.name.span)
        if header.name.text in holders:
            also = (Label(holders[header.name.text].file, holders[header.name.text].span, "the other one"),)
            message = f"two files declare the policy `{header.name}`"
            found.append(Diagnostic("policy-header", message, at, also=also, help="give one of them another id"))
        holders.setdefault(header.name.text, at)
    return found


def policy_files(paths: Sequence[Path]) -> list[Path]:
    """The policy files under some files and folders, sorted, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        for file in sorted(path.rglob("*.policy")) if path.is_dir() else [path]:
            found.setdefault(file.absolute(), file)
    return list(found.values())


def nowhere(source: str, message: str, help_: str | None) -> Diagnostic:
    """A mistake that stands in no text: there is no such policy, or its file cannot be read."""
    return Diagnostic("unknown-policy", message, Label(SourceFile(source, ""), Span(0, 0)), help=help_)
