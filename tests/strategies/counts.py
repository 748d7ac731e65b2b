"""Counting methods of generated policies, as text: every method, threshold, leftover rule and tie rule.

Owns: which codes each count of a policy applies to (a code is counted once), and the parts of combined methods.
Never: a threshold that the language refuses.
"""

from collections.abc import Iterator, Sequence

from strategies.choice import Choices
from strategies.statements import Declared, Style, frame
from strategies.visits import TIMED

POOLS = ("patient, day", "patient, day, discipline", "patient, day, provider", "patient, day, discipline, provider")
STEPS = (
    "a unit at 8 minutes of 15",
    "a unit at 15 minutes of 15",
    "a unit at 1 minute of 15",
    "a unit at 5 minutes of 10",
    "a unit at 16 minutes of 30",
)
TOTAL_STEPS = (
    *STEPS,
    "units at 8, 23, 38 minutes of 15, then every 15",
    "units at 10, 16, 45 minutes of 15, then every 15",
)
EACH_STEPS = (
    *STEPS,
    "units at 8, 23, 38 minutes of 15, then every 15",
    "units at 10, 30 minutes of 15",
    "units at 20, 25, 60 minutes of 15, then every 20",
)
LEFTOVERS = (*["the largest remainder"] * 4, "the most minutes", "the first line", "no code")
TIES = (*["are the provider's choice"] * 3, "to the most minutes", "to the first line", "to the last line")
METHODS = ("total time", "each code", "decimal", "flat", "whichever")


def counts(choices: Choices, style: Style) -> list[Declared]:
    """The counts of a policy: its timed codes in one or two groups, sometimes a code in none, sometimes a flat count of untimed ones."""
    timed = list(TIMED)
    if choices.chance(12):
        timed.pop()
    at = choices.pick((len(timed), len(timed), 3))
    out: list[Declared] = []
    for name, group in (("main", timed[:at]), ("other", timed[at:])):
        if group:
            out += _named(choices, name, group, style)
    if not (style.plain or style.columns) and choices.chance(10):
        out.append(flat(choices, "flat_count", ("97161", "97150"), style))
    return out


def _named(choices: Choices, name: str, group: Sequence[str], style: Style) -> Iterator[Declared]:
    """The versions of one count: one for ever, or one before and one after a date."""
    if choices.chance(12):
        before, after = (_one(choices, name, group, style, plain=True) for _ in range(2))
        yield from (_dated(one, "until 2025-12-31") for one in before)
        yield from (_dated(one, "from 2026-01-01") for one in after)
    else:
        yield from _one(choices, name, group, style)


def _dated(count: Declared, dates: str) -> Declared:
    kept = tuple(clause for clause in count.clauses if not clause.startswith("in force"))
    return Declared(count.kind, count.name, (*kept, f"in force {dates}"))


def _one(choices: Choices, name: str, group: Sequence[str], style: Style, *, plain: bool = False) -> list[Declared]:
    few = METHODS[:2] if style.plain else METHODS[:4] if plain else (*METHODS[:2], *METHODS)
    few = [one for one in few if one != "flat"] if style.columns else few
    method = choices.pick(few)
    if method != "whichever":
        return [_plain(choices, name, method, group, style)]
    parts = [
        _plain(choices, f"{name}_{part}", choices.pick(METHODS[:3]), group, style, always=True)
        for part in ("one", "two")
    ]
    both = choices.pick(((parts[0].name, parts[1].name), (parts[1].name, parts[0].name)))
    clauses = [f"by whichever allows {choices.pick(('more', 'fewer'))} of {both[0]} and {both[1]}"]
    return [*parts, Declared("count", name, (f"applies to {', '.join(group)}", *clauses))]


def _plain(
    choices: Choices, name: str, method: str, group: Sequence[str], style: Style, *, always: bool = False
) -> Declared:
    if method == "flat":
        return flat(choices, name, group, style)
    kind = "each code" if method == "decimal" else method
    clauses = [f"applies to {', '.join(group)}", f"by {kind}", f"pool {choices.pick(POOLS)}"]
    if method == "decimal":
        parts, rounding = (
            choices.pick(("tenths", "hundredths", "quarters", "halves")),
            choices.pick(("up", "down", "half up", "half down")),
        )
        clauses.append(f"decimal units of {choices.pick((15, 60))} minutes, in {parts}, rounded {rounding}")
    else:
        clauses.append(choices.pick(TOTAL_STEPS if method == "total time" else EACH_STEPS))
    if method == "total time":
        clauses += [f"leftover to {choices.pick(LEFTOVERS)}", f"ties {choices.pick(TIES)}"]
    return Declared(
        "count", name, (*clauses, *(['assume "always"'] if always else frame(choices, style, by_service=True)))
    )


def flat(choices: Choices, name: str, group: Sequence[str], style: Style) -> Declared:
    clauses = [
        f"applies to {', '.join(group)}",
        f"by flat {choices.pick(('1 unit', '2 units', '0 units'))} each visit",
        f"pool {choices.pick(POOLS)}",
    ]
    return Declared("count", name, (*clauses, *frame(choices, style, by_service=True)))
