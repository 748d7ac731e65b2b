"""Writes the checks that are judged together, and the questions left to people that are asked of what the claim says (`together.py`).

Owns: which these are: what a check asks is surely so or surely not, all of it at once; nothing that is asked is what other statements
said or leave.
Never: judges; those that are left over are written one by one (`stages.py`).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from policy.engine.columnar.emit import TEXTS, Expressions
from policy.engine.columnar.masks import NotWritten, all_
from policy.engine.columnar.together import SYMBOLS, Joint, Together
from policy.engine.columnar.writer import Writer
from policy.facts import Fact
from policy.plan.model import VISIT_OPS, Check, Op, Open, walk

LARGEST: Final = 4_096
"""The largest number with which one is compared by a look into a table."""
_AROUND: Final = frozenset({
    "const", "and", "or", "not", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
})  # fmt: skip
_COMPARED: Final = {"equal": "==", "not_equal": "!=", "less": "<", "less_equal": "<=", "greater": ">",
                    "greater_equal": ">="}  # fmt: skip
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def join(writer: Writer, checks: Sequence[Check], questions: Sequence[Open]) -> tuple[list[Check], list[Open]]:
    """Writes what is judged together, and gives the checks and the questions that are left, which come after it."""
    joined: dict[int, Joint] = {}
    masks: dict[str, int] = {}
    visits: dict[str, int] = {}
    left: list[Check] = []
    said: list[int] = []
    for k, check in enumerate(checks):
        if check.units is not None:
            # It asks which units are left by the checks before it, not by those behind.
            left += checks[k:]
            break
        event = writer.written.event(check.at, "check", check.effect)
        joint = None if event in joined else _joint(writer, check, event, masks, visits)
        if joint is None:
            left.append(check)
        else:
            joined[event] = joint
            said.append(check.at)
    touched = {at for one in questions for at in one.touches}
    asked: list[Open] = []
    for question in questions:
        event = writer.written.event(question.at, "not modelled", "note")
        joint = None if event in joined or question.at in touched else _open(writer, question, event, masks)
        if joint is None:
            asked.append(question)
        else:
            joined[event] = joint
            said.append(question.at)
    if joined:
        writer.constants["TOGETHER"] = Together(tuple(joined.values()), writer.written.bits)
        for at in said:
            writer.comment(writer.text, at)
        writer.text.line("lines = chunk.line_space")
        with writer.text.block("TOGETHER.judge("):
            writer.text.line("chunk,")
            for each in (masks, visits):
                with writer.text.block("("):
                    writer.text.lines += [f"{'    ' * writer.text.depth}{mask}," for mask in each]
                writer.text.line("),")
        writer.text.line(")")
    return left, asked


def _open(writer: Writer, question: Open, event: int, masks: dict[str, int]) -> Joint | None:
    """A question speaks where its condition may be so; `None`: it is about what others said, or is not written in columns."""
    if question.touches or question.touches_any:
        return None
    expressions = writer.expressions(True, "lines")
    expressions.span = "ALL"
    try:
        false = expressions.truth(question.when).false
    except NotWritten:
        return None
    if false == "True":
        return None
    asked = () if false == "False" else ((masks.setdefault(false, len(masks)), False),)
    return Joint(event, question.codes, False, (), asked, None)


def _joint(writer: Writer, check: Check, event: int, masks: dict[str, int], visits: dict[str, int]) -> Joint | None:
    """What a check asks, with its masks among all; `None`: it is not judged together with others."""
    if any(fact.of_line for fact in check.given) and not check.per_line:
        return None
    of_lines, of_visits = (writer.expressions(check.per_line, "lines") for _ in range(2))
    of_lines.span, of_visits.visits = "ALL", True
    numbers, asked, of_visit = [], [], []
    try:
        if any(of_lines.read(fact).known != "True" for fact in check.given):
            return None
        if of_lines.truth(check.violated).true == "False":
            return None
        for part in _parts(check.violated):
            number = _number(of_lines, part)
            if number is not None:
                numbers.append(number)
                continue
            whole = _is_of_visit(part)
            truth = (of_visits if whole else of_lines).truth(part)
            if not truth.total:
                return None
            if whole:
                of_visit.append(truth.true)
            elif truth.true != "True":
                asked.append(min((truth.true, True), (truth.false, False)))
    except NotWritten:
        return None
    together = all_(of_visit)
    return Joint(
        event, check.codes, check.effect == "deny", tuple(numbers),
        tuple((masks.setdefault(mask, len(masks)), wanted) for mask, wanted in asked),
        None if together == "True" else visits.setdefault(together, len(visits)),
    )  # fmt: skip


def _parts(op: Op) -> Iterator[Op]:
    """Conditions all of which have to be so."""
    if op.op != "and":
        yield op
        return
    for arg in op.args:
        if isinstance(arg, Op):
            yield from _parts(arg)


def _is_of_visit(op: Op) -> bool:
    """Whether a condition asks for sums over lines or for codes of the visit, and for nothing else."""
    names = {one.op for one in walk(op)}
    return bool(names & VISIT_OPS) and names <= VISIT_OPS | _AROUND


def _number(expressions: Expressions, op: Op) -> tuple[str, str, int] | None:
    """A comparison of a whole number, that every line has, with one that is no less than the least class (`Together`)."""
    symbol = _COMPARED.get(op.op)
    if symbol is None:
        return None
    one, other = (arg for arg in op.args if isinstance(arg, Op))
    if one.op == "const":
        one, other, symbol = other, one, _FLIPPED.get(symbol, symbol)
    if one.op != "line_fact" or other.op != "const" or one.type in TEXTS:
        return None
    fact, number = one.args[0], other.args[0]
    if not isinstance(fact, Fact) or type(number) is not int:
        return None
    cells = expressions.read(fact)
    if cells.known != "True" or cells.scale != 1 or cells.words is not None or not 0 <= number <= LARGEST:
        return None
    if not number and SYMBOLS[symbol](-1, 0) != SYMBOLS[symbol](0, 0):
        return None
    return fact.path, symbol, number
