"""`policy check`: every mistake of every file at once.

Owns: the command's options and its exit code.
Never: stops at the first mistake.
"""

from pathlib import Path
from typing import Annotated

import typer

from policy.cli.options import Report


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH", help="Policy files, or folders of them; without any, ./policies or this folder."
        ),
    ] = None,
    format: Annotated[
        Report, typer.Option(help="text for people, json for programs, sarif and github for code hosts.")
    ] = Report.text,
) -> int:
    """Parse, resolve and type-check policies; report every mistake of every file."""
    from policy.cli import exits, session
    from policy.cli.diagnostics import to_stdout

    found, files = session.check(paths or [])
    to_stdout(found, format.value, files)
    return exits.NO if any(diagnostic.is_error for diagnostic in found) else exits.FINE
