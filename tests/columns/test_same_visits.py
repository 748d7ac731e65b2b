"""Frames against a plain reading of the same tables: the same visits, the same refusals, the same history, whatever the Arrow types."""

import attrs
import pyarrow as pa
import pytest
from columns.claim_tables import FACTS, FIELDS, cells_of, earlier, plainly, table
from hypothesis import given
from strategies.choice import Choices, Seeded, strategy
from strategies.looks import look

from policy.claims.visit import Visit
from policy.columns.asked import Asked
from policy.columns.frame import Frame
from policy.columns.layout import Layout


def asking(choices: Choices) -> Asked:
    """What is asked of a table: mostly everything."""
    fields = FIELDS if choices.chance(60) else choices.some(FIELDS, 0, 8)
    return Asked(frozenset(fields), FACTS, elements=True, history=choices.chance(50))


def framed(claims: pa.Table, asked: Asked) -> tuple[Frame, dict[tuple[int, ...], Visit]]:
    """The frame of a table, and its visits by their rows."""
    frame = Frame.of(claims, Layout.of(claims.schema), asked)
    rows = [tuple(frame.rows[frame.offsets[v] : frame.offsets[v + 1]].tolist()) for v in range(frame.visits)]
    return frame, {members: frame.as_visit(v) for v, members in enumerate(rows)}


def holds(claims: pa.Table, asked: Asked) -> None:
    """A frame gives the visits that `from_mapping` would make of the same cells, and refuses what it refuses."""
    frame, found = framed(claims, asked)
    visits, refused = plainly(claims, asked.fields)
    assert set(frame.refused.rows.tolist()) == refused
    assert {rows: attrs.evolve(visit, history=None, history_since=None) for rows, visit in found.items()} == visits
    assert sorted([*frame.rows.tolist(), *frame.refused.rows.tolist()]) == list(range(claims.num_rows))
    if not asked.history:
        assert frame.alone is None
        return
    cells = cells_of(claims)
    for v, (rows, visit) in enumerate(found.items()):
        past = earlier(claims, visits, rows) if "patient" in cells else None
        told = [(one.code, one.claim) for one in visit.history] if visit.history is not None else None
        assert told == ([_told(cells, row) for row in past] if past is not None else None)
        assert frame.alone is not None and bool(frame.alone[v]) == (past == [] and visit.history_since is None)
        for row, one in zip(past or (), visit.history or (), strict=True):
            line = next((_line(members, visits, row) for members in visits if row in members), None)
            assert line is None or (line.units, line.minutes) == (one.units, one.minutes)


def _told(cells: dict[str, list[str]], row: int) -> tuple[str, str | None]:
    return cells["code"][row].upper(), cells["claim"][row] if "claim" in cells else None


def _line(members: tuple[int, ...], visits: dict[tuple[int, ...], Visit], row: int) -> object:
    return visits[members].lines[members.index(row)]


@look(150)
@given(strategy(table), strategy(asking))
def test_a_frame_gives_the_visits_that_from_mapping_would(claims: pa.Table, asked: Asked) -> None:
    holds(claims, asked)


@pytest.mark.parametrize("seed", range(4))
def test_a_fixed_batch_of_tables_is_read_the_same(seed: int) -> None:
    for k in range(150):
        choices = Seeded(1000 * seed + k)
        holds(table(choices), asking(choices))
