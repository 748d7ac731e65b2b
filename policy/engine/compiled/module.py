"""Writes the function that evaluates a visit under one plan, and compiles it.

Owns: the steps of the fixed order as source text, one writer per step; the bits by which a code says which statements ask of it.
Never: interprets a plan while a visit runs.
"""

import functools
import linecache
from collections.abc import Callable, Sequence
from typing import Any

from policy.claims.visit import Visit
from policy.engine.compiled import runtime
from policy.engine.compiled.emit import Writer, truth
from policy.engine.outcome import Outcome
from policy.plan.model import LINE_OPS, Check, Count, Limit, Op, Pair, Plan, walk
from policy.values import Type


def source(plan: Plan) -> str:
    """The Python source for a plan."""
    return _written(plan)[0]


def compile_plan(plan: Plan) -> Callable[[Visit], Outcome]:
    """The evaluator of a plan: a visit in, its outcome out."""
    if not plan.in_force:
        from policy.engine.reference import evaluate

        return functools.partial(evaluate, plan)
    text, constants = _written(plan)
    name = f"<policy {plan.policy} {plan.dates}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    book = runtime.CodeBook(plan)
    namespace: dict[str, Any] = {
        **runtime.NAMES,
        **constants,
        "plan": plan,
        "known": book.known,
        "learn": book.learn,
        "marks": book.marks,
        "mark": book.mark,
    }
    exec(compile(text, name, "exec"), namespace)
    evaluate_visit: Callable[[Visit], Outcome] = namespace["evaluate"]
    return evaluate_visit


def _written(plan: Plan) -> tuple[str, dict[str, object]]:
    writer = Writer()
    bits = runtime.bits_of(plan)
    with writer.block("def evaluate(visit):"):
        writer.line("lines = visit.lines")
        writer.line("n = len(lines)")
        writer.line("try:")
        writer.line("    infos = [known[line.code] for line in lines]")
        writer.line("except KeyError:")
        writer.line("    infos = [learn(line.code) for line in lines]")
        writer.line("asked = 0")
        with writer.block("for info in infos:"):
            writer.line("asked |= info[1]")
        writer.line("events = []")
        writer.line("gated = None")
        for check in plan.gates:
            _check(writer, check, bits[check.at])
        _counts(writer, plan)
        _pairs(writer, plan)
        for rule in plan.limits:
            _limit(writer, rule, bits[rule.at])
        for check in plan.checks:
            _check(writer, check, bits[check.at])
        if plan.open:
            _open(writer, plan, bits)
        writer.line("return finish(n, supported, low, high, events)")
    return "\n".join(writer.lines) + "\n", writer.constants


# ------------------------------------------------------------------------------------------------ checks


def _check(writer: Writer, check: Check, bit: int) -> None:
    """A gate, requirement or rule. What does not read the line is worked out once."""
    gate = check.stage == "gate"
    with writer.block(f"if asked & {bit}:"):
        if check.per_line and (any(f.of_line for f in check.given) or _reads_line(check.violated)):
            with writer.block("for i in range(n):"), writer.block(f"if infos[i][1] & {bit}:"):
                writer.line("line = lines[i]")
                _judged(writer, check, gate, "(i,)", "i")
            return
        about = writer.fresh()
        writer.line(f"{about} = tuple([i for i in range(n) if infos[i][1] & {bit}])")
        if check.per_line:
            verdict = writer.fresh()
            _verdict(writer, check, verdict)
            with writer.block(f"if {verdict} is not False:"), writer.block(f"for i in {about}:"):
                _speak(writer, check, gate, verdict, "(i,)", ["i"])
        else:
            _judged(writer, check, gate, about, None)


def _reads_line(op: Op) -> bool:
    return any(o.op in LINE_OPS for o in walk(op))


def _judged(writer: Writer, check: Check, gate: bool, about: str, one: str | None) -> None:
    verdict = writer.fresh()
    _verdict(writer, check, verdict)
    with writer.block(f"if {verdict} is not False:"):
        _speak(writer, check, gate, verdict, about, [one] if one else None)


def _verdict(writer: Writer, check: Check, verdict: str) -> None:
    """True or None as violated; a tuple of facts when it is not judged."""
    if check.given:
        facts = ", ".join(writer.constant(f) for f in check.given)
        line = "line" if any(f.of_line for f in check.given) else "None"
        writer.line(f"{verdict} = absent(({facts},), visit, {line})")
        with writer.block(f"if not {verdict}:"):
            writer.line(f"{verdict} = {truth(writer, check.violated).text}")
    else:
        writer.line(f"{verdict} = {truth(writer, check.violated).text}")


def _speak(writer: Writer, check: Check, gate: bool, verdict: str, about: str, ones: Sequence[str] | None) -> None:
    tag = "gate" if gate else "check"
    if check.effect == "reduce" and check.units is not None:
        with writer.block(f"if {verdict} is True or {verdict} is None:"):
            writer.line(f"reduce_to(low, high, {(ones or ['i'])[0]}, {check.units!r}, {check.at}, {verdict}, events)")
        if check.given:
            with writer.block("else:"):
                writer.line(
                    f"events.append(({check.at}, 'not judged', 'note', {about}, None, (tuple(sorted({verdict})),)))"
                )
        return
    with writer.block(f"if {verdict} is True:"):
        writer.line(f"events.append(({check.at}, {tag!r}, {check.effect!r}, {about}, None, ()))")
        if gate:
            _mark(writer, about, ones, "gate_shut(gated, n, {i})")
        elif check.effect == "deny":
            _mark_line(writer, about, ones, "low[{i}] = high[{i}] = 0")
    with writer.block(f"elif {verdict} is None:"):
        writer.line(f"events.append(({check.at}, {tag!r}, 'undetermined', {about}, None, ({check.effect!r},)))")
        if gate:
            _mark(writer, about, ones, "gate_doubt(gated, n, {i})")
    if check.given:
        with writer.block("else:"):
            writer.line(
                f"events.append(({check.at}, 'not judged', 'note', {about}, None, (tuple(sorted({verdict})),)))"
            )


def _mark(writer: Writer, about: str, ones: Sequence[str] | None, call: str) -> None:
    if ones:
        writer.line(f"gated = {call.format(i=ones[0])}")
        return
    with writer.block(f"for k in {about}:"):
        writer.line(f"gated = {call.format(i='k')}")


def _mark_line(writer: Writer, about: str, ones: Sequence[str] | None, text: str) -> None:
    if ones:
        writer.line(text.format(i=ones[0]))
        return
    with writer.block(f"for k in {about}:"):
        writer.line(text.format(i="k"))


# ---------------------------------------------------------------------------------------------- counting


def _plain(count: Count) -> bool:
    """Counts that are written out; others go through the reference."""
    return count.method in {"total", "each"} and count.steps is not None


def _counts(writer: Writer, plan: Plan) -> None:
    """The common shape: nothing gated, every minute known, each code once, one discipline and provider, no stated total."""
    keys = {key for count in plan.counts for key in count.pool}
    writer.line("plain = gated is None and visit.timed_minutes is None")
    writer.line("one_discipline = None")
    for k, _ in enumerate(plan.counts):
        writer.line(f"of{k} = []")
    writer.line("of_day = []")
    writer.line("of_none = []")
    with writer.block("if plain:"):
        writer.line("seen = set()")
        with writer.block("for i in range(n):"):
            writer.line("line = lines[i]")
            writer.line("seen.add(line.code)")
            writer.line("d = line.discipline")
            with writer.block("if d is None:"):
                writer.line("m = line.modifiers")
                with writer.block("if m:"):
                    writer.line("try:")
                    writer.line("    d = marks[m]")
                    writer.line("except KeyError:")
                    writer.line("    d = mark(line)")
            with writer.block("if d is not None and d != one_discipline:"):
                with writer.block("if one_discipline is not None:"):
                    writer.line("one_discipline = False")
                    if "discipline" in keys:
                        writer.line("plain = False")
                    writer.line("break") if "discipline" in keys else None
                with writer.block("else:"):
                    writer.line("one_discipline = d")
            if "provider" in keys:
                with writer.block("if line.provider is not None:"):
                    writer.line("plain = False")
                    writer.line("break")
            writer.line("slot = infos[i][0]")
            with writer.block("if slot >= 0:"):
                with writer.block("if line.minutes is None:"):
                    writer.line("plain = False")
                    writer.line("break")
                for k, count in enumerate(plan.counts):
                    with writer.block(f"{'if' if k == 0 else 'elif'} slot == {k}:"):
                        writer.line(f"of{k}.append(i)" if _plain(count) else "plain = False")
            with writer.block("elif slot == -1:"):
                writer.line("of_day.append(i)")
            with writer.block("else:"):
                writer.line("of_none.append(i)")
        with writer.block("if plain and len(seen) != n:"):
            writer.line("plain = False")
    with writer.block("if plain:"):
        writer.line("supported = [None] * n")
        writer.line("low = [0] * n")
        writer.line("high = [None] * n")
        for k, count in enumerate(plan.counts):
            if _plain(count):
                with writer.block(f"if of{k}:"):
                    _count(writer, count, f"of{k}")
        with writer.block("for i in of_day:"):
            writer.line("s = 1")
            _compare(writer, -1)
        with writer.block("for i in of_none:"):
            writer.line("events.append((-1, 'unclassified', 'undetermined', (i,), None, ('deny',)))")
            writer.line("high[i] = lines[i].units")
            writer.line("low[i] = 0")
    with writer.block("else:"):
        writer.line("supported, low, high = slow_count(plan, visit, gated, events)")


def _count(writer: Writer, count: Count, group: str) -> None:
    assert count.steps is not None
    of = count.steps.of
    if count.method == "each":
        writer.line("total = 0")
        with writer.block(f"for i in {group}:"):
            writer.line("m = lines[i].minutes")
            writer.line("total += m")
            writer.line(f"supported[i] = {_reached(writer, count, 'm')}")
        writer.line("tied = ()")
    else:
        _total(writer, count, group, of)
    writer.line(
        f"events.append(({count.at}, 'counted', 'note', tuple({group}), None, "
        f"(total, sum([supported[i] for i in {group}]), tuple([(lines[i].code, lines[i].minutes, supported[i]) for i in {group}]), tied)))"
    )
    with writer.block(f"for i in {group}:"):
        writer.line("s = supported[i]")
        _compare(writer, count.at)


def _reached(writer: Writer, count: Count, minutes: str) -> str:
    """Units that minutes reach, in closed form where there is one threshold."""
    steps = count.steps
    assert steps is not None
    if len(steps.thresholds) == 1 and steps.every is not None:
        first = steps.thresholds[0]
        shift = steps.every - first
        return (
            f"(({minutes} + {shift}) // {steps.every})"
            if shift >= 0
            else f"(0 if {minutes} < {first} else 1 + ({minutes} - {first}) // {steps.every})"
        )
    return f"{writer.constant(steps)}.reached({minutes})"


def _total(writer: Writer, count: Count, group: str, of: int) -> None:
    """Whole blocks, then one unit each by the leftover rule; ties by the tie rule."""
    writer.line("total = left = 0")
    writer.line("ranks = []")
    with writer.block(f"for i in {group}:"):
        writer.line("line = lines[i]")
        writer.line("m = line.minutes")
        writer.line("total += m")
        writer.line(f"q = m // {of}")
        writer.line(f"r = m - q * {of}")
        writer.line("supported[i] = q")
        writer.line("left -= q")
        if count.leftover != "no code":
            rank = {"largest remainder": "-r", "most minutes": "-m", "first line": "i"}[count.leftover]
            settle = {
                "provider": "line.units is None or line.units <= q, -m, i", "most minutes": "-m, i", "first line": "i", "last line": "-i",
            }[count.ties]  # fmt: skip
            with writer.block("if r:"):
                writer.line(f"ranks.append(({rank}, {settle}, i))")
    writer.line("tied = ()")
    if count.leftover == "no code":
        return
    writer.line(f"left += {_reached(writer, count, 'total')}")
    with writer.block("if left > 0:"):
        writer.line("ranks.sort()")
        with writer.block("for rank in ranks[:left]:"):
            writer.line("supported[rank[-1]] += 1")
        if count.ties == "provider":
            with writer.block("if left < len(ranks) and ranks[left][0] == ranks[left - 1][0]:"):
                writer.line("tied = tie(lines, ranks, left)")


def _compare(writer: Writer, at: int) -> None:
    """How billing stands to support; `i` and `s` are set."""
    writer.line("supported[i] = s")
    writer.line("b = lines[i].units")
    with writer.block("if b == s:"):
        writer.line("low[i] = high[i] = s")
    with writer.block("elif b is None:"):
        writer.line("low[i] = high[i] = s")
        with writer.block("if s == 0:"):
            writer.line(f"events.append(({at}, 'no unit', 'note', (i,), None, (lines[i].minutes,)))")
    with writer.block("elif b > s:"):
        writer.line("low[i] = high[i] = s")
        writer.line(f"events.append(({at}, 'overbilled', 'reduce' if s else 'deny', (i,), b - s, (s,)))")
    with writer.block("else:"):
        writer.line("low[i] = high[i] = b")
        writer.line(f"events.append(({at}, 'underbilled', 'note', (i,), s - b, (s,)))")


# ------------------------------------------------------------------------------------- pairs and limits


def _pairs(writer: Writer, plan: Plan) -> None:
    """Only pairs of which both sides are on the visit are looked at, in their order."""
    if not plan.pairs:
        return
    writer.line("others = 0")
    with writer.block("for info in infos:"):
        writer.line("others |= info[3]")
    with writer.block("if others:"):
        writer.line("met = 0")
        with writer.block("for info in infos:"):
            writer.line("met |= info[2] & others")
        with writer.block("while met:"):
            writer.line("bit = met & -met")
            writer.line("met ^= bit")
            rules = tuple((pair, _simple(pair)) for pair in plan.pairs)
            writer.constants["PAIRS"] = rules
            writer.line(
                "run_pair(plan, PAIRS[bit.bit_length() - 1], bit, visit, infos, gated, supported, low, high, events)"
            )


def _simple(pair: Pair) -> bool:
    return not (pair.overlap or pair.same or pair.given or pair.condition is not None)


def _limit(writer: Writer, rule: Limit, bit: int) -> None:
    """Written out: the proof that the limit is not exceeded. Where it cannot be given, the reference judges."""
    with writer.block(f"if asked & {bit}:"):
        amount = _bound(rule)
        least = [m.amount for m in rule.maxima]
        if amount is None or None in least or not least:
            writer.line(_slow(writer, rule))
            return
        most = min(a for a in least if a is not None)
        history = "not visit.history" if rule.window.word == "day" else "True"
        if "code" in rule.keys and rule.measure is Type.UNITS:
            with writer.block("for i in range(n):"), writer.block(f"if infos[i][1] & {bit}:"):
                writer.line(f"a = {amount}")
                with writer.block(f"if a is None or a > {writer.constant(most)} or not (plain and {history}):"):
                    writer.line(_slow(writer, rule))
                    writer.line("break")
            return
        writer.line("have = 0")
        with writer.block("for i in range(n):"), writer.block(f"if infos[i][1] & {bit}:"):
            writer.line(f"a = {amount}")
            with writer.block("if a is None:"):
                writer.line("have = None")
                writer.line("break")
            writer.line("have += a")
        with writer.block(
            f"if have is None or have > {writer.constant(most)}"
            + ("" if history == "True" else f" or not {history}")
            + ":"
        ):
            writer.line(_slow(writer, rule))


def _slow(writer: Writer, rule: Limit) -> str:
    writer.constants[f"LIMIT{rule.at}"] = rule
    return f"slow_limit(plan, visit, LIMIT{rule.at}, gated, supported, low, high, events)"


def _bound(rule: Limit) -> str | None:
    """The most that line `i` can count for, or `None` where the shape of the limit needs the reference."""
    if rule.given or rule.since is not None or rule.window.word not in {"visit", "day"}:
        return None
    if rule.measure is Type.UNITS:
        if rule.counting == "billed":
            return "(lines[i].units if lines[i].units is not None else supported[i])"
        return "high[i]" if rule.counting == "allowed" else "supported[i]"
    if rule.measure is Type.MINUTES:
        return "lines[i].minutes"
    return "1"


def _open(writer: Writer, plan: Plan, bits: dict[int, int]) -> None:
    """Questions left to people are looked at when something was taken away, or when they are about a code of the visit."""
    asked = 0
    for question in plan.open:
        if not (question.touches or question.touches_any):
            asked |= bits[question.at]
    with writer.block(f"if asked & {asked} or taken(events):"):
        writer.line("open_questions(plan, visit, events)")
