"""Do the numbers of a policy make sense: thresholds, lengths of units, rows of a value, what a limit caps?

Owns: the mistakes of measure that one declaration shows, together with the values it names.
Never: types expressions (`types`) or works out code sets (`slices`).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policy.diagnostics import Diagnostic, Label
from policy.resolve.model import Statement
from policy.resolve.scope import Scope
from policy.resolve.walk import nodes
from policy.resolve.words import a_type
from policy.syntax import ast
from policy.values import Type

SCOPES: Final = frozenset(
    {"patient", "provider", "discipline", "code", "region", "group", "facility", "claim", "line", "fact"}
)
CAPPED: Final = frozenset(
    {Type.UNITS, Type.MINUTES, Type.CODES, Type.LINES, Type.VISITS, Type.DAYS, Type.MONEY, Type.RVUS}
)

NAMING: Final = frozenset({Type.CHOICE, Type.TEXT, Type.CODE})
"""Types of the facts that may keep the lines of a limit apart."""
KEYED: Final = {
    "line.code": "code", "line.discipline": "discipline", "line.provider": "provider", "line.region": "region",
    "visit.group": "group", "visit.facility": "facility",
}  # fmt: skip
"""Facts that limits know by a key of their own."""


def check_measures(scope: Scope) -> list[Diagnostic]:
    """Every value, count, limit and gate that measures amiss."""
    found: list[Diagnostic] = []
    for statement in scope.statements:
        match statement.kind:
            case "value":
                found += _values(statement)
            case "count" | "codes":
                found += _lengths(statement)
            case "limit":
                found += _windows(statement)
                found += _starts(scope, statement)
                found += _kept_apart(scope, statement)
                found += _caps(scope, statement)
            case "require":
                found += _gate(statement)
            case "pay":
                found += _prices(scope, statement)
    return found


def _values(statement: Statement) -> Iterator[Diagnostic]:
    rows = list(statement.declaration.all(ast.ValueRow))
    for row in rows[1:]:
        if row.literal.type is not rows[0].literal.type:
            message = f"this row is {a_type(row.literal.type)}, the first is {a_type(rows[0].literal.type)}"
            also = (Label(statement.file, rows[0].literal.span, "the first row"),)
            help_ = "let every row measure the same thing"
            yield Diagnostic("types-differ", message, Label(statement.file, row.literal.span), help=help_, also=also)


def _lengths(statement: Statement) -> Iterator[Diagnostic]:
    """Thresholds and lengths by which nothing could be counted."""
    by = statement.declaration.first(ast.By)
    for clause in statement.declaration.clauses:
        problem: tuple[str, str] | None = None
        if isinstance(clause, ast.UnitAt):
            problem = threshold_problem(clause, total_time=by is not None and by.method == "total time")
        elif isinstance(clause, ast.DecimalUnits) and clause.of == 0:
            problem = (
                "a unit of no minutes",
                "write how many minutes one unit has, such as `decimal units of 15 minutes`",
            )
        elif isinstance(clause, ast.UnitBasis) and clause.minutes == 0:
            problem = "a unit of no minutes", "write how many minutes one unit has, or `one unit each day`"
        if problem is not None:
            yield Diagnostic("threshold", problem[0], Label(statement.file, clause.span), help=problem[1])


def threshold_problem(unit: ast.UnitAt, *, total_time: bool) -> tuple[str, str] | None:
    """What is wrong with a unit's thresholds, if anything, and what to write.

    Under total time the k-th threshold must lie inside the k-th unit: only then has every code its whole blocks and at most one
    remainder unit (Claims Processing Manual ch. 5 section 20.2).
    """
    if unit.of == 0 or unit.every == 0 or 0 in unit.thresholds:
        return "a unit of no minutes", "write how many minutes make a unit, such as `a unit at 8 minutes of 15`"
    if any(later <= earlier for earlier, later in zip(unit.thresholds, unit.thresholds[1:], strict=False)):
        return "the thresholds do not rise", "write them in rising order, such as `units at 8, 23, 38 minutes of 15`"
    if len(unit.thresholds) == 1 and unit.thresholds[0] > unit.of:
        message = f"a unit of {unit.of} minutes cannot begin at {unit.thresholds[0]}"
        return message, f"write a threshold of at most {unit.of} minutes"
    if total_time:
        for k, threshold in enumerate(unit.thresholds):
            if not unit.of * k < threshold <= unit.of * (k + 1):
                message = f"unit {k + 1} cannot be reached at {threshold} minutes of total time"
                return message, f"write a number from {unit.of * k + 1} to {unit.of * (k + 1)}"
        if unit.every != unit.of:
            return "total time goes on in whole units", f"end the clause with `, then every {unit.of}`"
    return None


def _gate(statement: Statement) -> Iterator[Diagnostic]:
    gate = statement.declaration.first(ast.BeforeCounting)
    outcome = statement.declaration.first(ast.Otherwise) or statement.declaration.first(ast.Effect)
    if gate is not None and outcome is not None and outcome.effect != "deny":
        message = f"a line cannot be stopped before counting by `{outcome.effect}`"
        help_ = "write `deny`, or leave out `before counting`"
        yield Diagnostic("gate-effect", message, Label(statement.file, outcome.span), help=help_)


def _windows(statement: Statement) -> Iterator[Diagnostic]:
    for per in statement.declaration.all(ast.Per):
        windows = [key for key in per.keys if key.word not in SCOPES]
        if len(windows) == 1:
            if windows[0].word == "rolling" and windows[0].days == 0:
                help_ = "a rolling window ends on the date of service; write `day`, or more days"
                yield Diagnostic("threshold", "a window of no days", Label(statement.file, windows[0].span), help=help_)
            continue
        names = " and ".join(f"`{key.word}`" for key in windows)
        message = f"a limit counts over one window; this one names {names or 'none'}"
        help_ = (
            "end the clause with one of visit, day, week, month, calendar year, rolling 30 days, episode, injury, "
            "authorization or lifetime"
        )
        yield Diagnostic("two-windows", message, Label(statement.file, per.span), help=help_)
    since = [cap for cap in statement.declaration.all(ast.AtMost) if cap.since is not None]
    for cap in since[1:]:
        also = (Label(statement.file, since[0].span, "the first one"),)
        help_ = "write a second `limit` for the other window"
        message = "a limit ends after one number of days"
        yield Diagnostic("two-windows", message, Label(statement.file, cap.span), help=help_, also=also)


def _starts(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    """A window that begins on or after a date is one for all lines, so the date is a fact of the visit."""
    for key in (key for per in statement.declaration.all(ast.Per) for key in per.keys):
        if key.word == "fact" or key.fact is None or (fact := scope.facts.get(key.fact.path)) is None:
            continue
        at = Label(statement.file, key.fact.span)
        if fact.type is not Type.DATE:
            message = f"`{fact.path}` is {a_type(fact.type)}, not a date"
            help_ = f"name a date of the visit, such as `{key.word} authorization.from`"
            yield Diagnostic("types-differ", message, at, help=help_)
        elif fact.of_line:
            message = f"`{fact.path}` is a fact of one line; a window is one for all lines of the limit"
            help_ = f"name a date of the visit, such as `{key.word} authorization.from`"
            yield Diagnostic("line-in-maximum", message, at, help=help_)


def _kept_apart(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    """A fact that keeps lines apart has names as values, and no key of its own."""
    seen: set[str] = set()
    for key in (key for per in statement.declaration.all(ast.Per) for key in per.keys if key.word == "fact"):
        if key.fact is None or (fact := scope.facts.get(key.fact.path)) is None:
            continue
        at = Label(statement.file, key.fact.span)
        if fact.path in KEYED:
            yield Diagnostic("fact-key", f"`{fact.path}` has a key of its own", at, help=f"write `{KEYED[fact.path]}`")
        elif fact.type is Type.DATE:
            help_ = f"for a window that begins on it, write `since {fact.path}`"
            yield Diagnostic("fact-key", f"`{fact.path}` is a date, not a name that lines share", at, help=help_)
        elif fact.type not in NAMING:
            message = f"`{fact.path}` is {a_type(fact.type)}, not a name that lines share"
            help_ = "name a fact with choices or a text, such as `authorization.number`"
            yield Diagnostic("fact-key", message, at, help=help_)
        elif fact.path in seen:
            yield Diagnostic("repeated", f"`{fact.path}` is named twice", at, help="name each key once")
        seen.add(fact.path)


def _caps(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    """What is capped can be counted, and is what the limit says that it counts."""
    counting = statement.declaration.first(ast.Counting)
    for cap in statement.declaration.all(ast.AtMost):
        yield from _of_one_line(statement, cap)
        measure = _measure(scope, cap.amount)
        at = Label(statement.file, cap.amount.span)
        if measure is not None and measure not in CAPPED:
            message = f"a limit cannot cap {a_type(measure)}"
            yield Diagnostic(
                "measure", message, at, help="cap units, minutes, codes, lines, visits, days, money or RVUs"
            )
        elif measure is not None and counting is not None and counting.measure is not measure:
            message = f"the limit counts {counting.measure.value} but caps {measure.value}"
            which = "allowed" if measure in (Type.MONEY, Type.RVUS) else counting.which
            yield Diagnostic("measure", message, at, help=f"write `counting {which} {measure.value}`")
        elif (
            measure not in (None, Type.VISITS, Type.DAYS)
            and not isinstance(cap.amount, ast.Literal)
            and counting is None
        ):
            yield from _uncounted(statement, measure)
        if cap.since is not None and (fact := scope.facts.get(cap.since.path)) and fact.type is not Type.DATE:
            message = f"`{cap.since.path}` is {a_type(fact.type)}, not a date"
            help_ = "count days after a date, such as `30 days after injury.date`"
            yield Diagnostic("types-differ", message, Label(statement.file, cap.since.span), help=help_)


def _prices(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    """A rate is money, or RVUs with the dollars of one; what is taken off is a part of the whole."""
    declaration = statement.declaration
    factor = declaration.first(ast.ConversionFactor)
    for rate in declaration.all(ast.Rate):
        measure = _measure(scope, rate.basis) if isinstance(rate.basis, (ast.NameRef, ast.FactRef)) else Type.MONEY
        at = Label(statement.file, rate.basis.span if rate.basis is not None else rate.span)
        if measure not in (None, Type.MONEY, Type.RVUS):
            help_ = "rate money, or RVUs with a `conversion factor`"
            yield Diagnostic("measure", f"a rate cannot be {a_type(measure)}", at, help=help_)
        elif measure is Type.RVUS and factor is None and declaration.complete:
            message = f"`{statement.label}` does not say what one RVU is worth"
            yield Diagnostic("missing-clause", message, at, help="add a line such as `conversion factor $33.40`")
        elif measure is Type.MONEY and factor is not None and isinstance(rate.basis, (ast.NameRef, ast.FactRef)):
            message = "a rate in dollars has no conversion factor"
            help_ = "delete it, or rate RVUs, such as `line.rvu`"
            yield Diagnostic("measure", message, Label(statement.file, factor.span), help=help_)
        for wanted, ref in ((measure, rate.expense), (Type.TEXT, rate.locality)):
            found = _measure(scope, ref) if ref is not None else None
            if ref is not None and found is not None and wanted is not None and found is not wanted:
                message = f"`{ref.path}` is {a_type(found)}, not {a_type(wanted)}"
                help_ = f"name a fact that is {a_type(wanted)}"
                yield Diagnostic("types-differ", message, Label(statement.file, ref.span), help=help_)
    measure = _measure(scope, factor.amount) if factor is not None else None
    if factor is not None and measure not in (None, Type.MONEY):
        message = f"a conversion factor is money, not {a_type(measure)}"
        yield Diagnostic(
            "measure",
            message,
            Label(statement.file, factor.span),
            help="write the dollars of one RVU, such as `$33.40`",
        )
    for clause in declaration.clauses:
        percent = clause.percent if isinstance(clause, (ast.ReduceBy, ast.PayShare)) else None
        if percent is not None and not 0 < Decimal(str(percent.value)) <= 100:
            message = f"`{percent.value}%` is not a part of a price"
            yield Diagnostic(
                "measure", message, Label(statement.file, percent.span), help="write more than 0% and at most 100%"
            )


def _of_one_line(statement: Statement, cap: ast.AtMost) -> Iterator[Diagnostic]:
    """A maximum is one for all lines of a group, so its condition and its start are facts of the visit."""
    facts = [node for part in (cap.amount, cap.when, cap.since) if part is not None for node in nodes(part)]
    of_line = [fact for fact in facts if isinstance(fact, ast.FactRef) and fact.path.startswith("line.")]
    if of_line:
        first = min(of_line, key=lambda fact: fact.span.start)
        message = f"`{first.path}` is a fact of one line; a maximum holds for all lines of the limit"
        help_ = "ask about the visit, such as `visit has 97161`, or write two limits with `applies to` or `when`"
        yield Diagnostic("line-in-maximum", message, Label(statement.file, first.span), help=help_)


def _uncounted(statement: Statement, measure: Type | None) -> Iterator[Diagnostic]:
    """A limit by a named value that does not say what uses it up; the syntax shows this only of a number."""
    if measure is None or not statement.declaration.complete:
        return
    message = f"`{statement.label}` does not say which {measure.value} use it up"
    allowed = f"`counting allowed {measure.value}`"
    help_ = (
        f"add {allowed if measure in (Type.MONEY, Type.RVUS) else f'`counting billed {measure.value}` or {allowed}'}"
    )
    yield Diagnostic("missing-clause", message, Label(statement.file, statement.declaration.head), help=help_)


def _measure(scope: Scope, amount: ast.Literal | ast.NameRef | ast.FactRef) -> Type | None:
    if isinstance(amount, ast.Literal):
        return amount.type
    if isinstance(amount, ast.FactRef):
        fact = scope.facts.get(amount.path)
        return fact.type if fact is not None else None
    row = scope.values.get(amount.name)
    return row.literal.type if row is not None else None
