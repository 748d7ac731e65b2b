"""Every clause has its sentence, and every sentence says all that its clause does."""

import datetime as dt
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from strategies.policies import Family, policies

import policy
from policy.catalogue.conditions import FORMS
from policy.catalogue.dimensions import BY_KEY, dimension_of
from policy.catalogue.facts import NOUNS
from policy.catalogue.sentences.examples import EXPECTED
from policy.catalogue.sentences.table import FRAME, sentences, untold
from policy.catalogue.telling import Telling
from policy.catalogue.words import plain
from policy.facts import CATALOGUE
from policy.resolve.model import ResolvedPolicy, Statement
from policy.resolve.walk import nodes
from policy.syntax import ast
from policy.syntax.shape import SHAPES

HERE = Path(__file__).parent
DATE = dt.date(2026, 1, 5)
EVERY = policy.load(HERE / "every_clause.policy").resolved

TOLD_BY_THEIR_TEXT: set[tuple[str, str]] = set()
"""Kinds and clauses without a sentence of their own: `(kind, "")` and `(kind, clause)`."""


def told(resolved: ResolvedPolicy, statement: Statement) -> str:
    words = sentences(Telling(resolved, DATE), statement, frame=True)
    return " ".join(map(plain, words))


def test_every_clause_has_a_sentence() -> None:
    """A new clause gets its sentence in `policy/catalogue/sentences/`, and a statement in `every_clause.policy`."""
    assert set(untold()) == TOLD_BY_THEIR_TEXT


def test_the_sample_holds_every_clause_of_every_kind() -> None:
    held = {(s.kind, type(clause).__name__) for s in EVERY.statements for clause in s.declaration.clauses}
    clauses = {name for _, name in held} | {"Extends", "Status"}
    wanted = {slot.clause.__name__ for slots in SHAPES.values() for slot in slots}
    assert wanted - clauses == {name for _, name in TOLD_BY_THEIR_TEXT}
    assert {kind for kind, slots in SHAPES.items() if slots} - {s.kind for s in EVERY.statements} == {"policy"}


def test_the_sample_holds_every_form_of_condition() -> None:
    forms = {type(node) for s in EVERY.statements for node in nodes(s.declaration)} & set(ast.Expr.__args__)
    assert forms == set(ast.Expr.__args__) == set(FORMS)


def test_every_expectation_has_a_sentence() -> None:
    assert set(ast.Expectation.__args__) == set(EXPECTED)


def test_names_of_facts_are_names_of_facts() -> None:
    """A fact without a name of its own goes by its title."""
    assert set(NOUNS) <= {fact.path for fact in CATALOGUE}
    for fact in CATALOGUE:
        assert plain(Telling(EVERY, DATE).fact(fact.path)) in (NOUNS.get(fact.path), f"“{fact.title}”")


def test_every_statement_has_a_place_on_a_page() -> None:
    for statement in EVERY.statements:
        key = dimension_of(statement)
        declares = statement.kind in {"source", "codes", "value", "fact", "example"}
        assert (key is None) == declares and (key is None or key in BY_KEY), statement.label


@pytest.mark.parametrize("label", sorted({s.label for s in EVERY.statements}))
def test_a_sentence_begins_and_ends_as_one(label: str) -> None:
    for statement in (s for s in EVERY.statements if s.label == label):
        for words in sentences(Telling(EVERY, DATE), statement, frame=True):
            text = plain(words)
            assert text.endswith(".") and not text.endswith("..") and "  " not in text
            assert text[0].isupper() or text[0] in "“0123456789$" or "`" not in text, text


def test_inert_statements_say_so() -> None:
    for statement in EVERY.statements:
        assert statement.inert == ("changes no decision" in told(EVERY, statement)), statement.label


@settings(max_examples=40, deadline=None)
@given(policies())
def test_no_clause_is_left_out(family: Family) -> None:
    """A statement without one of its clauses reads otherwise, so that the clause was told."""
    resolved = family.resolved
    for statement in resolved.statements:
        if statement.kind in {"source", "example", "fact"}:
            continue
        whole, clauses = told(resolved, statement), statement.declaration.clauses
        assert "Also:" not in whole
        for i, clause in enumerate(clauses):
            if isinstance(clause, ast.Status):
                continue
            fewer = attrs.evolve(statement.declaration, clauses=clauses[:i] + clauses[i + 1 :])
            left = told(resolved, attrs.evolve(statement, declaration=fewer))
            assert left != whole, f"{type(clause).__name__} of {statement.label} is not told"


def test_dates_sources_and_assumptions_have_places_of_their_own() -> None:
    """A page shows them beside the sentences."""
    assert {ast.InForce, ast.Cite, ast.Assume} == FRAME
