"""`policy fmt`: the canonical layout.

Owns: which files are rewritten, and the difference shown instead.
Never: touches a file whose text has mistakes, or one that is already in order.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from policy.render.page import Line


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH", help="Policy files, or folders of them; - reads a policy and writes it out formatted."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 when a file is not in order.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Change nothing; show what would change, and exit with 1 if anything would.")
    ] = False,
) -> int:
    """Rewrite policies in the canonical layout; comments stay."""
    from policy.cli import exits, screen, session
    from policy.cli.diagnostics import to_stderr
    from policy.diagnostics import PolicyError

    if [str(path) for path in paths or []] == ["-"]:
        screen.stdout().text(session.formatted_text(sys.stdin.buffer.read()))
        return exits.FINE
    changed, broken = [], 0
    files = session.policy_files(paths or [])
    for path in files:
        try:
            before, after = session.formatted(path)
        except PolicyError as error:
            to_stderr(error.diagnostics)
            broken += 1
            continue
        if before == after:
            continue
        changed.append(path)
        if diff:
            screen.stdout().lines(_difference(path, before, after))
        elif not check:
            with screen.replacing(path) as file:
                file.write(after.encode())
    verb = "would change" if check or diff else "changed"
    if changed or broken or not diff:
        screen.stderr().text(_told(len(files), changed, broken, verb))
    return exits.NO if broken or (changed and (check or diff)) else exits.FINE


def _told(files: int, changed: list[Path], broken: int, verb: str) -> str:
    from policy.render.words import count

    fine = files - len(changed) - broken
    parts = [f"{count(fine, 'file')} in order"] if fine else []
    parts += [f"{count(broken, 'file')} with mistakes left as they were"] if broken else []
    return "".join(f"{verb}: {path}\n" for path in changed) + (f"{', '.join(parts)}\n" if parts else "")


def _difference(path: Path, before: str, after: str) -> "list[Line]":
    import difflib

    from policy.render.page import line

    styles = {"+": "added", "-": "removed", "@": "faint"}
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), str(path), f"{path} (formatted)", lineterm="")
    return [line((row, styles.get(row[:1], ""))) for row in rows]
