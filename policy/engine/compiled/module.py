"""Writes the function that evaluates a visit under one plan, and compiles it.

Owns: the steps of the fixed order as source text; what each step writes is in `checks`, `counting` and `rules`.
Never: interprets a plan while a visit runs.
"""

import functools
import linecache
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from policy.claims.visit import Visit
from policy.engine.compiled import runtime
from policy.engine.compiled.assistants import write_assistants
from policy.engine.compiled.checks import marked, write_check
from policy.engine.compiled.codebook import CodeBook, bits_of
from policy.engine.compiled.counting import write_counts
from policy.engine.compiled.emit import Writer
from policy.engine.compiled.rules import write_limits, write_pairs, write_questions, write_table_pairs
from policy.engine.outcome import Outcome
from policy.plan.model import Plan

if TYPE_CHECKING:
    from policy.engine.tables import Answers


def source(plan: Plan) -> str:
    """The Python source for a plan."""
    return _written(plan)[0]


def compile_plan(plan: Plan, answers: "Answers | None" = None) -> Callable[[Visit], Outcome]:
    """The evaluator of a plan: a visit in, its outcome out; `answers` are the reference tables, without which none is there."""
    if not plan.in_force:
        from policy.engine.reference import evaluate

        return functools.partial(evaluate, plan)
    text, constants = _written(plan)
    name = f"<policy {plan.policy} {plan.dates}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    book = CodeBook(plan)
    namespace: dict[str, Any] = {
        **runtime.NAMES,
        **constants,
        "plan": plan,
        "known": book.known,
        "learn": book.learn,
        "marks": book.marks,
        "mark": book.mark,
        "answers": answers,
    }
    if plan.asks_tables:
        from policy.engine.compiled.tables import names

        namespace |= names(answers)
    exec(compile(text, name, "exec"), namespace)
    evaluate_visit: Callable[[Visit], Outcome] = namespace["evaluate"]
    return evaluate_visit


def _written(plan: Plan) -> tuple[str, dict[str, object]]:
    writer = Writer()
    bits = bits_of(plan)
    with writer.block("def evaluate(visit):"):
        if plan.evidence or plan.noted:
            with writer.block("if visit.note is not None or visit.earlier_notes is not None:"):
                writer.line("visit = read_note(plan, visit)")
        writer.line("lines = visit.lines")
        writer.line("n = len(lines)")
        writer.line("codes = [line.code for line in lines]")
        writer.line("try:")
        writer.line("    infos = [known[code] for code in codes]")
        writer.line("except KeyError:")
        writer.line("    infos = [learn(code) for code in codes]")
        writer.line("asked = others = 0")
        checked = bool(plan.gates or plan.checks)
        if checked:
            writer.line("shared = -1")
        with writer.block("for info in infos:"):
            writer.line("asked |= info[1]")
            if checked:
                writer.line("shared &= info[1]")
            if plan.pairs:
                writer.line("others |= info[3]")
        writer.line("events = []")
        if plan.asks_tables:
            writer.line("consulted = {}")
        writer.line("gated = None")
        if checked:
            writer.line("every = tuple(range(n))")
        if any(marked(writer, check) for check in (*plan.gates, *plan.checks)):
            writer.line("carried = modifiers_of(lines)")
        if any(fact.of_line for fact in plan.declared):
            writer.line("spoilt_facts(plan, visit, events)")
        elif plan.declared:
            with writer.block("if visit.facts:"):
                writer.line("spoilt_facts(plan, visit, events)")
        for check in plan.gates:
            write_check(writer, check, bits[check.at])
        write_counts(writer, plan)
        write_pairs(writer, plan)
        if plan.table_pairs:
            write_table_pairs(writer, plan)
        write_limits(writer, plan, bits)
        for share in plan.assistants:
            write_assistants(writer, share, bits[share.at])
        for check in plan.checks:
            write_check(writer, check, bits[check.at])
        if plan.payment is not None:
            asked = "answers, consulted" if plan.prices_from_tables else "None, {}"
            writer.line(f"money = paid(plan, visit, gated, supported, low, high, events, {asked})")
        if plan.open:
            write_questions(writer, plan, bits)
        tables = ", tuple(consulted.items())" if plan.asks_tables else ""
        money = ", money=money" if plan.payment is not None else ""
        writer.line(f"return finish(n, supported, low, high, events{tables}{money})")
    return "\n".join(writer.lines) + "\n", writer.constants
