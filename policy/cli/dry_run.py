"""The loop of `policy run`: visits in, decisions out, one at a time.

Owns: which visits are judged, that each is counted once, and that what could not be read is said on stderr.
Never: holds decisions; memory does not grow with the file.
"""

import sys
from pathlib import Path
from typing import Final

from policy.claims.problem import ERROR, Problem, Unreadable, shown
from policy.claims.read import count_hint
from policy.claims.visit import Visit
from policy.cli import exits, screen
from policy.cli.exits import Refusal
from policy.cli.options import one_log
from policy.cli.progress import Ticker, ticking
from policy.cli.reports import Reporter, reporter
from policy.cli.session import Session
from policy.cli.visits import items, name_of
from policy.engine.answer import STATUSES
from policy.render.problem import problem_lines
from policy.render.tally import Tally, one_line

_HELD: Final = 1000
"""Visits without a policy that are held back until one with a policy shows that this is not a forgotten `--policy`."""


def dry_run(
    session: Session,
    files: list[Path],
    log: Path | None,
    format: str,
    out: Path | None,
    fail_on: str | None,
    *,
    full: bool,
) -> int:
    """Judges every visit of the files. The exit code is 2 when something could not be read, 1 for `fail_on`, else 0."""
    one_log(log, files, "run")
    session.check()
    to_file = out is not None and str(out) != "-"
    read = [*files, *([log] if log is not None else [])]
    with screen.opened(out, read) as output, ticking(to_file or not sys.stdout.isatty(), _total(files)) as ticker:
        work = DryRun(session, reporter(format, output, full=full), ticker, log)
        for path in files:
            work.file(path)
        work.finish(len(files))
    if to_file or (format != "text" and work.failed):
        screen.stderr().text(one_line(work.tally) + "\n")
    if work.failed:
        return exits.BAD
    reached = fail_on is not None and STATUSES.index(work.worst) <= STATUSES.index(fail_on)
    return exits.NO if reached else exits.FINE


class DryRun:
    """One run over several files."""

    def __init__(self, session: Session, report: Reporter, ticker: Ticker, log: Path | None) -> None:
        self.tally = Tally()
        self.failed = False
        self.worst = "allow"
        self._session = session
        self._report = report
        self._ticker = ticker
        self._log = log
        self._errors = screen.stderr()
        self._position = 0
        self._held: list[Problem] = []
        self._unnamed = 0
        self._unreadable = 0

    def file(self, path: Path) -> None:
        """Judges the visits of one file; the next file goes on when this one cannot be read."""
        before = self._position
        try:
            for item in items(path, self._log):
                self._position = before + item.position
                if isinstance(item.found, Problem):
                    self._problem(item.found, item.rejects)
                else:
                    self._visit(path, item.found)
        except Unreadable as error:
            self.failed = True
            self._unreadable += 1
            exits.refuse(str(error))

    def finish(self, files: int) -> None:
        """Ends the report. Raises `Ended` when no file could be read, `Refusal` when there was no policy at all."""
        if self._unreadable == files:
            raise exits.Ended(exits.BAD)
        if self._unnamed and not self.tally.decided and self._unnamed == self.tally.rejected:
            raise Refusal(
                "no policy was given, and no visit names one",
                "pass `--policy medicare.part_b`, or another of `policy list`",
            )
        self._release()
        self._report.end(self.tally)

    def _visit(self, path: Path, visit: Visit) -> None:
        self._ticker.tick()
        program = self._session.program_for(visit)
        if program is None:
            self._reject(path, visit)
            return
        self._release()
        decision = program.evaluate(visit)
        self.tally.add(decision)
        found = (decision.status, *(finding.effect for finding in decision.findings if finding.effect in STATUSES))
        self.worst = min(self.worst, *found, key=STATUSES.index)
        self._report.add(decision, visit, name_of(decision.visit, self._position))

    def _reject(self, path: Path, visit: Visit) -> None:
        """A visit that no policy can judge."""
        self.tally.rejected += 1
        self.failed = True
        place = f"{shown(path.name)}, visit {name_of(visit.visit, self._position)}"
        if visit.policy is not None:
            message, help = self._session.why_not(visit.policy)
            self._say(Problem(ERROR, message, place, help, visit.visit))
            return
        self._unnamed += 1
        self._held.append(
            Problem(ERROR, "the visit names no policy", place, "give it a `policy`, or pass `--policy`", visit.visit)
        )
        if len(self._held) > _HELD:
            self._release()

    def _problem(self, problem: Problem, rejects: bool) -> None:
        """A problem of the input, counted as a visit when it is the first to reject one."""
        self.failed |= problem.is_error
        self.tally.rejected += rejects
        self.tally.warnings += not problem.is_error
        self.tally.other_errors += problem.is_error and not rejects
        self._say(problem)

    def _say(self, problem: Problem) -> None:
        self._release()
        self._errors.lines(problem_lines(problem, screen.width()))

    def _release(self) -> None:
        held, self._held = self._held, []
        for problem in held:
            self._errors.lines(problem_lines(problem, screen.width()))


def _total(files: list[Path]) -> int | None:
    """About how many visits there are, for a progress bar; `None` when there is none, or when a file does not tell."""
    if not sys.stderr.isatty():
        return None
    hints = [count_hint(path) for path in files]
    return None if None in hints else sum(hint or 0 for hint in hints)
