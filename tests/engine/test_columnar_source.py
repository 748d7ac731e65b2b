"""The NumPy source of every shipped policy can be printed, and every operation of expressions has a form in columns."""

import ast
import datetime as dt

import pytest

import policy
from policy.engine.ops import OPS
from policy.program import entries

DATE = dt.date(2026, 3, 2)


@pytest.mark.parametrize("name", [entry.id for entry in entries()])
def test_the_source_is_python_and_names_the_statements(name: str) -> None:
    program = policy.load(name)
    text = program.emitted_columns(DATE)
    assert ast.parse(text).body
    for count in program.plan(DATE).counts:
        assert f"# {program.plan(DATE).spoken[count.at].label}" in text


def test_every_operation_has_a_form_in_columns() -> None:
    assert [name for name, row in OPS.items() if row.columns is None] == []
