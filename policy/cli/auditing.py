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
from policy.claims.table_files import files
from policy.cli import exits, screen
from policy.cli.exits import Refusal
from policy.cli.options import day, one_log, whole
from policy.cli.over_tables import NO_ROOM, Wishes, evaluator_of, only_tables, refusals
from policy.cli.session import Session
from policy.cli.visits import items, name_of
from policy.render.problem import problem_lines
from policy.render.words import count

if TYPE_CHECKING:
    from policy.auditing.audited import Audited, Input
    from policy.auditing.run import Judged, Settings
    from policy.program import Program

_EXTRAS: Final = {"pyarrow": "table", "numpy": "table", "jinja2": "docs"}
_NAMED: Final = 5
"""Files that are named on the screen."""
_DAY: Final = 1440
"""Minutes of a day."""


@attrs.frozen
class Page:
    """The options that only this command takes: the page, and what is shown on it."""

    out: Path
    log: Path | None
    money: str
    day_minutes: str | None
    digests: bool
    on: str | None


def audit_files(paths: Sequence[Path], wishes: Wishes, page: Page) -> int:
    """Audits tables of claim lines. The exit code is 2 when some line or file could not be read, else 0."""
    from policy.cli.progress import lines_done

    wishes.day()
    jobs = wishes.processes()
    settings = _settings(wishes, page)
    only_tables(paths)
    screen.check(page.out, (file.path for file in files(paths)))
    from policy.auditing.run import audit_tables

    with refusals(NO_ROOM, "use fewer `--jobs`"):
        evaluator = evaluator_of(paths, wishes)
        with lines_done() as progress:
            settings = attrs.evolve(settings, jobs=jobs, progress=progress, left_out=wishes.left_out(evaluator))
            try:
                audited = audit_tables(paths, evaluator, settings)
            except KeyboardInterrupt:
                exits.refuse("interrupted; no page was written")
                return exits.INTERRUPTED
    _left_out(audited)
    return _finish(audited, page)


def audit_claims(paths: Sequence[Path], wishes: Wishes, page: Page) -> int:
    """Audits claims in JSON, CSV and X12. The exit code is 2 when a visit or a file could not be read, else 0."""
    one_log(page.log, paths, "audit")
    settings = _settings(wishes, page)
    screen.check(page.out, [*paths, *([page.log] if page.log is not None else [])])
    from policy.auditing.run import audit_visits

    session = Session(wishes.folder, wishes.policy)
    session.check()
    reading = _Reading(session, page)
    judged = (one for path in paths for one in reading.file(path))
    audited = audit_visits(judged, reading.programs, reading.inputs, reading.unread, settings)
    if not audited.figures.rows:
        if reading.unread:
            raise Refusal("no visit could be judged", "`policy run` says why")
        if any(one.left_out for one in reading.inputs):
            raise exits.Ended(exits.BAD)
        raise Refusal("there is no visit")
    return _finish(audited, page)


def _settings(wishes: Wishes, page: Page) -> "Settings":
    """What the options mean. Raises `Refusal`, also where a package is missing."""
    try:
        import jinja2  # noqa: F401

        from policy.auditing.run import Settings
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(str(error.name).partition(".")[0])
        if extra is None:
            raise
        raise Refusal("`policy audit` needs more packages", "pip install 'payer-policy[table,docs]'") from None
    money = "charge" if page.money == "charge" else "amount"
    takes, help = f"whole minutes from 1 to {_DAY}", "write `--day-minutes 600` for ten hours"
    minutes = whole("--day-minutes", page.day_minutes, _DAY, takes, help)
    return Settings(money, minutes or _DAY, page.digests, day(page.on), _told(wishes, page))


def _told(wishes: Wishes, page: Page) -> list[tuple[str, str]]:
    """The options as they were given, for the receipt."""
    given = {
        "--policy": wishes.policy, "--policies": wishes.folder, "--log": page.log, "--columns": wishes.columns,
        "--history-since": wishes.since, "--money": None if page.money == "charge" else page.money, "--day-minutes": page.day_minutes,
    }  # fmt: skip
    return [(name, str(value)) for name, value in given.items() if value is not None]


class _Reading:
    """Visits of files, judged; what could not be, counted and told on the error stream."""

    def __init__(self, session: Session, page: Page) -> None:
        self.programs: dict[str, Program] = {}
        self.inputs: list[Input] = []
        self.unread: Counter[str] = Counter()
        self._session = session
        self._page = page
        self._errors = screen.stderr()
        self._position = 0

    def file(self, path: Path) -> "Iterator[Judged]":
        """The visits of one file that can be judged; the next file goes on when this one cannot be read."""
        before, lines = self._position, 0
        try:
            for item in items(path, self._page.log):
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
        self.inputs.append(Input(name, lines, size, digest(path) if real and self._page.digests else None, why))


def _left_out(audited: "Audited") -> None:
    """Names the files that could not be read. Raises `Refusal` where none could."""
    told = [f"`{shown(one.name)}` is left out: {one.left_out}" for one in audited.inputs if one.left_out is not None]
    if len(told) == len(audited.inputs):
        raise Refusal(f"no file can be audited: {told[0]}")
    for text in told[:_NAMED]:
        exits.refuse(text)
    if len(told) > _NAMED:
        exits.refuse(f"and {len(told) - _NAMED:,} more files, which the page names")


def _finish(audited: "Audited", page: Page) -> int:
    """Writes the page and says so."""
    from policy.auditing.page import page as written
    from policy.auditing.report import report

    with screen.opened(page.out) as output:
        output.data(written(report(audited)).encode())
    bad = audited.rejected or sum(audited.unread.values()) or any(one.left_out for one in audited.inputs)
    if str(page.out) != "-":
        screen.stdout().text(f"{_said(audited)}: see {shown(page.out)}\n")
    return exits.BAD if bad else exits.FINE


def _said(audited: "Audited") -> str:
    figures = audited.figures
    left_out = [one for one in audited.inputs if one.left_out is not None]
    files = f", {len(left_out)} of {count(len(audited.inputs), 'file')} not read" if left_out else ""
    if audited.columns is not None:
        return f"{count(figures.rows, 'line')} in: {figures.decided:,} decided, {audited.rejected:,} not decided{files}"
    unread = sum(audited.unread.values())
    return f"{count(figures.visits + unread, 'visit')} in: {figures.visits:,} decided, {unread:,} not decided{files}"
