"""Visits from a file, whatever its format: the one door through which claims come in.

Owns: telling the format by content first and by name second, and joining a treatment log.
Never: knows what a format looks like inside.
"""

from collections.abc import Iterator
from pathlib import Path

from policy.claims.problem import Problem, Unreadable
from policy.claims.text import Text
from policy.claims.visit import Visit


def read(path: Path, *, log: Path | None = None) -> Iterator[Visit | Problem]:
    """Visits of a file in their order, and the problems met on the way. Raises `Unreadable` for a file or a log.

    JSON is streamed. X12, tables, and every file that is joined with a treatment log are held in memory.
    """
    visits = _visits(Path(path))
    if log is None:
        yield from visits
    else:
        from policy.claims.treatment_log import join, read_log

        rows, problems = read_log(Path(log))
        yield from problems
        yield from join(visits, rows)


def count_hint(path: Path) -> int | None:
    """About how many visits a file holds, for a progress bar: lines of JSON Lines, `CLM` segments of X12.

    `None` when that cannot be told quickly, also for a pipe or a compressed file.
    """
    path = Path(path)
    try:
        if not path.is_file():
            return None
        with open(path, "rb") as file:
            head = file.read(4)
            mark = b"\n" if path.suffix in (".jsonl", ".ndjson") else b"CLM" + head[3:] if head[:3] == b"ISA" else None
            if mark is None:
                return None
            file.seek(0)
            return sum(block.count(mark) for block in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return None


def _visits(path: Path) -> Iterator[Visit | Problem]:
    with Text(path) as text:
        suffixes = [suffix.lower() for suffix in path.suffixes]
        for found in _reader(text, suffixes):
            while text.problems:
                yield text.problems.pop(0)
            yield found
        yield from text.problems


def _reader(text: Text, suffixes: list[str]) -> Iterator[Visit | Problem]:
    head = text.head.lstrip()
    if head.startswith(b"ISA"):
        from policy.claims.from_x12 import read_x12

        return read_x12(text)
    if head.startswith((b"{", b"[")) or {".json", ".jsonl", ".ndjson"} & set(suffixes):
        from policy.claims.from_json import is_json_lines, read_document, read_lines

        return read_lines(text) if is_json_lines(head, suffixes) else read_document(text)
    if {".837", ".x12", ".edi"} & set(suffixes):
        raise Unreadable(f"{text.name}: the file does not begin with an ISA segment, so it is not X12")
    from policy.claims.from_csv import read_csv

    return read_csv(text)
