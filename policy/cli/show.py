"""`policy show`: one policy flattened as in force on a day, with where each statement comes from.

Owns: the command's options.
Never: flattens (`resolve/` does) or emits code (`engine/` does).
"""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import typer

from policy.cli.options import Plain, Policies, complete_policy


class Emit(StrEnum):
    """What a policy may be turned into."""

    python = "python"


def show(
    policy: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A policy id such as medicare.part_b, or a .policy file.", autocompletion=complete_policy
        ),
    ],
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The date of service, such as 2026-03-02; today without it.")
    ] = None,
    policies: Policies = None,
    format: Annotated[Plain, typer.Option(help="text for people, json for programs.")] = Plain.text,
    emit: Annotated[
        Emit | None, typer.Option(help="Print the evaluator that the policy is compiled to, instead.")
    ] = None,
) -> int:
    """Show one policy as in force on a day, each statement with where it comes from."""
    from policy.cli import exits, screen, session
    from policy.render.listing import statements_json, statements_lines

    date = _day(on)
    program = session.load(policy, policies)
    output = screen.stdout()
    if emit is not None:
        output.text(program.emitted(date))
    elif format is Plain.json:
        output.data(statements_json(program, date))
    else:
        output.lines(statements_lines(program, date, screen.width()))
    return exits.FINE


def _day(text: str | None) -> dt.date:
    """The date of `--on`; today when it was not given. Raises `Refusal`."""
    if text is None:
        return dt.date.today()
    from policy.cli.exits import Refusal
    from policy.values import parse_date

    try:
        return parse_date(text)
    except ValueError:
        raise Refusal(f"`{text[:40]}` is not a date", "write year-month-day, such as 2026-03-02") from None
