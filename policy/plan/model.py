"""The plan: what a policy asks of a visit on one date, names and dates resolved, in the fixed order of evaluation.

Owns: the closed set of statement operations (check, count, pair, limit, assistants' share, open question) and the one
expression node `Op`, whose closed set of operations with their meanings is the table in `engine/ops.py`.
Never: refers to syntax. A plan is data: it can be printed, compared, pickled and handed to any evaluator.
"""

import functools
from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from policy.codes import CodeSet
from policy.facts import Fact
from policy.record import Record, record
from policy.values import DateRange, Type, Units

if TYPE_CHECKING:
    from policy.notes.reading import Reader
    from policy.plan.pay import Payment, Rate
    from policy.plan.tables import TableLimit, TablePairs

LINE_OPS: Final = frozenset({"line_fact", "has_modifier", "one_modifier"})
"""Operations that read the line; all others are the same for every line of a visit."""
VISIT_OPS: Final = frozenset({"visit_has", "units_of", "minutes_of", "charges_of"})
"""Operations that read all lines of the visit."""


@record
class Op(Record):
    """One operation of an expression. `args` are operands (`Op`) and constants, as the operation's row in the table says."""

    op: str
    args: tuple[object, ...]
    type: Type

    def __str__(self) -> str:
        return f"{self.op}({', '.join(str(a) for a in self.args)})"


@record
class Check(Record):
    """`require` and `rule`: speaks when `violated` is true. `stage` is `gate` (the line does not count) or `check`."""

    at: int
    stage: str
    codes: CodeSet | None
    """The lines it is asked of; `None`: every line."""
    violated: Op
    effect: str
    message: str | None
    per_line: bool
    given: tuple[Fact, ...] = ()
    """Facts without which it is not judged."""
    units: int | None = None
    """For `reduce`: the units that remain."""
    needs: tuple[str, tuple[str, ...]] = ("", ())
    """What a requirement asks for, to be told: `exactly one`, `some`, `every` or `none` with modifiers, `documented` with elements."""


@record
class Steps(Record):
    """From minutes to units: reached at `thresholds`, then every `every` minutes; a whole block is `of` minutes."""

    thresholds: tuple[int, ...]
    of: int
    every: int | None

    def reached(self, minutes: int) -> int:
        """Units that so many minutes reach, an integer."""
        for k, threshold in enumerate(self.thresholds):
            if minutes < threshold:
                return k
        beyond = 0 if self.every is None else (minutes - self.thresholds[-1]) // self.every
        return len(self.thresholds) + beyond


@record
class Parts(Record):
    """From minutes to parts of a unit of `of` minutes: `parts` per unit, rounded as stated."""

    of: int
    parts: int
    rounding: str


@record
class Count(Record):
    """A counting method over a pool of lines. `method`: `total`, `each`, `flat`, `more` or `fewer`."""

    at: int
    codes: CodeSet
    method: str
    pool: tuple[str, ...]
    steps: Steps | None = None
    decimal: Parts | None = None
    leftover: str = "no code"
    ties: str = "provider"
    units: int = 0
    methods: tuple["Count", ...] = ()


@record
class Release(Record):
    """Modifiers that release a pair, and the line they must stand on: `either`, `first`, `second` or `both`."""

    modifiers: frozenset[str]
    on: str


@record
class Pair(Record):
    """Column one over column two; `denied` is `first` or `second`. Fires when `condition` holds and no release is there."""

    at: int
    first: CodeSet
    second: CodeSet
    denied: str
    releases: tuple[Release, ...]
    overlap: bool
    same: tuple[str, ...]
    condition: Op | None
    given: tuple[Fact, ...] = ()


@record
class Maximum(Record):
    """The most that is allowed when `when` holds (or always). `amount` is `None` when `value` has no row on the date."""

    amount: Units | None
    when: Op | None
    value: str | None = None
    days: int | None = None
    """The other of two windows: so many days after `since`, whichever comes first."""
    since: Op | None = None
    fact: Op | None = None
    """The fact that gives the amount, when the policy does not."""


@record
class Exempt(Record):
    """Lines that do not count and are not cut."""

    codes: CodeSet
    when: Op | None


@record
class Window(Record):
    """The span of dates over which a limit counts. `word` is `visit`, `day`, `week`, `month`, `calendar year`, `fiscal year`,
    `benefit year`, `rolling`, `episode`, `injury`, `lifetime`, `authorization`, `since` or `after`; the last two, and those that begin
    on a date of the patient's, with that `fact`."""

    word: str
    days: int = 0
    month: int = 1
    fact: Fact | None = None


@record
class Limit(Record):
    """A cap on a measure. `excess`: `deny the excess`, `deny every unit`, `modifier`, or an effect."""

    at: int
    codes: CodeSet | None
    member: Op | None
    """Must hold for a line to be counted."""
    exempt: tuple[Exempt, ...]
    measure: Type
    counting: str
    maxima: tuple[Maximum, ...]
    keys: tuple[str, ...]
    window: Window
    excess: str
    orders: tuple[tuple[str, str, CodeSet | None], ...]
    modifiers: frozenset[str] = frozenset()
    given: tuple[Fact, ...] = ()
    rounding: str | None = None
    """How a line's amount is rounded when RVUs are taken from it."""
    by: tuple[Fact, ...] = ()
    """Facts that keep lines apart as `keys` do: each value has a limit of its own."""


@record
class Assistant(Record):
    """Which units of a code carry the assistant's modifier. `marks`: modifiers, each with the one it goes with (`None`: any line).

    `grain` is `unit`, `code` or `day`: whose minutes the share of more than `percent` is a share of. `last` and `two` are the
    exceptions for one and for two units that are left, in minutes.
    """

    at: int
    codes: CodeSet | None
    condition: Op | None
    """Asked of each line; a code is judged when it holds on one of its lines."""
    marks: tuple[tuple[str, str | None], ...]
    percent: Decimal
    grain: str
    last: int | None
    two: tuple[int, int, int, int] | None
    effect: str
    message: str | None

    @functools.cached_property
    def modifiers(self) -> frozenset[str]:
        """Every modifier that marks an assistant's units."""
        return frozenset(modifier for modifier, _ in self.marks)

    def wanted(self, carried: Collection[str]) -> frozenset[str]:
        """The modifiers that would mark a line which carries these: those that go with them, else any."""
        return frozenset(m for m, beside in self.marks if beside in carried) or self.modifiers


@record
class Open(Record):
    """A clause that the language leaves to people. `touches` are statement indexes; empty: any finding that takes something away."""

    at: int
    codes: CodeSet | None
    when: Op | None
    touches: tuple[int, ...]
    touches_any: bool


@record
class Evidence(Record):
    """What documents an element: a field of the record, or a phrase in the note that no `but_not` phrase covers."""

    at: int
    name: str
    field: str | None
    says: tuple[str, ...]
    but_not: tuple[str, ...]


@record
class Spoken(Record):
    """What a decision needs to know of a statement to let it speak."""

    label: str
    title: str | None
    policy: str
    reasons: tuple[str, ...]
    cites: tuple[tuple[str, str, str | None, str | None], ...]
    """(source, title, link, place inside it)."""
    assumption: str | None
    fix: str | None


@record
class Plan(Record):
    """Everything that is asked on one span of dates of service."""

    policy: str
    title: str
    dates: DateRange
    spoken: tuple[Spoken, ...]
    days: tuple[tuple[int, CodeSet], ...]
    """Codes of one unit a day whatever their minutes, each set with the statement that says so."""
    lengths: tuple[tuple[CodeSet, int], ...]
    """Codes with the minutes of their unit."""
    gates: tuple[Check, ...]
    counts: tuple[Count, ...]
    pairs: tuple[Pair, ...]
    limits: tuple[Limit, ...]
    checks: tuple[Check, ...]
    open: tuple[Open, ...]
    declared: tuple[Fact, ...] = ()
    """Facts that the policy declares itself."""
    in_force: bool = True
    """False for a date on which the policy itself is not in force."""
    files: tuple[tuple[str, str], ...] = ()
    assistants: tuple[Assistant, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    noted: frozenset[str] = frozenset()
    """The facts of the note that statements ask for, by the name behind `note.`."""
    table_pairs: "tuple[TablePairs, ...]" = ()
    """Pairs that stand in a reference table."""
    table_limits: "tuple[TableLimit, ...]" = ()
    """Limits whose maxima stand in a reference table."""

    payment: "Payment | None" = None
    """What is paid; `None` for a policy that states no price and no limit by value."""

    @property
    def asks_tables(self) -> bool:
        """Whether a reference table is needed to judge a visit."""
        return bool(self.table_pairs or self.table_limits or self.prices_from_tables)

    @property
    def prices_from_tables(self) -> bool:
        """Whether a rate is read from a reference table."""
        return self.payment is not None and any(rate.table is not None for rate in self.payment.rates)

    @functools.cached_property
    def whole_units(self) -> bool:
        """Whether all units that the plan gives and allows are whole numbers where those billed are."""
        methods = [method for count in self.counts for method in (count, *count.methods)]
        caps = [*self.limits, *(rule.limit for rule in self.table_limits)]
        amounts = [maximum.amount for cap in caps for maximum in cap.maxima]
        facts = [maximum.fact for cap in caps for maximum in cap.maxima]
        kept = [check.units for check in (*self.gates, *self.checks)]
        whole = all(isinstance(amount, int) for amount in (*amounts, *kept) if amount is not None)
        return whole and not any(facts) and not self.value_limits and all(method.decimal is None for method in methods)

    @functools.cached_property
    def reader(self) -> "Reader":
        """Reads a note for every evidence, in one pass."""
        from policy.notes.phrases import read_phrase
        from policy.notes.reading import Reader, Sought

        return Reader(
            [
                Sought(one.name, tuple(map(read_phrase, one.says)), tuple(map(read_phrase, one.but_not)))
                for one in self.evidence
            ]
        )

    @functools.cached_property
    def every_limit(self) -> "tuple[Limit | TableLimit, ...]":
        """The limits in the order of the policy, in which they are judged."""
        if not self.table_limits:
            return self.limits
        every: tuple[Limit | TableLimit, ...] = (*self.limits, *self.table_limits)
        return tuple(sorted(every, key=lambda rule: rule.at))

    @functools.cached_property
    def asking(self) -> "tuple[Check | Limit | Pair | Rate | TableLimit | TablePairs, ...]":
        """The statements that are judged only when some fact is given."""
        rates = self.payment.rates if self.payment is not None else ()
        rules: tuple[Check | Limit | Pair | Rate | TableLimit | TablePairs, ...] = (
            *self.gates, *self.pairs, *self.table_pairs, *self.limits, *self.table_limits, *self.checks, *self.value_limits, *rates,
        )  # fmt: skip
        return tuple(sorted((rule for rule in rules if rule.given), key=lambda rule: rule.at))

    @functools.cached_property
    def value_limits(self) -> "tuple[Limit, ...]":
        """The limits by money or RVUs, in the order of payment."""
        return tuple(step for step in self.payment.steps if isinstance(step, Limit)) if self.payment else ()

    @functools.cached_property
    def by_minutes(self) -> frozenset[int]:
        """The counts whose units follow from minutes."""
        return frozenset(count.at for count in self.counts if count.method != "flat")

    def day_statement(self, code: str) -> int | None:
        """The statement that gives a code one unit a day, if one does."""
        return next((at for at, codes in self.days if code in codes), None)

    def length(self, code: str) -> int:
        """Minutes of one unit of a code; 15 where no statement says (every timed therapy code but a few)."""
        return next((minutes for codes, minutes in self.lengths if code in codes), 15)


def walk(op: Op) -> "list[Op]":
    """An operation and all its operands, outermost first."""
    out, stack = [], [op]
    while stack:
        item = stack.pop()
        out.append(item)
        stack.extend(a for a in item.args if isinstance(a, Op))
    return out
