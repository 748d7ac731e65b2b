"""The forms in which `policy run` gives out decisions, behind one interface.

Owns: what is written before, for and after each decision.
Never: lays out or encodes (`render/` does), and never keeps a decision.
"""

from typing import TYPE_CHECKING, Protocol

from policy.claims.visit import Visit
from policy.cli import screen
from policy.render.page import BLANK
from policy.render.tally import Tally, summary
from policy.render.visit import is_compact, visit_lines

if TYPE_CHECKING:
    from policy.engine.decision import Decision


class Reporter(Protocol):
    """Takes decisions in the order of the input."""

    def add(self, decision: "Decision", visit: Visit, name: str) -> None:
        """Gives one decision out; `name` is what a report for people calls the visit."""

    def end(self, tally: Tally) -> None:
        """All visits are through."""


def reporter(format: str, output: screen.Output, *, full: bool) -> Reporter:
    """The reporter for `text`, `json` or `csv`."""
    match format:
        case "json":
            return _Json(output)
        case "csv":
            return _Csv(output)
    return _Text(output, full)


class _Text:
    """Rows for people; a blank line on both sides of each visit that takes more than a row."""

    def __init__(self, output: screen.Output, full: bool) -> None:
        self._output = output
        self._full = full
        self._width = screen.width()
        self._apart = True

    def add(self, decision: "Decision", visit: Visit, name: str) -> None:
        compact = is_compact(decision) and not self._full
        before = [] if compact or self._apart else [BLANK]
        after = [] if compact else [BLANK]
        self._output.lines([*before, *visit_lines(decision, visit, name, self._width, full=self._full), *after])
        self._apart = not compact

    def end(self, tally: Tally) -> None:
        self._output.lines(summary(tally) if self._apart else [BLANK, *summary(tally)])


class _Json:
    """JSON Lines."""

    def __init__(self, output: screen.Output) -> None:
        from policy.render.records import json_encoder

        self._output = output
        self._encode = json_encoder().encode

    def add(self, decision: "Decision", visit: Visit, name: str) -> None:
        self._output.data(self._encode(decision.to_dict()) + b"\n")

    def end(self, tally: Tally) -> None:
        """JSON Lines have no end of their own."""


class _Csv:
    """A header, then the claim lines."""

    def __init__(self, output: screen.Output) -> None:
        from policy.render.records import csv_head, csv_rows

        self._output = output
        self._head = csv_head()
        self._rows = csv_rows

    def add(self, decision: "Decision", visit: Visit, name: str) -> None:
        self._output.text(self._head + self._rows(decision))
        self._head = ""

    def end(self, tally: Tally) -> None:
        self._output.text(self._head)
