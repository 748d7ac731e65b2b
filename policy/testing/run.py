"""Runs the examples of a policy.

Owns: comparing what was expected with what the policy says, and the coverage of statements by examples.
Never: prints.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import attrs

from policy.engine.about import units_text
from policy.engine.decision import Decision
from policy.engine.money import dollars
from policy.engine.shown import NOT_SHOWN, SHOWN
from policy.program import Program
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.testing.example import visit_of
from policy.values import Units

JUDGED = ("evidence", "count", "pair", "pairs", "limit", "require", "rule", "pay", "assistant", "not modelled")

UNHEARD = ("not judged", NOT_SHOWN)
"""Steps of the trace by which a statement has not spoken."""


@attrs.frozen
class Difference:
    """One expectation that was not met."""

    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, got {self.got}"


@attrs.frozen
class ExampleResult:
    """One example after its run. `spoke` holds the labels of the statements that said something."""

    name: str
    title: str
    policy: str
    place: str
    passed: bool
    differences: tuple[Difference, ...]
    spoke: frozenset[str]
    decision: Decision

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(map(str, self.differences))


@attrs.frozen
class Covered:
    """A statement and whether some example reaches it."""

    label: str
    place: str
    reached: bool


def run_examples(program: Program) -> list[ExampleResult]:
    """Every example of the policy itself (a parent's examples are run with the parent)."""
    return [_run(program, statement) for statement in program.resolved.of("example")]


def _run(program: Program, statement: Statement) -> ExampleResult:
    described = statement.declaration.first(ast.ExampleVisit)
    assert described is not None
    visit = visit_of(statement.name, program.id, described, program.resolved.facts)
    decision = program.evaluate(visit)
    differences = tuple(
        difference
        for expect in statement.declaration.all(ast.Expect)
        for item in expect.items
        for difference in _judge(decision, item)
    )
    spoke = frozenset(step.rule for step in decision.trace if step.rule != program.id and step.step not in UNHEARD)
    line, _ = statement.file.position(statement.declaration.span.start)
    return ExampleResult(
        statement.name, statement.title or statement.name, program.id, f"{statement.file.path}:{line}", not differences, differences,
        spoke, decision,
    )  # fmt: skip


def coverage(program: Program, results: Sequence[ExampleResult]) -> list[Covered]:
    """The judging statements of the policy's own file, each with whether an example made it speak."""
    spoke = frozenset().union(*(result.spoke for result in results)) if results else frozenset()
    out = []
    parts = {word.text for s in program.resolved.of("count") for by in s.declaration.all(ast.By) for word in by.counts}
    for statement in program.resolved.of(*JUDGED):
        if statement.policy == program.id and not statement.inert:
            line, _ = statement.file.position(statement.declaration.span.start)
            reached = statement.label in spoke or (statement.kind == "count" and statement.name in parts)
            out.append(Covered(statement.label, f"{statement.file.path}:{line}", reached))
    return out


def _judge(decision: Decision, item: ast.Expectation) -> Iterator[Difference]:
    match item:
        case ast.NoFindings():
            found = [f"{f.effect} by {f.rule}" for f in decision.findings if f.effect not in {"note", "undetermined"}]
            counted = {
                i
                for f in decision.findings
                if f.effect == "undetermined" and f.rule.startswith("count ")
                for i in f.lines
            }
            unknown = sorted(
                {line.code for line in decision.lines if line.line in counted and line.supported_units is None}
            )
            if found:
                yield Difference("findings", "none", ", ".join(found))
            elif unknown:
                yield Difference("findings", "none", f"units of {', '.join(unknown)} are not known")
        case ast.ExpectStatus():
            if decision.status != item.status:
                yield Difference("status", item.status, decision.status)
        case ast.ExpectTotal():
            total = _sum(line.allowed_units for line in decision.lines)
            if total != item.units:
                yield Difference("total", units_text(item.units), _units(total))
        case ast.ExpectMissing():
            missing = sorted({fact for f in decision.findings for fact in f.missing})
            if item.fact not in missing:
                yield Difference("missing", item.fact, ", ".join(missing) or "nothing")
        case ast.ExpectPays():
            yield from _expected_pay(decision, item)
        case ast.ExpectUnits():
            yield from _expected_units(decision, item)
        case ast.ExpectOutcome():
            yield from _expected_outcome(decision, item)
        case ast.ExpectSpoke(kind="evidence") | ast.NoEvidence():
            yield from _expected_evidence(decision, f"evidence {item.name}", isinstance(item, ast.ExpectSpoke))
        case ast.ExpectSpoke():
            label = f"{item.kind} {item.name}"
            if not any(f.rule == label for f in decision.findings):
                yield Difference("findings", label, ", ".join(sorted({f.rule for f in decision.findings})) or "none")


def _expected_evidence(decision: Decision, label: str, wanted: bool) -> Iterator[Difference]:
    steps = [step for step in decision.trace if step.rule == label]
    shown = any(step.step == SHOWN for step in steps)
    if shown is not wanted or not steps:
        got = "not known" if not steps else steps[0].text
        yield Difference(label, "shown" if wanted else "not shown", got)


def _expected_units(decision: Decision, item: ast.ExpectUnits) -> Iterator[Difference]:
    lines = [line for line in decision.lines if line.code == item.code.text]
    # Where what is allowed hangs on a fact that the example does not state, the units that the minutes support are meant.
    allowed = _sum(line.supported_units if line.allowed_units is None else line.allowed_units for line in lines)
    if allowed != item.units:
        yield Difference(item.code.text, units_text(item.units), _units(allowed))
    supported = _sum(line.supported_units for line in lines)
    if item.supported is not None and supported != item.supported:
        yield Difference(item.code.text, f"{units_text(item.supported)} supported", f"{_units(supported)} supported")


def _expected_pay(decision: Decision, item: ast.ExpectPays) -> Iterator[Difference]:
    """Money allowed for a code over its lines, or for the visit."""
    got = decision.allowed_amount
    if item.code is not None:
        amounts = [line.allowed_amount for line in decision.lines if line.code == item.code.text]
        known = [amount for amount in amounts if amount is not None]
        got = sum(known, Decimal(0)) if len(known) == len(amounts) else None
    if got != item.amount:
        shown = "not known" if got is None else dollars(got)
        yield Difference(f"{item.code or 'the visit'} pays", dollars(item.amount), shown)


def _expected_outcome(decision: Decision, item: ast.ExpectOutcome) -> Iterator[Difference]:
    lines = [line for line in decision.lines if line.code == item.code.text]
    statuses = sorted({line.status for line in lines})
    if item.status not in statuses:
        yield Difference(item.code.text, item.status, ", ".join(statuses))
    if item.kind is not None:
        label = f"{item.kind} {item.name}"
        rules = sorted({decision.findings[i].rule for line in lines for i in line.findings})
        if label not in rules:
            yield Difference(f"{item.code} by", label, ", ".join(rules) or "nothing")


def _sum(units: Iterator[Units | None]) -> Units | None:
    total: Units = 0
    for one in units:
        if one is None:
            return None
        total += one
    return total


def _units(units: Units | None) -> str:
    return "undetermined" if units is None else units_text(units)
