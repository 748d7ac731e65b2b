"""A policy ready for use: each stage of the pipeline as a lazy property.

Owns: `Program`, `load`, and STAGES, the table of the pipeline.
Never: a stage's own work.
"""

import bisect
import datetime as dt
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import attrs

from policy.claims.visit import Visit
from policy.diagnostics import Diagnostic, PolicyError
from policy.plan.lowered import Lowered, keep_lowered, kept, key
from policy.resolve.files import nowhere
from policy.resolve.library import Entry, Library, parse_file
from policy.source import SourceFile

if TYPE_CHECKING:
    from policy.engine.decision import Decision
    from policy.engine.outcome import Outcome
    from policy.engine.tables import Answers
    from policy.plan.model import Plan
    from policy.resolve.model import ResolvedPolicy, Statement
    from policy.tables.lookup import Tables
    from policy.tables.model import Table

STAGES: Final = (
    ("parse", "text to syntax tree", "policy.syntax.parse"),
    ("resolve", "parents, dates, names, types", "policy.resolve.resolve"),
    ("lower", "the plan in force on a date", "policy.plan.lower"),
    ("compile", "the plan as straight-line Python", "policy.engine.compiled"),
)
"""(stage, what it gives, module): what `--dump`, timings and the documentation read."""


@attrs.frozen
class Evaluator:
    """What answers visits on one span of dates: the plan, what runs it, and what makes its outcome readable."""

    plan: "Plan"
    outcome: "Callable[[Visit], Outcome]"
    decision: "type[Decision]"
    read: "Callable[[Plan, Visit], Visit]"


@attrs.frozen
class ShownStatement:
    """A statement of a flattened policy as `policy show` lists it."""

    label: str
    title: str | None
    policy: str
    place: str
    dates: str
    replaces: str | None
    sources: tuple[str, ...]
    assumptions: tuple[str, ...]
    status: str
    text: str


class Program:
    """One payer's policy, ready to evaluate visits. Immutable, thread-safe, picklable."""

    def __init__(
        self, policy: "ResolvedPolicy | Lowered", diagnostics: Sequence[Diagnostic] = (), *, engine: str = "compiled",
        tables: "Path | Tables | None" = None, keep_under: str | None = None,
    ) -> None:  # fmt: skip
        self._policy = policy
        self.diagnostics = tuple(diagnostics)
        """Warnings and advice; a program has no errors."""
        self.engine = engine
        self._tables = tables
        self._keep_under = keep_under
        self._answers: Answers | None = None
        self._starts = [dt.date.min, *policy.boundaries()]
        self._plans: dict[int, Plan] = {}
        self._evaluators: dict[int, Evaluator] = {}
        self._lock = threading.RLock()

    @property
    def id(self) -> str:
        return self._policy.id

    @property
    def title(self) -> str:
        return self._policy.title

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Each policy id of the chain, parents first, with the digest of its file."""
        return self._policy.files

    @functools.cached_property
    def resolved(self) -> "ResolvedPolicy":
        """The policy with its statements, which judging does not need."""
        return self._policy.resolved() if isinstance(self._policy, Lowered) else self._policy

    def plan(self, date: dt.date) -> "Plan":
        """The plan in force on a date of service. Nothing that evaluates visits is made for it."""
        return self._plan(self._slot(date))

    @property
    def plans(self) -> "tuple[Plan, ...]":
        """The plan in force from each of `starts` on. They are kept on disk, where the program was loaded from a file."""
        found = tuple(map(self._plan, range(len(self._starts))))
        if self._keep_under is not None:
            keep_lowered(self._keep_under, self.resolved, self.diagnostics, found)
            self._keep_under = None
        return found

    def evaluate(self, visit: Visit | Mapping[str, Any]) -> "Decision":
        """What the policy says of one visit: a `Visit`, or a mapping in the published JSON shape.

        Raises `ValueError` naming the place when a mapping is not a visit, `BadTable` when a stored table cannot be read.
        """
        if not isinstance(visit, Visit):
            visit = _visit(visit)
        on = self._on(visit.date)
        if visit.note is not None or visit.earlier_notes is not None:
            visit = on.read(on.plan, visit)
        return on.decision(on.plan, visit, on.outcome(visit))

    def evaluate_table(
        self,
        table: Any,
        *,
        columns: Mapping[str, Any] | None = None,
        history_since: dt.date | None = None,
        explain: bool = False,
    ) -> Any:
        """What the policy says of every claim line of a table: a `pyarrow.Table` with one row per incoming row, in the same order.

        `table` is a `pyarrow.Table`, or anything that offers Arrow data (a DuckDB relation, a Polars or pandas frame). The columns are
        those of the Tuva project's `medical_claim` and `x_…` (docs/columns.md); `columns` names others: `{"minutes": "mins"}`.
        `history_since` is the day from which on the table holds every line of its patients; without it, it is taken to hold all.
        Needs the extra `table`. Raises `ValueError` when a column is missing without which no line can be read.
        """
        from policy.batches import TableEvaluator

        evaluator = TableEvaluator({self.id: self}, self.id, columns or {}, history_since, explain)
        return evaluator.evaluate(evaluator.taken(table))

    @property
    def starts(self) -> tuple[dt.date, ...]:
        """The dates from which on, until the next, the same statements are in force; the first is the calendar's first day."""
        return tuple(self._starts)

    @property
    def pays(self) -> bool:
        """Whether the policy, on any date, states what is paid."""
        return any(plan.payment is not None for plan in self.plans)

    @property
    def counts_fractions(self) -> bool:
        """Whether the policy, on any date, counts in parts of a unit."""
        return any(not plan.whole_units for plan in self.plans)

    @property
    def tables(self) -> "tuple[Table, ...]":
        """The reference tables that its statements may ask, on any date; none where no statement asks one. Raises `BadTable`."""
        if not any(plan.asks_tables for plan in self.plans):
            return ()
        return tuple(one.table for one in self._stored())

    def emitted(self, date: dt.date) -> str:
        """The Python source that evaluates visits on a date."""
        from policy.engine.compiled import source

        return source(self.plan(date))

    def emitted_columns(self, date: dt.date) -> str:
        """The NumPy source that evaluates tables on a date, as written for one that has every column the policy reads, with cells missing
        in all of them. Needs the extra `table`."""
        from policy.engine.columnar.emit import Shape
        from policy.engine.columnar.module import Written

        written = Written(self.plan(date))
        return written.source(dict.fromkeys(written.paths, Shape(True)), True)[0]

    def statements(self, date: dt.date | None = None) -> "tuple[Statement, ...]":
        """The flattened statements: all of them, or those in force on a date of service."""
        return self.resolved.statements if date is None else self.resolved.on(date)

    def show(self, date: dt.date | None = None) -> list[ShownStatement]:
        """The flattened policy, each statement with where it comes from."""
        return [_shown(s) for s in self.statements(date)]

    def _slot(self, date: dt.date) -> int:
        return bisect.bisect_right(self._starts, date) - 1

    def _on(self, date: dt.date) -> "Evaluator":
        at = self._slot(date)
        found = self._evaluators.get(at)
        if found is None:
            with self._lock:
                found = self._evaluators.get(at) or self._build(self._starts[at])
                self._evaluators[at] = found
        return found

    def _plan(self, at: int) -> "Plan":
        found = self._plans.get(at)
        if found is None:
            with self._lock:
                found = self._plans.get(at) or self._lower(at)
        return found

    def _lower(self, at: int) -> "Plan":
        if isinstance(self._policy, Lowered):
            self._plans |= enumerate(self._policy.plans())
        else:
            from policy.plan.lower import lower

            self._plans[at] = lower(self._policy, self._starts[at])
        return self._plans[at]

    def _build(self, date: dt.date) -> "Evaluator":
        # Imported here: `policy check` and `policy list` need no engine, and start faster without one. So does a table of which every
        # visit is judged in columns.
        from policy.engine.decision import Decision
        from policy.engine.evidence import read_note

        plan = self.plan(date)
        answers = self._open() if plan.asks_tables else None
        if self.engine == "reference":
            from policy.engine.reference import evaluate

            return Evaluator(plan, functools.partial(evaluate, plan, answers=answers), Decision, read_note)
        from policy.engine.compiled import compile_plan

        return Evaluator(plan, compile_plan(plan, answers), Decision, read_note)

    def _open(self) -> "Answers":
        """The reference tables, opened when a plan first asks them."""
        if self._answers is None:
            from policy.engine.tables import Answers

            self._answers = Answers(self._stored())
        return self._answers

    def _stored(self) -> "Tables":
        from policy.tables.lookup import Tables

        return self._tables if isinstance(self._tables, Tables) else Tables.open(self._tables)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._policy, self.diagnostics, self.engine, self._tables)

    def __repr__(self) -> str:
        return f"<Program {self.id}>"


def _rebuild(
    policy: "ResolvedPolicy | Lowered", diagnostics: tuple[Diagnostic, ...], engine: str, tables: "Path | Tables | None"
) -> Program:
    return Program(policy, diagnostics, engine=engine, tables=tables)


def _visit(data: Mapping[str, Any]) -> Visit:
    from policy.claims.from_mapping import visit_from_mapping

    visit, problems = visit_from_mapping(data)
    if visit is None:
        raise ValueError("; ".join(f"{p.place}: {p.message}" for p in problems if p.severity == "error"))
    return visit


def _shown(statement: "Statement") -> ShownStatement:
    from policy.syntax.format import print_declaration

    line, _ = statement.file.position(statement.declaration.span.start)
    return ShownStatement(
        statement.label, statement.title, statement.policy, f"{statement.file.path}:{line}", str(statement.dates), statement.replaces,
        tuple(c.source.title + (f", {c.where}" if c.where else "") for c in statement.cites), statement.assumptions, statement.status,
        print_declaration(statement.declaration),
    )  # fmt: skip


def load(
    source: str | Path, *, policies: Path | None = None, engine: str = "compiled", tables: "Path | Tables | None" = None
) -> Program:
    """The program of a shipped id (`medicare.part_b`), a path, or policy text.

    `policies` is a folder in which parents and ids are looked for before the shipped ones. `tables` is a folder of reference tables,
    or the tables themselves; without it, those that `policy tables` has imported and the shipped ones are asked, and opened when a
    statement first asks one. Raises `PolicyError`.
    """
    folders = [policies] if policies else []
    if isinstance(source, str) and "\n" in source:
        from policy.resolve.resolve import resolve

        resolved, diagnostics = resolve(Library(*folders), parse_file(SourceFile("<text>", source)))
        if resolved is None:
            raise PolicyError(diagnostics)
        return Program(resolved, diagnostics, engine=engine, tables=tables)
    path = Path(source)
    library = Library(*folders)
    try:
        if path.is_file():
            library = Library(*folders, beside=[path])
        else:
            path = library.find(str(source)) or _unknown(str(source), library)
        return _of_file(library, path, engine, tables)
    except OSError as error:
        raise PolicyError(
            [nowhere(str(source), f"`{source}` cannot be read: {error.strerror or 'input error'}", None)]
        ) from error


def _of_file(library: Library, path: Path, engine: str, tables: "Path | Tables | None") -> Program:
    under = key(library, path)
    lowered = kept(under) if under is not None else None
    if lowered is not None:
        return Program(lowered, lowered.diagnostics, engine=engine, tables=tables)
    from policy.resolve.resolve import resolve_path

    resolved, diagnostics = resolve_path(library, path)
    if resolved is None:
        raise PolicyError(diagnostics)
    return Program(resolved, diagnostics, engine=engine, tables=tables, keep_under=under)


def _unknown(source: str, library: Library) -> NoReturn:
    from policy.diagnostics import nearest

    close = nearest(source, library.ids())
    help_ = (
        f"did you mean `{close}`?" if close else "name a file that ends in .policy, or an id that `policy list` shows"
    )
    raise PolicyError([nowhere(source, f"there is no policy `{source}`", help_)])


def entries(policies: Path | None = None) -> list[Entry]:
    """Every policy that can be named, sorted by id."""
    return Library(*([policies] if policies else [])).entries()
