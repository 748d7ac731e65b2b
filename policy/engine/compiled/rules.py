"""Writes pairs, limits and the questions left to people.

Owns: the cheap proof that nothing is to be said: no pair has both its sides on the visit, no limit can be exceeded.
Never: cuts; a limit that may be exceeded goes to the reference.
"""

from policy.engine.compiled.codebook import caps_a_code
from policy.engine.compiled.emit import Writer, truth
from policy.engine.compiled.pairs import given_fields
from policy.plan.model import Limit, Plan
from policy.values import Type


def write_pairs(writer: Writer, plan: Plan) -> None:
    """Only pairs of which both sides are on the visit are looked at, in their order."""
    if not plan.pairs:
        return
    with writer.block("if others:"):
        writer.line("met = 0")
        with writer.block("for info in infos:"):
            writer.line("met |= info[2] & others")
        with writer.block("while met:"):
            writer.line("bit = met & -met")
            writer.line("met ^= bit")
            writer.constants["PAIRS"] = tuple((pair, given_fields(pair)) for pair in plan.pairs)
            writer.line(
                "run_pair(plan, PAIRS[bit.bit_length() - 1], bit, visit, infos, gated, supported, low, high, events)"
            )


def write_table_pairs(writer: Writer, plan: Plan) -> None:
    """Pairs of a table are the reference's, for visits of several lines."""
    with writer.block("if n > 1:"):
        for rule in plan.table_pairs:
            writer.constants[f"PAIRS{rule.at}"] = rule
            writer.line(f"ask_table(plan, visit, PAIRS{rule.at}, gated, supported, low, high, events, consulted)")


def write_limits(writer: Writer, plan: Plan, bits: dict[int, int]) -> None:
    """Every limit in its order. Those that cap one code's billed units a day are proved together, in one pass over the lines."""
    if any(caps_a_code(rule) for rule in plan.limits):
        writer.line("over = -1")
        with writer.block("if distinct and not visit.history:"):
            writer.line("over = 0")
            with writer.block("for i in range(n):"):
                writer.line("a = lines[i].units")
                with writer.block("if a is None:"):
                    writer.line("a = supported[i]")
                writer.line("info = infos[i]")
                with writer.block("if a is None or a > info[4]:"):
                    writer.line("over |= info[1]")
    for rule in plan.every_limit:
        if not isinstance(rule, Limit):
            writer.constants[f"LIMIT{rule.at}"] = rule
            with writer.block(f"if asked & {bits[rule.at]}:"):
                writer.line(f"ask_table(plan, visit, LIMIT{rule.at}, gated, supported, low, high, events, consulted)")
        elif caps_a_code(rule):
            with writer.block(f"if asked & over & {bits[rule.at]}:"):
                writer.line(_slow(writer, rule))
        else:
            with writer.block(f"if asked & {bits[rule.at]}:"):
                _limit(writer, rule, bits[rule.at])


def _limit(writer: Writer, rule: Limit, bit: int) -> None:
    """Written out: the proof that the limit is not exceeded. Where it cannot be given, the reference judges."""
    amount = _bound(rule)
    least = [m.amount for m in rule.maxima if m.amount is not None]
    if amount is None or len(least) < len(rule.maxima) or not least:
        writer.line(_slow(writer, rule))
        return
    most = min(least)
    alone = _alone(rule)
    if "code" in rule.keys and amount == "1" and most >= 1:
        with writer.block(f"if not distinct{' or ' + alone if alone else ''}:"):
            writer.line(_slow(writer, rule))
        return
    writer.line("have = 0")
    with writer.block("for i in range(n):"), writer.block(f"if infos[i][1] & {bit}:"):
        writer.line(f"a = {amount}")
        with writer.block("if a is None:"):
            writer.line("have = None")
            writer.line("break")
        writer.line("have += a")
    with writer.block(f"if have is None or have > {writer.constant(most)}{' or ' + alone if alone else ''}:"):
        writer.line(_slow(writer, rule))


def _slow(writer: Writer, rule: Limit) -> str:
    writer.constants[f"LIMIT{rule.at}"] = rule
    return f"slow_limit(plan, visit, LIMIT{rule.at}, gated, supported, low, high, events)"


def _alone(rule: Limit) -> str:
    """When earlier lines may add to what a limit counts; beyond its day a visit must say that there are none."""
    beyond = "visit.history is None or visit.history or visit.history_since is not None"
    return {"visit": "", "day": "visit.history"}.get(rule.window.word, beyond)


def _bound(rule: Limit) -> str | None:
    """The most that line `i` can count for, or `None` where the shape of the limit needs the reference."""
    if any(maximum.since is not None for maximum in rule.maxima):
        return None
    if rule.measure is Type.UNITS:
        if rule.counting == "billed":
            return "(lines[i].units if lines[i].units is not None else supported[i])"
        return "high[i]" if rule.counting == "allowed" else "(supported[i] if plain else None)"
    if rule.measure is Type.MINUTES:
        return "lines[i].minutes"
    return "1"


def write_questions(writer: Writer, plan: Plan, bits: dict[int, int]) -> None:
    """Questions left to people: of the lines they are about, or, when something was taken away, of what they touch."""
    for question in plan.open:
        if question.touches or question.touches_any:
            writer.constants[f"QUESTION{question.at}"] = question
            with writer.block("for event in events:"):
                if question.touches_any:
                    concerned = "event[2] == 'deny' or event[2] == 'reduce' or event[2] == 'authorize'"
                else:
                    concerned = f"event[0] in {question.touches!r} and event[1] not in SILENT"
                with writer.block(f"if {concerned}:"):
                    writer.line(f"touched(plan, visit, QUESTION{question.at}, events)")
                    writer.line("break")
            continue
        bit = bits[question.at]
        with writer.block(f"if asked & {bit}:"):
            writer.line("about = []")
            with writer.block("for i in range(n):"), writer.block(f"if infos[i][1] & {bit}:"):
                writer.line("line = lines[i]")
                if question.when is None:
                    writer.line("about.append(i)")
                else:
                    with writer.block(f"if {truth(writer, question.when).text} is not False:"):
                        writer.line("about.append(i)")
            with writer.block("if about:"):
                writer.line(f"events.append(({question.at}, 'not modelled', 'note', tuple(about), None, ()))")
