"""Do the expressions of a policy make sense: are like things compared with like?

Owns: the type of every expression, and the mistakes of measure (minutes against units, a bare number against a quantity, a word
that a fact does not have, an order where there is none).
Never: evaluates. `plan/lower.py` relies on what passes here.
"""

from collections.abc import Iterator

import attrs

from policy.diagnostics import Diagnostic, Label, nearest
from policy.facts import Fact
from policy.resolve.model import Statement
from policy.resolve.names import unknown
from policy.resolve.scope import Scope, nodes
from policy.source import Span
from policy.syntax import ast
from policy.values import Type, parse_value

SCOPES = frozenset({"patient", "provider", "discipline", "code", "region", "claim", "line"})
TEXTS = frozenset({Type.TEXT, Type.CODE, Type.CHOICE})
_UNTYPED = None


def check_types(scope: Scope) -> list[Diagnostic]:
    """Every expression, limit and example that measures amiss."""
    found: list[Diagnostic] = []
    for statement in scope.statements:
        checker = Checker(scope, statement, found)
        for clause in statement.declaration.clauses:
            for condition in _conditions(clause):
                checker.condition(condition)
        found += _values(statement) if statement.kind == "value" else ()
        found += _count(statement) if statement.kind == "count" else ()
        found += _limit(scope, statement) if statement.kind == "limit" else ()
        found += _gate(statement) if statement.kind == "require" else ()
        if statement.kind == "example":
            checker.example()
    return found


def _conditions(clause: ast.Clause) -> Iterator[ast.Expr]:
    if isinstance(clause, (ast.When, ast.Unless, ast.NeedsThat)):
        yield clause.condition
    elif isinstance(clause, (ast.ExceptCodes, ast.AtMost)) and clause.when is not None:
        yield clause.when


def _name(type_: Type) -> str:
    return {
        Type.NUMBER: "a plain number", Type.YES_NO: "yes or no", Type.CHOICE: "one of its words", Type.TEXT: "a text", Type.CODE: "a code",
        Type.MONEY: "money", Type.DATE: "a date", Type.TIME: "a time", Type.PERCENT: "a percentage", Type.MODIFIERS: "modifiers",
    }.get(type_, type_.value)  # fmt: skip


@attrs.define
class Checker:
    """Types of the expressions of one statement."""

    scope: Scope
    statement: Statement
    found: list[Diagnostic]

    def say(self, slug: str, message: str, span: Span, help_: str) -> None:
        self.found.append(Diagnostic(slug, message, Label(self.statement.file, span), help=help_))

    def condition(self, expr: ast.Expr) -> None:
        """Checks something that must be true or false."""
        match expr:
            case ast.And() | ast.Or():
                for item in expr.items:
                    self.condition(item)
            case ast.Not():
                self.condition(expr.item)
            case ast.Compare():
                self.compare(expr)
            case ast.OneOf():
                for option in expr.options:
                    self.pair(expr.item, option, "is")
            case ast.Given():
                if not isinstance(expr.fact, ast.FactRef):
                    self.say(
                        "not-a-condition",
                        "only a fact can be given or missing",
                        expr.span,
                        "name a fact such as line.minutes",
                    )
            case ast.InCodes():
                if self.type(expr.item) not in (Type.CODE, _UNTYPED):
                    self.say("types-differ", "only a code can be in a code set", expr.span, "write `line.code in …`")
            case ast.HasModifier():
                if expr.fact.path != "line.modifiers" and not expr.fact.path.startswith("line"):
                    self.say(
                        "types-differ",
                        f"`{expr.fact.path}` has no modifiers",
                        expr.span,
                        "write `line.modifiers has modifier 59`",
                    )
            case ast.Documented() | ast.VisitHas() | ast.DocumentationGiven():
                pass
            case _:
                type_ = self.type(expr)
                if type_ not in (Type.YES_NO, _UNTYPED):
                    help_ = "compare it, such as `visit.number > 12`"
                    self.say(
                        "not-a-condition",
                        f"this is {_name(type_)}, not something that is true or false",
                        expr.span,
                        help_,
                    )

    def compare(self, expr: ast.Compare) -> None:
        self.pair(expr.left, expr.right, expr.op)

    def pair(self, left: ast.Expr, right: ast.Expr, op: str) -> None:
        """Checks that two things can stand on the two sides of a comparison."""
        span = left.span.to(right.span) if right.span.end else left.span
        fact = self.scope.facts.get(left.path) if isinstance(left, ast.FactRef) else None
        if fact is not None and fact.type is Type.CHOICE and isinstance(right, (ast.NameRef, ast.Literal)):
            word = right.name if isinstance(right, ast.NameRef) else str(right.value)
            if word not in fact.choices:
                self._choice(fact, word, right.span)
                return
            if op not in ("is", "is not"):
                self.say("not-ordered", f"`{fact.path}` has no order", span, "write `is` or `is not`")
            return
        a, b = self.type(left), self.type(right)
        if a is _UNTYPED or b is _UNTYPED:
            return
        if op not in ("is", "is not") and not (a.is_quantity and b.is_quantity):
            self.say(
                "not-ordered", f"{_name(a if not a.is_quantity else b)} has no order", span, "write `is` or `is not`"
            )
        elif not comparable(a, right, b) and not comparable(b, left, a):
            self._differ(left, a, right, b, span)

    def _choice(self, fact: Fact, word: str, span: Span) -> None:
        close = nearest(word, fact.choices)
        help_ = f"did you mean `{close}`?" if close else f"write one of {', '.join(fact.choices)}"
        self.say("choice", f"`{fact.path}` is never `{word}`", span, help_)

    def _differ(self, left: ast.Expr, a: Type, right: ast.Expr, b: Type, span: Span) -> None:
        for number, measure in ((right, a), (left, b)):
            if isinstance(number, ast.Literal) and number.type is Type.NUMBER and measure.is_quantity:
                shown = f"${number.value}" if measure is Type.MONEY else f"{number.value} {measure.value}"
                self.say(
                    "types-differ",
                    f"{number.value} of what? The other side is {_name(measure)}",
                    number.span,
                    f"write `{shown}`",
                )
                return
        self.say("types-differ", f"{_name(a)} compared with {_name(b)}", span, f"compare {_name(a)} with {_name(a)}")

    def type(self, expr: ast.Expr) -> Type | None:
        """The type of an operand; `None` when a mistake in it was reported already."""
        match expr:
            case ast.Literal():
                return expr.type
            case ast.FactRef():
                fact = self.scope.facts.get(expr.path)
                return fact.type if fact else _UNTYPED
            case ast.NameRef():
                return self._named(expr)
            case ast.Arithmetic():
                return self._arithmetic(expr)
            case ast.SumOf():
                return Type.MINUTES if expr.measure == "minutes" else Type.UNITS
            case ast.DaysBetween():
                for end in (expr.start, expr.end):
                    if self.type(end) not in (Type.DATE, _UNTYPED):
                        self.say(
                            "types-differ", f"`{end.path}` is not a date", end.span, "count days between two dates"
                        )
                return Type.DAYS
            case _:
                self.condition(expr)
                return Type.YES_NO

    def _named(self, expr: ast.NameRef) -> Type | None:
        for statement in self.scope.of("value"):
            if statement.name == expr.name:
                row = statement.declaration.first(ast.ValueRow)
                return row.literal.type if row else _UNTYPED
        names = self.scope.names.get("value", frozenset())
        self.found.append(
            unknown(
                self.statement,
                expr.span,
                "value",
                expr.name,
                names,
                "declare it with `value`, or write the number itself",
            )
        )
        return _UNTYPED

    def _arithmetic(self, expr: ast.Arithmetic) -> Type | None:
        a, b = self.type(expr.left), self.type(expr.right)
        if a is _UNTYPED or b is _UNTYPED:
            return _UNTYPED
        if not a.is_quantity or not b.is_quantity:
            self.say(
                "types-differ", f"{_name(a)} and {_name(b)} cannot be added", expr.span, "add quantities of one measure"
            )
            return _UNTYPED
        if Type.DATE in (a, b):
            if a is Type.DATE and b is Type.DAYS:
                return Type.DATE
            self.say(
                "types-differ",
                f"{_name(a)} and {_name(b)} cannot be added",
                expr.span,
                "add days to a date, such as `injury.date + 30 days`",
            )
            return _UNTYPED
        if a is not b:
            self._differ(expr.left, a, expr.right, b, expr.span)
            return _UNTYPED
        return a

    def example(self) -> None:
        """The facts that an example states must be of their types, its codes among the visit's."""
        codes = set()
        for node in nodes(self.statement.declaration):
            if isinstance(node, ast.FactIs):
                self._stated(node)
            elif isinstance(node, ast.ExampleLine):
                codes.add(node.code.text)
        for expect in self.statement.declaration.all(ast.Expect):
            for item in expect.items:
                if isinstance(item, (ast.ExpectUnits, ast.ExpectOutcome)) and item.code.text not in codes:
                    message = f"the visit has no line with {item.code}"
                    self.say("example-code", message, item.code.span, "expect something of a code that the visit bills")

    def _stated(self, node: ast.FactIs) -> None:
        fact = self.scope.facts.get(node.path)
        if fact is None:
            return
        raw = node.value.name if isinstance(node.value, ast.NameRef) else node.value.value
        literal = node.value.type if isinstance(node.value, ast.Literal) else Type.CHOICE
        if fact.type is Type.CHOICE and str(raw) not in fact.choices:
            self._choice(fact, str(raw), node.value.span)
        elif (fact.type in (Type.DATE, Type.TIME, Type.YES_NO, Type.MONEY) and literal is not fact.type) or (fact.type.is_quantity and literal not in (fact.type, Type.NUMBER)):
            self.say("types-differ", f"`{fact.path}` is {_name(fact.type)}", node.span, f"write {_name(fact.type)}")
        elif literal is not fact.type and fact.type not in TEXTS:
            try:
                parse_value(fact.type, str(raw), fact.choices)
            except ValueError as error:
                self.say("types-differ", f"`{fact.path}` {error}", node.span, f"write {_name(fact.type)}")


def comparable(measure: Type, other: ast.Expr, type_: Type) -> bool:
    """Whether something of `type_` may stand beside a `measure`: the same type, or a word or number beside a text."""
    return (
        measure is type_
        or (measure in TEXTS and type_ in TEXTS)
        or (measure is Type.TEXT and isinstance(other, ast.Literal))
    )


def _values(statement: Statement) -> Iterator[Diagnostic]:
    rows = list(statement.declaration.all(ast.ValueRow))
    for row in rows[1:]:
        if row.literal.type is not rows[0].literal.type:
            message = f"this row is {_name(row.literal.type)}, the first is {_name(rows[0].literal.type)}"
            yield Diagnostic(
                "types-differ",
                message,
                Label(statement.file, row.literal.span),
                help="let every row measure the same thing",
            )


def _count(statement: Statement) -> Iterator[Diagnostic]:
    by = statement.declaration.first(ast.By)
    for unit in statement.declaration.all(ast.UnitAt):
        problem = threshold_problem(unit, total_time=by is not None and by.method == "total time")
        if problem is not None:
            message, help_ = problem
            yield Diagnostic("threshold", message, Label(statement.file, unit.span), help=help_)
    for decimal in statement.declaration.all(ast.DecimalUnits):
        if decimal.of == 0:
            yield Diagnostic(
                "threshold",
                "a unit of no minutes",
                Label(statement.file, decimal.span),
                help="write how many minutes one unit has",
            )


def _gate(statement: Statement) -> Iterator[Diagnostic]:
    gate = statement.declaration.first(ast.BeforeCounting)
    outcome = statement.declaration.first(ast.Otherwise) or statement.declaration.first(ast.Effect)
    if gate is not None and outcome is not None and outcome.effect != "deny":
        message = f"a line cannot be stopped before counting by `{outcome.effect}`"
        yield Diagnostic(
            "gate-effect",
            message,
            Label(statement.file, outcome.span),
            help="write `deny`, or leave out `before counting`",
        )


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
        return (
            f"a unit of {unit.of} minutes cannot begin at {unit.thresholds[0]}",
            f"write a threshold of at most {unit.of} minutes",
        )
    if total_time:
        for k, threshold in enumerate(unit.thresholds):
            if not unit.of * k < threshold <= unit.of * (k + 1):
                within = f"between {unit.of * k + 1} and {unit.of * (k + 1)}"
                return (
                    f"unit {k + 1} cannot be reached at {threshold} minutes of total time",
                    f"write a number {within}",
                )
        if unit.every != unit.of:
            return "total time goes on in whole units", f"end the clause with `, then every {unit.of}`"
    return None


def _limit(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    counting = statement.declaration.first(ast.Counting)
    for per in statement.declaration.all(ast.Per):
        windows = [key for key in per.keys if key.word not in SCOPES]
        if len(windows) != 1:
            message = "a limit counts over one window" + ("" if windows else ", and this one names none")
            help_ = (
                "end the clause with one of visit, day, week, month, calendar year, rolling 30 days, episode or injury"
            )
            yield Diagnostic("two-windows", message, Label(statement.file, per.span), help=help_)
    for at_most in statement.declaration.all(ast.AtMost):
        measure: Type | None
        measure = at_most.amount.type if isinstance(at_most.amount, ast.Literal) else Checker(scope, statement, [])._named(at_most.amount)
        if measure is None:
            continue
        at = Label(statement.file, at_most.amount.span)
        if measure not in (Type.UNITS, Type.MINUTES, Type.CODES, Type.LINES, Type.VISITS):
            yield Diagnostic(
                "measure", f"a limit cannot cap {_name(measure)}", at, help="cap units, minutes, codes, lines or visits"
            )
        elif counting is not None and counting.measure is not measure:
            message = f"the limit counts {counting.measure.value} but caps {measure.value}"
            yield Diagnostic("measure", message, at, help=f"write `counting {counting.which} {measure.value}`")
        if at_most.since is not None and scope.facts.get(at_most.since.path, None) is not None:
            if scope.facts[at_most.since.path].type is not Type.DATE:
                message = f"`{at_most.since.path}` is not a date"
                yield Diagnostic(
                    "types-differ", message, Label(statement.file, at_most.since.span), help="count days after a date"
                )
