"""What is paid, seen from outside: prices from reference tables, what is not known, the published shapes, money at stake."""

import csv
import datetime as dt
import io
import json
import pickle
from decimal import Decimal
from typing import Any

import pytest

import policy
from policy.engine.money import dollars, plain, to_cents
from policy.render.records import csv_head, csv_rows, json_encoder
from policy.render.tally import Tally, summary
from policy.tables.held import Held, Listed
from policy.tables.lookup import Tables
from policy.tables.model import FeeRow, GpciRow, Kind, Quarter, Row, RvuRow, Table

D = Decimal
DAY = dt.date(2026, 3, 2)


def held(kind: Kind, setting: str, *rows: Row) -> Held:
    quarter = Quarter.parse("2026Q1" if kind is Kind.RVU else "2026")
    return Held(Table(kind, setting, quarter, quarter.dates, len(rows), ()), Listed(kind, [*rows]))


def values(factor: str) -> RvuRow:
    return RvuRow("97530", "", "A", D("0.44"), D("0.60"), D("0.60"), D("0.01"), False, True, 5, D(factor))


TABLES = Tables(
    [
        held(Kind.RVU, "non-qpp", values("33.4009")),
        held(Kind.RVU, "qpp", values("33.5675")),
        held(Kind.GPCI, "all", GpciRow("01112-05", "CA", "San Francisco", D("1.1"), D("1.4"), D("0.5"))),
        held(
            Kind.FEE, "all", FeeRow("01112-05", "97530", "", D("41.00"), D("41.00"), "A", "5", D("30.00"), D("30.00"))
        ),
    ]
)
TEXT = """policy money.tables "Prices of tables"

source manual "A manual"

codes timed
    97110, 97530
    one unit each 15 minutes

count units
    applies to timed
    by each code
    pool patient, day
    a unit at 8 minutes of 15
    cite manual

pay price
    {rate}
    rounded half up to the cent
    cite manual

pay later
    reduce practice expense by 50%
    except the first unit
    ranked by practice expense
    ties to the first line
    across patient, day
    rounded half up to the cent
    cite manual
"""
RVU = "rate from table pfs_rvu each unit, locality visit.locality"


@pytest.fixture(params=["reference", "compiled"])
def paid(request: pytest.FixtureRequest) -> Any:
    def decide(rate: str, units: int = 1, **more: Any) -> policy.Decision:
        program = policy.load(TEXT.format(rate=rate), tables=TABLES, engine=request.param)
        line = {"code": more.pop("code", "97530"), "minutes": 15 * units, "units": units, "modifiers": []}
        return program.evaluate({"date": "2026-03-02", "locality": "01112-05", "lines": [line], **more})

    return decide


def test_relative_values_times_indices_times_the_factor(paid: Any) -> None:
    # (0.44 × 1.1 + 0.60 × 1.4 + 0.01 × 0.5) × 33.4009 = 1.329 × 33.4009 = 44.3897961
    decision = paid(RVU)
    assert decision.allowed_amount == D("44.39")
    assert set(decision.receipt.tables) == {"pfs-rvu non-qpp 2026Q1", "pfs-gpci all 2026"}


def test_the_reduction_is_taken_from_the_exact_price(paid: Any) -> None:
    # second unit: (1.329 − 0.42) × 33.4009 = 30.3614181
    assert paid(RVU, 2).allowed_amount == D("44.39") + D("30.36")


def test_a_setting_a_share_and_a_factor_of_its_own(paid: Any) -> None:
    assert paid(f"{RVU}, setting qpp").allowed_amount == D("44.61")
    assert paid(RVU.replace("from table", "50% of table")).allowed_amount == D("22.19")
    assert paid(f"{RVU}\n    conversion factor $10.00").allowed_amount == D("13.29")


def test_the_schedules_own_amount_and_its_reduced_one(paid: Any) -> None:
    rate = "rate from table fee_schedule each unit, locality visit.locality"
    assert paid(rate, 2).allowed_amount == D("71.00")


@pytest.mark.parametrize(
    ("rate", "more", "said"),
    [
        (RVU, {"locality": "01112-99"}, "there is no payment locality `01112-99` on 2026-03-02"),
        (RVU, {"date": "2030-03-01"}, "no pfs-rvu table for 2030-03-01"),
        (RVU, {"code": "97110"}, "the relative values of 2026-03-02 have no 97110"),
        (RVU.replace("pfs_rvu", "fee_schedule"), {"code": "97110"}, "the fee schedule of 2026-03-02 has no 97110"),
        (RVU.replace("pfs_rvu", "fee_schedule"), {"date": "2030-03-01"}, "no fee-schedule table for 2030-03-01"),
    ],
)
def test_what_no_table_says_is_not_zero(paid: Any, rate: str, more: dict[str, Any], said: str) -> None:
    decision = paid(rate, **more)
    assert decision.allowed_amount is None
    assert decision.status == "allow"
    assert said in decision.findings[0].message


def test_a_locality_that_is_not_given_is_named(paid: Any) -> None:
    decision = paid(RVU, locality=None)
    assert decision.allowed_amount is None
    assert decision.findings[0].missing == ("visit.locality",)


VISIT = {
    "visit": "v-1",
    "date": "2026-03-02",
    "claim_type": "institutional",
    "lines": [
        {"code": "97530", "minutes": 30, "units": 3, "modifiers": ["GP"], "fee": "40.00"},
        {"code": "97110", "minutes": 15, "units": 1, "modifiers": ["GP"], "fee": 30},
    ],
}


def test_the_published_shapes() -> None:
    decision = policy.load("commercial.independence_by_code").evaluate(VISIT)
    data = json.loads(json_encoder().encode(decision.to_dict()))
    assert data["allowed_amount"] == "95.00"
    assert [line["allowed_amount"] for line in data["lines"]] == ["80.00", "15.00"]
    assert [(f["rule"], f["amount"]) for f in data["findings"]] == [("count timed_units", "40.00")]
    rows = list(csv.DictReader(io.StringIO(csv_head() + csv_rows(decision))))
    assert [row["allowed_amount"] for row in rows] == ["80.00", "15.00"]
    assert pickle.loads(pickle.dumps(decision)) == decision
    steps = [step for step in data["trace"] if step["step"] == "payment"]
    assert [step["values"]["amount"] for step in steps] == ["80.00", "30.00", "15.00"]
    text = decision.explain()
    assert "97530: 2 units at $40.00 → $80.00" in text
    assert "$40.00 at stake" in text


def test_a_policy_without_payment_says_nothing_of_money() -> None:
    decision = policy.load("medicare.part_b").evaluate(VISIT)
    assert decision.allowed_amount is None and not decision.pays
    assert "allowed_amount" not in decision.to_dict()
    assert "$" not in decision.explain()


def test_the_summary_adds_money_up() -> None:
    tally = Tally()
    program = policy.load("commercial.independence_by_code")
    tally.add(program.evaluate(VISIT))
    tally.add(program.evaluate({**VISIT, "lines": [{**VISIT["lines"][0], "fee": None}]}))  # type: ignore[index]
    text = "\n".join(
        "".join(piece if isinstance(piece, str) else piece[0] for piece in line) for line in summary(tally)
    )
    assert "$95.00 allowed, at stake: $40.00 taken away, $0.00 waiting" in text
    assert "not known for 1 line" in text


@pytest.mark.parametrize(
    ("rounding", "up", "half", "down"),
    [
        ("up", "1.01", "1.01", "1.01"),
        ("down", "1.00", "1.00", "1.00"),
        ("half up", "1.01", "1.01", "1.00"),
        ("half down", "1.01", "1.00", "1.00"),
    ],
)
def test_roundings(rounding: str, up: str, half: str, down: str) -> None:
    assert [to_cents(D(x), rounding) for x in ("1.0051", "1.005", "1.0049")] == [D(up), D(half), D(down)]


def test_amounts_as_text() -> None:
    assert [plain(D(x)) for x in ("34", "1E+2", "0.125", "2.50")] == ["34.00", "100.00", "0.125", "2.50"]
    assert dollars(D("2480")) == "$2,480.00"


def test_history_of_money_is_read() -> None:
    program = policy.load("commercial.horizon_new_jersey")
    facts = {"plan.daily_maximum": "90.00", "plan.secondary_to_medicare": False}
    earlier = [{"date": "2026-03-02", "code": "97530", "amount": "60.00", "claim": "c-0"}]
    visit = {**VISIT, "claim": "c-1", "claim_type": "professional", "facts": facts, "history": earlier}
    assert program.evaluate(visit).allowed_amount == D("30.00")
    unknown = program.evaluate({**visit, "history": [{"date": "2026-03-02", "code": "97530", "claim": "c-0"}]})
    assert unknown.status == "undetermined"
    assert "history.amount" in {fact for finding in unknown.findings for fact in finding.missing}
