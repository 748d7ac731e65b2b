"""The segments of an X12 file, read by x12sdk (extra `x12`) once its interchanges are known to be sound.

Owns: where an interchange begins and which marks delimit it; the library is handed one sound interchange at a time.
Never: knows what a segment means (`from_x12` does).
"""

import re
from collections.abc import Iterator

from policy.claims.problem import Unreadable


def segments(text: str, name: str) -> Iterator[tuple[int, list[str], str]]:
    """Segment numbers from 1, segments as lists of elements, and the mark between components. Raises `Unreadable`."""
    interchanges = _interchanges(text, name)
    try:
        from x12sdk.io import X12SegmentReader
    except ImportError:
        raise Unreadable(f"{name}: X12 files need one more package: pip install 'payer-policy[x12]'") from None
    number = 0
    for interchange in interchanges:
        with X12SegmentReader(interchange) as reader:
            for _, segment in reader.segments():
                segment[0] = segment[0].strip().upper()
                if segment != [""]:
                    number += 1
                    yield number, segment, interchange[104]


def _interchanges(text: str, name: str) -> list[str]:
    """The interchanges of a file, each with its own delimiters, made fit for the reader (it drops line breaks)."""
    text = text.lstrip("\ufeff \t\r\n")
    starts = [0, *(match.end() for match in re.finditer(r"IEA(.)\d{1,5}\1\d{1,9}[^\w\s]?\s*(?=ISA)", text, re.ASCII))]
    parts = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    for position, part in enumerate(parts, 1):
        if not _sound(part):
            where = "the file" if len(parts) == 1 else f"interchange {position} of the file"
            raise Unreadable(f"{name}: {where} does not begin with a whole ISA segment of 106 characters")
    return [_plain(part) for part in parts]


def _sound(part: str) -> bool:
    """True when the first 106 characters are an ISA segment that tells the delimiters."""
    if len(part) < 106 or not part.startswith("ISA"):
        return False
    element, component, terminator = part[3], part[104], part[105]
    if part[:105].count(element) != 16 or part[103] != element:
        return False
    return len({element, component, terminator}) == 3 and not any(
        c.isalnum() or c == " " for c in (element, terminator)
    )


def _plain(part: str) -> str:
    if part[105] in "\r\n":
        mark = next((mark for mark in "~\x1c\x1d" if mark not in part), "~")
        part = f"{part[:105]}{mark}{part[106:].replace(part[105], mark)}"
    return part.replace("\r", "").replace("\n", "")
