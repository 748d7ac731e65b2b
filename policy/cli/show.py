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
    numpy = "numpy"


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
    from policy.cli.options import day
    from policy.render.listing import statements_json, statements_lines

    date = day(on) or dt.date.today()
    program = session.load(policy, policies)
    output = screen.stdout()
    if emit is not None:
        output.text(program.emitted(date) if emit is Emit.python else program.emitted_columns(date))
    elif format is Plain.json:
        output.data(statements_json(program, date))
    else:
        output.lines(statements_lines(program, date, screen.width()))
    return exits.FINE
