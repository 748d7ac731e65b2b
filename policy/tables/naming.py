"""What a published file's name says: quarter, setting, part.

Owns: the ways CMS has named these files.
Never: trusts a name against the content; who reads a file compares both.
"""

import re
from collections.abc import Sequence

import attrs

from policy.tables.model import Kind, Quarter
from policy.tables.problem import bad

_MONTHS = {"jan": 1, "apr": 2, "jul": 3, "oct": 4}


@attrs.frozen
class Evidence:
    """A quarter or setting, and the words it was read from."""

    says: Quarter | str
    where: str


def quarters(name: str) -> list[Evidence]:
    """Every quarter that a file name (or the title of a sheet) speaks of."""
    found: list[Evidence] = []

    def note(pattern: str, year: str, number: int) -> None:
        found.append(Evidence(Quarter(int(year) if len(year) == 4 else 2000 + int(year), number), pattern))

    for m in re.finditer(r"(?<![a-z])v(\d\d)([0-3])r?\d*", name, re.IGNORECASE):
        note(m[0], str(1994 + int(m[1])), int(m[2]) + 1)
    for m in re.finditer(r"(20\d\d)[-_ ]?q([1-4])", name, re.IGNORECASE):
        note(m[0], m[1], int(m[2]))
    for m in re.finditer(r"eff(?:ective)?[-_ ]*(\d\d)-\d\d-(20\d\d)", name, re.IGNORECASE):
        note(m[0], m[2], (int(m[1]) + 2) // 3)
    for m in re.finditer(r"rvu(\d\d)([a-d])", name, re.IGNORECASE):
        note(m[0], m[1], "abcd".index(m[2].lower()) + 1)
    for m in re.finditer(r"pprrvu(20\d\d|\d\d)_(jan|apr|jul|oct)", name, re.IGNORECASE):
        note(m[0], m[1], _MONTHS[m[2].lower()])
    for m in re.finditer(
        r"(20\d\d) national physician fee schedule.*?(jan|apr|jul|oct)[a-z]* release", name, re.IGNORECASE
    ):
        note(m[0], m[1], _MONTHS[m[2].lower()])
    for m in re.finditer(r"gpci(20\d\d)|cy (20\d\d) geographic", name, re.IGNORECASE):
        note(m[0], m[1] or m[2], 0)
    for m in re.finditer(r"pf(?:all|rev)(\d\d)", name, re.IGNORECASE):
        note(m[0], m[1], 0)
    return found


def settings(kind: Kind, name: str) -> list[Evidence]:
    """Every setting that a file name speaks of."""
    words = (
        {"non-qpp": r"non-?_?qpp", "qpp": r"(?<!non)(?<!non-)(?<!non_)qpp"}
        if kind is Kind.RVU
        else {"practitioner": r"ccipra|practitioner", "hospital": r"ccioph|hospital|outpatient"}
        if kind in (Kind.PTP, Kind.MUE)
        else {}
    )
    found = ((word, re.search(pattern, name, re.IGNORECASE)) for word, pattern in words.items())
    return [Evidence(word, match[0]) for word, match in found if match]


def part_number(name: str) -> int | None:
    """`ccipra-v322r0-f3.TXT` is part 3."""
    match = re.search(r"[-_]f(\d)(?=\D|$)", name, re.IGNORECASE)
    return int(match[1]) if match else None


def agreed(found: Sequence[tuple[str, Evidence]], what: str) -> Quarter | str | None:
    """What all evidence says, each with its file; `None` without any. Raises `BadTable` when two differ."""
    best: tuple[str, Evidence] | None = None
    for file, evidence in found:
        if best is not None and not _agree(best[1].says, evidence.says):
            first = f"{best[1].says} (`{best[1].where}`" + (f" in {best[0]})" if best[0] != file else ")")
            raise bad(file, f"`{evidence.where}` is {evidence.says}, not {first}", f"import one {what} at a time")
        if best is None or (isinstance(best[1].says, Quarter) and not best[1].says.number):
            best = (file, evidence)
    return best[1].says if best else None


def _agree(one: Quarter | str, other: Quarter | str) -> bool:
    return one.agrees(other) if isinstance(one, Quarter) and isinstance(other, Quarter) else one == other
