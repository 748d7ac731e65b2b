"""Tables of claim lines in, visits out: grouping, order, refusals, history, by hand."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from policy.claims.problem import Unreadable
from policy.columns.asked import Asked
from policy.columns.frame import Frame
from policy.columns.layout import Layout

DAY = dt.date(2026, 3, 2)


def frame(asked: Asked | None = None, **columns: object) -> Frame:
    """The frame of a table with these columns, whose other columns are those of plain lines."""
    rows = len(next(iter(columns.values())))  # type: ignore[call-overload]
    plain = {"person_id": ["P1"] * rows, "claim_line_start_date": [DAY] * rows, "hcpcs_code": ["97530"] * rows}
    table = pa.table({**plain, **columns})
    return Frame.of(table, Layout.of(table.schema), asked or Asked())


def reasons(of: Frame) -> dict[int, str]:
    """Why rows were refused, by row."""
    return {row: of.refused.words[why] for row, why in zip(of.refused.rows.tolist(), of.refused.reasons, strict=True)}


def test_lines_of_a_visit_are_gathered_wherever_they_stand() -> None:
    found = frame(person_id=["A", "B", "A", "B"], x_minutes=[1, 2, 3, 4])
    assert [[line.minutes for line in found.as_visit(v).lines] for v in range(found.visits)] == [[1, 3], [2, 4]]
    assert not found.in_order


def test_lines_stand_by_claim_then_line_number_and_are_numbered_anew_where_numbers_repeat() -> None:
    found = frame(claim_id=["b", "a", "a"], claim_line_number=[1, 2, 1], x_minutes=[3, 2, 1])
    visit = found.as_visit(0)
    assert [(line.number, line.minutes) for line in visit.lines] == [(1, 1), (2, 2), (3, 3)]
    assert visit.claim is None


def test_line_numbers_stay_where_they_are_distinct() -> None:
    visit = frame(claim_id=["a", "a"], claim_line_number=[7, 3]).as_visit(0)
    assert [line.number for line in visit.lines] == [3, 7]
    assert visit.claim == "a"


def test_an_unreadable_cell_refuses_its_whole_visit_and_no_other() -> None:
    found = frame(person_id=["A", "A", "B"], claim_line_number=[1, 2, 1], x_minutes=[10, -1, 10])
    assert reasons(found) == dict.fromkeys((0, 1), "line 2: `x_minutes` cannot be negative")
    assert found.rows.tolist() == [2]


def test_a_row_without_a_key_is_refused_alone() -> None:
    found = frame(person_id=["A", None, "A"], claim_line_start_date=[DAY, DAY, None])
    assert reasons(found) == {1: "`person_id` is missing", 2: "`claim_line_start_date` is missing"}
    assert found.rows.tolist() == [0]


def test_a_visit_without_a_code_is_refused() -> None:
    found = frame(hcpcs_code=["97530", None])
    assert reasons(found) == dict.fromkeys((0, 1), "line 2: `hcpcs_code` is missing")


def test_facts_of_a_visit_must_agree_nulls_apart() -> None:
    asked = Asked(frozenset({"setting"}))
    found = frame(asked, person_id=["A", "A", "B", "B"], x_setting=["hospital", None, "hospital", "practitioner"])
    assert found.as_visit(0).setting == "hospital"
    assert reasons(found) == dict.fromkeys((2, 3), "lines of one visit disagree on `x_setting`")


def test_a_visit_of_a_hundred_thousand_lines_is_refused() -> None:
    found = frame(claim_line_number=list(range(100_000)))
    assert found.refused.words == ("a visit has 1 to 999 lines, and this one has more",)
    assert found.refused.rows.size == 100_000


def test_columns_that_nobody_asks_cannot_refuse() -> None:
    assert frame(x_setting=["nonsense"]).visits == 1
    assert frame(Asked(frozenset({"setting"})), x_setting=["nonsense"]).visits == 0


def test_history_is_the_other_lines_of_the_patient_until_the_day() -> None:
    days = [DAY, DAY + dt.timedelta(days=3), DAY]
    found = frame(Asked(history=True), person_id=["A", "A", "B"], claim_line_start_date=days, x_minutes=[9, 8, 7],
                  hcpcs_modifier_1=["GO", "GP", None], allowed_amount=[1.5, None, None])  # fmt: skip
    later = next(v for v in range(found.visits) if found.as_visit(v).date != DAY)
    (past,) = found.as_visit(later).history or ()
    assert (past.date, past.minutes, past.discipline, past.amount) == (DAY, 9, "OT", Decimal("1.50"))
    assert found.alone is not None and found.alone.tolist() == [v != later for v in range(3)]


def test_lines_of_refused_visits_are_history_as_far_as_they_can_be_read() -> None:
    days = [DAY, DAY + dt.timedelta(days=3)]
    found = frame(Asked(history=True), claim_line_start_date=days, x_minutes=[-1, 8], service_unit_quantity=[2, 1])
    (past,) = found.as_visit(0).history or ()
    assert (past.units, past.minutes) == (2, None)


def test_history_reaches_as_far_as_asked() -> None:
    days = [DAY, DAY + dt.timedelta(days=3), DAY + dt.timedelta(days=3)]
    for reach, expected in ((None, 2), (3, 2), (2, 1), (0, 1)):
        found = frame(Asked(history=True, reach=reach), x_visit=["a", "b", "c"], claim_line_start_date=days)
        assert [len(found.as_visit(v).history or ()) for v in range(3)] == [0, expected, expected]


@pytest.mark.parametrize("missing", ["hcpcs_code", "claim_line_start_date", "person_id"])
def test_needed_columns_are_named(missing: str) -> None:
    names = [name for name in ("person_id", "claim_line_start_date", "hcpcs_code") if name != missing]
    with pytest.raises(Unreadable, match=missing):
        Layout.of(pa.schema([(name, pa.string()) for name in names]))
