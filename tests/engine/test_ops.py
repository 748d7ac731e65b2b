"""Every operation of the table: its meaning in Kleene's logic, what it says is missing, and its emitted form.

The walk is over `OPS` itself: an operation without a case here fails.
"""

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.looks import look

from policy.claims.visit import Line, Visit
from policy.codes import CodeSet
from policy.engine.compiled import runtime
from policy.engine.compiled.emit import Writer
from policy.engine.expressions import evaluate
from policy.engine.ops import OPS
from policy.facts import BY_PATH, Fact
from policy.plan.model import Op
from policy.values import Type

CODES = CodeSet.of([("97110", "97112"), ("97530", "97530")])
WANTED = frozenset({"59", "KX"})
DATES = [dt.date(2026, 3, 2), dt.date(2024, 2, 29), dt.date.min, dt.date.max]
VALUES: dict[Type, Sequence[Any]] = {
    Type.YES_NO: (True, False), Type.NUMBER: (0, 1, 5), Type.DATE: DATES, Type.DAYS: (0, 1, 30, 999_999_999),
    Type.CODE: ("97110", "97140", "97530"),
}  # fmt: skip


@attrs.frozen
class Case:
    """An operation with operands that may be missing, and its meaning written a second time."""

    op: Op
    oracle: Callable[[Visit, Line], Any]
    types: tuple[Type, ...] = ()
    may_turn: bool = False
    """By design a fact more may change it: it asks what is given, or reads the visit's fact where the line has none."""


def operands(*types: Type) -> tuple[Op, ...]:
    """One fact of the visit for each operand."""
    return tuple(Op("visit_fact", (Fact(f"case.f{k}", type_, "an operand"),), type_) for k, type_ in enumerate(types))


def of_values(
    name: str, types: Sequence[Type], meaning: Callable[..., Any], *constants: object, given: bool = False
) -> Case:
    """A case of an operation that sees nothing but its operands; `meaning` takes their values."""

    def oracle(visit: Visit, _: Line) -> Any:
        return meaning(*(visit.facts.get(f"case.f{k}") for k in range(len(types))))

    return Case(Op(name, (*operands(*types), *constants), Type.YES_NO), oracle, tuple(types), given)


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """Missing as soon as one operand is."""
    return lambda *values: None if None in values else function(*values)


def kleene_and(*items: bool | None) -> bool | None:
    return False if False in items else None if None in items else True


def kleene_or(*items: bool | None) -> bool | None:
    return True if True in items else None if None in items else False


def clamped(date: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(min(max(date.toordinal() + days, dt.date.min.toordinal()), dt.date.max.toordinal()))


def lines_with(visit: Visit, field: str) -> list[Any]:
    return [getattr(line, field) for line in visit.lines if line.code in CODES]


def has_among(visit: Visit, modifiers: frozenset[str]) -> bool | None:
    carried = [line.modifiers for line in visit.lines if line.code in CODES]
    return kleene_or(*(True if not modifiers else None if m is None else bool(modifiers & set(m)) for m in carried))


def total(values: list[Any], nothing: int | Decimal = 0) -> Any:
    return None if None in values else sum(values, nothing)


YES, NUMBER, DATE, DAYS, CODE = Type.YES_NO, Type.NUMBER, Type.DATE, Type.DAYS, Type.CODE
CASES: dict[str, list[Case]] = {
    "const": [Case(Op("const", (value,), Type.NUMBER), lambda v, _, value=value: value) for value in (0, 7, "GP", DATES[0])],
    "no_value": [Case(Op("no_value", ("value cap",), NUMBER), lambda v, _: None)],
    "line_fact": [
        Case(Op("line_fact", (BY_PATH["line.minutes"],), Type.MINUTES), lambda _, line: line.minutes),
        Case(Op("line_fact", (BY_PATH["line.delivery"],), Type.CHOICE), lambda _, line: line.delivery),
        Case(
            Op("line_fact", (BY_PATH["line.provider"],), Type.TEXT),
            lambda visit, line: visit.provider if line.provider is None else line.provider,
            may_turn=True,
        ),
        Case(
            Op("line_fact", (BY_PATH["line.discipline"],), Type.CHOICE),
            lambda _, line: line.discipline or ("PT" if line.modifiers and "GP" in line.modifiers else None),
        ),
        Case(Op("line_fact", (Fact("line.own", NUMBER, ""),), NUMBER), lambda _, line: line.facts.get("line.own")),
    ],
    "visit_fact": [
        Case(Op("visit_fact", (BY_PATH["visit.number"],), NUMBER), lambda visit, _: visit.number),
        Case(Op("visit_fact", (BY_PATH["patient.age"],), NUMBER), lambda visit, _: visit.age),
        Case(operands(NUMBER)[0], lambda visit, _: visit.facts.get("case.f0"), (NUMBER,)),
    ],
    "and": [of_values("and", [YES] * n, kleene_and) for n in (1, 2, 3, 5)],
    "or": [of_values("or", [YES] * n, kleene_or) for n in (1, 2, 3, 5)],
    "not": [of_values("not", [YES], strict(lambda a: not a))],
    "equal": [of_values("equal", [t, t], strict(lambda a, b: a == b)) for t in (NUMBER, DATE, CODE, YES)],
    "not_equal": [of_values("not_equal", [t, t], strict(lambda a, b: a != b)) for t in (NUMBER, DATE, CODE, YES)],
    "less": [of_values("less", [t, t], strict(lambda a, b: a < b)) for t in (NUMBER, DATE)],
    "less_equal": [of_values("less_equal", [t, t], strict(lambda a, b: a <= b)) for t in (NUMBER, DATE)],
    "greater": [of_values("greater", [t, t], strict(lambda a, b: a > b)) for t in (NUMBER, DATE)],
    "greater_equal": [of_values("greater_equal", [t, t], strict(lambda a, b: a >= b)) for t in (NUMBER, DATE)],
    "given": [of_values("given", [t], lambda a: a is not None, given=True) for t in (NUMBER, DATE, YES)],
    "in_codes": [of_values("in_codes", [CODE], strict(lambda a: a in {"97110", "97111", "97112", "97530"}), CODES)],
    "has_modifier": [
        Case(Op("has_modifier", (WANTED,), YES), lambda _, line: None if line.modifiers is None else not WANTED.isdisjoint(line.modifiers))
    ],
    "one_modifier": [
        Case(
            Op("one_modifier", (WANTED,), YES),
            lambda _, line: None if line.modifiers is None else len({m for m in line.modifiers if m in WANTED}) == 1,
        )
    ],
    "documented": [
        Case(
            Op("documented", ("activity",), YES),
            lambda visit, _: None if visit.documentation is None else visit.documentation.get("activity", "") != "",
        )
    ],
    "evidenced": [
        Case(
            Op("evidenced", ("activity", "activity"), YES),
            lambda visit, _: None if visit.documentation is None else visit.documentation.get("activity", "") != "",
        ),
        Case(Op("evidenced", ("activity", None), YES), lambda visit, _: None),
    ],
    "documentation_given": [Case(Op("documentation_given", (), YES), lambda visit, _: visit.documentation is not None, (), True)],
    "visit_has": [Case(Op("visit_has", (CODES, m), YES), lambda visit, _, m=m: has_among(visit, m)) for m in (frozenset(), WANTED)],
    "units_of": [Case(Op("units_of", (CODES,), Type.UNITS), lambda visit, _: total(lines_with(visit, "units")))],
    "minutes_of": [Case(Op("minutes_of", (CODES,), Type.MINUTES), lambda visit, _: total(lines_with(visit, "minutes")))],
    "charges_of": [Case(Op("charges_of", (CODES,), Type.MONEY), lambda visit, _: total(lines_with(visit, "charge"), Decimal(0)))],
    "days_between": [of_values("days_between", [DATE, DATE], strict(lambda a, b: b.toordinal() - a.toordinal()))],
    "add": [
        of_values("add", [NUMBER, NUMBER], strict(lambda a, b: a + b)),
        of_values("add", [DATE, DAYS], strict(clamped)),
    ],
    "subtract": [
        of_values("subtract", [NUMBER, NUMBER], strict(lambda a, b: a - b)),
        of_values("subtract", [DATE, DAYS], strict(lambda a, b: clamped(a, -b))),
    ],
}  # fmt: skip
EVERY = [pytest.param(case, id=f"{name}-{k}") for name, cases in CASES.items() for k, case in enumerate(cases)]


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from((None, *values))


LINES = [
    Line(
        1,
        code,
        minutes,
        units,
        modifiers,
        delivery=delivery,
        discipline=discipline,
        provider=provider,
        facts=dict(facts),
    )
    for modifiers in (None, (), ("59",), ("59", "KX"), ("GP",), ("59", "59"))
    for code, minutes, units in itertools.product(("97110", "97530", "97161"), (None, 0, 15), (None, 0, 2))
    for delivery, discipline, provider, facts in ((None, None, None, ()), ("group", "PT", "dr-1", (("line.own", 3),)))
]


@st.composite
def situations(draw: Callable[[st.SearchStrategy[Any]], Any], case: Case) -> Visit:
    """A visit in which anything that an operation reads may be missing."""
    facts = {f"case.f{k}": draw(maybe(*VALUES[type_])) for k, type_ in enumerate(case.types)}
    lines = tuple(attrs.evolve(draw(st.sampled_from(LINES)), number=n) for n in range(1, draw(st.integers(2, 4))))
    return Visit(
        DATES[0], lines, provider=draw(maybe("dr-2")), number=draw(maybe(1, 13)), age=draw(maybe(0, 70)),
        facts={path: value for path, value in facts.items() if value is not None},
        documentation=draw(maybe({}, {"activity": "stated"}, {"activity": ""}, {"response": "stated"})),
    )  # fmt: skip


def test_every_operation_has_a_case() -> None:
    assert set(CASES) == set(OPS)
    assert all(case.op.op == name for name, cases in CASES.items() for case in cases)


@pytest.mark.parametrize("case", EVERY)
@look(50)
@given(data=st.data())
def test_an_operation_means_what_its_row_says(case: Case, data: st.DataObject) -> None:
    """Its value, the missing facts that an unknown one names, and its emitted source."""
    visit = data.draw(situations(case))
    line = visit.lines[0]
    value, missing = evaluate(case.op, visit, line)
    assert repr(value) == repr(case.oracle(visit, line))
    assert repr(value) == repr(emitted(case.op)(visit, line))
    assert bool(missing) == (value is None)
    whole = [n for n in ("minutes", "units", "modifiers") if all(getattr(one, n) is not None for one in visit.lines)]
    assert not missing & {*visit.facts, *(f"line.{name}" for name in whole)}


@pytest.mark.parametrize("case", [param for param in EVERY if not param.values[0].may_turn])
@look(40)
@given(data=st.data())
def test_more_facts_never_turn_a_known_result_round(case: Case, data: st.DataObject) -> None:
    poor, rich = data.draw(situations(case)), data.draw(situations(case))
    before, _ = evaluate(case.op, poor, poor.lines[0])
    told = filled(poor, rich)
    after, _ = evaluate(case.op, told, told.lines[0])
    assert before is None or repr(after) == repr(before)


def filled(poor: Visit, rich: Visit) -> Visit:
    """`poor` with its missing facts taken from `rich`."""
    others = (rich.lines * 4)[: len(poor.lines)]
    lines = tuple(
        _filled(one, other, {"facts": {**other.facts, **one.facts}})
        for one, other in zip(poor.lines, others, strict=True)
    )
    return _filled(poor, rich, {"facts": {**rich.facts, **poor.facts}, "lines": lines})


def _filled(poor: Any, rich: Any, more: dict[str, Any]) -> Any:
    gaps = {
        field.name: getattr(rich, field.name) for field in attrs.fields(type(poor)) if getattr(poor, field.name) is None
    }
    # A line without a discipline of its own has the one that its modifiers mark.
    if isinstance(poor, Line) and poor.modifiers is not None and "GP" in poor.modifiers:
        gaps.pop("discipline", None)
    if isinstance(poor, Line) and "modifiers" in gaps:
        gaps["modifiers"] = (
            gaps["modifiers"] if poor.discipline is not None else tuple(m for m in gaps["modifiers"] or () if m != "GP")
        )
    return attrs.evolve(poor, **{**gaps, **more})


@look(100)
@given(data=st.data())
def test_nested_conditions_are_emitted_as_they_mean(data: st.DataObject) -> None:
    leaves = [
        case.op
        for name in ("and", "or", "not", "has_modifier", "documented", "visit_has", "given")
        for case in CASES[name]
    ]
    op = data.draw(
        st.recursive(
            st.sampled_from(leaves),
            lambda inner: st.builds(
                lambda name, items: Op(name, tuple(items[:1] if name == "not" else items), YES),
                st.sampled_from(["and", "or", "not"]), st.lists(inner, min_size=1, max_size=4),
            ),
            max_leaves=12,
        )
    )  # fmt: skip
    visit = data.draw(situations(CASES["and"][-1]))
    assert emitted(op)(visit, visit.lines[0]) is evaluate(op, visit, visit.lines[0])[0]


@functools.cache
def emitted(op: Op) -> Callable[[Visit, Line], Any]:
    """The operation as the compiled evaluator writes it, as a function."""
    writer = Writer()
    with writer.block("def f(visit, line):"):
        writer.line(f"return {writer.operand(op).text}")
    namespace = {**runtime.NAMES, **writer.constants}
    exec("\n".join(writer.lines), namespace)
    function: Callable[[Visit, Line], Any] = namespace["f"]
    return function


def test_missing_operands_never_raise() -> None:
    nothing = Visit(DATES[0], (Line(1, "97110"),))
    for cases in CASES.values():
        for case in cases:
            evaluate(case.op, nothing, nothing.lines[0])
            emitted(case.op)(nothing, nothing.lines[0])
