"""Visits from X12 837P claims (005010X222, A1 and A2): one visit for each date of service of a claim.

Owns: which segments of a professional claim say what, and the segment at which something was wrong. The segments
themselves are read by x12sdk, an optional extra.
Never: lets names, member ids, addresses, birth dates or notes pass; the birth date of `DMG` only serves to work out
the age.

Claims carry no minutes: the minutes of a visit come from a treatment log (`treatment_log`), and stay "not given"
without one.
"""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import attrs

from policy.claims.from_mapping import visit_from_mapping
from policy.claims.problem import ERROR, WARNING, Problem, Unreadable, shown
from policy.claims.text import Broken, Text
from policy.claims.visit import Visit
from policy.claims.x12_segments import segments

PROFESSIONAL: Final = ("005010X222", "005010X222A1", "005010X222A2")

_KINDS: Final = {
    "005010X223": "an institutional claim",
    "005010X224": "a dental claim",
    "004010X098": "a professional claim of the retired version 4010",
}
_CODE_SETS: Final = {"HC": "HCPCS"}
_VOID: Final = "8"


@attrs.define
class _Line:
    """A service line in the making; `at` is the number of its `LX` segment."""

    at: int
    number: str
    first: dt.date | None = None
    last: dt.date | None = None
    fields: dict[str, Any] = attrs.field(factory=dict)
    wrong: list[tuple[int, str, str | None]] = attrs.field(factory=list)


@attrs.define
class _Claim:
    """A claim in the making; `at` is the number of its `CLM` segment."""

    at: int
    claim: str
    fields: dict[str, Any]
    birth: str | None
    frequency: str = ""
    facts: dict[str, str] = attrs.field(factory=dict)
    lines: list[_Line] = attrs.field(factory=list)
    other_payer: bool = False


def read_x12(text: Text) -> Iterator[Visit | Problem]:
    """Visits of an X12 file, in claim order. Raises `Unreadable` without a sound `ISA` segment, or without x12sdk."""
    claims = _Claims(text.name)
    try:
        whole = text.whole()
    except Broken as broken:
        raise Unreadable(f"{text.name}: {broken}") from None
    for number, segment, component in segments(whole, text.name):
        yield from claims.take(number, segment, component)
    yield from claims.end()


class _Claims:
    """Walks the segments and gives each claim's visits when the claim is complete."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._number = 0
        self._component = ":"
        self._version = ""
        self._reading = False
        self._closed = True
        self._billing: str | None = None
        self._birth: str | None = None
        self._claim: _Claim | None = None

    def take(self, number: int, segment: list[str], component: str) -> Iterator[Visit | Problem]:
        """One segment; gives the visits of the claim that it ends, if it ends one."""
        self._number, self._component = number, component
        tag = segment[0]
        if tag in ("ISA", "GS", "ST", "HL", "CLM", "SE", "GE", "IEA"):
            yield from self._finish()
        if tag == "ISA":
            self._closed = False
        elif tag == "IEA":
            self._closed = True
        elif tag == "GS":
            self._version = _at(segment, 8)
        elif tag == "ST":
            yield from self._transaction(segment)
        elif not self._reading:
            return
        elif tag == "CLM":
            self._claim = self._opened(segment)
        elif tag == "SE":
            self._reading = False
        elif self._claim is None:
            self._before_claim(tag, segment)
        elif tag == "LX":
            self._claim.lines.append(_Line(number, _at(segment, 1)))
        elif self._claim.lines:
            self._of_line(tag, segment, self._claim.lines[-1])
        else:
            self._of_claim(tag, segment, self._claim)

    def end(self) -> Iterator[Visit | Problem]:
        """What is left at the end of the file: a claim that breaks off is not judged."""
        if self._claim is not None:
            yield self._refused(self._claim, self._claim.at, "the file ends inside this claim, so it was not read")
        elif self._reading or not self._closed:
            yield Problem(
                WARNING, "the file ends without its closing segments (SE, GE, IEA)", self._place(self._number)
            )

    def _place(self, number: int) -> str:
        return f"{self.name} segment {number}"

    def _refused(self, claim: _Claim, number: int, message: str, help: str | None = None) -> Problem:
        name = shown(claim.claim)
        return Problem(ERROR, message, f"{self._place(number)}, claim {name}", help, name or None)

    def _transaction(self, segment: list[str]) -> Iterator[Problem]:
        version = _at(segment, 3) or self._version
        self._reading = _at(segment, 1) == "837" and version in PROFESSIONAL
        self._billing = self._birth = None
        if not self._reading:
            kind = (
                _KINDS.get(version[:10], "another kind of transaction") if _at(segment, 1) == "837" else "not a claim"
            )
            what = " ".join(part for part in (_at(segment, 1), version) if re.fullmatch(r"[A-Z0-9]{1,12}", part))
            message = f"the transaction `{what}` is {kind}; it was not read"
            yield Problem(ERROR, message, self._place(self._number), "837P claims of version 005010X222 are read")

    def _before_claim(self, tag: str, segment: list[str]) -> None:
        if tag == "HL":
            self._birth = None
            if _at(segment, 3) == "20":
                self._billing = None
        elif tag == "NM1" and _at(segment, 1) == "85":
            self._billing = _at(segment, 9) or None
        elif tag == "DMG" and _at(segment, 1) == "D8":
            self._birth = _at(segment, 2)

    def _opened(self, segment: list[str]) -> _Claim:
        place, _, frequency = (*_at(segment, 5).split(self._component), "", "", "")[:3]
        found = {
            "claim": _at(segment, 1),
            "provider": self._billing,
            "place": place or None,
            "claim_type": "professional",
        }
        return _Claim(self._number, _at(segment, 1), found, self._birth, frequency)

    def _of_claim(self, tag: str, segment: list[str], claim: _Claim) -> None:
        """Segments of the claim itself; those after `SBR` speak of another payer."""
        claim.other_payer |= tag == "SBR"
        if claim.other_payer:
            return
        match tag, _at(segment, 1):
            case "NM1", "82":
                claim.fields["rendering"] = _at(segment, 9) or None
            case "REF", "G1":
                claim.facts["authorization.number"] = _at(segment, 2)
            case "DTP", "439":
                claim.facts["injury.date"] = _iso(_at(segment, 3))
            case "DTP", "454":
                claim.facts["episode.start"] = _iso(_at(segment, 3))
            case "HI", _:
                parts = [element.split(self._component) for element in segment[1:]]
                codes = [
                    part[1] for part in parts if len(part) > 1 and part[0] in ("ABK", "ABF", "BK", "BF") and part[1]
                ]
                claim.fields.setdefault("diagnoses", []).extend(codes)

    def _of_line(self, tag: str, segment: list[str], line: _Line) -> None:
        match tag, _at(segment, 1):
            case "SV1", _:
                self._service(segment, line)
            case "DTP", "472":
                self._dates(segment, line)
            case "NM1", "82":
                line.fields["provider"] = _at(segment, 9) or None
            case (("SV2" | "SV3"), _):
                line.wrong.append((self._number, f"`{tag}` is not a service of a professional claim", None))

    def _service(self, segment: list[str], line: _Line) -> None:
        """SV1: code and modifiers, charge, units (`UN`) or minutes (`MJ`), place."""
        kind, code, *rest = (*_at(segment, 1).split(self._component), "", "")
        if kind not in _CODE_SETS:
            line.wrong.append((self._number, "the code is not of the set `HC` (CPT and HCPCS)", None))
        if "code" in line.fields:
            line.wrong.append((self._number, "the line has two `SV1` segments", "give each service an `LX` of its own"))
        line.fields["code"] = code
        line.fields["modifiers"] = [modifier for modifier in rest[:4] if modifier]
        line.fields["charge"] = _number(_at(segment, 2))
        line.fields["place"] = _at(segment, 5) or None
        quantity = _number(_at(segment, 4))
        match _at(segment, 3):
            case "UN":
                line.fields["units"] = quantity
            case "MJ":
                whole = isinstance(quantity, Decimal) and quantity == quantity.to_integral_value() and quantity < 10**6
                line.fields["minutes"] = int(quantity) if whole and isinstance(quantity, Decimal) else quantity
            case "":
                pass
            case _:
                line.wrong.append((self._number, "the quantity is neither in units (`UN`) nor in minutes (`MJ`)", None))

    def _dates(self, segment: list[str], line: _Line) -> None:
        """DTP*472: one day, also written as a range of one day."""
        first, dash, last = _at(segment, 3).partition("-")
        try:
            line.first = _date(first)
            line.last = _date(last) if dash else line.first
        except ValueError:
            line.wrong.append((self._number, "the date of service is not a date", "write it as `D8` and 20260302"))

    def _finish(self) -> Iterator[Visit | Problem]:
        claim, self._claim = self._claim, None
        if claim is None:
            return
        if claim.frequency == _VOID:
            message = "the claim voids an earlier one (frequency code 8), so there is nothing to judge"
            yield self._refused(claim, claim.at, message)
            return
        wrong = list(_mistakes(claim))
        for number, message, help in wrong:
            yield self._refused(claim, number, message, help)
        if wrong:
            return
        dates = sorted({line.first for line in claim.lines if line.first})
        for date in dates:
            name = claim.claim if len(dates) == 1 else f"{claim.claim}/{date}"
            lines = [line for line in claim.lines if line.first == date]
            visit, problems = visit_from_mapping(_mapping(claim, name, date, lines), place=self._place(claim.at))
            yield from problems
            if visit is not None:
                yield visit


def _mistakes(claim: _Claim) -> Iterator[tuple[int, str, str | None]]:
    """What keeps a claim from being read at all: segment number, message, help."""
    if not claim.lines:
        yield claim.at, "the claim has no service lines", None
    for line in claim.lines:
        name = f"line {line.number}" if line.number.isdigit() else "line"
        if "code" not in line.fields and not line.wrong:
            yield line.at, f"{name} has no `SV1` segment", None
        for number, message, help in line.wrong:
            yield number, f"{name}: {message}", help
        if line.first is None and not line.wrong:
            yield line.at, f"{name} has no date of service (`DTP*472`)", None
        elif line.first != line.last:
            yield line.at, f"{name} covers more than one day", "bill each day on a line of its own"


def _mapping(claim: _Claim, name: str, date: dt.date, lines: list[_Line]) -> dict[str, Any]:
    rendering = claim.fields.get("rendering")
    data = {key: value for key, value in claim.fields.items() if key != "rendering"}
    data |= {"visit": name or None, "claim": claim.claim or None, "date": date, "facts": claim.facts}
    if claim.birth:
        data["patient"] = {"birth_date": _iso(claim.birth)}
    data["lines"] = [
        {
            "provider": rendering,
            **line.fields,
            "line": int(line.number) if re.fullmatch(r"\d{1,6}", line.number, re.ASCII) else line.number,
        }
        for line in lines
    ]
    return data


def _at(segment: list[str], index: int) -> str:
    return segment[index].strip() if index < len(segment) else ""


def _number(text: str) -> Decimal | str | None:
    """An X12 number; text that is not one is left for the reader of the field to refuse."""
    try:
        return Decimal(text) if re.fullmatch(r"-?\d{0,15}\.?\d{0,6}", text, re.ASCII) and text else text or None
    except InvalidOperation:
        return text


def _date(text: str) -> dt.date:
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        raise ValueError
    return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _iso(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if re.fullmatch(r"\d{8}", text, re.ASCII) else text
