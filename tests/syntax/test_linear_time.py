"""Reading and formatting take time in proportion to the text, whatever it holds."""

import contextlib
import time
from collections.abc import Callable

import pytest

from policy.diagnostics import PolicyError
from policy.source import SourceFile
from policy.syntax.format import format_source
from policy.syntax.parse import MAX_MISTAKES, parse

DECLARATION = """\
limit cap_{0}
    applies to  timed  # {0}
    at most     4 units
    per         patient and day
    counting    billed units
    on excess   deny the excess, last line first
    when        (line.minutes > 8 minutes or visit.number is 2) and line.units > 1
    reason      CO-119
    cite        manual

"""
SHAPES: dict[str, Callable[[int], str]] = {
    "declarations": lambda lines: "".join(map(DECLARATION.format, range(lines // 10))),
    "one list": lambda lines: "codes timed\n" + "    97530,\n" * lines + "    97530\n",
    "one declaration": lambda lines: "codes timed\n" + "    97530\n" * lines,
    "mistakes": lambda lines: "limit a\n    at mst 4 units\n" * (lines // 2),
    "one wrong list": lambda lines: "codes timed\n" + "    97530,\n" * lines + "    and\n",
    "headers": lambda lines: "this is prose\n" * lines,
    "comments": lambda lines: "# a comment\n" * lines,
    "comments inside": lambda lines: "codes timed\n" + "    97530,  # one\n" * lines + "    97530\n",
    "open texts": lambda lines: 'rule a\n    deny "x\n' * (lines // 2),
    "orphans": lambda lines: "    at most 4 units\n" * lines,
    "tabs": lambda lines: "codes timed\n" + "\t97530\n" * lines,
    "parentheses": lambda lines: "rule a\n    when " + "(\n        " * lines,
    "sums": lambda lines: "rule a\n    when line.units" + "\n        + line.units" * lines + " > 1\n",
    "empty": lambda lines: "\n" * lines,
    "curly quotes": lambda lines: "source a \u201ctitle\u201d\n" * lines,
    "one line": lambda lines: "x" * lines * 20,
}


def seconds(text: str) -> float:
    """Processor time of reading, and of formatting where the text can be formatted; the shorter of two."""
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        file = SourceFile("generated", text)
        parse(file)
        with contextlib.suppress(PolicyError):
            format_source(file)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_times_the_lines_take_about_ten_times_as_long(shape: str) -> None:
    seconds(SHAPES[shape](50))
    few, many = seconds(SHAPES[shape](500)), seconds(SHAPES[shape](5_000))
    assert many / max(few, 0.002) < 40


def test_fifty_thousand_lines_take_about_ten_times_as_long_as_five_thousand() -> None:
    def once(lines: int) -> float:
        file = SourceFile("generated", SHAPES["declarations"](lines))
        start = time.process_time()
        assert parse(file)[1] == []
        return time.process_time() - start

    once(50)
    assert once(50_000) / once(5_000) < 40


def test_a_file_full_of_mistakes_is_explained_up_to_a_bound() -> None:
    module, found = parse(SourceFile("generated", SHAPES["mistakes"](20_000)))
    assert len(found) == MAX_MISTAKES + 1
    assert found[-1].message == "there are more than 200 mistakes; from here on they are not explained"
    assert len(module.declarations) == 10_000
    assert not any(declaration.complete for declaration in module.declarations)
