"""`policy init`: a first policy, sample visits, and a table to fill.

Owns: which files are written, and that none is ever overwritten unasked.
Never: holds their text (`cli/starter/` and `claims/from_csv.py` do).
"""

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; this folder without it.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there already.")] = False,
) -> int:
    """Write a commented first policy, sample visits to run it on, and a CSV table to fill."""
    from policy.cli import exits, screen
    from policy.render.words import listed

    files = _starter()
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        raise exits.Refusal(
            f"{listed(f'`{folder / name}`' for name in there)} would be overwritten",
            "nothing was written; --force overwrites",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise exits.Refusal(f"`{folder}` is a file", "name a folder") from None
    output = screen.stdout()
    for name, text in files.items():
        with screen.replacing(folder / name) as file:
            file.write(text)
        output.text(f"wrote {folder / name}\n")
    policy, visits = (folder / name for name in list(files)[:2])
    output.text(f"\nnext: policy test {policy}\n      policy run {visits} --policy {policy}\n")
    return exits.FINE


def _starter() -> dict[str, bytes]:
    """The files by name, the policy first, the visits second."""
    from policy.claims.from_csv import csv_template

    starter = Path(__file__).parent / "starter"
    files = {name: (starter / name).read_bytes() for name in ("my_payer.policy", "visits.json")}
    return files | {"visits_template.csv": csv_template().encode()}
