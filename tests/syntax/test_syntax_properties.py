"""The parser and the printer as each other's inverse, and what holds of any text at all."""

import datetime as dt
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies.text import CLAUSES, declarations, modules, mutated, soup

from policy.diagnostics import REGISTRY, PolicyError
from policy.source import SourceFile
from policy.syntax import ast
from policy.syntax.format import format_source, print_declaration, print_module
from policy.syntax.layout import MAX_LINE
from policy.syntax.parse import parse
from policy.syntax.shape import check_shape

SLOW = settings(deadline=dt.timedelta(seconds=10), suppress_health_check=[HealthCheck.too_slow])
TYPE_NAMES = re.compile(r"\b(str|int|NoneType|Decimal|Token|Tree|Exception|tuple|dict|None|Traceback)\b")


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


def holds_of_any_text(text: str) -> None:
    """Nothing raises, every place lies in the text, every message is fit for an author, a readable file can be formatted."""
    file = SourceFile("any", text)
    module, found = parse(file)
    for diagnostic in [*found, *(d for one in module.declarations for d in check_shape(file, one))]:
        assert diagnostic.slug in REGISTRY
        assert 0 <= diagnostic.at.span.start <= diagnostic.at.span.end <= max(len(text), 1)
        assert not diagnostic.message.endswith(".")
        assert not TYPE_NAMES.search(
            re.sub(r"`[^`]*`", "", f"{diagnostic.message} {diagnostic.help}".replace(" None", ""))
        )
    for declaration in module.declarations:
        assert declaration.name.text
        assert declaration.complete or found
    try:
        formatted = format_source(file)
    except PolicyError:
        assert any(d.is_error for d in found)
        return
    assert all(len(line) <= MAX_LINE for line in re.sub(r"#.*", "", formatted).split("\n"))
    again, found = parse(SourceFile("formatted", formatted))
    assert [d for d in found if d.is_error] == []
    assert again == module
    assert sorted(c.text for c in again.comments) == sorted(c.text for c in module.comments)
    assert format_source(SourceFile("formatted", formatted)) == formatted


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
