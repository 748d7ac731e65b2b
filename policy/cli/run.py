"""`policy run`: dry-run claims against a policy.

Owns: the command's options and its exit code.
Never: judges or lays out; `cli/dry_run.py` does the work.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policy.cli.options import (
    FOR_TABLES,
    NOT_FOR_TABLES,
    ColumnMap,
    HistorySince,
    Jobs,
    Policies,
    PolicyId,
    Records,
    TreatmentLog,
    refuse,
)


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
    columns: ColumnMap = None,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Tables: where lines go that cannot be decided; beside `--out`.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tables: a text for each line that is not allowed.")
    ] = False,
    since: HistorySince = None,
    jobs: Jobs = None,
    resume: Annotated[bool, typer.Option("--resume", help="Tables: finish a run that was interrupted.")] = False,
) -> int:
    """Dry-run claims: units supported and allowed, with the reason under each line that is not allowed."""
    from policy.claims.table_files import are_tables

    for_tables = {
        "--columns": columns, "--rejects": rejects, "--explain": explain, "--history-since": since, "--jobs": jobs,
        "--resume": resume,
    }  # fmt: skip
    if are_tables(files):
        from policy.cli.over_tables import Wishes
        from policy.cli.run_tables import Output, run_tables

        refuse({"--log": log, "--all": all, "--format": format is not Records.text}, NOT_FOR_TABLES)
        wishes = Wishes(policies, policy, columns, since, jobs, explain)
        return run_tables(files, wishes, Output(out, rejects, resume), fail_on.value if fail_on else None)
    refuse(for_tables, FOR_TABLES)
    from policy.cli.dry_run import dry_run
    from policy.cli.session import Session

    return dry_run(
        Session(policies, policy), files, log, format.value, out, fail_on.value if fail_on else None, full=all
    )
