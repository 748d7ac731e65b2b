"""Decisions for programs."""

import csv
import io
import json
from decimal import Decimal

import attrs
from made import FakeDecision, denied

from policy.engine.answer import LineDecision
from policy.render.records import COLUMNS, csv_head, csv_rows, json_encoder


def test_exact_decimals_are_numbers_and_dates_are_text() -> None:
    decision = FakeDecision(lines=(LineDecision(1, "97530", Decimal("1.10"), None, 2, "allow"),))
    text = json_encoder().encode(decision.to_dict()).decode()
    assert '"billed_units":1.10,"supported_units":null,"allowed_units":2' in text
    assert json.loads(text)["receipt"]["judged_on"] == "2026-03-02"
    assert "\n" not in text


def test_every_line_and_every_finding_has_its_place_in_csv() -> None:
    decision, _ = denied()
    rows = list(csv.DictReader(io.StringIO(csv_head() + csv_rows(decision))))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["line"], row["code"], row["status"]) for row in rows] == [
        ("", "", "deny"),
        ("1", "97530", "allow"),
        ("2", "97150", "deny"),
        ("3", "97110", "undetermined"),
    ]
    assert rows[0]["rules"] == "not modelled hardship_exception"
    assert rows[2]["reasons"] == "CO-236"
    assert rows[3]["rules"] == "count timed_units; limit four_units"
    assert (rows[3]["billed"], rows[3]["supported"], rows[3]["allowed"]) == ("1", "", "")


def test_commas_quotes_and_parts_of_units_survive_csv() -> None:
    decision, _ = denied()
    finding = decision.findings[0]._replace(message='say "59", or XS')
    line = LineDecision(1, "97530", Decimal("0.25"), Decimal("0.25"), 0, "deny", (0,))
    decision = attrs.evolve(decision, visit=None, findings=(finding,), lines=(line,))
    (row,) = csv.DictReader(io.StringIO(csv_head() + csv_rows(decision)))
    assert row["message"] == 'say "59", or XS'
    assert row["billed"] == "0.25"
    assert row["visit"] == ""
