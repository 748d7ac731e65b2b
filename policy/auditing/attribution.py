"""Which statement took a unit: what the cells of a decision say, read once for each combination of texts.

Owns: the rule by which every unit is counted under one statement and none under two. Units that the minutes do not support go to the
gate or count that spoke first, all others to the first other statement that denies or reduces, in the fixed order of evaluation, in
which the cells name them. Statements that say so too are counted by their lines only.
Never: looks at a number of a line.
"""

import functools
from collections.abc import Iterator
from typing import Final, NamedTuple

TAKES: Final = frozenset({"deny", "reduce"})
ASKS: Final = frozenset({"undetermined", "review", "authorize"})
COUNTS: Final = frozenset({"gate", "overbilled"})
"""Tags of findings that lower what is supported."""
OF_THE_DAY: Final = "day overbilled"
"""It speaks of several lines at once and takes no units of one of them."""
NOBODY: Final = "no statement"
"""Stands where units are gone and no finding says why; decisions of one engine never lead here."""

TAKEN, WAITING, UNBILLED = "taken", "waiting", "unbilled"


class Said(NamedTuple):
    """One finding about a line."""

    effect: str
    tag: str
    statement: str


class Spoken(NamedTuple):
    """What is said of a line: all findings, and those under which units are counted (`None`: there is no such finding)."""

    findings: tuple[Said, ...]
    unsupported: Said | None
    beyond: Said | None
    """Counts what is taken beyond the unsupported units."""
    waiting: Said | None
    unbilled: Said | None

    def roles(self) -> Iterator[tuple[str, Said]]:
        """Each part that a statement had, once, with the first finding that shows it in it."""
        seen: dict[tuple[str, str], Said] = {}
        for one in self.findings:
            role = TAKEN if one.effect in TAKES else WAITING if one.effect in ASKS else UNBILLED
            if role != UNBILLED or one.tag == "underbilled":
                seen.setdefault((role, one.statement), one)
        yield from ((role, one) for (role, _), one in seen.items())


@functools.lru_cache(maxsize=100_000)
def spoken(findings: str, statements: str, status: str) -> Spoken:
    """What two cells and the status of a line say."""
    pairs = zip(findings.split("; "), statements.split("; "), strict=True) if findings else ()
    found = tuple(Said(*_effect(finding), statement) for finding, statement in pairs)
    takes = [one for one in found if one.effect in TAKES and one.tag != OF_THE_DAY]
    counted = [one for one in takes if one.tag in COUNTS]
    beyond = [one for one in takes if one.tag not in COUNTS]
    return Spoken(
        found,
        next(iter(counted or takes), None),
        next(iter(beyond or takes), None),
        next((one for one in found if one.effect == status), None),
        next((one for one in found if one.tag == "underbilled"), None),
    )


def _effect(finding: str) -> tuple[str, str]:
    effect, _, tag = finding.partition(" ")
    return effect, tag
