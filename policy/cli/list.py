"""`policy list`: what policies there are.

Owns: the command's options.
Never: resolves a policy; a policy with mistakes is listed like any other.
"""

from typing import Annotated

import typer

from policy.cli.options import Plain, Policies


def list_(
    policies: Policies = None,
    format: Annotated[Plain, typer.Option(help="text for people, json for programs.")] = Plain.text,
) -> int:
    """List the policies that can be named: id, parent, title."""
    from policy.cli import exits, screen, session
    from policy.render.listing import policies_json, policies_lines

    found = session.policies(policies)
    if format is Plain.json:
        screen.stdout().data(policies_json(found))
    else:
        screen.stdout().lines(policies_lines(found, screen.width()))
    return exits.FINE
