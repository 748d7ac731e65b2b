"""The tables of the language reference are the program's own, all of them are shown, and what they tell authors to write can be written."""

import pytest
from doc_pages import ROOT, page_id, pages

import policy
from policy.engine.ops import OPS
from policy.plan.lower import lower
from policy.plan.model import Op, Plan, walk
from policy.render.reference import WRITTEN, named, parts, renewed
from policy.values import parse_date

REFERENCE = ROOT / "docs" / "language.md"
ON = parse_date("2026-03-02")
SHOWING = [page for page in pages() if named(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", SHOWING, ids=page_id)
def test_tables_are_the_programs(page, rewrite):
    text = page.read_text(encoding="utf-8")
    if rewrite:
        page.write_text(renewed(text), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == renewed(text)


def test_the_reference_shows_every_table_once():
    assert sorted(named(REFERENCE.read_text(encoding="utf-8"))) == sorted(parts())


def test_every_operation_is_written_somehow():
    assert list(WRITTEN) == list(OPS)


@pytest.mark.parametrize("operation", WRITTEN)
def test_what_is_written_is_that_operation(operation):
    written = WRITTEN[operation]
    clause = f"    {written}\n" if operation == "one_modifier" else f"    that {written}\n"
    text = (
        'policy docs.operation "One condition"\ncodes timed\n    97530\n'
        'value kx_threshold\n    from 2030-01-01 $2,480.00\n    assume "later"\n'
        'evidence stated_minutes\n    note says "# minutes"\n    assume "a test"\n'
        f'require one_thing\n{clause}    otherwise review\n    assume "a test"\n'
    )
    plan = lower(policy.load(text).resolved, ON)
    assert operation in {op.op for op in _operations(plan)}


def _operations(plan: Plan) -> list[Op]:
    return [op for check in plan.checks for op in walk(check.violated)]
