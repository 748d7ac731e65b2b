"""Writes gates, requirements and rules.

Owns: one block a statement, entered only when a code of the visit is asked. What does not read the line is worked out once.
Never: an operation's meaning (`engine/ops.py`).
"""

from policy.engine.compiled.emit import Writer, truth
from policy.engine.emitted import Operand
from policy.facts import Fact
from policy.plan.model import LINE_OPS, Check, Op, walk


def write_check(writer: Writer, check: Check, bit: int) -> None:
    """One gate, requirement or rule."""
    with writer.block(f"if asked & {bit}{marked(writer, check)}:"):
        of_visit = tuple(fact for fact in check.given if not fact.of_line)
        if of_visit:
            with writer.block(f"if not ({lacks(writer, of_visit)}):"):
                _asked(writer, check, bit)
        else:
            _asked(writer, check, bit)


def _asked(writer: Writer, check: Check, bit: int) -> None:
    if check.per_line and (any(fact.of_line for fact in check.given) or reads_line(check.violated)):
        _line_by_line(writer, check, bit)
    else:
        _at_once(writer, check, bit)


def _about(writer: Writer, bit: int) -> str:
    """The lines that are asked; `shared` holds the bits that every line of the visit has."""
    about = writer.fresh()
    writer.line(f"{about} = every if shared & {bit} else tuple([i for i in range(n) if infos[i][1] & {bit}])")
    return about


def marked(writer: Writer, check: Check) -> str:
    """A statement that speaks only of lines with some modifier is passed over when no line of the visit can have it."""
    conditions = check.violated.args if check.violated.op == "and" else (check.violated,)
    for condition in conditions:
        if isinstance(condition, Op) and condition.op == "has_modifier":
            return f" and (carried is None or not {writer.constant(condition.args[0])}.isdisjoint(carried))"
    return ""


def reads_line(op: Op) -> bool:
    """Whether an expression can differ from line to line."""
    return any(one.op in LINE_OPS for one in walk(op))


def lacks(writer: Writer, facts: tuple[Fact, ...]) -> str:
    """Source text that is true when one of the facts is missing."""
    return " or ".join(f"{_fact(writer, fact).text} is None" for fact in facts)


def _fact(writer: Writer, fact: Fact) -> Operand:
    return writer.operand(Op("line_fact" if fact.of_line else "visit_fact", (fact,), fact.type))


def _line_by_line(writer: Writer, check: Check, bit: int) -> None:
    of_line = tuple(fact for fact in check.given if fact.of_line)
    with writer.block("for i in range(n):"), writer.block(f"if infos[i][1] & {bit}:"):
        writer.line("line = lines[i]")
        if of_line:
            with writer.block(f"if {lacks(writer, of_line)}:"):
                writer.line("continue")
        verdict = truth(writer, check.violated).text
        with writer.block(f"if {verdict} is not False:"):
            _speak(writer, check, verdict, "(i,)", "i")


def _at_once(writer: Writer, check: Check, bit: int) -> None:
    verdict = truth(writer, check.violated).text
    with writer.block(f"if {verdict} is not False:"):
        about = _about(writer, bit)
        if check.per_line:
            with writer.block(f"for i in {about}:"):
                _speak(writer, check, verdict, "(i,)", "i")
        else:
            _speak(writer, check, verdict, about, None)


def _speak(writer: Writer, check: Check, verdict: str, about: str, one: str | None) -> None:
    """Records what a statement says and does it to its lines: line `one`, or each of `about`."""
    if check.effect == "reduce" and check.units is not None:
        writer.line(f"reduce_to(low, high, {one or 'i'}, {check.units!r}, {check.at}, {verdict}, events)")
        return
    gate = check.stage == "gate"
    tag = "gate" if gate else "check"
    with writer.block(f"if {verdict}:"):
        writer.line(f"events.append(({check.at}, {tag!r}, {check.effect!r}, {about}, None, ()))")
        if gate:
            _each(writer, about, one, "gated = gate_shut(gated, n, {i})")
        elif check.effect == "deny":
            _each(writer, about, one, "low[{i}] = high[{i}] = 0")
    with writer.block("else:"):
        writer.line(f"events.append(({check.at}, {tag!r}, 'undetermined', {about}, None, ({check.effect!r},)))")
        if gate:
            _each(writer, about, one, "gated = gate_doubt(gated, n, {i})")
        elif check.effect == "deny":
            _each(writer, about, one, "low[{i}] = 0")


def _each(writer: Writer, about: str, one: str | None, text: str) -> None:
    if one is not None:
        writer.line(text.format(i=one))
        return
    with writer.block(f"for k in {about}:"):
        writer.line(text.format(i="k"))
