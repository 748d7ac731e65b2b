"""Opening a claims file: plain or gzip, UTF-8 or the Windows code page, streamed as lines or as pieces of text.

Owns: what "cannot be read at all" means for bytes (missing, a directory, binary, UTF-16, corrupt gzip), and the
limits on size.
Never: knows a claims format.
"""

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Final, cast

from policy.claims.problem import ERROR, WARNING, Problem, Unreadable, shown

MAX_LINE: Final = 64 * 1024 * 1024
"""Bytes of one line, or of one visit of a document, after decompression."""

MAX_WHOLE: Final = 512 * 1024 * 1024
"""Characters of a file that must be read whole (X12, CSV), after decompression."""

_BLOCK: Final = 256 * 1024


class Broken(Exception):
    """The bytes end or turn bad in the middle of the file; `str()` completes "the file …"."""


class Text:
    """A claims file being read once, from start to end. A context manager.

    `name` is fit for messages; `head` holds the first bytes, decompressed; `problems` gathers warnings of the encoding.
    """

    def __init__(self, path: Path) -> None:
        """Opens `path`. Raises `Unreadable` when there is nothing that could be read as text."""
        self.name = shown(path.name or path)
        self.problems: list[Problem] = []
        try:
            self._below, self._file = _opened(path)
        except (OSError, ValueError) as error:
            raise Unreadable(f"{self.name}: {_why(error)}") from None
        try:
            self.head = self._file.read(_BLOCK)
            _refuse_binary(self.head)
        except (OSError, EOFError, zlib.error) as error:
            self._close()
            raise Unreadable(f"{self.name}: {_why(error)}") from None
        except Unreadable as error:
            self._close()
            raise Unreadable(f"{self.name}: {error}") from None
        self.head = self.head.removeprefix(codecs.BOM_UTF8)

    def __enter__(self) -> "Text":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        self._file.close()
        self._below.close()

    def blocks(self) -> Iterator[bytes]:
        """The bytes, without a byte-order mark. Raises `Broken` where they cannot be read on."""
        block = self.head
        while block:
            yield block
            try:
                block = self._file.read(_BLOCK)
            except (OSError, EOFError, zlib.error) as error:
                raise Broken(_why(error)) from None

    def lines(self) -> Iterator[tuple[int, str | None]]:
        """Line numbers from 1 and lines without their end; `None` for a line above `MAX_LINE`. Raises `Broken`."""
        end = b"\n" if b"\n" in self.head or b"\r" not in self.head else b"\r"
        number, parts, size = 1, [b""], 0
        for block in self.blocks():
            first, *more = block.split(end)
            for piece in (first, *more[:-1]) if more else ():
                yield number, self._line(parts, size, piece, number)
                number, parts, size = number + 1, [b""], 0
            rest = more[-1] if more else first
            size += len(rest)
            if size <= MAX_LINE:
                parts.append(rest)
        if size:
            yield number, self._line(parts, size, b"", number)

    def _line(self, parts: list[bytes], size: int, last: bytes, number: int) -> str | None:
        if size + len(last) > MAX_LINE:
            return None
        data = b"".join((*parts, last)).rstrip(b"\r")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return self._windows(data, f"{self.name} line {number}")

    def pieces(self) -> Iterator[str]:
        """The text in pieces of a few hundred kilobytes. Raises `Broken`."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        for block in self.blocks():
            held = decoder.getstate()[0]
            try:
                yield decoder.decode(block)
            except UnicodeDecodeError:
                decoder.reset()
                yield self._windows(held + block, self.name)
        if held := decoder.getstate()[0]:
            yield self._windows(held, self.name)

    def whole(self) -> str:
        """All of the text. Raises `Broken`, also above `MAX_WHOLE` characters."""
        parts, size = [], 0
        for piece in self.pieces():
            size += len(piece)
            if size > MAX_WHOLE:
                raise Broken(f"is larger than {MAX_WHOLE // 2**20} MB, the most that is read of this format; split it")
            parts.append(piece)
        return "".join(parts)

    def broken(self, why: Broken, place: str) -> Problem:
        """The problem to report when the file breaks off at `place`."""
        return Problem(ERROR, f"the file {why}; what follows was not read", place)

    def _windows(self, data: bytes, place: str) -> str:
        if not self.problems:
            message = "the text is not UTF-8; it was read as Windows-1252"
            self.problems.append(Problem(WARNING, message, place, "save the file as UTF-8"))
        return data.decode("cp1252", "replace")


def _opened(path: Path) -> tuple[IO[bytes], IO[bytes]]:
    """The file, and the stream of its bytes, decompressed when it is gzip."""
    file = io.BufferedReader(io.FileIO(path), _BLOCK)
    try:
        packed = file.peek(2)[:2] == b"\x1f\x8b"
    except OSError:
        file.close()
        raise
    return file, cast(IO[bytes], gzip.GzipFile(fileobj=file, mode="rb")) if packed else file


def _refuse_binary(head: bytes) -> None:
    """Raises `Unreadable` for an empty file and for bytes that are not text in UTF-8 or a Windows code page."""
    if not head.strip(b" \t\r\n\v\f" + codecs.BOM_UTF8):
        raise Unreadable("the file is empty")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("the text is UTF-16; save the file as UTF-8")
    if head.startswith(b"PAR1"):
        raise Unreadable("this is a Parquet file; claims are read from JSON, CSV or X12 837P")
    if head.startswith(b"PK\x03\x04"):
        raise Unreadable("this is a zip archive or a spreadsheet; save the sheet as CSV")
    if b"\x00" in head:
        raise Unreadable("this is not a text file; claims are read from JSON, CSV or X12 837P")


def _why(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case IsADirectoryError():
            return "this is a directory; name the files in it"
        case PermissionError():
            return "no permission to read the file"
        case gzip.BadGzipFile() | EOFError() | zlib.error():
            return "is damaged: the compressed data cannot be read"
        case OSError() if error.errno is not None:
            return f"cannot be read: {os.strerror(error.errno).lower()}"
    return "cannot be read"
