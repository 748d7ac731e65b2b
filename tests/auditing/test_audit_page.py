"""The page of an audit: whole, valid, linked, usable without a mouse or eyes, and silent about patients."""

import re
from pathlib import Path

import attrs
import browse
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_audit import EXAMPLE, audit, generated

from policy.auditing.audited import Audited
from policy.auditing.model import Cell, money, percent, units
from policy.auditing.page import page
from policy.auditing.report import report

SECTIONS = (
    "overview", "taken", "waiting", "unbilled", "patterns", "providers", "codes", "months", "days", "habits", "statements",
    "left-out", "receipt",
)  # fmt: skip


def test_the_page_is_valid_html(example_page: Path) -> None:
    browse.tree(example_page)


def test_every_link_leads_somewhere(example_page: Path) -> None:
    assert list(browse.broken_links(example_page.parent)) == []


def test_the_page_can_be_used_without_eyes_or_a_mouse(example_page: Path) -> None:
    assert list(browse.faults(example_page)) == []


def test_nothing_is_fetched(example_page: Path) -> None:
    parsed = browse.tree(example_page)
    assert not list(
        browse.elements(parsed, "link", "img", "iframe", "object", "embed", "audio", "video", "base", "form")
    )
    assert [e.attrib for e in browse.elements(parsed, "script")] == [{}]
    text = example_page.read_text("utf-8")
    assert "default-src 'none'" in text and "url(" not in text and "@import" not in text and "fetch(" not in text


def test_every_part_of_the_example_has_something_in_it(example_page: Path) -> None:
    parsed = browse.tree(example_page)
    sections = {e.attrib["aria-labelledby"]: e for e in browse.elements(parsed, "section")}
    assert set(SECTIONS) | {"first"} == set(sections)
    for name in SECTIONS:
        if name != "statements":
            assert list(browse.elements(sections[name], "table")), name
    wanted = {
        "by-reason", "by-question", "collect", "by-advice", "by-pattern", "by-rendering", "by-billing", "by-code", "by-month",
        "overlaps", "long-days", "beyond", "look", "short-units", "rejected", "policies", "inputs", "options",
    }  # fmt: skip
    assert wanted <= set(browse.ids(parsed))


def test_figures_of_the_whole_stand_at_the_head(audited: Audited, example_page: Path) -> None:
    main = browse.text(next(browse.elements(browse.tree(example_page), "main")))
    whole = audited.totals
    assert f"{audited.figures.rows} lines in: {audited.figures.decided} decided, {audited.rejected} not decided" in main
    for cents in (whole["charge_cents"], whole["taken_cents"], whole["waiting_cents"], whole["unbilled_cents"]):
        assert money(cents) in main


def test_no_patient_and_no_text_of_a_record_is_on_the_page(example_page: Path) -> None:
    text = example_page.read_text("utf-8")
    table = pq.read_table(EXAMPLE)
    for name in ("person_id", *(name for name in table.column_names if name.startswith("x_documentation_"))):
        for word in table.column(name).unique().to_pylist():
            assert word is None or not re.search(rf"\b{re.escape(word)}\b", text), name


def test_the_same_figures_give_the_same_bytes(audited: Audited, example_page: Path) -> None:
    assert page(report(audited)) == example_page.read_text("utf-8")


def test_the_example_is_what_its_script_writes(tmp_path: Path) -> None:
    assert pq.read_table(generated(tmp_path)).equals(pq.read_table(EXAMPLE))


def test_texts_of_the_table_are_never_markup() -> None:
    table = pq.read_table(EXAMPLE).slice(0, 60)
    for name in ("claim_id", "rendering_npi", "billing_npi"):
        hostile = pa.array(["<script>alert(1)</script>\"'&"] * table.num_rows)
        table = table.set_column(table.column_names.index(name), name, hostile)
    text = page(report(audit(table)))
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (("charge_amount",), "so that there are units and no money"),
        (("rendering_npi",), "Overlaps need a rendering provider and start and end times: give `rendering_npi`."),
        (("x_start_time", "x_end_time"), "give `x_start_time`, `x_end_time`."),
        (("x_minutes", "x_timed_minutes"), "line.minutes"),
        (("claim_id",), "the claims behind each figure are listed by visit, or not at all"),
        (("billing_npi",), "No line names a billing provider."),
        (("service_unit_quantity",), "no units, and no money, can be taken away"),
    ],
)
def test_a_column_that_is_not_there_is_named(gone: tuple[str, ...], said: str, tmp_path: Path) -> None:
    text = page(report(audit(pq.read_table(EXAMPLE).drop_columns(list(gone)))))
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    assert said in browse.text(next(browse.elements(browse.tree(tmp_path / "report.html"), "main")))
    assert list(browse.faults(tmp_path / "report.html")) == []


def test_without_one_decided_line_the_page_says_why(tmp_path: Path) -> None:
    table = pq.read_table(EXAMPLE).slice(0, 3)
    table = table.set_column(table.column_names.index("hcpcs_code"), "hcpcs_code", pa.array(["?"] * 3))
    (tmp_path / "report.html").write_text(page(report(audit(table))), encoding="utf-8")
    main = browse.text(next(browse.elements(browse.tree(tmp_path / "report.html"), "main")))
    assert "none was decided" in main and "Lines that were not decided, by reason" in main
    assert list(browse.faults(tmp_path / "report.html")) == []


def test_several_policies_stand_apart(tmp_path: Path) -> None:
    table = pq.read_table(EXAMPLE)
    named = ["medicare.part_b" if k % 2 else "workers_comp.tennessee" for k in range(table.num_rows)]
    text = page(
        report(audit(table.append_column("x_policy", pa.array(named)), ("medicare.part_b", "workers_comp.tennessee")))
    )
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    assert list(browse.faults(tmp_path / "report.html")) == [] and list(browse.broken_links(tmp_path)) == []
    assert "by-policy" in browse.ids(browse.tree(tmp_path / "report.html"))


def test_a_policy_that_pays_shows_what_it_pays(tmp_path: Path) -> None:
    table = pq.read_table(EXAMPLE)
    fees = table.append_column("x_fee", pa.array([30] * table.num_rows))
    text = page(report(audit(fees, ("workers_comp.tennessee",))))
    shown = audit(fees, ("workers_comp.tennessee",))
    assert ("Paid by the policy" in text) == shown.pays


def test_reference_tables_that_were_asked_are_in_the_receipt() -> None:
    text = page(report(audit(pq.read_table(EXAMPLE).slice(0, 40), ("medicare.part_b_by_table",))))
    assert "Reference tables that policies may ask" in text and "ncci-ptp" in text


def test_a_working_day_can_be_stated(audited: Audited) -> None:
    found = report(attrs.evolve(audited, day_minutes=480))
    days = next(section for section in found.sections if section.id == "days")
    captions = [table.caption for table in days.tables]
    assert "Days of more than 8 h: above the working day that was stated" in captions and not any(
        "worth a look" in c for c in captions
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [(units(20_000), "2"), (units(12_005_000), "1,200.5"), (money(123_405), "$1,234.05"), (percent(1, 8), "12.5%"),
     (percent(1, 3), "33.3%"), (percent(0, 0), "–"), (Cell("x").text, "x")],
)  # fmt: skip
def test_numbers_are_written_plainly(written: str, shown: str) -> None:
    assert written == shown
