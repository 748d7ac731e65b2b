"""`policy run`: dry-run claims against a policy.

Owns: the command's options and its exit code.
Never: judges or lays out; `cli/dry_run.py` does the work.
"""

from collections.abc import Mapping
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


def _refuse(given: Mapping[str, object], why: str) -> None:
    """Raises `Refusal` for an option that does not go with the files."""
    from policy.cli.exits import Refusal

    for name, value in given.items():
        if value:
            raise Refusal(f"`{name}` {why}")


def run(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Claims: JSON, JSON Lines, CSV or X12 837P, plain or gzip; - reads the standard input. "
            "Or tables of claim lines: Parquet or Arrow files, folders of them, patterns.",
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
    columns: Annotated[
        Path | None, typer.Option(metavar="MAP.toml", help="Tables: which column holds what, where names differ.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Tables: where lines go that cannot be decided; beside `--out`.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tables: a text for each line that is not allowed.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--history-since",
            metavar="DATE",
            help="Tables: the day from which on they hold every line of their patients.",
        ),
    ] = None,
    jobs: Annotated[
        str | None, typer.Option(metavar="N", help="Tables: processes that share the work; all cores without it.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Tables: finish a run that was interrupted.")] = False,
) -> int:
    """Dry-run claims: units supported and allowed, with the reason under each line that is not allowed."""
    from policy.claims.table_files import are_tables

    for_tables = {
        "--columns": columns, "--rejects": rejects, "--explain": explain, "--history-since": since, "--jobs": jobs,
        "--resume": resume,
    }  # fmt: skip
    if are_tables(files):
        from policy.cli.run_tables import Wishes, run_tables

        _refuse(
            {"--log": log, "--all": all, "--format": format is not Records.text}, "is not for tables of claim lines"
        )
        wishes = Wishes(policies, policy, columns, out, rejects, explain, since, jobs, resume)
        return run_tables(files, wishes, fail_on.value if fail_on else None)
    _refuse(for_tables, "is for tables of claim lines, in Parquet or Arrow files")
    from policy.cli.dry_run import dry_run
    from policy.cli.session import Session

    return dry_run(
        Session(policies, policy), files, log, format.value, out, fail_on.value if fail_on else None, full=all
    )
