"""`policy test`: run the examples inside the policies.

Owns: the command's options and its exit code.
Never: runs an example itself (`testing/run.py` does).
"""

from typing import Annotated

import typer

from policy.cli.options import Plain, Policies, complete_policy


def run_tests(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH|ID",
            help="Policy files, folders of them, or policy ids; without any, ./policies or this folder.",
            autocompletion=complete_policy,
        ),
    ] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="Also say which statements no example reaches.")] = False,
    policies: Policies = None,
    format: Annotated[Plain, typer.Option(help="text for people, json for programs.")] = Plain.text,
) -> int:
    """Run the examples inside policies; show what differed side by side."""
    from policy.cli import exits, screen, session
    from policy.cli.diagnostics import to_stderr
    from policy.diagnostics import PolicyError
    from policy.render.examples import Tested, tested_json, tested_lines

    found: list[Tested] = []
    broken = 0
    for name in session.named(names or []):
        try:
            found.append(session.tested(name, policies, coverage=coverage))
        except PolicyError as error:
            to_stderr(error.diagnostics)
            broken += 1
    if format is Plain.json:
        screen.stdout().data(tested_json(found, broken))
    else:
        screen.stdout().lines(tested_lines(found, broken, screen.width()))
    return exits.NO if broken or any(tested.failed for tested in found) else exits.FINE
