"""What is wrong with a file that was to be imported.

Owns: `Problem`, the collection of problems of one import, and `BadTable`, which ends it.
Never: decides what is wrong.
"""

from typing import Final

import attrs

_MOST: Final = 20
"""So many problems are told in full; the rest are counted."""
AS_PUBLISHED: Final = "import the file as it was published, not as saved from Excel"


@attrs.frozen
class Problem:
    """One thing wrong, at a row (counted from 1, as an editor shows them) of a file."""

    file: str
    row: int | None
    message: str
    help: str | None = None

    def __str__(self) -> str:
        place = f"{self.file} row {self.row}" if self.row is not None else self.file
        text = f"{place}: {self.message}" + (f"; {self.help}" if self.help else "")
        return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


class BadTable(Exception):
    """The import ends here; nothing was stored. `problems` is never empty."""

    def __init__(self, problems: tuple[Problem, ...], more: int = 0) -> None:
        super().__init__("; ".join(map(str, problems[:3])))
        self.problems = problems
        self.more = more


class Problems:
    """The problems of one import, as they are found."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._more = 0

    def add(self, file: str, row: int | None, message: str, help: str | None = None) -> None:
        """Notes a problem."""
        if len(self._found) < _MOST:
            self._found.append(Problem(file, row, message, help))
        else:
            self._more += 1

    def end(self) -> None:
        """Raises `BadTable` when there were any."""
        if self._found:
            raise BadTable(tuple(self._found), self._more)


def bad(file: str, message: str, help: str | None = None, row: int | None = None) -> BadTable:
    """The one problem that makes going on pointless."""
    return BadTable((Problem(file, row, message, help),))


def quoted(value: object) -> str:
    """A cell of the file, fit for a message."""
    text = str(value)
    text = text if len(text) <= 40 else text[:39] + "…"
    return "`" + "".join(c if c.isprintable() else "?" for c in text) + "`"
