"""Equal remainders: which lines are marked as tied."""

import pytest
from engine.columnar.judged import HEAD, judge, lines


@pytest.mark.parametrize(
    ("leftover", "tied"), [("largest remainder", True), ("most minutes", True), ("first line", False)]
)
def test_a_line_is_tied_only_where_the_provider_chooses(leftover: str, tied: bool) -> None:
    text = HEAD.replace("to the largest remainder", f"to the {leftover}")
    judged = judge(text, lines("1", ("97530", 7, 1), ("97110", 7, 1), ("97140", 7, 1)))
    assert judged.aside == [False]
    assert judged.column("tie") == [tied] * 3
