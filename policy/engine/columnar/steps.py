"""Writes the steps in their fixed order: gates, counting, pairs, limits, assistants, checks, questions.

Owns: the source text of one function for one plan and one shape of tables.
Never: the arithmetic (`kernels`), or what an operation means (`engine/ops.py`). What has no form in columns is written as "set aside".
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from policy.engine.columnar.bits import PERHAPS
from policy.engine.columnar.by_code import Billing, Slots
from policy.engine.columnar.ceilings import limit
from policy.engine.columnar.emit import Shape
from policy.engine.columnar.joining import join
from policy.engine.columnar.limits import SPLITTING
from policy.engine.columnar.masks import NotWritten
from policy.engine.columnar.pair_groups import WrittenPair, grouped, not_written, positions
from policy.engine.columnar.stages import questions, stage
from policy.engine.columnar.writer import Writer
from policy.engine.outcome import NOBODY
from policy.plan.model import Assistant, Count

if TYPE_CHECKING:
    from policy.engine.columnar.module import Written

POOLS: Final = frozenset({"patient", "day", "claim", "visit", "group", "facility"}) | SPLITTING


def write(written: "Written", shapes: Mapping[str, Shape], modifiers: bool) -> tuple[str, dict[str, object]]:
    """The source, and the constants that it names."""
    writer = Writer(written, shapes, modifiers)
    plan, text = written.plan, writer.text
    with text.block("def evaluate(chunk):"):
        stage(writer, "gates", plan.gates)
        _counting(writer)
        if plan.pairs:
            _pairs(writer)
        for rule in plan.limits:
            limit(writer, rule)
        for share in plan.assistants:
            _assistant(writer, share)
        checks, open_ = join(writer, plan.checks, plan.open)
        stage(writer, "checks", checks)
        questions(writer, open_)
        if plan.payment is not None:
            from policy.engine.columnar.money.payment import write_payment

            write_payment(writer, plan.payment)
        _idle_advice(writer)
        text.line("return None")
    return "\n".join((*writer.functions.lines, *text.lines)) + "\n", writer.constants


def _counting(writer: Writer) -> None:
    text, plan = writer.text, writer.plan
    writer.constants["SLOT"] = Slots(plan)
    text.line("none = np.flatnonzero(chunk.of_slot(SLOT, -2))")
    with text.block("if len(none):"):
        text.line(f"chunk.support_unknown(none, [{writer.written.doubt(NOBODY, 'unclassified', 'deny')}], always=True)")
    if plan.days:
        text.line("by_day(chunk, chunk.of_slot(SLOT, -1))")
    for slot, count in enumerate(plan.counts):
        writer.comment(text, count.at)
        text.line(f"mine = chunk.of_slot(SLOT, {slot})")
        if count.method == "flat" or not set(count.pool) <= POOLS or _long(count):
            why = "counted by what is not written in columns"
            text.line(f"chunk.set_aside(np.flatnonzero(mine), {count.at}, {why!r})")
            continue
        keys = tuple(key for key in count.pool if key in SPLITTING)
        writer.constants[f"COUNT{slot}"] = count
        with text.block("if mine.any():"):
            text.line(f"count(chunk, COUNT{slot}, mine, {keys!r}, {_unknown(writer, count.at)})")
    if "visit.timed_minutes" in writer.shapes:
        text.line("stated_total(chunk)")
    writer.constants["BILLING"] = Billing(writer.written)
    text.line("billed_against(chunk, BILLING(chunk.view))")


def _unknown(writer: Writer, at: int) -> list[int]:
    """What is said of a line whose minutes are missing."""
    return [writer.written.doubt(at, "units unknown", "deny"), writer.written.lack("line.minutes")]


def _pairs(writer: Writer) -> None:
    out, conditions = [], {}
    for rule in writer.plan.pairs:
        expressions = writer.expressions(True, "space")
        handed = not_written(rule)
        if rule.releases and not writer.modifiers:
            handed = handed or "line.modifiers missing"
        silent = False
        try:
            held = [expressions.read(fact).known for fact in rule.given]
            silent = "False" in held
            if any(known != "True" for known in held):
                handed = handed or expressions.depends(None, *rule.given)
            if rule.condition is not None and not (handed or silent):
                verdict = expressions.truth(rule.condition)
                silent = verdict.false == "True"
                if verdict.true != "True" and not silent:
                    holds, lacks = (
                        writer.function("condition", rule.at, verdict),
                        writer.lacking(rule.at, rule.condition),
                    )
                    conditions[rule.at] = f"Condition({holds}, {lacks})"
        except NotWritten as why:
            handed = str(why)
        event, perhaps = writer.written.event(rule.at, "pair", "deny"), writer.written.doubt(rule.at, "pair", "deny")
        releases = () if handed else positions(rule, writer.written.mask)
        out.append(WrittenPair(rule, event, handed, perhaps, silent, releases))
    writer.constants["PAIRS"] = grouped(out, conditions, writer.written.bits)
    asked = ", ".join(f"{at}: {condition}" for at, condition in conditions.items())
    writer.text.line(f"pairs(chunk, PAIRS, {{{asked}}})")


def _assistant(writer: Writer, rule: Assistant) -> None:
    """Silent where every line was a therapist's and is not marked, or nothing is asked of it; else the visit is set aside."""
    text = writer.text
    writer.comment(text, rule.at)
    asked = f"np.flatnonzero(chunk.about(CODES_{rule.at}))" if rule.codes is not None else "np.arange(chunk.lines)"
    if rule.codes is not None:
        writer.constants[f"CODES_{rule.at}"] = rule.codes
    text.line(f"s = {asked}")
    text.line("space = chunk.line_space")
    told = "full(False, s)"
    if "line.assistant_minutes" in writer.shapes:
        told = "(space.cells('line.assistant_minutes', s) == 0) & space.known('line.assistant_minutes', s)"
        if "line.furnished_by" in writer.shapes:
            told += " & (space.cells('line.furnished_by', s) != chunk.word('line.furnished_by', 'assistant'))"
    if writer.modifiers:
        told += f" & ((space.marks(s) & {writer.written.mask(rule.modifiers):#x}) == 0)"
    text.line(f"told = {told}")
    text.line("if chunk.unknown is not None:")
    text.line("    told &= ~chunk.unknown[s]")
    try:
        false = writer.expressions(True, "space").truth(rule.condition).false
    except NotWritten:
        false = "False"
    text.line(f"untold = ~told & full({false}, s)")
    text.line(f"chunk.set_aside(s[~told & ~untold], {rule.at}, 'an assistant may have given some of it')")
    alike = "" if rule.grain == "day" else " & chunk.repeated()"
    text.line(f"partly = chunk.any_of_lines(s[told]) & chunk.any_of_lines(s[untold]){alike}")
    text.line(f"chunk.set_visits_aside(partly, {rule.at}, 'some lines say who gave them, some do not')")
    text.line("if chunk.gated is not None:")
    text.line(f"    chunk.set_aside(s[chunk.gated[s]], {rule.at}, 'a line does not count')")


def _idle_advice(writer: Writer) -> None:
    """Advice to bill more is left out on lines that something reduces or denies."""
    events, places = list(enumerate(writer.written.events)), writer.written.bits.places
    under = places(k for k, (_, tag, _) in events if tag == "underbilled")
    worse = places(k for k, (_, _, effect) in events if effect.removeprefix(PERHAPS) in {"deny", "reduce"})
    if under and worse:
        writer.text.line(f"chunk.without({under!r}, {worse!r})")


def _long(count: Count) -> bool:
    """Whether a method has no blocks, or blocks of a length that does not fit a key."""
    return any(
        one.method == "total" and (one.steps is None or not 9 <= one.steps.of <= 60) for one in (count, *count.methods)
    )
