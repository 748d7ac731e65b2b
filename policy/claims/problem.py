"""What a reader could not read: a problem with its place, and the one exception for a file that cannot be read at all.

Owns: `Problem`, `Unreadable`, and which words of the input may be repeated in a message.
Never: carries a value of the input (it might be a name or a birth date); only keys, positions and the visit id that
the caller chose.
"""

from typing import Final

import attrs

ERROR: Final = "error"
WARNING: Final = "warning"


@attrs.frozen
class Problem:
    """One thing wrong with the input. An `error` rejects its visit (in a treatment log: its row); a `warning` does not.

    `place` is the file and, as far as known, row, visit, line, key: `claims.jsonl line 3, visit V3, line 2, minutes`.
    """

    severity: str
    message: str
    place: str
    help: str | None = None
    visit: str | None = None

    @property
    def is_error(self) -> bool:
        """True when the visit was rejected because of it."""
        return self.severity == ERROR

    def __str__(self) -> str:
        text = f"{self.severity}: {self.place}: {self.message}"
        return f"{text} ({self.help})" if self.help else text


class Unreadable(Exception):
    """A file cannot be read at all. `str()` is one clear line."""


def shown(name: object) -> str:
    """A key, column or file name fit for a message: printable, on one line, at most 60 characters."""
    text = str(name)[:60]
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
