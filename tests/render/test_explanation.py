"""The whole reasoning for one visit."""

import re

import attrs
import pytest
from made import allowed, denied

from policy.render.explain import explain_lines, explain_text
from policy.render.page import plain


def test_a_note_as_a_reviewer_would_write_it() -> None:
    assert (
        explain_text(*denied(), width=80)
        == """\
visit V1, 2026-03-02: deny
claim C1, judged by medicare.part_b

billed and allowed
  line  code   modifiers     min  billed  supported  allowed  status
     1  97530  GP 59 KX CQ    24       2          2        2  allow
     2  97150                  ?       1          1        0  deny
     3  97110  ?               ?       1          ?        ?  undetermined

how it was decided
  classify      97530 and 97110 are timed, 97150 is one unit each day
  count         24 minutes make 2 units [count timed_units]

what spoke
  1. deny lines 2 and 1, 1 unit: pair ncci
     97150 is not paid beside 97530 on one day unless a modifier says that the
     sessions were separate
     reason     CO-236
     source     National Correct Coding Initiative, quarterly edits, chapter 11,
                section M
                https://www.cms.gov/ncci
     assumes    the edit file of the third quarter is the last one published
     fix        add modifier 59 to 97150 when the sessions were separate, and
                document both
  2. undetermined line 3: count timed_units
     the units hang on minutes that were not given
     not known  line.minutes
  3. warn lines 1 and 3: limit four_units
     four units are the most for one day
     reason     CO-119

what is not known
  line.minutes, minutes of treatment with this code: would settle count
    timed_units for line 3

equally valid
  97530 1 unit, 97110 2 units

left to people
  the plan may waive the limit on written appeal
     source     Plan manual

receipt
  medicare.part_b abababababab, judged on 2026-03-02, engine 0.1.0, language 1,
    table ncci_ptp 2024q3
"""
    )


def test_empty_sections_are_left_out() -> None:
    decision, given = allowed()
    text = explain_text(attrs.evolve(decision, findings=()), given)
    assert re.findall(r"^[a-z][a-z ]+$", text, re.MULTILINE) == ["billed and allowed", "receipt"]


def test_without_the_visit_its_minutes_are_not_known() -> None:
    decision, _ = allowed()
    assert "     1  97530  ?               ?       2" in explain_text(decision)


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    decision, given = denied()
    assert all(len(printed) <= width for printed in plain(explain_lines(decision, given, width)).splitlines())


def test_the_sources_of_a_statement_are_told_once() -> None:
    decision, given = denied()
    pair = decision.findings[0]
    text = explain_text(attrs.evolve(decision, findings=(pair, pair._replace(lines=(3,)))), given)
    assert text.count("National Correct Coding Initiative") == 1
    assert "  2. deny line 3, 1 unit: pair ncci\n" in text
    assert "     source     as 1\n" in text
