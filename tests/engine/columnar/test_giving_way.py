"""Which of several lines give way where a limit is passed: chosen in columns, in every order that a policy may state."""

import itertools

import pytest
from engine.columnar.judged import HEAD, judge, lines

LIMIT = """
codes passive
    97010, 97140

limit most "a day"
    applies to  97110, 97112, 97140, 97530
    at most     {most}
    per         {keys}
    counting    {counting}
    on excess   deny the excess, {order}
    cite        manual
"""
SECOND = """
limit less "a visit"
    applies to  97110, 97112, 97140, 97530
    at most     3 units
    per         visit
    counting    allowed units
    on excess   deny the excess, first line first
    cite        manual
"""
ORDERS = (
    "last line first",
    "first line first",
    "fewest minutes first",
    "most minutes first",
    "lowest charge first",
    "highest charge first",
    "passive first",
    "passive first, fewest minutes first",
    "lowest charge first, first line first",
)
MOST = (
    ("4 units", "billed units"),
    ("4 units", "supported units"),
    ("0 units", "allowed units"),
    ("2 lines", "billed lines"),
    ("0 lines", "supported lines"),
)
CODES = ("97530", "97140", "97110", "97112")


def rows() -> list[dict[str, object]]:
    """Visits of one to four lines: minutes, units and charges in every order, with ties."""
    out = []
    cells = ((30, 2, "80.00"), (15, 1, "40.00"), (30, 2, "80.00"), (45, 3, "35.50"))
    for number, order in enumerate(itertools.permutations(range(4))):
        for size in (1, 2, 3, 4):
            visit = lines(f"{number}.{size}", *((CODES[k], *cells[k][:2]) for k in order[:size]))
            out += [{**row, "charge_amount": cells[k][2]} for row, k in zip(visit, order, strict=False)]
    return out


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("most", "counting"), MOST)
def test_lines_give_way_in_the_stated_order(order: str, most: str, counting: str) -> None:
    judged = judge(HEAD + LIMIT.format(most=most, keys="patient and day", counting=counting, order=order), rows())
    assert judged.asides == {}
    told = " ".join(judged.column("findings"))
    assert "deny limit" in told and ("reduce limit" in told) == (most == "4 units")


@pytest.mark.parametrize("order", ORDERS)
def test_lines_of_a_code_give_way_among_themselves(order: str) -> None:
    visits = [
        *lines("1", ("97530", 30, 2), ("97110", 30, 2), ("97530", 15, 1), ("97110", 15, 1)),
        *lines("2", ("97530", 15, 1), ("97530", 30, 2), ("97140", 60, 4)),
    ]
    priced = [{**row, "charge_amount": f"{40 + k % 3}.00"} for k, row in enumerate(visits)]
    text = HEAD + LIMIT.format(most="2 units", keys="patient, code and day", counting="billed units", order=order)
    judged = judge(text, priced)
    assert judged.asides == {}
    assert {"reduce limit", "deny limit"} & {one for told in judged.column("findings") for one in told.split("; ")}


def test_a_limit_takes_from_what_another_left() -> None:
    text = HEAD + LIMIT.format(
        most="4 units", keys="patient and day", counting="allowed units", order="last line first"
    )
    text += SECOND
    judged = judge(text, rows())
    assert judged.asides == {}
    assert {"limit most", "limit less"} <= set(judged.column("statements"))
