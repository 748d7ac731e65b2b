"""The summary: every visit and line is counted once."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from made import FakeDecision, allowed, denied

from policy.engine.answer import STATUSES, LineDecision
from policy.render.page import plain
from policy.render.tally import Tally, one_line, summary

units = st.one_of(st.integers(0, 9), st.none())
lines = st.builds(LineDecision, st.just(1), st.just("97530"), units, units, units, st.sampled_from(STATUSES))


@given(
    st.lists(st.builds(FakeDecision, status=st.sampled_from(STATUSES), lines=st.lists(lines, max_size=4).map(tuple)))
)
def test_counts_add_up(decisions: list[FakeDecision]) -> None:
    tally = Tally()
    for decision in decisions:
        tally.add(decision)
    everything = [item for decision in decisions for item in decision.lines]
    assert tally.decided == sum(tally.visits.values()) == len(decisions)
    assert sum(tally.lines.values()) == len(everything)
    known = [(i.billed_units, i.supported_units) for i in everything if None not in (i.billed_units, i.supported_units)]
    assert tally.overbilled - tally.underbilled == sum(billed - supported for billed, supported in known)


def test_the_summary_of_a_mixed_run() -> None:
    tally = Tally()
    for decision, _ in (allowed(), denied()):
        tally.add(decision)
    tally.rejected = 3
    tally.warnings = 1
    assert plain(summary(tally)).splitlines() == [
        "summary",
        "  visits        5 in: 2 decided, 3 could not be read or judged",
        "                1 allow, 1 deny",
        "  lines         5: 3 allow, 1 undetermined, 1 deny",
        "  units         7 billed, 7 supported, 5 allowed",
        "                not known for 1 line",
        "  overbilled    0 units above what the minutes support",
        "  underbilled   1 unit supported but not billed",
        "  top reasons   count timed_units, 1 visit",
        "                pair ncci, 1 visit",
        "  input         1 warning, named on the error stream",
    ]
    assert one_line(tally) == "5 visits in: 2 decided (1 allow and 1 deny), 3 could not be read or judged"


def test_parts_of_units_stay_exact() -> None:
    tally = Tally()
    for _ in range(10):
        tally.add(
            FakeDecision(lines=(LineDecision(1, "97530", Decimal("0.1"), Decimal("0.1"), Decimal("0.1"), "allow"),))
        )
    assert "1 billed, 1 supported, 1 allowed" in plain(summary(tally))


def test_money_that_nobody_priced_is_not_shown_as_zero_dollars() -> None:
    tally = Tally()
    open_ = LineDecision(1, "97530", 2, 2, 2, "allow")
    nothing = LineDecision(2, "97150", 1, 1, 0, "deny", allowed_amount=Decimal(0))
    tally.add(FakeDecision(status="deny", lines=(open_, nothing), pays=True))
    assert "money         no line that is allowed has a price" in plain(summary(tally))
    tally.add(
        FakeDecision(lines=(LineDecision(1, "97530", 1, 1, 1, "allow", allowed_amount=Decimal("35.07")),), pays=True)
    )
    assert "money         $35.07 allowed" in plain(summary(tally))
