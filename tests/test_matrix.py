"""Nothing that payers differ in is unsayable: each dimension is used by a shipped policy, and the page of the matrix says by which."""

import functools
from pathlib import Path

import pytest
from matrix_dimensions import DIMENSIONS, PENDING, Dimension, Uses

import policy

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "matrix.md"
SHOWN = 6
"""Policies named in a row; the page is a survey, `policy list` names them all."""

HEAD = """# What payers differ in

Each row is a dimension in which the payers of the library differ, how a policy says it, and which of the shipped policies do, by
looking into what they state. The table is printed by the tests; a dimension that no policy uses fails them.

| dimension | what differs | how it is said | policies |
| --- | --- | --- | --- |
"""


@functools.cache
def shipped() -> tuple[Uses, ...]:
    folder = ROOT / "policies"
    ids = sorted(
        path.relative_to(folder).with_suffix("").as_posix().replace("/", ".") for path in folder.rglob("*.policy")
    )
    return tuple(Uses(policy.load(one).resolved) for one in ids)


@functools.cache
def users(dimension: Dimension) -> tuple[str, ...]:
    return tuple(uses.policy.id for uses in shipped() if dimension.used(uses))


def page() -> str:
    rows = []
    for dimension in DIMENSIONS:
        names = users(dimension)
        shown = ", ".join(f"`{name}`" for name in names[:SHOWN]) or "none yet"
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        rows.append(f"| {dimension.name} | {dimension.meaning} | {dimension.said} | {len(names)}: {shown}{more} |\n")
    return HEAD + "".join(rows)


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda one: one.name.replace(" ", "_"))
def test_a_shipped_policy_uses_it(dimension: Dimension) -> None:
    assert bool(users(dimension)) != (dimension.name in PENDING)


def test_no_policy_says_everything() -> None:
    """A predicate that every policy meets would prove nothing."""
    for dimension in DIMENSIONS:
        assert len(users(dimension)) < len(shipped()) - 5, dimension.name


def test_dimensions_are_told_apart() -> None:
    assert len({dimension.name for dimension in DIMENSIONS}) == len(DIMENSIONS) >= 38
    assert set(PENDING) <= {dimension.name for dimension in DIMENSIONS}


def test_the_page_is_printed_from_the_policies(rewrite: bool) -> None:
    if rewrite:
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page()
