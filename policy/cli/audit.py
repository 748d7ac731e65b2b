"""`policy audit`: what policies make of many claim lines, as one page.

Owns: the command's options and its exit code.
Never: judges, adds up or lays out; `cli/auditing.py` and `policy/auditing/` do.
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
    TreatmentLog,
    refuse,
)


class Money(StrEnum):
    """What prices a line."""

    charge = "charge"
    allowed = "allowed"


def audit(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Claims as `policy run` takes them: Parquet or Arrow tables, folders of them, patterns; JSON, CSV, X12 837P.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="REPORT.html", help="The page; never a half-written file.")],
    policy: PolicyId = None,
    policies: Policies = None,
    log: TreatmentLog = None,
    columns: ColumnMap = None,
    since: HistorySince = None,
    jobs: Jobs = None,
    money: Annotated[
        Money, typer.Option(help="What prices a line: its charge, or the amount that a table says was allowed for it.")
    ] = (Money.charge),
    day_minutes: Annotated[
        str | None,
        typer.Option(metavar="N", help="One-on-one minutes that a clinician's day may hold at most; 1440 without it."),
    ] = None,
    digests: Annotated[bool, typer.Option("--digests", help="State the SHA-256 of each file in the receipt.")] = False,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The date to print on the page; without it, there is none.")
    ] = None,
) -> int:
    """Audit claims: one page of over- and underbilled units and money, by reason, provider, code and month."""
    from policy.claims.table_files import are_tables
    from policy.cli.auditing import Page, audit_claims, audit_files
    from policy.cli.over_tables import Wishes

    wishes = Wishes(policies, policy, columns, since, jobs)
    page = Page(out, log, money.value, day_minutes, digests, on)
    if are_tables(files):
        refuse({"--log": log}, NOT_FOR_TABLES)
        return audit_files(files, wishes, page)
    refuse({"--columns": columns, "--history-since": since, "--jobs": jobs}, FOR_TABLES)
    refuse({"--money allowed": money is not Money.charge}, FOR_TABLES, "other claims do not say what was allowed")
    return audit_claims(files, wishes, page)
