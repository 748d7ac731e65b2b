"""`policy tables`: reference tables imported, listed, shown and compared.

Owns: the options of these commands and their exit codes.
Never: reads or checks a table (`tables/` does).
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.guard import guarded
from policy.cli.options import Plain, day, whole

if TYPE_CHECKING:
    from policy.tables.held import Held
    from policy.tables.model import Quarter, Row


class Name(StrEnum):
    """The tables that can be imported; `policy.tables.model.Kind` without its imports."""

    ncci_ptp = "ncci-ptp"
    ncci_mue = "ncci-mue"
    pfs_rvu = "pfs-rvu"
    pfs_gpci = "pfs-gpci"
    fee_schedule = "fee-schedule"


class Form(StrEnum):
    """How rows are given out."""

    text = "text"
    json = "json"
    csv = "csv"


KindArgument = Annotated[
    Name, typer.Argument(metavar="TABLE", help="ncci-ptp, ncci-mue, pfs-rvu, pfs-gpci or fee-schedule.")
]
Setting = Annotated[
    str | None,
    typer.Option(metavar="SETTING", help="practitioner or hospital; of pfs-rvu non-qpp, qpp or all."),
]


def import_(
    table: KindArgument,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="The files as published: zip, text, CSV or xlsx; PTP all parts."),
    ],
    quarter: Annotated[
        str | None, typer.Option(metavar="QUARTER", help="Such as 2026Q3; else from the file names.")
    ] = None,
    setting: Setting = None,
    parts: Annotated[
        str | None, typer.Option(metavar="N", help="PTP: how many parts make the release, 4 without it.")
    ] = None,
    rows: Annotated[
        str | None, typer.Option(metavar="N", help="How many records the publisher says there are.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first date of service it answers.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last date of service it answers.")
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Import PTP rows that are twice or overlap, with a note.")
    ] = False,
) -> int:
    """Import a table as CMS publishes it, checked as a whole; an older one stays when anything is wrong."""
    from policy.cli import exits, screen
    from policy.render.tables import imported_lines
    from policy.tables.imports import PARTS, Wishes, import_files
    from policy.tables.model import Kind
    from policy.tables.problem import BadTable
    from policy.tables.store import Store

    wishes = Wishes(
        _quarter(quarter) if quarter else None,
        setting,
        whole("--parts", parts, 10**9, "a whole number", "write `--parts 4`") or PARTS,
        whole("--rows", rows, 10**9, "a whole number", "write `--rows 1,250,000`"),
        day(start, "--from"),
        day(end, "--until"),
        lenient,
    )
    try:
        done = import_files(Kind(table.value), files, Store(), wishes)
    except BadTable as error:
        for problem in error.problems:
            exits.refuse(str(problem))
        if error.more:
            exits.refuse(f"and {error.more:,} more problems")
        exits.refuse("nothing was imported; the table that was there is untouched")
        return exits.BAD
    screen.stdout().lines(imported_lines(done, screen.width()))
    return exits.FINE


def list_(
    format: Annotated[Plain, typer.Option(help="text for people, json for programs.")] = Plain.text,
) -> int:
    """List the tables there are: kind, setting, quarter, the dates of service they answer, source."""
    from policy.cli import exits, screen
    from policy.render.tables import tables_json, tables_lines

    found = sorted((one.table for one in _held()), key=lambda t: (t.kind, t.setting, t.shipped, t.quarter))
    if format is Plain.json:
        screen.stdout().data(tables_json(found))
    else:
        screen.stdout().lines(tables_lines(found, screen.width()))
    return exits.FINE


def show(
    table: KindArgument,
    codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE", help="Rows about these codes (or localities); two make a pair."),
    ] = None,
    quarter: Annotated[
        str | None, typer.Option(metavar="QUARTER", help="Such as 2026Q3; the newest without it.")
    ] = None,
    setting: Setting = None,
    format: Annotated[
        Form, typer.Option(help="text for people, json for programs, csv for the rows as a file.")
    ] = Form.text,
) -> int:
    """Show a table's dates and sources, or its rows about some codes; `--format csv` without codes writes all of it."""
    from policy.cli import exits, screen
    from policy.render.tables import rows_json, rows_lines, table_lines
    from policy.tables import csv_text
    from policy.tables.held import all_rows

    one = _chosen(table.value, quarter, setting)
    output = screen.stdout()
    rows = _about(one, codes) if codes else []
    if format is Form.csv:
        for text in csv_text.written(one.table, rows if codes else all_rows(one.rows)):
            output.text(text)
    elif format is Form.json:
        output.data(rows_json(one.table, rows))
    else:
        output.lines(
            rows_lines(one.table.kind, rows, screen.width()) if codes else table_lines(one.table, screen.width())
        )
    return exits.FINE


def diff(
    old: Annotated[str, typer.Argument(metavar="Q1", help="A quarter, such as 2026Q2.")],
    new: Annotated[str, typer.Argument(metavar="Q2", help="Another quarter.")],
    codes: Annotated[list[str] | None, typer.Argument(metavar="CODE", help="Only rows about these codes.")] = None,
    table: Annotated[
        Name | None, typer.Option(help="Only this table; without it, each that both quarters have.")
    ] = None,
    setting: Setting = None,
    format: Annotated[Plain, typer.Option(help="text for people, json (one change a line) for programs.")] = Plain.text,
) -> int:
    """Say what changed between two quarters: rows that came, went, or changed."""
    from policy.cli import exits, screen
    from policy.render.page import BLANK, line
    from policy.render.tables import changes_json, changes_lines
    from policy.tables.diff import diff as compare

    output = screen.stdout()
    for before, after in _both(old, new, table.value if table else None, setting):
        changes = compare(before, after, codes or ())
        if format is Plain.json:
            for record in changes_json(after.table.kind, changes):
                output.data(record)
        else:
            output.lines([line((f"{before.table.name} → {after.table.quarter}", "title"))])
            output.lines([*changes_lines(after.table.kind, changes), BLANK])
    return exits.FINE


COMMANDS: dict[str, Callable[..., int]] = {"import": import_, "list": list_, "show": show, "diff": diff}


def application() -> typer.Typer:
    """The commands, as one command of `policy`."""
    app = typer.Typer(
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
    )
    app.callback()(_top)
    for name, command in COMMANDS.items():
        app.command(name)(guarded(command))
    return app


def _top(context: typer.Context) -> None:
    """Reference tables (NCCI pairs, MUE, fee schedule): import, list, show, compare."""
    if context.invoked_subcommand is None:
        print(context.get_help())


def _held() -> "list[Held]":
    """Every table, imported or shipped. Raises `Refusal`."""
    from policy.cli.exits import Refusal
    from policy.tables.problem import BadTable
    from policy.tables.store import Store, shipped

    try:
        return [*Store().tables(), *shipped()]
    except BadTable as error:
        raise Refusal(str(error.problems[0])) from None


def _chosen(kind: str, quarter: str | None, setting: str | None) -> "Held":
    """The newest table of a kind that fits; of equal ones, the imported one. Raises `Refusal`."""
    from policy.cli.exits import Refusal

    asked = _quarter(quarter) if quarter else None
    of_kind = [one for one in _held() if one.table.kind == kind]
    fits = [one for one in of_kind if asked in (None, one.table.quarter) and setting in (None, one.table.setting)]
    settings = sorted({one.table.setting for one in fits})
    if len(settings) > 1:
        raise Refusal(
            f"there are {kind} tables for {' and '.join(settings)}", f"say which with `--setting {settings[0]}`"
        )
    if not fits:
        have = ", ".join(f"{one.table.setting} {one.table.quarter}" for one in of_kind[:6])
        raise Refusal(
            f"there is no such {kind} table",
            f"there is {have}" if have else f"import one with `policy tables import {kind}`",
        )
    return max(fits, key=lambda one: (one.table.quarter, not one.table.shipped))


def _both(old: str, new: str, kind: str | None, setting: str | None) -> "list[tuple[Held, Held]]":
    """The tables that both quarters have. Raises `Refusal` when there is none."""
    from policy.cli.exits import Refusal

    by: dict[tuple[str, str, str], Held] = {}
    quarters = [str(_quarter(text)) for text in (old, new)]
    held = _held()
    for one in reversed(held):
        if kind in (None, one.table.kind) and setting in (None, one.table.setting):
            by[one.table.kind, one.table.setting, str(one.table.quarter)] = one
    names = sorted({key[:2] for key in by})
    found = [
        (by[*name, quarters[0]], by[*name, quarters[1]]) for name in names if all((*name, q) in by for q in quarters)
    ]
    if not found:
        have = ", ".join(sorted({one.table.name for one in held})[:8])
        raise Refusal(f"no table is there for both {quarters[0]} and {quarters[1]}", f"there is {have}")
    return found


def _about(one: "Held", codes: list[str]) -> "list[Row]":
    """The rows about a code; of pairs, with two codes or more, the rows between any two of them."""
    from policy.tables.model import PairRow

    rows = list(dict.fromkeys(row for code in codes for row in one.rows.about(code)))
    if len(codes) > 1:
        rows = [row for row in rows if not isinstance(row, PairRow) or {row.column_one, row.column_two} <= set(codes)]
    return rows


def _quarter(text: str) -> "Quarter":
    from policy.cli.exits import Refusal
    from policy.tables.model import Quarter

    try:
        return Quarter.parse(text)
    except ValueError:
        raise Refusal(f"`{text[:20]}` is not a quarter", "write year and quarter, such as 2026Q3") from None
