"""What a biller sees of one visit."""

import attrs
import pytest
from made import FakeDecision, allowed, denied, visit

from policy.engine.answer import Finding, LineDecision
from policy.render.page import plain
from policy.render.visit import visit_lines


def test_an_allowed_visit_is_one_row_and_its_notes() -> None:
    decision, given = allowed()
    assert plain(visit_lines(decision, given, "V1", 100)).splitlines() == [
        "V1          2026-03-02  allow         97530 x2, 97110 x1",
        "        note: line 2: 97110: 2 units are supported, 1 was billed (count timed_units)",
    ]


def test_all_shows_every_line_of_an_allowed_visit() -> None:
    decision, given = allowed()
    text = plain(visit_lines(decision, given, "V1", 80, full=True))
    assert "     1  97530  GP             30       2          2        2  allow\n" in text
    assert "        note: 97110: 2 units are supported, 1 was billed\n" in text


def test_a_denied_line_says_why_by_which_rule_and_what_to_do() -> None:
    decision, given = denied()
    assert plain(visit_lines(decision, given, "V1", 80)).splitlines() == [
        "V1          2026-03-02  deny          claim C1, medicare.part_b",
        "        note: left to people: the plan may waive the limit on written appeal",
        "        not modelled hardship_exception",
        "  line  code   modifiers     min  billed  supported  allowed  status",
        "     1  97530  GP 59 KX CQ    24       2          2        2  allow",
        "        warn: four units are the most for one day",
        "        limit four_units · CO-119",
        "     2  97150                  ?       1          1        0  deny",
        "        97150 is not paid beside 97530 on one day unless a modifier says that",
        "        the sessions were separate",
        "        pair ncci · 1 unit · CO-236 · rests on an assumption",
        "        fix: add modifier 59 to 97150 when the sessions were separate, and",
        "          document both",
        "     3  97110  ?               ?       1          ?        ?  undetermined",
        "        the units hang on minutes that were not given",
        "        count timed_units",
        "        not known: line.minutes",
        "        as line 1: limit four_units",
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_no_row_is_wider_than_the_screen(width: int) -> None:
    for decision, given in (allowed(), denied()):
        for printed in plain(visit_lines(decision, given, "V1", width, full=True)).splitlines():
            assert len(printed) <= width


def test_many_lines_of_an_allowed_visit_wrap_under_the_first() -> None:
    given = visit(*({"code": "97530", "minutes": 15, "units": 1} for _ in range(12)))
    lines = tuple(LineDecision(n, "97530", 1, 1, 1, "allow") for n in range(1, 13))
    first, second, *_ = plain(visit_lines(FakeDecision(lines=lines), given, "V1", 80)).splitlines()
    assert first.index("97530") == second.index("97530") == 38


def test_a_message_cannot_steer_the_terminal_or_add_markup() -> None:
    decision, given = denied()
    evil = Finding("rule x", "deny", (1,), None, "\x1b[2Jgone [red]not markup[/red]")
    decision = attrs.evolve(decision, findings=(evil,), lines=(LineDecision(1, "97530", 2, 2, 0, "deny", (0,)),))
    text = plain(visit_lines(decision, given, "V1", 80))
    assert "\x1b" not in text
    assert "[red]not markup[/red]" in text
