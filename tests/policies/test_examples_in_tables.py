"""The examples of the shipped policies, written as rows of a table: the answers are the examples' own.

An example's history becomes earlier visits of its patient, one a date and claim. Left out are the few that say what a table cannot
hold: earlier notes, and relative values of earlier lines.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import attrs
import pyarrow as pa
import pytest
from columns.oracle import told_of
from strategies.tables import OF_LINE, OF_VISIT

from policy.batches import TableEvaluator
from policy.claims.visit import PastLine, Visit
from policy.program import Program, entries, load
from policy.syntax import ast
from policy.testing.example import visit_of
from policy.values import format_time

Row = dict[str, Any]
MODIFIERS = tuple(f"hcpcs_modifier_{k}" for k in range(1, 6))


@pytest.mark.parametrize("policy_id", [entry.id for entry in entries()])
def test_examples_are_decided_alike_as_rows(policy_id: str) -> None:
    program = load(policy_id)
    found = list(_examples(program))
    for marked, known in itertools.product(
        (True, False), repeat=2
    ):  # a table either has modifiers, or patients, or not
        visits = [(n, visit) for n, visit in found if _marked(visit) is marked and (visit.history is not None) is known]
        rows = [(row, None) for name, visit in visits for row in _past(name, visit)]
        wanted = [told for _, visit in visits for told in told_of(program.evaluate(visit), explain=False)]
        rows += list(zip([row for name, visit in visits for row in _rows(name, visit)], wanted, strict=True))
        if not rows:
            continue
        answer = TableEvaluator({policy_id: program}, policy_id).evaluate(_table([row for row, _ in rows], marked))
        for got, (row, told) in zip(answer.to_pylist(), rows, strict=True):
            assert got["rejected"] is None, row["x_visit"]
            if told is not None:
                assert {name: got[name] for name in told if name in got} == {n: told[n] for n in told if n in got}, row[
                    "x_visit"
                ]


def _examples(program: Program) -> Iterator[tuple[str, Visit]]:
    for statement in program.resolved.of("example"):
        described = statement.declaration.first(ast.ExampleVisit)
        assert described is not None
        visit = visit_of(statement.name, program.id, described, program.resolved.facts)
        if visit.earlier_notes is None and all(line.rvus is None for line in visit.history or ()):
            yield statement.name, visit


def _marked(visit: Visit) -> bool | None:
    """Whether the modifiers of a visit are given; `None` of some lines only, which no table can say."""
    given = {line.modifiers is not None for line in visit.lines}
    return given.pop() if len(given) == 1 else None


def _rows(name: str, visit: Visit) -> Iterator[Row]:
    whole: Row = {
        column: getattr(visit, field) for column, (field, _) in OF_VISIT.items() if field not in {"policy", "patient"}
    }
    whole |= {"x_visit": name, "claim_id": visit.claim}
    whole |= {"person_id": f"patient of {name}"} if visit.history is not None else {}
    whole |= _facts(visit.facts)
    whole |= {f"x_documentation_{element}": text or "no" for element, text in (visit.documentation or {}).items()}
    for line in visit.lines:
        row = whole | {column: getattr(line, field) for column, (field, _) in OF_LINE.items()} | _facts(line.facts)
        row |= {name: None if row[name] is None else format_time(row[name]) for name in ("x_start_time", "x_end_time")}
        yield row | dict(zip(MODIFIERS, line.modifiers or (), strict=False))


def _past(name: str, visit: Visit) -> Iterator[Row]:
    for line in visit.history or ():
        own = attrs.asdict(line, filter=attrs.filters.exclude(attrs.fields(PastLine).facts))
        yield {
            "x_visit": f"{name} on {line.date} {line.claim or ''}", "person_id": f"patient of {name}", "claim_line_start_date": line.date,
            "hcpcs_code": line.code, "service_unit_quantity": line.units, "x_minutes": line.minutes, "rendering_npi": line.provider,
            "place_of_service_code": line.place, "claim_id": line.claim, "allowed_amount": line.amount, "facility_npi": line.facility,
            **{f"x_{field}": own[field] for field in ("discipline", "region", "group")}, **_facts(line.facts),
        }  # fmt: skip


def _facts(facts: Any) -> Row:
    return {f"x_{path.replace('.', '_')}": value for path, value in facts.items()}


def _table(rows: Sequence[Row], marked: bool) -> pa.Table:
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in MODIFIERS or marked]
    names += [MODIFIERS[0]] * (marked and MODIFIERS[0] not in names)
    return pa.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(cells: Sequence[Any]) -> pa.Array:
    """A column of the type that its cells share; text, where they share none."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, Decimal} and Decimal in kinds:
        return pa.array([None if cell is None else Decimal(cell) for cell in cells], pa.decimal128(18, 6))
    if len(kinds) == 1 and kinds <= {int, bool, dt.date}:
        return pa.array(cells)
    return pa.array(
        [None if cell is None else "yes" if cell is True else "no" if cell is False else str(cell) for cell in cells],
        pa.string(),
    )
