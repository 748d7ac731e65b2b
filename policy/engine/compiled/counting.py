"""Writes the counting step.

Owns: the common shape of a visit (nothing gated, every minute known, each code once, one discipline and provider, no stated total) as
straight-line source. Never: any other shape; `slow_count` hands it to the reference.
"""

from policy.engine.compiled.emit import Writer
from policy.plan.model import Count, Plan


def _plain(count: Count) -> bool:
    """Counts that are written out; others go through the reference."""
    return count.method in {"total", "each"} and count.steps is not None


def write_counts(writer: Writer, plan: Plan) -> None:
    """The common shape: nothing gated, every minute known, each code once, one discipline and provider, no stated total."""
    keys = {key for count in plan.counts for key in count.pool}
    writer.line("distinct = len(set(codes)) == n")
    writer.line("plain = gated is None and distinct")
    if "discipline" in keys:
        writer.line("one_discipline = None")
    for k, _ in enumerate(plan.counts):
        writer.line(f"of{k} = []")
    writer.line("of_day = []")
    writer.line("of_none = []")
    with writer.block("if plain:"), writer.block("for i in range(n):"):
        writer.line("line = lines[i]")
        if "discipline" in keys:
            _one_discipline(writer)
        if "provider" in keys:
            with writer.block("if line.provider is not None:"):
                writer.line("plain = False")
                writer.line("break")
        writer.line("slot = infos[i][0]")
        for k, count in enumerate(plan.counts):
            with writer.block(f"{'if' if k == 0 else 'elif'} slot == {k}:"):
                if not _plain(count):
                    writer.line("plain = False")
                    writer.line("break")
                    continue
                with writer.block("if line.minutes is None:"):
                    writer.line("plain = False")
                    writer.line("break")
                writer.line(f"of{k}.append(i)")
        with writer.block(f"{'elif' if plan.counts else 'if'} slot == -1:"):
            writer.line("of_day.append(i)")
        with writer.block("else:"):
            writer.line("of_none.append(i)")
    with writer.block("if plain:"):
        writer.line("supported = [None] * n")
        writer.line("low = [0] * n")
        writer.line("high = [None] * n")
        for k, count in enumerate(plan.counts):
            if _plain(count):
                with writer.block(f"if of{k}:"):
                    _count(writer, count, f"of{k}")
        _stated_total(writer, plan)
        with writer.block("for i in of_day:"):
            writer.line("s = 1")
            writer.line("at = infos[i][5]")
            _compare(writer, "at")
        with writer.block("for i in of_none:"):
            writer.line("events.append((-1, 'unclassified', 'undetermined', (i,), None, ('deny',)))")
            writer.line("high[i] = lines[i].units")
            writer.line("low[i] = 0")
    with writer.block("else:"):
        writer.line("supported, low, high = slow_count(plan, visit, gated, events)")


def _stated_total(writer: Writer, plan: Plan) -> None:
    """A stated total that is not the sum of the lines' minutes."""
    groups = [f"of{k}" for k, count in enumerate(plan.counts) if _plain(count)]
    if not groups:
        return
    with writer.block("if visit.timed_minutes is not None:"):
        writer.line(f"timed = sorted({' + '.join(groups)})")
        writer.line("total = sum([lines[i].minutes for i in timed])")
        with writer.block("if timed and total != visit.timed_minutes:"):
            first = " else ".join(f"{plan.counts[int(group[2:])].at} if {group}" for group in groups[:-1])
            last = str(plan.counts[int(groups[-1][2:])].at)
            writer.line(f"at = {first + ' else ' if first else ''}{last}")
            writer.line(
                "events.append((at, 'total disagrees', 'review', tuple(timed), None, (total, visit.timed_minutes)))"
            )


def _one_discipline(writer: Writer) -> None:
    """Leaves the common shape when the lines name two disciplines, or some name one and some none."""
    writer.line("d = line.discipline")
    with writer.block("if d is None and line.modifiers:"):
        writer.line("try:")
        writer.line("    d = marks[line.modifiers]")
        writer.line("except KeyError:")
        writer.line("    d = mark(line)")
    with writer.block("if d != one_discipline:"):
        with writer.block("if i:"):
            writer.line("plain = False")
            writer.line("break")
        writer.line("one_discipline = d")


def _count(writer: Writer, count: Count, group: str) -> None:
    assert count.steps is not None
    of = count.steps.of
    if count.method == "each":
        writer.line("total = units = 0")
        with writer.block(f"for i in {group}:"):
            writer.line("m = lines[i].minutes")
            writer.line("total += m")
            writer.line(f"supported[i] = q = {_reached(writer, count, 'm')}")
            writer.line("units += q")
        writer.line("tied = ()")
    else:
        _total(writer, count, group, of)
    writer.line(f"each = tuple([(codes[i], lines[i].minutes, supported[i]) for i in {group}])")
    writer.line(f"events.append(({count.at}, 'counted', 'note', tuple({group}), None, (total, units, each, tied)))")
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
    writer.line("total = units = 0")
    writer.line("ranks = []")
    with writer.block(f"for i in {group}:"):
        writer.line("line = lines[i]")
        writer.line("m = line.minutes")
        writer.line("total += m")
        writer.line(f"q = m // {of}")
        writer.line(f"r = m - q * {of}")
        writer.line("supported[i] = q")
        writer.line("units += q")
        if count.leftover != "no code":
            rank = {"largest remainder": "-r", "most minutes": "-m", "first line": "i"}[count.leftover]
            settle = {
                "provider": "1 if line.units is None else 0 if line.units > q else 2, -m, i",
                "most minutes": "-m, i",
                "first line": "i",
                "last line": "-i",
            }[count.ties]
            with writer.block("if r:"):
                writer.line(f"ranks.append(({rank}, {settle}, i))")
    writer.line("tied = ()")
    if count.leftover == "no code":
        return
    writer.line(f"left = {_reached(writer, count, 'total')} - units")
    with writer.block("if left > 0:"):
        writer.line("units += left")
        writer.line("ranks.sort()")
        with writer.block("for rank in ranks[:left]:"):
            writer.line("supported[rank[-1]] += 1")
        if count.ties == "provider":
            with writer.block("if left < len(ranks) and ranks[left][0] == ranks[left - 1][0]:"):
                writer.line("tied = tie(lines, ranks, left)")


def _compare(writer: Writer, at: int | str) -> None:
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
        with writer.block("if b:"):
            writer.line(f"events.append(({at}, 'underbilled', 'note', (i,), s - b, (s,)))")
