"""837P claims: which segment becomes what, what is left behind, and files that are cut, foreign or damaged."""

import datetime as dt
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policy.claims.problem import Unreadable
from policy.claims.read import read

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*PAYER          *260403*0800*^*00501*000000101*0*T*:~"
HEAD = (
    "GS*HC*SENDER*PAYER*20260403*0800*101*X*005010X222A1~ST*837*0101*005010X222A1~BHT*0019*00*1*20260403*0800*CH~"
    "HL*1**20*1~NM1*85*2*THE CLINIC*****XX*1234567893~HL*2*1*22*0~NM1*IL*1*SECRETNAME*PAT****MI*MEMBER123~"
    "DMG*D8*19550201*F~"
)
TAIL = "SE*10*0101~GE*1*101~IEA*1*000000101~"
LINE = "LX*1~SV1*HC:97530:GP*70.14*UN*2***1~DTP*472*D8*20260302~"


def claim(lines: str, name: str = "C1", extra: str = "", frequency: str = "1") -> str:
    return f"CLM*{name}*70.14***11:B:{frequency}*Y*A*Y*Y~HI*ABK:M1711*ABF:M545~{extra}{lines}"


def file(*claims: str, head: str = HEAD) -> str:
    return ISA + head + "".join(claims) + TAIL


def test_a_claim_becomes_a_visit(read_file: Any) -> None:
    extra = "DTP*439*D8*20260115~REF*G1*AUTH1~NM1*82*1*SECRETNAME*DOC****XX*1111111111~"
    lines = (
        "LX*1~SV1*HC:97530:GP:59*70.14*UN*2*12**1~DTP*472*D8*20260302~NM1*82*1*SECRETNAME*DOC****XX*2222222222~NTE*ADD*SECRETNOTE~"
        "LX*2~SV1*HC:97110*35*UN*1.5***1~DTP*472*RD8*20260302-20260302~LX*3~SV1*HC:97140:GP*30*MJ*15~DTP*472*D8*20260302~"
    )
    found, problems = read_file("a.837", file(claim(lines, extra=extra)))
    assert problems == []
    (visit,) = found
    assert (visit.visit, visit.claim, visit.date, visit.age) == ("C1", "C1", dt.date(2026, 3, 2), 71)
    assert (visit.provider, visit.place, visit.claim_type, visit.patient) == ("1234567893", "11", "professional", None)
    assert visit.diagnoses == ("M1711", "M545")
    assert visit.facts == {"injury.date": dt.date(2026, 1, 15), "authorization.number": "AUTH1"}
    first, second, third = visit.lines
    assert (first.number, first.code, first.modifiers, first.units) == (1, "97530", ("GP", "59"), 2)
    assert (first.charge, first.place, first.provider, first.minutes) == (Decimal("70.14"), "12", "2222222222", None)
    assert (second.modifiers, second.units, second.provider) == ((), Decimal("1.5"), "1111111111")
    assert (third.units, third.minutes) == (None, 15)
    for secret in ("SECRET", "MEMBER123", "1955"):
        assert secret not in repr(visit)


def test_each_date_of_a_claim_is_a_visit(read_file: Any) -> None:
    lines = LINE + LINE.replace("LX*1", "LX*2").replace("20260302", "20260305") + LINE.replace("LX*1", "LX*3")
    found, problems = read_file("a.837", file(claim(lines)))
    assert problems == []
    assert [(v.visit, v.claim, [line.number for line in v.lines]) for v in found] == [
        ("C1/2026-03-02", "C1", [1, 3]), ("C1/2026-03-05", "C1", [2]),
    ]  # fmt: skip


def test_another_patient_has_another_age(read_file: Any) -> None:
    more = "HL*3*1*22*1~NM1*IL*1*X~DMG*D8*19800101*M~HL*4*3*23*0~NM1*QC*1*Y~DMG*D8*20150401*M~" + claim(LINE, "C2")
    found, _ = read_file("a.837", file(claim(LINE), more, "HL*5*1*22*0~NM1*IL*1*X~" + claim(LINE, "C3")))
    assert [(visit.visit, visit.age) for visit in found] == [("C1", 71), ("C2", 10), ("C3", None)]


def test_what_another_payer_says_is_left_out(read_file: Any) -> None:
    extra = "SBR*S*18*******CI~DMG*D8*19700101*M~NM1*82*1*OTHER****XX*9999999999~"
    found, _ = read_file("a.837", file(claim(LINE, extra=extra)))
    assert found[0].lines[0].provider is None
    assert found[0].age == 71


BROKEN = [
    (LINE.replace("D8*20260302", "RD8*20260302-20260303"), "covers more than one day"),
    (LINE.replace("20260302", "20260230"), "is not a date"),
    (LINE.replace("DTP*472*D8*20260302~", ""), "no date of service"),
    (LINE.replace("HC:", "ER:"), "not of the set `HC`"),
    (LINE.replace("*UN*", "*F2*"), "neither in units"),
    (LINE.replace("SV1", "SV2"), "is not a service of a professional claim"),
    (LINE.replace("SV1*HC:97530:GP*70.14*UN*2***1~", ""), "has no `SV1`"),
    ("", "has no service lines"),
    (LINE.replace("97530", "9753"), "is not the shape"),
    (LINE.replace("*2***", "*-2***"), "must be a number of units"),
    (LINE.replace("*2***", "*two***"), "must be a number of units"),
    (LINE.replace("70.14", "7O.14"), "is not an amount"),
    (LINE.replace("LX*1", "LX*one"), "must be a whole number"),
    (LINE.replace("LX*1", "LX*" + "9" * 5000), "must be a whole number"),
    (LINE.replace("UN*2", "MJ*1500"), "cannot be more than"),
    (LINE + LINE, "is repeated"),
    (LINE.replace("SV1", "SV1*HC:97110*1*UN*1~SV1", 1), "two `SV1`"),
]


@pytest.mark.parametrize(("lines", "words"), BROKEN)
def test_a_bad_claim_leaves_the_others(read_file: Any, lines: str, words: str) -> None:
    found, problems = read_file("a.837", file(claim(LINE, "GOOD1"), claim(lines, "BAD"), claim(LINE, "GOOD2")))
    assert [visit.visit for visit in found] == ["GOOD1", "GOOD2"]
    assert any(words in problem.message for problem in problems)
    for problem in problems:
        assert re.match(r"a\.837 segment \d+, (claim|visit) BAD", problem.place)
        assert problem.visit == "BAD"


def test_a_voided_claim_is_not_judged(read_file: Any) -> None:
    found, problems = read_file("a.837", file(claim(LINE, frequency="8")))
    assert found == []
    assert "voids an earlier one" in problems[0].message


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("ST*837*1*005010X223A2~", "`837 005010X223A2` is an institutional claim"),
        ("ST*837*1*005010X224A2~", "is a dental claim"),
        ("ST*835*1~", "`835 005010X222A1` is not a claim"),
        ("ST*837*1*004010X098A1~", "retired version 4010"),
    ],
)
def test_other_transactions_are_named(read_file: Any, header: str, words: str) -> None:
    other = header + "HL*1**20*1~CLM*OTHER*1***11:B:1~" + LINE + "SE*5*1~"
    content = file(claim(LINE)).replace("GE*1", other + "GE*1")
    found, problems = read_file("a.837", content)
    assert [visit.visit for visit in found] == ["C1"]
    assert words in problems[0].message


@pytest.mark.parametrize("marks", ["*:~", "|>\n", "*:\r", "^\\'", "+:\x1c"])
def test_delimiters_are_those_of_the_isa(read_file: Any, marks: str) -> None:
    element, component, terminator = marks
    content = file(claim(LINE)).replace("*^*", "*R*")
    content = content.translate(str.maketrans({"*": element, ":": component, "~": terminator}))
    found, problems = read_file("a.837", content)
    assert problems == []
    assert found[0].lines[0].modifiers == ("GP",)


def test_line_breaks_between_segments_and_two_interchanges(read_file: Any) -> None:
    second = file(claim(LINE, "C2")).replace("*", "|").replace("~", "~\r\n")
    found, problems = read_file("a.edi", "\n" + file(claim(LINE)).replace("~", "~\n") + "\n" + second)
    assert problems == []
    assert [visit.visit for visit in found] == ["C1", "C2"]


@pytest.mark.parametrize("cut", ["SE*10", "DTP*472*D8*20260302~CLM"])
def test_a_file_that_breaks_off(read_file: Any, cut: str) -> None:
    whole = file(claim(LINE), claim(LINE, "C2"))
    found, problems = read_file("cut.837", whole[: whole.index(cut)])
    assert "C2" not in [visit.visit for visit in found]
    assert "the file ends inside this claim" in problems[-1].message
    found, problems = read_file("cut.837", whole[: whole.index("GE*1")])
    assert len(found) == 2
    assert [problem.severity for problem in problems] == ["warning"]


@pytest.mark.parametrize(
    "content",
    [
        "ISA",
        ISA[:105],
        ISA[:60] + HEAD,
        "ISA*00*~" + HEAD,
        ISA.replace("ZZ", "Z*Z") + HEAD,
        HEAD,
        ISA[:105] + "A" + HEAD,
        ISA[:105] + "*",
    ],
)
def test_without_a_sound_isa_nothing_is_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.837"
    path.write_text(content)
    with pytest.raises(Unreadable, match=r"^a\.837: .*ISA"):
        list(read(path))


def test_without_x12sdk_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "x12sdk.io", None)
    path = tmp_path / "a.837"
    path.write_text(file(claim(LINE)))
    with pytest.raises(Unreadable, match=r"pip install 'payer-policy\[x12\]'"):
        list(read(path))


def test_an_empty_interchange(read_file: Any) -> None:
    assert read_file("a.837", ISA + "IEA*0*000000101~") == ([], [])
