"""The parser and the printer as each other's inverse, and what holds of any text at all."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies.text import CLAUSES, declarations, modules, mutated, soup
from syntax.any_text import holds_of_any_text

from policy.source import SourceFile
from policy.syntax import ast
from policy.syntax.format import format_source, print_declaration, print_module
from policy.syntax.parse import parse

SLOW = settings(deadline=dt.timedelta(seconds=10), suppress_health_check=[HealthCheck.too_slow])


def parsed(text: str) -> ast.Module:
    module, found = parse(SourceFile("generated", text))
    assert found == []
    return module


@SLOW
@given(modules)
def test_what_is_printed_is_parsed_again(module: ast.Module) -> None:
    assert parsed(print_module(module)) == module


@SLOW
@given(modules)
def test_what_is_printed_is_in_order(module: ast.Module) -> None:
    text = print_module(module)
    assert format_source(SourceFile("generated", text)) == text


@SLOW
@given(declarations())
def test_a_clause_is_found_where_it_stands(declaration: ast.Declaration) -> None:
    text = print_declaration(declaration)
    again = parsed(text).declarations[0]
    for clause in again.clauses:
        alone = parsed(text.split("\n")[0] + "\n    " + text[clause.span.start : clause.span.end])
        assert alone.declarations[0].clauses == (clause,)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.__name__)
@settings(SLOW, max_examples=30)
@given(st.data())
def test_every_clause_is_printed_and_parsed(clause: type, data: st.DataObject) -> None:
    made = data.draw(CLAUSES[clause])
    declaration = ast.Declaration("codes", ast.Word("any"), clauses=(made, made))
    assert parsed(print_declaration(declaration)) == ast.Module((declaration,))


def test_no_clause_is_without_a_strategy() -> None:
    assert set(CLAUSES) == set(ast.Clause.__args__)


@SLOW
@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    holds_of_any_text(text)


@SLOW
@given(soup)
def test_words_in_any_order_are_answered(text: str) -> None:
    holds_of_any_text(text)


@SLOW
@given(mutated())
def test_a_changed_file_is_answered(text: str) -> None:
    holds_of_any_text(text)
