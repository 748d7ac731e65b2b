"""Where output goes: the terminal in colour, a pipe plainly, or a file that appears whole or not at all.

Owns: whether there is colour, how wide the page is, and the atomic output file.
Never: lays anything out (`render/` does).
"""

import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

from policy.cli.exits import Refusal
from policy.render.page import Line, plain, show

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH: Final = 100
_WIDEST: Final = 120


def width() -> int:
    """Columns of the page: the terminal's or `COLUMNS`, 100 to a pipe, never more than reads well."""
    return min(shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns or _PIPE_WIDTH, _WIDEST)


def is_colourful(stream: TextIO) -> bool:
    """True for a terminal that is not dumb, and where `FORCE_COLOR` is set; `NO_COLOR` wins over both."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Output:
    """One stream of output, for styled lines, text and bytes alike."""

    def __init__(
        self, stream: BinaryIO, encoding: str = "utf-8", console: "Console | None" = None, live: bool = False
    ) -> None:
        self._stream = stream
        self._encoding = encoding
        self._console = console
        self._live = live

    def lines(self, lines: Iterable[Line]) -> None:
        """Styled lines: in colour where there is colour, plainly elsewhere."""
        if self._console is None:
            self.text(plain(lines))
        else:
            show(lines, self._console)

    def text(self, text: str) -> None:
        """Plain text; a character that the terminal's encoding lacks becomes `?`."""
        self.data(text.encode(self._encoding, "replace"))

    def data(self, data: bytes) -> None:
        """Bytes as they are."""
        self._stream.write(data)
        if self._live:
            self._stream.flush()


def stdout() -> Output:
    """The standard output."""
    sys.stdout.flush()
    return Output(sys.stdout.buffer, sys.stdout.encoding or "utf-8", _console(sys.stdout), sys.stdout.isatty())


def stderr() -> Output:
    """The error stream."""
    return Output(sys.stderr.buffer, sys.stderr.encoding or "utf-8", _console(sys.stderr), live=True)


def _console(stream: TextIO) -> "Console | None":
    if not is_colourful(stream):
        return None
    from rich.console import Console

    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return Console(file=stream, force_terminal=True, width=width(), highlight=False, markup=False, emoji=False)


def check(path: Path | None, read: Iterable[Path] = ()) -> None:
    """Raises `Refusal` where no file can be written at `path`, or where it is one of the files that are `read`: before the work, so that
    it is not done in vain."""
    if path is None or str(path) == "-":
        return
    if path.is_file() and any(one.is_file() and path.samefile(one) for one in read):
        raise Refusal(f"`{path}` is one of the files that are read, and would be replaced", "name another `--out`")
    if path.is_dir():
        raise Refusal(f"`{path}` is a folder", "name a file for `--out`")
    if not path.parent.is_dir():
        raise Refusal(
            f"`{path}` cannot be written: there is no folder `{path.parent}`", "make it, or name another file"
        )


@contextmanager
def opened(path: Path | None, read: Iterable[Path] = ()) -> Iterator[Output]:
    """The standard output, or the file at `path`, which is replaced when all was written and left alone when not.

    A device or a pipe is written to directly. Raises `Refusal` when the file cannot be written, or is one of those that are `read`.
    """
    check(path, read)
    if path is None or str(path) == "-":
        yield stdout()
        return
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield Output(device)
        return
    with replacing(path) as file:
        yield Output(file)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside `path` that takes its place when the block ends well and is removed when it does not."""
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        file = beside.open("wb")
    except OSError as error:
        raise Refusal(f"`{path}` cannot be written: {(error.strerror or 'not possible').lower()}") from None
    try:
        with file:
            yield file
        if target.exists():
            shutil.copymode(target, beside)
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
