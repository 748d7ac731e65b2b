"""Options that more than one command takes, spelled once, and how what is written after an option is read.

Owns: their names, help texts, the completion of policy ids, and what is said of a date, a number or an option that cannot be meant.
Never: does the work behind them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
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


def day(text: str | None, option: str = "--on") -> dt.date | None:
    """The date after an option; `None` when it was not given. Raises `Refusal`."""
    if text is None:
        return None
    from policy.cli.exits import Refusal
    from policy.values import parse_date

    try:
        return parse_date(text)
    except ValueError:
        raise Refusal(
            f"`{text[:40]}` is not a date", f"write year, month and day, such as `{option} 2026-03-02`"
        ) from None


def whole(option: str, text: str | None, most: int, takes: str, help: str) -> int | None:
    """The whole number from 1 to `most` after an option, also with commas; `None` when it was not given. `takes` says which numbers it
    takes, `help` what to write. Raises `Refusal`."""
    if text is None:
        return None
    digits = text.replace(",", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12 and 0 < int(digits) <= most):
        from policy.cli.exits import Refusal

        raise Refusal(f"`{option}` takes {takes}, not `{text[:20]}`", help)
    return int(digits)


def refuse(given: Mapping[str, object], why: str, help: str | None = None) -> None:
    """Raises `Refusal` for the first of some options that was given, because it does not go with the files."""
    from policy.cli.exits import Refusal

    for name, value in given.items():
        if value:
            raise Refusal(f"`{name}` {why}", help)


def one_log(log: Path | None, files: Sequence[Path], verb: str) -> None:
    """Raises `Refusal` where a treatment log would be joined onto several files. `verb`: what the command does with a file."""
    if log is not None and len(files) > 1:
        refuse({"--log": log}, "goes with one claims file", f"{verb} the files one by one, each with its own log")


FOR_TABLES = "is for tables of claim lines, in Parquet or Arrow files"
NOT_FOR_TABLES = "is not for tables of claim lines"

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
ColumnMap = Annotated[
    Path | None,
    typer.Option("--columns", metavar="MAP.toml", help="Tables: which column holds what, where names differ."),
]
HistorySince = Annotated[
    str | None,
    typer.Option(
        "--history-since", metavar="DATE", help="Tables: the day from which on they hold every line of their patients."
    ),
]
Jobs = Annotated[
    str | None,
    typer.Option("--jobs", metavar="N", help="Tables: processes that share the work; all cores without it."),
]
