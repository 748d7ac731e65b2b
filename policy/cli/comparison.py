"""The work of `policy compare`: visits through two programs, or two policies through the table of dimensions.

Owns: the loop, what could not be read, and the exit code.
Never: holds decisions; memory does not grow with the file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policy.claims.problem import Problem, Unreadable
from policy.cli import exits, screen, session
from policy.cli.exits import Refusal
from policy.cli.options import one_log
from policy.cli.visits import items, name_of
from policy.render.problem import problem_lines

if TYPE_CHECKING:
    from policy.claims.visit import Visit
    from policy.comparing.difference import Difference, Tally


def of_visits(
    left: str, right: str, files: list[Path], policies: Path | None, log: Path | None, format: str, *, fail: bool
) -> int:
    """Compares every visit of the files. The exit code is 2 when something could not be read, 1 for `fail`, else 0."""
    from policy.comparing.difference import Tally, differences

    one_log(log, files, "compare")
    first, second = session.load(left, policies), session.load(right, policies)
    tally = Tally(first.id, second.id)
    report = _Report(format, tally)
    failed = 0
    unreadable = 0
    position = 0
    for path in files:
        before = position
        try:
            for item in items(path, log):
                position = before + item.position
                if isinstance(item.found, Problem):
                    failed |= item.found.is_error
                    tally.rejected += item.rejects
                    screen.stderr().lines(problem_lines(item.found, screen.width()))
                    continue
                mine, theirs = first.evaluate(item.found), second.evaluate(item.found)
                found = differences(mine, theirs)
                tally.add(mine, theirs, found)
                report.add(name_of(item.found.visit, position), item.found, found)
        except Unreadable as error:
            failed = True
            unreadable += 1
            exits.refuse(str(error))
    if unreadable == len(files):
        return exits.BAD
    report.end()
    return exits.BAD if failed else exits.NO if fail and tally.different else exits.FINE


class _Report:
    """Gives differences out as they come."""

    def __init__(self, format: str, tally: "Tally") -> None:
        self._format = format
        self._tally = tally
        self._output = screen.stdout()
        self._begun = False

    def add(self, name: str, visit: "Visit", found: "Sequence[Difference]") -> None:
        """One visit; only JSON tells visits without a difference."""
        from policy.render import differences as told
        from policy.render.page import BLANK

        if self._format == "json":
            self._json(told.record(name, visit, found))
        if not found or self._format == "json":
            return
        if self._format == "text":
            self._output.lines([*told.text_lines(name, visit, found, screen.width()), BLANK])
            return
        self._head()
        rows = told.csv_rows if self._format == "csv" else told.markdown_rows
        self._output.text(rows(name, visit, found))

    def end(self) -> None:
        """The summary, where the form has a place for it."""
        from policy.render import differences as told

        if self._format == "text":
            self._output.lines(told.summary_lines(self._tally))
        elif self._format == "json":
            self._json({"summary": told.summary_record(self._tally)})
        else:
            self._head()
            screen.stderr().lines(told.summary_lines(self._tally))

    def _head(self) -> None:
        from policy.render import differences as told

        if not self._begun:
            head = told.csv_head() if self._format == "csv" else told.markdown_head(self._tally.left, self._tally.right)
            self._output.text(head)
        self._begun = True

    def _json(self, value: object) -> None:
        from policy.render.records import json_encoder

        self._output.data(json_encoder().encode(value) + b"\n")


def of_policies(left: str, right: str, policies: Path | None, format: str, on: str | None) -> int:
    """Compares two policies dimension by dimension."""
    from policy.catalogue.model import Catalogue
    from policy.catalogue.side_by_side import csv_text, data, markdown_text, text_lines
    from policy.cli.options import day

    programs = [session.load(name, policies) for name in (left, right)]
    try:
        catalogue = Catalogue.of([program.resolved for program in programs], day(on))
    except ValueError as error:
        raise Refusal(str(error), "pass `--on 2026-03-02`") from None
    docs = [catalogue.by_id[program.id] for program in programs]
    output = screen.stdout()
    match format:
        case "text":
            output.lines(text_lines(docs, screen.width()))
        case "json":
            import msgspec

            output.data(msgspec.json.format(msgspec.json.encode(data(docs)), indent=1) + b"\n")
        case "csv":
            output.text(csv_text(docs))
        case _:
            output.text(markdown_text(docs))
    return exits.FINE
