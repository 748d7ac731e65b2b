"""The generator of policies writes the language, all of it: every clause, every form of expression, and nothing that is refused."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
from hypothesis import given
from strategies.choice import Seeded
from strategies.looks import look
from strategies.policies import Family, family, policies
from strategies.reference_tables import TABLES
from strategies.visits import visit, visits

import policy
from policy.claims.visit import Visit
from policy.engine.ops import OPS
from policy.plan.lower import lower
from policy.plan.model import Op
from policy.source import SourceFile
from policy.syntax import ast
from policy.syntax.format import format_source
from policy.syntax.shape import SHAPES

EXAMPLES = {
    ast.ExampleVisit,
    ast.Expect,
    ast.ExampleLine,
    ast.HistoryLine,
    ast.HistoryNone,
    ast.DocumentedIs,
    ast.FactIs,
}
"""Examples are tests inside policies; the generator writes none."""
EXPRESSIONS = set(ast.Expr.__args__)  # type: ignore[attr-defined]
"""Every form of expression."""


@look(150)
@given(policies())
def test_every_generated_policy_is_accepted(written: Family) -> None:
    assert written.resolved.statements
    assert written.resolved.id == written.files[-1][0]


@look(15)
@given(policies(), visits())
def test_files_in_a_folder_are_the_same_policy(written: Family, one: Visit) -> None:
    with TemporaryDirectory() as folder:
        for name, text in written.files:
            Path(folder, *name.split(".")).with_suffix(".policy").parent.mkdir(parents=True, exist_ok=True)
            Path(folder, *name.split(".")).with_suffix(".policy").write_text(text, "utf-8")
        loaded = policy.load(written.files[-1][0], policies=Path(folder), tables=TABLES)
    assert loaded.evaluate(one).lines == written.program().evaluate(one).lines


@look(60)
@given(policies(), visits())
def test_a_formatted_policy_decides_alike(written: Family, one: Visit) -> None:
    formatted = Family(tuple((name, format_source(SourceFile(name, text))) for name, text in written.files))
    assert formatted.program().evaluate(one).findings == written.program().evaluate(one).findings


def test_the_generator_writes_every_clause_and_expression() -> None:
    met: set[type] = set()
    for seed in range(250):
        for statement in family(Seeded(seed)).resolved.statements:
            met.update(type(node) for node in parts(statement.declaration))
    clauses = {slot.clause for slots in SHAPES.values() for slot in slots} - EXAMPLES
    never = {ast.Extends, ast.Link, ast.Seen, ast.Dated, ast.Evidence}  # of policies and sources, which no plan holds
    assert clauses - met <= never
    assert EXPRESSIONS - met == set()


def test_the_generator_writes_every_operation() -> None:
    met: set[str] = set()
    for seed in range(250):
        choices = Seeded(seed)
        plan = lower(family(choices).resolved, visit(choices).date)
        met.update(part.op for part in parts(plan) if isinstance(part, Op))
    assert set(OPS) - met == set()


def parts(root: object) -> Iterator[object]:
    """A frozen class with everything that it holds."""
    yield root
    inside: Iterable[object] = ()
    if isinstance(root, tuple):
        inside = root
    elif attrs.has(type(root)) and not isinstance(root, SourceFile):
        inside = (getattr(root, field.name) for field in attrs.fields(type(root)))
    for part in inside:
        yield from parts(part)
