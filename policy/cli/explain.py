"""`policy explain`: the whole reasoning for one visit.

Owns: the command's options.
Never: reasons; `render/explain.py` writes down what the decision holds.
"""

from pathlib import Path
from typing import Annotated

import typer

from policy.cli.options import Plain, Policies, PolicyId, TreatmentLog


def explain(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Claims: JSON, JSON Lines, CSV or X12 837P, plain or gzip; - reads the standard input."
        ),
    ],
    visit: Annotated[
        str | None,
        typer.Option(
            "--visit", metavar="ID", help="The visit's id, or #3 for the third; may be left out for a file of one."
        ),
    ] = None,
    policy: PolicyId = None,
    policies: Policies = None,
    log: TreatmentLog = None,
    format: Annotated[Plain, typer.Option(help="text for people, json for programs.")] = Plain.text,
) -> int:
    """Explain one visit: the minutes, each statement that spoke and its source, what is not known."""
    from policy.cli import exits, screen
    from policy.cli.session import Session
    from policy.cli.visits import find
    from policy.render.explain import explain_lines
    from policy.render.page import BLANK
    from policy.render.records import json_encoder

    session = Session(policies, policy)
    session.check()
    output = screen.stdout()
    for position, found in enumerate(find(file, log, visit)):
        decision = session.program_or_refusal(found).evaluate(found)
        if format is Plain.json:
            output.data(json_encoder().encode(decision.to_dict()) + b"\n")
        else:
            output.lines([BLANK] * (position > 0) + explain_lines(decision, found, screen.width()))
    return exits.FINE
