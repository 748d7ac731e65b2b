"""Sets of procedure codes, as ranges.

Owns: the order of CPT and HCPCS codes (`97530`, `0373T`, `G0283`), and set arithmetic over ranges of them.
Never: knows what a code means or how it is named. A set stays small however wide its ranges are.
"""

import bisect
import functools
import re
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

_SHAPE: Final = re.compile(r"([A-Z]?)(\d{4,5})([A-Z]?)", re.ASCII)
_LETTER: Final = 100_000
_SUFFIX: Final = 1_000_000
_PREFIX: Final = 100_000_000
EXPLICIT: Final = 4096
"""Sets of at most this many codes are also kept as plain sets."""


def is_code(text: str) -> bool:
    """True for five digits, four digits and a letter, or a letter and four digits."""
    return re.fullmatch(r"\d{5}|\d{4}[A-Z]|[A-Z]\d{4}", text, re.ASCII) is not None


@functools.lru_cache(maxsize=1 << 14)
def ordinal(code: str) -> int:
    """The place of a code in the order of all codes. Raises `ValueError` for what is not a code."""
    match = _SHAPE.fullmatch(code)
    if match is None or len(code) != 5:
        raise ValueError(f"`{code}` is not a code such as 97530")
    prefix, number, suffix = match.groups()
    if prefix:
        return _PREFIX + (ord(prefix) - 65) * _LETTER + int(number)
    if suffix:
        return _SUFFIX + (ord(suffix) - 65) * _LETTER + int(number)
    return int(number)


def code_at(number: int) -> str:
    """The code at a place; the inverse of `ordinal`."""
    if number >= _PREFIX:
        letter, rest = divmod(number - _PREFIX, _LETTER)
        return f"{chr(65 + letter)}{rest:04d}"
    if number >= _SUFFIX:
        letter, rest = divmod(number - _SUFFIX, _LETTER)
        return f"{rest:04d}{chr(65 + letter)}"
    return f"{number:05d}"


@attrs.frozen
class CodeSet:
    """Codes as sorted ranges that do not touch, of ordinals, both ends inclusive."""

    ranges: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def of(ranges: Iterable[tuple[str, str]]) -> "CodeSet":
        """The union of ranges of codes, each `(first, last)`."""
        return CodeSet._merged((ordinal(first), ordinal(last)) for first, last in ranges)

    @staticmethod
    def _merged(ranges: Iterable[tuple[int, int]]) -> "CodeSet":
        merged: list[tuple[int, int]] = []
        for low, high in sorted(ranges):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return CodeSet(tuple(merged))

    def __contains__(self, code: str) -> bool:
        try:
            number = ordinal(code)
        except ValueError:
            return False
        at = bisect.bisect_right(self.ranges, (number, _PREFIX * 10)) - 1
        return at >= 0 and self.ranges[at][0] <= number <= self.ranges[at][1]

    @staticmethod
    def union(*sets: "CodeSet") -> "CodeSet":
        """The codes that are in any of the sets."""
        return CodeSet._merged(one for codes in sets for one in codes.ranges)

    def __or__(self, other: "CodeSet") -> "CodeSet":
        return CodeSet._merged(self.ranges + other.ranges)

    def __sub__(self, other: "CodeSet") -> "CodeSet":
        left: list[tuple[int, int]] = []
        at = 0  # cuts before it end below the range at hand; both sides are sorted
        for low, high in self.ranges:
            while at < len(other.ranges) and other.ranges[at][1] < low:
                at += 1
            for k in range(at, len(other.ranges)):
                cut_low, cut_high = other.ranges[k]
                if cut_low > high:
                    break
                if cut_low > low:
                    left.append((low, cut_low - 1))
                low = cut_high + 1
                if low > high:
                    break
            if low <= high:
                left.append((low, high))
        return CodeSet(tuple(left))

    def __and__(self, other: "CodeSet") -> "CodeSet":
        return self - (self - other)

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in self.ranges)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __iter__(self) -> Iterator[str]:
        """Every code in order; use only on sets known to be small."""
        return (code_at(n) for low, high in self.ranges for n in range(low, high + 1))

    def explicit(self) -> "frozenset[str] | CodeSet":
        """A plain set when the set is small enough, else the set itself; both answer `in`."""
        return frozenset(self) if len(self) <= EXPLICIT else self

    def __str__(self) -> str:
        return ", ".join(
            code_at(low) if low == high else f"{code_at(low)}-{code_at(high)}" for low, high in self.ranges
        )
