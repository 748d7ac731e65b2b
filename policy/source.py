"""Source text and places in it.

Owns: `SourceFile` (text, digest, lines) and `Span` (a half-open range of character offsets).
Never: reads meaning into text. Offsets count characters of the text as it was read; lines and columns are worked out when shown.
"""

import bisect
import functools
import hashlib
from pathlib import Path
from typing import NamedTuple

import attrs


class Span(NamedTuple):
    """Characters `start` up to (not including) `end` of one file."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """From the start of this span to the end of `other`."""
        return Span(self.start, max(self.end, other.end))


NOWHERE = Span(0, 0)


@attrs.frozen(slots=False)
class SourceFile:
    """One file of policy text. `path` is what messages show; `text` is kept exactly as read (without a byte-order mark)."""

    path: str
    text: str = attrs.field(repr=False)
    had_bom: bool = False

    @staticmethod
    def read(path: Path, shown: str | None = None) -> "SourceFile":
        """Reads UTF-8 text, with or without a byte-order mark. Raises `OSError` or `UnicodeDecodeError`."""
        data = path.read_bytes()
        bom = data.startswith(b"\xef\xbb\xbf")
        return SourceFile(shown or str(path), data.decode("utf-8-sig"), bom)

    @functools.cached_property
    def digest(self) -> str:
        """`sha256:…` of the text."""
        return "sha256:" + hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [0, *(i + 1 for i, char in enumerate(self.text) if char == "\n")]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect.bisect_right(self._starts, offset) - 1
        return line + 1, offset - self._starts[line] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its line end; empty past the last line."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")
