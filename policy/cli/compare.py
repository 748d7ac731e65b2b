"""`policy compare`: the same visits under two payers, or two policies side by side.

Owns: the command's options.
Never: judges, compares or lays out; `cli/comparison.py` does the work.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policy.cli.options import Policies, TreatmentLog, complete_policy


class Compared(StrEnum):
    """How a comparison is given out."""

    text = "text"
    json = "json"
    csv = "csv"
    markdown = "markdown"


class Differ(StrEnum):
    """What `--fail-on` may name."""

    different = "different"


def compare(
    left: Annotated[
        str,
        typer.Argument(
            metavar="A", help="A policy id such as medicare.part_b, or a .policy file.", autocompletion=complete_policy
        ),
    ],
    right: Annotated[str, typer.Argument(metavar="B", help="The other policy.", autocompletion=complete_policy)],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Claims, as for run; without any, the policies themselves are compared."),
    ] = None,
    policies: Policies = None,
    log: TreatmentLog = None,
    format: Annotated[
        Compared,
        typer.Option(help="text for people, json (one visit a line), csv (one differing line a row), or markdown."),
    ] = (Compared.text),
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Without claims: the day to compare on; otherwise the last day a source was seen."
        ),
    ] = None,
    fail_on: Annotated[Differ | None, typer.Option(help="Exit with 1 when a visit is decided differently.")] = None,
) -> int:
    """Compare two payers: which lines they decide differently and why; without claims, what each says."""
    from policy.cli import comparison

    if files:
        return comparison.of_visits(left, right, files, policies, log, format.value, fail=fail_on is not None)
    return comparison.of_policies(left, right, policies, format.value, on)
