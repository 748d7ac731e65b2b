"""Styled lines of text, and the two ways of putting them out: plain, or in colour through Rich.

Owns: the one layout model of the text reports (a line is a row of styled pieces), wrapping, columns, looks.
Never: knows a decision or a policy. What could steer a terminal is replaced; colour is never the only sign of anything.

Reports are laid out here, and not in Rich tables, because they are printed as they are made: a table must see its last
row to set its first, and a run of a million visits has no last row yet. To a pipe Rich is not even imported.
"""

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

Piece = tuple[str, str]
"""Text and the name of its style (`""` for none)."""
Line = tuple[Piece, ...]

STYLES: Final = {
    "": "",
    "title": "bold",
    "faint": "dim",
    "deny": "bold red",
    "reduce": "red",
    "undetermined": "magenta",
    "review": "yellow",
    "authorize": "cyan",
    "allow": "green",
    "warn": "yellow",
    "note": "dim",
    "good": "green",
    "bad": "bold red",
    "added": "green",
    "removed": "red",
}
NARROWEST: Final = 40
BLANK: Final[Line] = ()


def line(*pieces: Piece | str) -> Line:
    """One line; a bare string is a piece without a style."""
    made = ((piece, "") if isinstance(piece, str) else piece for piece in pieces)
    return tuple((printable(text), style) for text, style in made if text)


def wrapped(
    text: str, width: int, *, indent: int = 0, hang: int = 0, style: str = "", first: Piece = ("", "")
) -> list[Line]:
    """`text` in lines of at most `width` columns, `indent` columns in, the second and later ones `hang` further.

    `first` stands before the text on its first line. Words that do not fit (links, ids) are kept whole, to be copied.
    """
    lead = " " * columns(first[0])
    rows = textwrap.wrap(
        printable(text),
        max(width, NARROWEST) - indent,
        initial_indent=lead,
        subsequent_indent=" " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if not rows:
        return [line(" " * indent, first)] if first[0] else []
    head = line(" " * indent, first, (rows[0][len(lead) :], style))
    return [head, *(line(" " * indent, (row, style)) for row in rows[1:])]


def row(cells: Sequence[Piece | str], widths: Sequence[int], *, indent: int = 0, gap: int = 2) -> Line:
    """Cells in columns: a positive width sets its cell to the left, a negative one to the right. Nothing is cut off."""
    pieces: list[Piece] = [(" " * indent, "")] if indent else []
    for position, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        text, style = (cell, "") if isinstance(cell, str) else cell
        text = printable(text)
        pad = " " * max(0, abs(width) - columns(text))
        last = position == len(widths) - 1
        pieces += [(pad, ""), (text, style)] if width < 0 else [(text, style), ("" if last else pad, "")]
        if not last:
            pieces.append((" " * gap, ""))
    return tuple(piece for piece in pieces if piece[0])


def table(rows: Sequence[Sequence[Piece | str]], head: Sequence[str], width: int, *, indent: int = 0) -> list[Line]:
    """A small table: each column as wide as its widest cell, the last one wrapped into what is left of `width`."""
    texts = [[cell if isinstance(cell, str) else cell[0] for cell in cells] for cells in [list(head), *rows]]
    widths = [max(columns(cells[i]) for cells in texts) for i in range(len(head))]
    before = indent + sum(widths[:-1]) + 2 * (len(head) - 1)
    lines = [row([(name, "faint") for name in head], widths, indent=indent)]
    for cells in rows:
        text, style = (cells[-1], "") if isinstance(cells[-1], str) else cells[-1]
        tail = wrapped(text, max(width, before + 20), indent=before, style=style) or [BLANK]
        lines.append(row([*cells[:-1], tail[0][-1] if tail[0] else ""], widths, indent=indent))
        lines += tail[1:]
    return lines


def columns(text: str) -> int:
    """Columns that `text` takes on a terminal; East Asian wide characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def printable(text: str) -> str:
    """`text` without what could steer a terminal: anything that is not printable becomes `?`."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " if c in "\n\t" else "?" for c in text)


def plain(lines: Iterable[Line]) -> str:
    """The lines as text, each with its line end, nothing but white space trimmed."""
    return "".join("".join(text for text, _ in pieces).rstrip() + "\n" for pieces in lines)


def show(lines: Iterable[Line], console: "Console") -> None:
    """The lines in colour. Rich neither wraps nor reads markup here: the layout is already made."""
    from rich.text import Text

    for pieces in lines:
        console.print(
            Text.assemble(*((text, STYLES[style]) for text, style in pieces)), soft_wrap=True, highlight=False
        )
