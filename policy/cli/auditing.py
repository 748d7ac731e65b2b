"""The work behind `policy audit`: from files to a page.

Owns: what the options mean, what is said on the screen, and what is missing when it cannot be done.
Never: judges, adds up or lays out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from policy.claims.problem import Problem, Unreadable, shown
from policy.cli import exits, run_tables, screen
from policy.cli.exits import Refusal
from policy.cli.options import day
from policy.cli.session import Session
from policy.cli.visits import items, name_of
from policy.render.problem import problem_lines
from policy.render.words import count

if TYPE_CHECKING:
    from policy.auditing.audited import Audited, Input
    from policy.auditing.run import Judged, Settings
    from policy.program import Program

_EXTRAS: Final = {"pyarrow": "table", "numpy": "table", "jinja2": "docs"}


@attrs.frozen
class Wishes:
    """The options of the command."""

    folder: Path | None
    policy: str | None
    log: Path | None
    columns: Path | None
    out: Path
    since: str | None
    jobs: str | None
    money: str
    day_minutes: str | None
    digests: bool
    on: str | None


def audit_files(paths: Sequence[Path], wishes: Wishes) -> int:
    """Audits tables of claim lines. The exit code is 2 when some line or file could not be read, else 0."""
    from policy.cli.progress import lines_done

    jobs, since = run_tables.jobs_of(wishes.jobs), day(wishes.since)
    settings = _settings(wishes)
    run_tables.only_tables(paths)
    from policy.auditing.run import audit_tables
    from policy.batches.pool import WorkerDied
    from policy.batches.work import CannotRun

    asked = run_tables.Wishes(
        wishes.folder, wishes.policy, wishes.columns, None, None, False, wishes.since, wishes.jobs, False
    )
    evaluator = run_tables.evaluator_of(paths, asked, since)
    left_out = run_tables.left_out_of(evaluator, asked)
    try:
        with lines_done() as progress:
            settings = attrs.evolve(settings, jobs=jobs, progress=progress, left_out=left_out)
            audited = audit_tables(paths, evaluator, settings)
    except CannotRun as error:
        raise Refusal(error.message, error.help) from None
    except WorkerDied:
        raise Refusal(
            "a worker process ended in the middle of its work, perhaps for want of memory", "use fewer `--jobs`"
        ) from None
    return _finish(audited, wishes)


def audit_claims(paths: Sequence[Path], wishes: Wishes) -> int:
    """Audits claims in JSON, CSV and X12. The exit code is 2 when a visit or a file could not be read, else 0."""
    if wishes.log is not None and len(paths) > 1:
        raise Refusal("`--log` goes with one claims file", "audit the files one by one, each with its own log")
    settings = _settings(wishes)
    from policy.auditing.run import audit_visits

    session = Session(wishes.folder, wishes.policy)
    session.check()
    reading = _Reading(session, wishes)
    judged = (one for path in paths for one in reading.file(path))
    audited = audit_visits(judged, reading.programs, reading.inputs, reading.unread, settings)
    if not audited.figures.rows:
        raise (
            Refusal("no visit could be judged", "`policy run` says why")
            if reading.unread
            else Refusal("there is no visit")
        )
    return _finish(audited, wishes)


def _settings(wishes: Wishes) -> "Settings":
    """What the options mean. Raises `Refusal`, also where a package is missing."""
    try:
        import jinja2  # noqa: F401

        from policy.auditing.run import Settings
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(str(error.name).partition(".")[0])
        if extra is None:
            raise
        raise Refusal("`policy audit` needs more packages", "pip install 'payer-policy[table,docs]'") from None
    money = "charge" if wishes.money == "charge" else "amount"
    return Settings(money, _minutes(wishes.day_minutes), wishes.digests, day(wishes.on), _told(wishes))


def _minutes(text: str | None) -> int:
    if text is None:
        return 1440
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1440):
        raise Refusal("`--day-minutes` takes whole minutes from 1 to 1440", "write `--day-minutes 600` for ten hours")
    return int(text)


def _told(wishes: Wishes) -> list[tuple[str, str]]:
    """The options as they were given, for the receipt."""
    given = {
        "--policy": wishes.policy, "--policies": wishes.folder, "--log": wishes.log, "--columns": wishes.columns,
        "--history-since": wishes.since, "--money": None if wishes.money == "charge" else wishes.money, "--day-minutes": wishes.day_minutes,
    }  # fmt: skip
    return [(name, str(value)) for name, value in given.items() if value is not None]


class _Reading:
    """Visits of files, judged; what could not be, counted and told on the error stream."""

    def __init__(self, session: Session, wishes: Wishes) -> None:
        self.programs: dict[str, Program] = {}
        self.inputs: list[Input] = []
        self.unread: Counter[str] = Counter()
        self._session = session
        self._wishes = wishes
        self._errors = screen.stderr()
        self._position = 0

    def file(self, path: Path) -> "Iterator[Judged]":
        """The visits of one file that can be judged; the next file goes on when this one cannot be read."""
        before, lines = self._position, 0
        try:
            for item in items(path, self._wishes.log):
                self._position = before + item.position
                if isinstance(item.found, Problem):
                    self.unread[item.found.message] += item.rejects
                    self._errors.lines(problem_lines(item.found, screen.width()))
                    continue
                program = self._session.program_for(item.found)
                if program is None:
                    why = (
                        "the visit names no policy"
                        if item.found.policy is None
                        else self._session.why_not(item.found.policy)[0]
                    )
                    self.unread[why] += 1
                    continue
                self.programs[program.id] = program
                lines += len(item.found.lines)
                yield name_of(item.found.visit, self._position), item.found, program.evaluate(item.found)
            self._add(path, lines, None)
        except Unreadable as error:
            exits.refuse(str(error))
            self._add(path, None, "it cannot be read")

    def _add(self, path: Path, lines: int | None, why: str | None) -> None:
        from policy.auditing.audited import Input
        from policy.auditing.run import digest

        real = str(path) != "-" and path.is_file()
        name = str(path) if str(path) != "-" else "standard input"
        size = path.stat().st_size if real else None
        self.inputs.append(Input(name, lines, size, digest(path) if real and self._wishes.digests else None, why))


def _finish(audited: "Audited", wishes: Wishes) -> int:
    """Writes the page and says so."""
    from policy.auditing.page import page
    from policy.auditing.report import report

    with screen.opened(wishes.out) as output:
        output.data(page(report(audited)).encode())
    bad = audited.rejected or sum(audited.unread.values()) or any(one.left_out for one in audited.inputs)
    if str(wishes.out) != "-":
        screen.stdout().text(f"{_said(audited)}: see {shown(wishes.out)}\n")
    return exits.BAD if bad else exits.FINE


def _said(audited: "Audited") -> str:
    figures = audited.figures
    if audited.columns is not None:
        return f"{count(figures.rows, 'line')} in: {figures.decided:,} decided, {audited.rejected:,} not decided"
    unread = sum(audited.unread.values())
    return f"{count(figures.visits + unread, 'visit')} in: {figures.visits:,} decided, {unread:,} not decided"
