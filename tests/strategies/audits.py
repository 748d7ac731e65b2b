"""Audits: generated policies with a claim table that is about what they ask.

Owns: `Audit`, and how a table's policies, dates and spoilt cells are drawn.
Never: evaluates.
"""

import functools

import attrs
import pyarrow as pa
from hypothesis import strategies as st
from strategies import arrow_forms
from strategies.choice import Choices, strategy
from strategies.policies import Family, family
from strategies.tables import DOUBTFUL, UNREADABLE, Row, chosen_columns, rows, spoilt

from policy.program import Program

NAMES = ("payer.one", "payer.two", "payer.three")


@attrs.frozen
class Audit:
    """Policies by id, the one of rows that name none, and a table of plain types."""

    families: tuple[tuple[str, Family], ...]
    default: str | None
    rows: tuple[Row, ...]
    columns: tuple[str, ...]

    @functools.cached_property
    def table(self) -> pa.Table:
        return arrow_forms.table(self.rows, self.columns)

    @property
    def patient(self) -> str:
        """The column that names the patients."""
        return "person_id" if "person_id" in self.columns else "member_id"

    def programs(self, engine: str) -> dict[str, Program]:
        return {name: one.program(engine) for name, one in self.families}

    def __repr__(self) -> str:
        """What can be pasted into a test."""
        told = [{name: row[name] for name in self.columns if row.get(name) is not None} for row in self.rows]
        texts = "\n".join(f"### {name}\n{one}" for name, one in self.families)
        lines = "\n".join(f"    {row!r}," for row in told)
        return f"Audit of {self.default} with {list(self.columns)}:\n[\n{lines}\n]\n{texts}"


def audits(*, spoil: bool = True, most: int = 6) -> st.SearchStrategy[Audit]:
    """Audits of tables of up to `most` visits."""
    return strategy(lambda choices: audit(choices, spoil=spoil, most=most))


def audit(choices: Choices, *, spoil: bool = True, most: int = 6) -> Audit:
    """One policy or several, and a table of their visits."""
    families = tuple((name, family(choices)) for name in NAMES[: choices.pick((1, 1, 1, 1, 2, 3))])
    ids = [name for name, _ in families]
    default = ids[0] if len(ids) == 1 or choices.chance(50) else None
    named: list[str | None] = [*ids]
    if default is not None:
        named = [None] if len(ids) == 1 and choices.chance(80) else [*ids, None]
    boundaries = sorted({day for _, one in families for day in one.resolved.boundaries()})
    told = rows(choices, named, boundaries, most)
    told = choices.shuffled(told) if choices.chance(60) else told
    columns = chosen_columns(choices, told)
    if spoil and choices.chance(25):
        told = spoilt(choices, told, columns, UNREADABLE)
    if spoil and choices.chance(12):
        told = spoilt(choices, told, columns, DOUBTFUL)
    return Audit(families, default, tuple(told), tuple(columns))
