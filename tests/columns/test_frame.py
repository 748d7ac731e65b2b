"""Tables of claim lines in, visits out: grouping, order, refusals, history, by hand."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from policy.claims.problem import Unreadable
from policy.columns.asked import Asked
from policy.columns.frame import Frame
from policy.columns.layout import Layout
from policy.facts import Fact
from policy.values import Type

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


def test_a_key_that_cannot_be_read_is_a_reason_of_its_own_row() -> None:
    found = frame(x_visit=["a", "a", "\x00", "", "a"], person_id=["A", "\x00", "A", "A", None])
    assert reasons(found) == {
        1: "`person_id` must be one line of 1 to 200 characters",
        2: "`x_visit` must be one line of 1 to 200 characters",
        3: "`x_visit` is missing",
        4: "`person_id` is missing",
    }


def test_a_visit_is_of_one_patient_also_where_its_id_is_used_for_others() -> None:
    found = frame(x_visit=["1", "2", "1", "1"], person_id=["A", "A", "B", "A"], hcpcs_code=["97530"] * 4)
    assert [(v.patient, v.visit, len(v.lines)) for v in map(found.as_visit, range(found.visits))] == [
        ("A", "1", 2), ("A", "2", 1), ("B", "1", 1),
    ]  # fmt: skip


def test_the_first_problems_are_told_and_the_others_counted() -> None:
    found = frame(
        hcpcs_code=["97530", "9"], x_minutes=[-1, -1], service_unit_quantity=[-1, -1], claim_line_number=[5, 7]
    )
    assert set(reasons(found).values()) == {
        (
            "line 5: `service_unit_quantity` must be a number of units from 0 to 999,999, with at most four decimal places; "
            "line 5: `x_minutes` cannot be negative; "
            "line 7: `hcpcs_code` is not the shape of a CPT or HCPCS code; and 2 more"
        )
    }


def test_a_date_of_the_claim_serves_where_the_line_has_none() -> None:
    days = pa.array([None, "2026-03-02", "x", None])
    starts = pa.array(["2026-03-02", "x", "2026-03-02", "x"])
    found = frame(person_id=["A", "A", "B", "C"], claim_line_start_date=days, claim_start_date=starts)
    assert [found.as_visit(v).date for v in range(found.visits)] == [DAY]
    assert reasons(found) == {2: "`claim_line_start_date` is not a date", 3: "`claim_start_date` is not a date"}


def test_policies_are_part_of_the_key_and_may_have_a_default() -> None:
    named = ["p.one", "p.two", None, "p.three"]
    asked = Asked(policies=frozenset({"p.one", "p.two"}), default="p.one")
    found = frame(asked, x_policy=named)
    assert {found.as_visit(v).policy: len(found.as_visit(v).lines) for v in range(found.visits)} == {
        "p.one": 2,
        "p.two": 1,
    }
    assert reasons(found) == {3: "`x_policy` names a policy that was not given"}
    assert reasons(frame(x_policy=named)) == {2: "`x_policy` is missing"}


def test_a_table_without_rows_has_no_visits() -> None:
    found = frame(Asked(history=True), x_visit=pa.array([], pa.string()))
    assert (found.lines, found.visits, found.refused.rows.size) == (0, 0, 0)
    assert found.codes.values.size == found.dates.size == 0 and found.alone is not None and not found.alone.size


def test_declared_facts_that_are_not_of_their_type_are_spoilt_and_stay_as_they_came() -> None:
    fact = Fact("case.severity", Type.NUMBER, "")
    found = frame(Asked(facts=(fact,)), person_id=["A", "B", "C"], x_case_severity=["2", "?", None])
    column = found.visit("case.severity")
    assert column is not None and column.known is not None and column.spoilt is not None
    assert column.known.tolist() == [True, False, False] and column.spoilt.tolist() == [False, True, False]
    assert [found.as_visit(v).facts for v in range(3)] == [{"case.severity": "2"}, {"case.severity": "?"}, {}]
    as_text = found.fact(Fact("case.severity", Type.TEXT, ""))
    assert as_text is not None and as_text.words == ("2", "?") and as_text.spoilt is None


def test_a_record_is_given_where_any_element_is_filled() -> None:
    found = frame(Asked(elements=True), person_id=["A", "B", "C"], x_documentation_activity=["steps", "no", None],
                  x_documentation_response=pa.nulls(3))  # fmt: skip
    assert [found.as_visit(v).documentation for v in range(3)] == [{"activity": "steps"}, {}, None]
    assert found.recorded is not None and found.recorded.tolist() == [True, True, False]


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
