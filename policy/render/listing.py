"""What policies there are, and what one of them says on a day.

Owns: the layout of `policy list` and `policy show`, as text and as JSON.
Never: finds or flattens a policy.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from policy.render.page import BLANK, Line, Piece, line, table, wrapped
from policy.render.words import count

if TYPE_CHECKING:
    from policy.program import Program, ShownStatement
    from policy.resolve.library import Entry


def policies_lines(found: "Sequence[Entry]", width: int) -> list[Line]:
    """One row for each policy."""
    rows: list[list[Piece | str]] = [[(entry.id, "title"), entry.parent or "", entry.title] for entry in found]
    return [*table(rows, ["policy", "extends", "title"], width), BLANK, line(count(len(found), "policy", "policies"))]


def policies_json(found: "Sequence[Entry]") -> bytes:
    """The same as a JSON array, with each policy's file."""
    return _json(
        [
            {
                "id": entry.id,
                "title": entry.title,
                "extends": entry.parent,
                "path": str(entry.path),
                "shipped": entry.shipped,
            }
            for entry in found
        ]
    )


def statements_lines(program: "Program", date: dt.date, width: int) -> list[Line]:
    """The policy as one flat text: each statement as written, under a comment that says where it comes from."""
    statements = program.show(date)
    lines = [
        line((program.id, "title"), f"  {program.title}"),
        line((f"{count(len(statements), 'statement')} in force on {date}", "faint")),
    ]
    for statement in statements:
        lines.append(BLANK)
        lines += wrapped(_origin(statement), width, hang=2, style="faint", first=("# ", "faint"))
        head, *rest = statement.text.splitlines()
        lines += [line((head, "title")), *(line(row) for row in rest)]
    return lines


def statements_json(program: "Program", date: dt.date) -> bytes:
    """The same as one JSON object."""
    import attrs

    statements = [attrs.asdict(statement) for statement in program.show(date)]
    return _json({"policy": program.id, "title": program.title, "on": date, "statements": statements})


def _origin(statement: "ShownStatement") -> str:
    parts = [f"{statement.policy}, {statement.place}"]
    parts += [f"in force {statement.dates}"] if statement.dates != "always" else []
    parts += [statement.status] if statement.status != "in force" else []
    parts += [f"replaces the one of {statement.replaces}"] if statement.replaces else []
    return "; ".join(parts)


def _json(value: object) -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
