"""Writes the step that asks which units an assistant gave.

Owns: the cheap proof that nothing is to be said: every line was a therapist's and is not marked, or the statement asks nothing of it.
Never: divides minutes; a line that an assistant had a part in goes to the reference.
"""

from policy.engine.compiled.emit import Writer, truth
from policy.plan.model import Assistant


def write_assistants(writer: Writer, rule: Assistant, bit: int) -> None:
    """One statement about assistants."""
    name = f"ASSISTANT{rule.at}"
    writer.constants[name] = rule
    marks = writer.constant(rule.modifiers)
    slow = f"slow_assistants(plan, visit, {name}, gated, supported, low, high, events)"
    with writer.block(f"if asked & {bit}:"):
        writer.line("told = untold = False")
        with writer.block("for i in range(n):"), writer.block(f"if infos[i][1] & {bit}:"):
            writer.line("line = lines[i]")
            writer.line("a = line.assistant_minutes")
            writer.line("theirs = (line.furnished_by == 'therapist') if a is None else a == 0")
            with writer.block(f"if theirs and (line.modifiers is None or {marks}.isdisjoint(line.modifiers)):"):
                writer.line("told = True")
                writer.line("continue")
            if rule.condition is not None:
                verdict = truth(writer, rule.condition).text
                with writer.block(f"if {verdict} is False:"):
                    writer.line("untold = True")
                    writer.line("continue")
            writer.line(slow)
            writer.line("break")
        with (
            writer.block("else:"),
            writer.block(f"if told and untold{'' if rule.grain == 'day' else ' and not plain'}:"),
        ):
            writer.line(slow)
