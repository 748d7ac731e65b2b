"""Statements that take their rows from reference tables: dates, settings, pins, indicators, receipts.

Owns: what `pairs` and `limit … from table` decide on tables made up here, under both evaluators.
"""

import datetime as dt
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

import policy
from policy.tables.held import Held, Listed
from policy.tables.lookup import Tables
from policy.tables.model import HISTORY, Kind, LimitRow, PairRow, Quarter, Row, Scope, Source, Table
from policy.values import DateRange

D = dt.date
TEXT = """policy my.payer "Mine"
codes therapy
    97110, 97140, 97150, 97530, 97161
pairs ncci
    from table ncci_ptp{of}
    among therapy
    unless modifier 59 on either line
    assume "so"
limit mue
    from table ncci_mue{of}
    applies to therapy
    per patient, provider, code and day
    counting billed units
    on excess {excess}
    reason CO-1
    assume "so"
"""


def held(
    kind: Kind, setting: str, quarter: str, rows: list[Row], dates: DateRange | None = None, part: Scope | None = None
) -> Held:
    quarter_ = Quarter.parse(quarter)
    days = dates or (DateRange(HISTORY, quarter_.dates.end) if kind is Kind.PTP else quarter_.dates)
    source = Source(f"{kind}-{setting}-{quarter}.csv", "sha256:00", len(rows))
    return Held(Table(kind, setting, quarter_, days, len(rows), (source,), part), Listed(kind, rows))


OVER = D(2000, 1, 1)
TABLES = Tables(
    [
        held(
            Kind.PTP, "practitioner", "2026Q1",
            [PairRow("97150", "97530", OVER, None, 1), PairRow("97140", "97110", OVER, None, 0), PairRow("97161", "97530", OVER, OVER, 9)],
        ),
        held(
            Kind.PTP, "hospital", "2026Q1",
            [PairRow("97150", "97530", OVER, None, 1), PairRow("97110", "97140", OVER, None, 0)],
            part=Scope(frozenset({"97110", "97140", "97150", "97530"})),
        ),
        held(Kind.MUE, "practitioner", "2026Q1", [LimitRow("97110", 2, 1), LimitRow("97140", 2, 2), LimitRow("97530", 2, 3)]),
        held(Kind.MUE, "hospital", "2026Q1", [LimitRow("97110", 4, 1), LimitRow("97140", 2, 2), LimitRow("97530", 4, 3)]),
        held(Kind.MUE, "practitioner", "2025Q4", [LimitRow("97530", 9, 3)]),
    ]
)  # fmt: skip
ENGINES = ("reference", "compiled")


def program(
    engine: str, of: str = ", setting practitioner", excess: str = "deny every unit", more: str = ""
) -> policy.Program:
    return policy.load(TEXT.format(of=of, excess=excess) + more, engine=engine, tables=TABLES)


def line(code: str, units: int | None = 1, *modifiers: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "units": units, "modifiers": ["GP", *modifiers], **more}


def visit(*lines: dict[str, Any], date: str = "2026-02-02", **more: Any) -> dict[str, Any]:
    return {"date": date, "lines": list(lines), **more}


def told(decision: policy.Decision, kind: str = "") -> list[tuple[str, str, tuple[int, ...]]]:
    """Rule, effect and lines of what the statements from tables say."""
    return [
        (f.rule, f.effect, f.lines) for f in decision.findings if f.rule.startswith(kind) and f.rule != "classification"
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_column_two_is_denied_and_a_modifier_releases_indicator_1(engine: str) -> None:
    one = program(engine)
    both = one.evaluate(visit(line("97530", 2), line("97150")))
    assert told(both) == [("pairs ncci", "deny", (1, 2))]
    assert both.lines[0].allowed_units == 0
    finding = next(f for f in both.findings if f.rule == "pairs ncci")
    assert finding.message == (
        "97530 is not paid with 97150 on the same day; a modifier releases it (indicator 1, ncci-ptp practitioner 2026Q1)"
    )
    assert finding.units == 2
    assert told(one.evaluate(visit(line("97530"), line("97150", 1, "59")))) == []
    assert told(one.evaluate(visit(line("97530"), line("97161")))) == []  # taken back: indicator 9


@pytest.mark.parametrize("engine", ENGINES)
def test_indicator_0_is_never_released(engine: str) -> None:
    decision = program(engine).evaluate(visit(line("97110", 1, "59"), line("97140", 1, "59")))
    assert told(decision, "pairs") == [("pairs ncci", "deny", (1, 2))]
    finding = next(f for f in decision.findings if f.rule == "pairs ncci")
    assert "no modifier releases it (indicator 0" in finding.message
    assert finding.fix == "bill one of the two"


@pytest.mark.parametrize("engine", ENGINES)
def test_missing_modifiers_leave_a_releasable_pair_open(engine: str) -> None:
    one = program(engine)
    open_ = one.evaluate(visit(line("97530"), {"code": "97150", "units": 1}))
    assert told(open_) == [("pairs ncci", "undetermined", (1, 2))]
    assert [f.missing for f in open_.findings if f.rule == "pairs ncci"] == [("line.modifiers",)]
    assert told(one.evaluate(visit(line("97110"), {"code": "97140", "units": 1})), "pairs") == [
        ("pairs ncci", "deny", (1, 2))
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_table_is_never_a_pass(engine: str) -> None:
    decision = program(engine).evaluate(visit(line("97530"), line("97150"), line("99213"), date="2026-04-01"))
    assert told(decision) == [("pairs ncci", "undetermined", (1, 2)), ("limit mue", "undetermined", (1, 2))]
    assert [one.status for one in decision.lines][:2] == ["undetermined", "undetermined"]
    pairs, units = (f for f in decision.findings if f.rule in {"pairs ncci", "limit mue"})
    assert (
        "no table for this date (ncci-ptp, practitioner: 2026Q1 answers from 1996-01-01 until 2026-03-31"
        in pairs.message
    )
    assert "2025Q4 answers from 2025-10-01 until 2025-12-31" in units.message
    assert pairs.missing == ("table ncci-ptp",)
    assert pairs.fix == "import the table of that date: `policy tables import ncci-ptp FILE`"
    assert "policy tables import ncci-ptp" in decision.explain()
    assert decision.receipt.tables == {}


@pytest.mark.parametrize("engine", ENGINES)
def test_one_code_alone_asks_no_pair(engine: str) -> None:
    decision = program(engine).evaluate(visit(line("97530"), line("97530"), line("99213"), date="2026-04-01"))
    assert told(decision, "pairs") == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_part_of_a_table_answers_only_for_its_codes(engine: str) -> None:
    one = program(engine, ", setting hospital")
    decision = one.evaluate(visit(line("97161"), line("97530"), line("97150")))
    assert told(decision, "pairs") == [("pairs ncci", "deny", (2, 3)), ("pairs ncci", "undetermined", (1, 3))]
    assert (
        "only a part is here (2026Q1)" in decision.findings[-1].message or "only a part is here" in decision.explain()
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_without_tables_everything_is_open(engine: str) -> None:
    text = TEXT.format(of="", excess="deny every unit")
    decision = policy.load(text, engine=engine, tables=Tables(())).evaluate(visit(line("97530"), line("97150")))
    assert {one.status for one in decision.lines} == {"undetermined"}
    assert any("none was imported" in finding.message for finding in decision.findings)


@pytest.mark.parametrize("engine", ENGINES)
def test_mai_1_is_judged_by_the_line_and_2_and_3_by_the_day(engine: str) -> None:
    one = program(engine)
    assert told(one.evaluate(visit(line("97110", 2), line("97110", 2))), "limit") == []
    assert told(one.evaluate(visit(line("97110", 3), line("97110", 2))), "limit") == [("limit mue", "deny", (1,))]
    day = one.evaluate(visit(line("97140", 2), line("97140", 1)))
    assert told(day, "limit") == [("limit mue", "deny", (1,)), ("limit mue", "deny", (2,))]
    absolute = next(f for f in day.findings if f.rule == "limit mue")
    assert absolute.message == (
        "at most 2 units per provider, code and day, here 3 (MAI 2, absolute, ncci-mue practitioner 2026Q1)"
    )
    assert absolute.fix == "bill at most 2 units; this maximum is absolute"
    per_line = next(f for f in one.evaluate(visit(line("97110", 3))).findings if f.rule == "limit mue")
    assert "per line" in per_line.message
    assert "MAI 1" in per_line.message


@pytest.mark.parametrize("engine", ENGINES)
def test_the_excess_is_the_policys_to_say(engine: str) -> None:
    some = program(engine, excess="deny the excess, last line first").evaluate(
        visit(line("97530", 2), line("97530", 1))
    )
    assert told(some, "limit") == [("limit mue", "deny", (2,))]
    warned = program(engine, excess="warn").evaluate(visit(line("97530", 3)))
    assert told(warned, "limit") == [("limit mue", "warn", (1,))]
    gone = program(engine, excess="warn").evaluate(visit(line("97530", 3), date="2026-04-01"))
    assert told(gone, "limit") == [("limit mue", "undetermined", (1,))]
    assert gone.status != "deny"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_code_without_a_row_has_no_maximum(engine: str) -> None:
    assert told(program(engine).evaluate(visit(line("97161", 40))), "limit") == []


@pytest.mark.parametrize("engine", ENGINES)
def test_earlier_lines_of_the_day_count(engine: str) -> None:
    history = [{"date": "2026-02-02", "code": "97530", "units": 2, "claim": "other", "provider": "p"}]
    decision = program(engine).evaluate(visit(line("97530", 1), claim="mine", provider="p", history=history))
    assert told(decision, "limit") == [("limit mue", "deny", (1,))]


@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_setting_what_both_say_is_certain(engine: str) -> None:
    one = program(engine, "")
    alike = one.evaluate(visit(line("97530", 1), line("97150")))
    assert told(alike, "pairs") == [("pairs ncci", "deny", (1, 2))]
    assert "ncci-ptp practitioner 2026Q1 and ncci-ptp hospital 2026Q1" in alike.explain().replace("\n     ", " ")
    turned = one.evaluate(visit(line("97110"), line("97140")))
    assert told(turned, "pairs") == [("pairs ncci", "undetermined", (1, 2)), ("pairs ncci", "undetermined", (2, 1))]
    assert {f.missing for f in turned.findings if f.rule == "pairs ncci"} == {("visit.setting",)}
    assert told(one.evaluate(visit(line("97110"), line("97140"), setting="hospital")), "pairs") == [
        ("pairs ncci", "deny", (2, 1))
    ]
    assert told(one.evaluate(visit(line("97140", 3))), "limit") == [("limit mue", "deny", (1,))]
    assert told(one.evaluate(visit(line("97530", 3))), "limit") == [("limit mue", "undetermined", (1,))]
    assert told(one.evaluate(visit(line("97530", 5))), "limit") == [("limit mue", "deny", (1,))]
    assert told(one.evaluate(visit(line("97530", 2))), "limit") == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_pinned_release_answers_from_its_first_day_on(engine: str) -> None:
    one = program(engine, ", setting practitioner, quarter 2025Q4")
    assert told(one.evaluate(visit(line("97530", 9), date="2027-01-01")), "limit") == []
    assert told(one.evaluate(visit(line("97530", 10), date="2027-01-01")), "limit") == [("limit mue", "deny", (1,))]
    before = one.evaluate(visit(line("97530", 1), date="2025-09-30"))
    assert told(before, "limit") == [("limit mue", "undetermined", (1,))]
    assert "the policy keeps to 2025Q4" in before.explain().replace("\n     ", " ")
    later = program(engine, ", setting practitioner, quarter 2026Q1").evaluate(
        visit(line("97530"), line("97150"), date="2030-01-01")
    )
    assert told(later, "pairs") == [("pairs ncci", "deny", (1, 2))]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_receipt_names_the_tables_that_answered(engine: str) -> None:
    decision = program(engine).evaluate(visit(line("97530"), line("97150")))
    by_name = {one.table.name: one.table.digest for one in TABLES}
    assert decision.receipt.tables == {
        name: by_name[name] for name in ("ncci-ptp practitioner 2026Q1", "ncci-mue practitioner 2026Q1")
    }
    assert decision.to_dict()["receipt"]["tables"] == decision.receipt.tables
    assert "table ncci-ptp practitioner 2026Q1 sha256:" in decision.explain().replace("\n    ", " ")
    kept = pickle.loads(pickle.dumps(decision))
    assert kept == decision


def test_programs_travel_with_their_tables() -> None:
    one = program("compiled")
    expected = one.evaluate(visit(line("97530"), line("97150")))
    assert pickle.loads(pickle.dumps(one)).evaluate(visit(line("97530"), line("97150"))) == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_reason_codes_stand_beside_their_statements_by_date(engine: str) -> None:
    more = """reasons notice
    limit mue CO-151, N362
    in force from 2026-02-01
    assume "as announced"
"""
    one = program(engine, excess="deny every unit", more=more)
    reasons = {
        date: next(
            f.reasons for f in one.evaluate(visit(line("97530", 3), date=date)).findings if f.rule == "limit mue"
        )
        for date in ("2026-01-31", "2026-02-01")
    }
    assert reasons == {"2026-01-31": ("CO-1",), "2026-02-01": ("CO-151", "N362")}
    finding = next(f for f in one.evaluate(visit(line("97530", 3))).findings if f.rule == "limit mue")
    assert finding.assumption == "so; as announced"


def test_a_child_switches_a_table_off_or_keeps_to_a_release(tmp_path: Path) -> None:
    (tmp_path / "payer.policy").write_text(TEXT.format(of=", setting practitioner", excess="deny every unit"))
    (tmp_path / "off.policy").write_text('policy my.off "Off"\n    extends my.payer\nremove pairs ncci\n')
    (tmp_path / "pinned.policy").write_text(
        'policy my.pinned "Pinned"\n    extends my.payer\nreplace pairs ncci\n    from table ncci_ptp, setting hospital, quarter 2026Q1\n'
        '    among therapy\n    assume "so"\n'
    )
    both = visit(line("97530", 1, "59"), line("97150"), date="2029-01-01")
    answers = {}
    for name in ("payer", "off", "pinned"):
        decision = policy.load(tmp_path / f"{name}.policy", policies=tmp_path, tables=TABLES).evaluate(both)
        answers[name] = told(decision, "pairs")
    assert answers == {
        "payer": [("pairs ncci", "undetermined", (1, 2))],
        "off": [],
        "pinned": [("pairs ncci", "deny", (1, 2))],
    }


def test_a_plan_is_data_without_a_table() -> None:
    plan = program("reference").plan(D(2026, 2, 2))
    assert plan.asks_tables
    assert plan == pickle.loads(pickle.dumps(plan))
    assert plan.table_pairs[0].table == attrs.evolve(plan.table_limits[0].table, kind="ncci-ptp")


def test_tables_are_opened_only_when_they_are_asked() -> None:
    script = """
import sys, policy
lines = [{"code": "97530", "units": 2}, {"code": "97150", "units": 1}]
policy.load("medicare.part_b").evaluate({"date": "2026-03-02", "lines": lines}).explain()
sys.exit(1 if any(name.startswith("policy.tables") for name in sys.modules) else 0)
"""
    root = Path(policy.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_line_without_units_needs_no_table(engine: str) -> None:
    one = program(engine)
    decision = one.evaluate(visit(line("97530", 0, minutes=0), date="2035-01-01"))
    assert told(decision) == []
