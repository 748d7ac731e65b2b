"""`policy docs`: the catalogue of policies, as a site to browse or as Markdown.

Owns: the command's options, and which policies are asked for.
Never: words or lays out a page (`catalogue/` does).
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policy.cli.options import Policies


class Written(StrEnum):
    """What the catalogue is written as."""

    site = "site"
    markdown = "markdown"


def docs(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write; a new one, or one of an earlier run.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH|ID", help="Policies, files or folders; every policy that can be named without any."
        ),
    ] = None,
    format: Annotated[
        Written, typer.Option(help="site: HTML pages that need no server; markdown: the same as .md.")
    ] = (Written.site),
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Show what is in force on this day; without it, on the last day a source was seen."
        ),
    ] = None,
    policies: Policies = None,
) -> int:
    """Write a catalogue of policies: what each says in plain English, its sources and history, payers side by side."""
    from policy.catalogue.model import Catalogue
    from policy.catalogue.site import SUFFIXES, rendered, write
    from policy.cli import exits, screen, session
    from policy.cli.exits import Refusal
    from policy.cli.options import day
    from policy.render.words import count

    date = day(on)
    asked = session.named(names) if names else [entry.id for entry in session.policies(policies)]
    found = [session.load(name, policies).resolved for name in asked]
    try:
        catalogue = Catalogue.of(found, date)
    except ValueError as error:
        raise Refusal(str(error), "pass `--on 2026-03-02`") from None
    try:
        number = write(list(rendered(catalogue, format.value)), out)
    except FileExistsError as error:
        raise Refusal(str(error), "name a new folder, or one that `policy docs` wrote") from None
    except ModuleNotFoundError as error:
        if error.name != "jinja2":
            raise
        raise Refusal("`policy docs` needs one more package", "pip install 'payer-policy[docs]'") from None
    first = out / f"index{SUFFIXES[format.value]}"
    shown = count(len(catalogue.docs), "policy", "policies")
    screen.stdout().text(f"{shown} as on {catalogue.date}: {count(number, 'file')} written, first {first}\n")
    return exits.FINE
