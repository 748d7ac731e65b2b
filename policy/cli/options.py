"""Options that more than one command takes, spelled once.

Owns: their names, help texts and the completion of policy ids.
Never: does the work behind them.
"""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Records(StrEnum):
    """How decisions are given out."""

    text = "text"
    json = "json"
    csv = "csv"


class Report(StrEnum):
    """How diagnostics are given out."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


class Plain(StrEnum):
    """Text for people, JSON for programs."""

    text = "text"
    json = "json"


def complete_policy(incomplete: str) -> list[tuple[str, str]]:
    """Policy ids that begin so, with their titles, for the shell."""
    from policy.cli.session import policies

    try:
        return [(entry.id, entry.title) for entry in policies(None) if entry.id.startswith(incomplete)]
    except Exception:  # a shell that completes must not print errors into the line
        return []


def day(text: str | None) -> dt.date | None:
    """The date of `--on`; `None` when it was not given. Raises `Refusal`."""
    if text is None:
        return None
    from policy.cli.exits import Refusal
    from policy.values import parse_date

    try:
        return parse_date(text)
    except ValueError:
        raise Refusal(f"`{text[:40]}` is not a date", "write year-month-day, such as 2026-03-02") from None


PolicyId = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="ID",
        help="Judge every visit by this policy: an id such as medicare.part_b, or a .policy file. "
        "Without it, each visit's own `policy` is used.",
        autocompletion=complete_policy,
    ),
]
Policies = Annotated[
    Path | None,
    typer.Option("--policies", metavar="DIR", help="A folder of your own policies, searched before the shipped ones."),
]
TreatmentLog = Annotated[
    Path | None,
    typer.Option(
        "--log", metavar="LOG.csv", help="A treatment log (minutes, times, documentation) joined onto the claims."
    ),
]
