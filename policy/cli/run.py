"""`policy run`: dry-run claims against a policy.

Owns: the command's options and its exit code.
Never: judges or lays out; `cli/dry_run.py` does the work.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policy.cli.options import Policies, PolicyId, Records, TreatmentLog


class FailOn(StrEnum):
    """Statuses that `--fail-on` may name, strongest first."""

    deny = "deny"
    reduce = "reduce"
    undetermined = "undetermined"
    review = "review"
    authorize = "authorize"


def run(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="Claims: JSON, JSON Lines, CSV or X12 837P, plain or gzip; - reads the standard input."
        ),
    ],
    policy: PolicyId = None,
    policies: Policies = None,
    log: TreatmentLog = None,
    format: Annotated[
        Records, typer.Option(help="text for people, json (one decision a line) or csv (one claim line a row).")
    ] = (Records.text),
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here instead of the screen; never a half-written file.")
    ] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="Exit with 1 when a visit has this status or a stronger one.")
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="Show every line also of visits that are allowed.")] = False,
) -> int:
    """Dry-run claims: units supported and allowed, with the reason under each line that is not allowed."""
    from policy.cli.dry_run import dry_run
    from policy.cli.session import Session

    return dry_run(
        Session(policies, policy), files, log, format.value, out, fail_on.value if fail_on else None, full=all
    )
