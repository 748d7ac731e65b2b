"""What every shipped policy owes its reader: it reads without a mistake, its examples pass and reach every statement, and each
statement says where it was read.

Owns: the checks that hold for all shipped policies. What one payer decides is tested beside this file.
"""

import datetime as dt
import re

import pytest

import policy
from policy.program import entries
from policy.resources import policies_folder
from policy.source import SourceFile
from policy.syntax.format import format_source
from policy.testing.run import coverage, run_examples

IDS = [entry.id for entry in entries()]
ENGINES = ("reference", "compiled")
FILES = sorted(policies_folder().rglob("*.policy"))
JUDGING = {"evidence", "count", "pair", "limit", "require", "rule", "not modelled", "value"}


def test_each_policy_lies_where_its_id_says() -> None:
    assert sorted(IDS) == sorted(".".join(file.relative_to(policies_folder()).with_suffix("").parts) for file in FILES)
    assert {
        "base.therapy", "commercial.anthem", "commercial.bcbs_nebraska", "commercial.bcbs_north_dakota", "commercial.cpt_midpoint",
        "medicaid.michigan_encounters", "medicaid.texas_2012", "medicaid.texas_home_health", "medicaid.texas_shars", "medicare.part_b",
        "workers_comp.mississippi", "workers_comp.montana", "workers_comp.tennessee",
    } <= set(IDS)  # fmt: skip


@pytest.mark.parametrize("policy_id", IDS)
def test_it_reads_without_a_mistake(policy_id: str) -> None:
    program = policy.load(policy_id)
    assert program.title
    assert [d for d in program.diagnostics if d.is_error] == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("policy_id", IDS)
def test_its_examples_pass_and_reach_every_statement(policy_id: str, engine: str) -> None:
    program = policy.load(policy_id, engine=engine)
    results = run_examples(program)
    assert {r.name: r.problems for r in results if not r.passed} == {}
    assert [c.label for c in coverage(program, results) if not c.reached] == []


@pytest.mark.parametrize("policy_id", IDS)
def test_every_statement_has_a_source_and_every_source_a_place(policy_id: str) -> None:
    resolved = policy.load(policy_id).resolved
    for statement in resolved.of(*JUDGING):
        combined = statement.kind == "count" and not statement.cites
        assert statement.cites or statement.assumptions or combined, statement.label
        for cited in statement.cites:
            source = cited.source
            assert source.link is not None, source.name
            assert re.match(r"https?://[\w.-]+/", source.link), source.name
            assert source.seen == dt.date(2026, 11, 21), source.name
            assert source.evidence in {"published", "reported", "derived", "recalled"}, source.name


@pytest.mark.parametrize("policy_id", IDS)
def test_what_is_only_recalled_never_stands_alone(policy_id: str) -> None:
    """A source that was not read again carries no statement that is in force, unless another source or an assumption stands with it."""
    for statement in policy.load(policy_id).resolved.of(*JUDGING):
        if not statement.inert and statement.cites and all(c.source.evidence == "recalled" for c in statement.cites):
            pytest.fail(f"{statement.label} rests on memory alone")


@pytest.mark.parametrize("policy_id", IDS)
def test_titles_are_short_and_lower_case(policy_id: str) -> None:
    """Titles stand in messages; codes, modifiers and names of payers keep their capitals."""
    for statement in policy.load(policy_id).resolved.statements:
        if statement.kind in JUDGING and statement.title:
            assert len(statement.title) <= 110, statement.label
            assert not statement.title.endswith("."), statement.label
            first = statement.title.split()[0]
            assert first == first.lower() or not first[1:].islower() or first in {"Medicare's", "Medicare"}, (
                statement.title
            )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_laid_out_as_the_formatter_lays_it_out(file) -> None:  # type: ignore[no-untyped-def]
    text = file.read_text(encoding="utf-8")
    assert format_source(SourceFile(file.name, text)) == text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_says_first_what_it_is(file) -> None:  # type: ignore[no-untyped-def]
    assert file.read_text(encoding="utf-8").startswith("# ")


def test_the_page_about_the_policies_names_each_of_them() -> None:
    page = (policies_folder().parent / "docs" / "policies.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([a-z0-9_.]+)` \|", page, re.M))
    assert named == set(IDS)
