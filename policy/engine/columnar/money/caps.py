"""Writes limits on money and RVUs.

Owns: the functions that such a limit is asked with. Never: judges it (`worth.py`).
"""

from policy.engine.columnar.ceilings import maxima_of, member_of
from policy.engine.columnar.masks import NotWritten, all_
from policy.engine.columnar.money.cents import MONEY
from policy.engine.columnar.money.worth import WrittenCap
from policy.engine.columnar.writer import Writer
from policy.plan.model import Limit, Maximum


def write_cap(writer: Writer, rule: Limit, caps: list[str]) -> WrittenCap:
    """A limit on money or RVUs, with the functions that it is asked with noted in `caps`."""
    member = given = maxima = stated = "None"
    handed = "the maximum is not written in the policy" if any(_is_odd(one) for one in rule.maxima) else ""
    expressions = writer.expressions(True, "space")
    try:
        held = [expressions.read(fact).known for fact in rule.given]
        if any(known != "True" for known in held):
            given = writer.computed("given", rule.at, f"full({all_(held)}, s)")
        verdict = member_of(writer, expressions, rule)
        if verdict.true != "True":
            member = writer.function("member", rule.at, verdict)
        if len(rule.maxima) > 1 or any(one.when is not None for one in rule.maxima):
            maxima = maxima_of(writer, rule)
        if any(one.fact is not None for one in rule.maxima):
            each = ", ".join([_stated(writer, one) for one in rule.maxima])
            stated = writer.computed("stated", rule.at, f"({each},)")
    except NotWritten as why:
        handed = handed or str(why)
    caps.append(f"{rule.at}: Caps({member}, {given}, {maxima}, {stated})")
    return WrittenCap(rule, tuple([int((one.amount or 0) * 10_000) for one in rule.maxima]), handed)


def _is_odd(one: Maximum) -> bool:
    return one.since is not None or (one.amount is None and one.fact is None)


def _stated(writer: Writer, one: Maximum) -> str:
    """The amount that a fact gives a maximum, times 10,000, and where it is given."""
    if one.fact is None:
        return "None"
    cells = writer.expressions(False, "space").cells(one.fact)
    if MONEY % cells.scale:
        raise NotWritten("a maximum with many decimals")
    return f"(0 * s + {cells.text} * {MONEY // cells.scale}, full({cells.known}, s))"
