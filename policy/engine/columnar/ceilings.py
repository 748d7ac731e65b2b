"""Writes limits: which lines each counts, which of its maxima applies, and what it hangs on.

Owns: the functions that a limit is judged with, and why one has no form in columns.
Never: judges (`limits.py`, `verdicts.py`).
"""

from policy.engine.columnar.by_code import Days
from policy.engine.columnar.emit import Expressions
from policy.engine.columnar.limits import ONE_GROUP, SPLITTING, WrittenLimit
from policy.engine.columnar.masks import NotWritten, all_, any_, not_
from policy.engine.columnar.writer import Writer
from policy.engine.emitted import Kleene
from policy.facts import BY_PATH
from policy.plan.model import Limit
from policy.values import Type


def limit(writer: Writer, rule: Limit) -> None:
    """Writes one limit: a call of `verdicts.limit` with the functions that it needs."""
    text = writer.text
    expressions = writer.expressions(True, "space")
    handed = _unlike(writer, rule)
    member = given = maxima = lacks = "None"
    try:
        held = [expressions.read(fact).known for fact in rule.given]
        if "False" in held:
            return
        partly = [fact for fact, known in zip(rule.given, held, strict=True) if known != "True"]
        if any(fact.of_line for fact in partly):
            raise NotWritten("a fact of the line")
        if partly:
            given = f"given_{rule.at}"
            with writer.functions.block(f"def {given}(chunk, s):  # {writer.plan.spoken[rule.at].label}"):
                writer.functions.line("space = chunk.line_space")
                writer.functions.line(f"return {all_([known for known in held if known != 'True'])}")
        verdict = member_of(writer, expressions, rule)
        if verdict.false == "True":
            return
        if verdict.true != "True":
            member = writer.function("member", rule.at, verdict)
        if not handed and (len(rule.maxima) > 1 or rule.maxima[0].when is not None):
            maxima = maxima_of(writer, rule)
        if not handed:
            lacks = _lacks(writer, rule)
    except NotWritten as why:
        handed = str(why)
    event = writer.written.event
    would = "deny" if rule.excess in {"deny the excess", "deny every unit", "modifier"} else rule.excess
    scaled = rule.measure is Type.UNITS
    most = tuple(int(m.amount * 10_000) if m.amount is not None else 0 for m in rule.maxima)
    writer.constants[f"LIMIT{rule.at}"] = WrittenLimit(
        rule, event(rule.at, "limit", "deny"), event(rule.at, "limit", "reduce"), event(rule.at, "limit", would),
        writer.written.doubt(rule.at, "limit", would), writer.written.mask(rule.modifiers), most, scaled,
        rule.window.word != "visit" and "line" not in rule.keys, handed,
    )  # fmt: skip
    writer.comment(text, rule.at)
    text.line(f"limit(chunk, LIMIT{rule.at}, Conditions({member}, {given}, {maxima}, {lacks}))")


def maxima_of(writer: Writer, rule: Limit) -> str:
    """A function that gives the conditions of a limit's maxima, which are about the visit."""
    expressions = writer.expressions(False, "space")
    truths = [expressions.truth(maximum.when) for maximum in rule.maxima]
    called = f"maxima_{rule.at}"
    with writer.functions.block(f"def {called}(chunk, s):  # {writer.plan.spoken[rule.at].label}"):
        writer.functions.line("space = chunk.line_space")
        given = ", ".join(f"(full({one.true}, s), full({one.false}, s))" for one in truths)
        writer.functions.line(f"return ({given},)")
    return called


def _lacks(writer: Writer, rule: Limit) -> str:
    """A function that gives the facts which a limit hangs on where it is undetermined (`unsettled.py`)."""
    expressions = writer.expressions(True, "space")
    unknown = {name: not_(expressions.read(BY_PATH[f"line.{name}"]).known) for name in ("minutes", "units", "charge")}
    timed = all_([unknown["minutes"], "~space.by_day(DAYS, s)"])
    masks: list[tuple[str, str]] = []
    if rule.measure is Type.MINUTES:
        masks.append(("line.minutes", unknown["minutes"]))
    elif rule.counting != "billed":
        masks.append(("line.minutes", timed))
    elif rule.measure is Type.UNITS:
        masks.append(("line.minutes", all_([timed, unknown["units"]])))
    masks += [(f"line.{by}", unknown[by]) for by, _, _ in rule.orders if by in unknown]
    writer.constants["DAYS"] = Days(writer.plan)
    conditions = (rule.member, *(m.when for m in rule.maxima), *(exempt.when for exempt in rule.exempt))
    return writer.lacking(rule.at, *conditions, more=masks)


def _unlike(writer: Writer, rule: Limit) -> str:
    """Why a limit is not written in columns; empty: it is."""
    if not set(rule.keys) <= ONE_GROUP | SPLITTING | {"code", "line"} or rule.measure in {Type.MONEY, Type.RVUS}:
        return f"a limit of {rule.measure.name.lower()} per {', '.join(rule.keys)} is not written in columns"
    if rule.excess == "modifier" and not writer.modifiers:
        return "line.modifiers missing"
    apart = [fact.path for fact in rule.by if fact.of_line and fact.path in writer.shapes]
    if apart:
        return f"kept apart by {', '.join(apart)}"
    odd = any(one.amount is None or one.since is not None or one.fact is not None for one in rule.maxima)
    return "the maximum is not written in the policy" if odd or not rule.maxima else ""


def member_of(writer: Writer, expressions: Expressions, rule: Limit) -> Kleene:
    """Whether a line is counted: the limit's condition, and no exemption."""
    parts = [expressions.truth(rule.member)]
    for exempt in rule.exempt:
        inside = f"space.in_codes({expressions.name('CODES', exempt.codes)}, s)"
        when = expressions.truth(exempt.when)
        parts.append(Kleene(any_([not_(inside), when.false]), all_([inside, when.true]), when.total))
    true = all_([part.true for part in parts])
    return Kleene(true, any_([part.false for part in parts]), all(part.total for part in parts))
