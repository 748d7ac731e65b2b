"""Writes the statements that are asked one by one: gates, checks that are not judged together, and questions that are left to people.

Owns: their source, over lines gathered by what their codes are asked (`spaces.Sorted`).
Never: decides in which order stages come (`steps.py`).
"""

from collections.abc import Sequence

from policy.engine.columnar.by_code import Asking
from policy.engine.columnar.emit import Expressions
from policy.engine.columnar.masks import NotWritten, all_, any_, not_
from policy.engine.columnar.writer import Text, Writer
from policy.engine.emitted import Kleene
from policy.plan.model import Check, Open
from policy.values import Units


def stage(writer: Writer, name: str, statements: Sequence[Check]) -> None:
    """The statements of a stage, run over the lines gathered by what their codes are asked."""
    body = Text(depth=writer.text.depth)
    for bit, one in enumerate(statements):
        _check(writer, body, one, bit)
    if not body.lines:
        return
    constant = f"ASKED_{name.upper()}"
    writer.constants[constant] = Asking([one.codes for one in statements])
    writer.text.line(f"asked = gathered(chunk, {constant})")
    writer.text.lines += body.lines
    writer.text.line("asked.give_back()")


def _check(writer: Writer, text: Text, check: Check, bit: int) -> None:
    of_line = [fact for fact in check.given if fact.of_line]
    if of_line and not check.per_line:
        return
    expressions = writer.expressions(check.per_line, "asked")
    try:
        held = [expressions.read(fact).known for fact in check.given]
        if "False" in held:
            return
        verdict = expressions.truth(check.violated)
    except NotWritten as why:
        writer.comment(text, check.at)
        _aside(writer, text, bit, check.at, str(why))
        return
    open_ = _undetermined(verdict)
    judged = [known for known in held if known != "True"]
    true = all_([verdict.true, *judged])
    open_ = all_([open_, *judged])
    if true == "False" and open_ == "False":
        return
    writer.comment(text, check.at)
    gate = check.stage == "gate"
    kept = "None"
    if check.units is not None:
        kept = f"{_exactly(check.units)} * chunk.view.scale // {1 if isinstance(check.units, int) else 10_000}"
    above = "" if check.units is None else f" & (asked.allowed[s] > {kept})"
    event = writer.written.event(check.at, "gate" if gate else "check", check.effect)
    with text.block(f"for s in asked.stretches({bit}):"):
        if open_ != "False" and gate:
            hangs = expressions.depends(check.violated, *check.given)
            text.line(f"asked.set_aside(s, {_mask(open_)}, {check.at}, {hangs!r})")
        elif open_ != "False":
            _perhaps(writer, text, check, expressions, _mask(open_) + above, kept)
        if true != "False":
            text.line(f"found = asked.say(s, {_mask(true)}{above}, {event})")
            if gate:
                text.line("asked.gate(s, found)")
            elif check.effect == "deny" or (check.effect == "reduce" and check.units is not None):
                text.line(f"asked.cut(s, found, {0 if check.effect == 'deny' else kept})")


def _perhaps(writer: Writer, text: Text, check: Check, expressions: Expressions, open_: str, kept: str) -> None:
    """What is said where a check is undetermined: that, and which facts are missing."""
    event = writer.written.doubt(check.at, "check", check.effect)
    lacks = expressions.lacking(check.violated)
    takes = check.effect == "deny" or (check.effect == "reduce" and check.units is not None)
    text.line(f"open_ = {open_}")
    if not lacks and not takes:
        text.line(f"asked.say(s, open_, {event})")
        return
    with text.block(f"if len(found := asked.say(s, open_, {event})):"):
        if takes:
            text.line(f"asked.perhaps(s, found, {0 if check.effect == 'deny' else kept})")
        for path, mask in lacks.items():
            hit = "open_" if mask == "True" else f"open_ & {mask}"
            text.line(f"asked.say(s, {hit}, {writer.written.lack(path)})")


def questions(writer: Writer, some: Sequence[Open]) -> None:
    """Questions about what was said of lines, and those whose condition has no form in columns; over the lines as they stand."""
    text = writer.text
    for one in some:
        expressions = writer.expressions(True, "lines")
        expressions.span = "ALL"
        about = "True" if one.codes is None else f"lines.in_codes({expressions.name('CODES', one.codes)}, ALL)"
        try:
            asked = all_([about, not_(expressions.truth(one.when).false)])
        except NotWritten as why:
            writer.comment(text, one.at)
            text.line("lines = chunk.line_space")
            text.line(f"chunk.set_aside(np.flatnonzero(full({about}, lines.at)), {one.at}, {str(why)!r})")
            continue
        touched = _touched(writer, one)
        if asked == "False" or ((one.touches or one.touches_any) and not touched):
            continue
        writer.comment(text, one.at)
        text.line("lines = chunk.line_space")
        said = f"full({asked}, lines.at)" + (f" & chunk.any_bit({touched!r})" if touched else "")
        text.line(f"chunk.say(np.flatnonzero({said}), {writer.written.event(one.at, 'not modelled', 'note')})")


def _touched(writer: Writer, question: Open) -> dict[int, int]:
    """The bits of the events that a question is about, by word."""
    return writer.written.bits.places(
        k
        for k, (at, _, effect) in enumerate(writer.written.events)
        if (effect in {"deny", "reduce", "authorize"} if question.touches_any else at in question.touches)
    )


def _aside(writer: Writer, text: Text, bit: int, at: int, why: str) -> None:
    with text.block(f"for s in asked.stretches({bit}):"):
        text.line(f"asked.set_aside(s, slice(None), {at}, {why!r})")


def _undetermined(verdict: Kleene) -> str:
    """Where a truth is neither."""
    if verdict.total or "True" in (verdict.true, verdict.false):
        return "False"
    return not_(any_([verdict.true, verdict.false]))


def _mask(text: str) -> str:
    return f"full({text}, asked.at[s])" if text in {"True", "False"} else text


def _exactly(units: Units) -> int:
    """A number of units as it is, or, with decimals, ten thousand times it."""
    return units if isinstance(units, int) else int(units * 10_000)
