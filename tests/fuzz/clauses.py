"""Policies put together from the declarations and clauses of others: text that parses, and may or may not make sense.

Owns: cutting policy text into blocks, recombining them, and the extreme numbers, dates and codes that are put into clauses.
Never: breaks the syntax on purpose (`fuzz/mutate.py` does); decides what a policy may say.
"""

import functools
import re
from collections.abc import Sequence
from random import Random

import attrs

from policy.source import SourceFile
from policy.syntax.parse import parse
from policy.syntax.shape import SHAPES

SHARED = {"source", "codes", "value", "fact", "evidence"}
NUMBERS = ("0", "1", "2", "7", "8", "15", "16", "1440", "999999999", "000000001")
DATES = ("0001-01-01", "0001-01-02", "1999-12-31", "2025-12-31", "2026-01-01", "2026-03-02", "9999-12-30", "9999-12-31")
CODES = (
    "97530",
    "97110",
    "97161",
    "G0283",
    "0373T",
    "00000",
    "99999",
    "00000-99999",
    "97110-97112",
    "A0000-Z9999",
    "0001F-9999F",
)
MODIFIERS = ("59", "GP", "KX", "00", "ZZ")
CLAUSES = (
    "in force from 9999-12-31", "in force until 0001-01-01", "in force from 0001-01-01 until 9999-12-31, by receipt date",
    "in force until 2026-03-02, by injury date", "in force from 2026-03-02, by processing date", "status announced", "status paused",
    "unless visit.date + 999999999 days > 9999-12-31", "unless visit.date - 999999999 days < 0001-01-01",
    "unless days from injury.date to visit.date > 999999999 days", "unless line.minutes + 999999999 minutes > 1 minute",
    "unless not (not (not (line.minutes is missing)))", "only when given line.minutes, visit.number", "before counting",
    "per patient and rolling 999999999 days", "per line, code, claim, region, provider, discipline, patient and fiscal year from December",
    "per benefit year", "per injury", "per episode", "per patient and week", "at most 999999999 units", "at most 0 units",
    "at most 0.0001 units", "at most 1 visit or 999999999 days after injury.date", "counting billed units", "counting supported units",
    "on excess deny every unit", "on excess deny the excess, highest charge first, fewest minutes first, last line first",
    "on excess need modifier KX", "a unit at 1 minute of 1", "a unit at 999999999 minutes of 999999999",
    "units at 1, 2, 3, 999999999 minutes of 15", "decimal units of 1 minute, in hundredths, rounded down",
    "decimal units of 999999999 minutes, in tenths, rounded up", "leftover to no code", "leftover to the first line",
    "ties to the last line", "pool patient, provider, discipline, day", "by total time", "by each code",
    "by flat 999999999 units each visit",
    "one unit each 1 minute",
    "one unit each 999999999 minutes", "one unit each day", "reduce to 0 units", "reduce to 999999999 units",
    "same region", "only when times overlap", "applies to 00000-99999", "00000-99999 over 97530", "deny the first",
    "modifier CQ with GP", "above 0% of each unit", "above 99.99% of each code", "above 10% of each day",
    "except the last unit when the therapist alone gives 0 minutes",
    "except the last unit when the therapist alone gives 999999999 minutes",
    "except the last two units when each gives 0 to 999999999 minutes, 0 to 999999999 together", "otherwise deny",
    "from table ncci_ptp", "from table ncci_mue, setting hospital, quarter 2024Q3", "from table ncci_ptp, quarter 2100Q4",
    "among 00000-99999", "among 97530, 97110-97112", "except 97530 over 00000-99999", "limit four_units CO-1",
    "rate $999999999.9999 each unit", "rate $0.00 each unit", "rate 0.01% of line.fee each unit", "rate line.rvu each unit",
    "rate line.fee each unit, practice expense line.practice_expense", "rate $120.00 each visit", "only when given line.fee, line.rvu",
    "rate from table pfs_rvu each unit, locality visit.locality", "rate from table fee_schedule each unit, locality visit.place",
    "conversion factor $0.0001", "conversion factor $999999999.9999", "97530  $999999999.99, practice expense $999999999.99",
    "00000-99999  0.0001 RVUs", "reduce the rate by 100%", "reduce practice expense by 0.01%", "except the first code",
    "ranked by allowance", "across patient, provider, discipline, day", "pay 0%", "pay 0.01%", "pay 100%", "at most the charge",
    "rounded up to the cent", "rounded half down to the cent", "at most $0.00", "at most $999999999.99", "at most 0 RVUs",
    "counting allowed money", "counting allowed RVUs", "in field activity", 'note says "# ..."', 'note says "a ... # min/mins"',
    'note says "a* ... b* ... c* ... d*"', 'but not "... a"', 'but not "# minutes"', "unless note.similarity > 0%", "unless note.words < 1",
    'assume "for the test"',
)  # fmt: skip
"""Clauses that belong somewhere and are hard somewhere: huge and tiny numbers, windows longer than the calendar."""


@attrs.frozen
class Block:
    """One declaration: its first line, and its clauses as they stand (a clause of several lines is one text)."""

    head: str
    clauses: tuple[str, ...]

    @property
    def kind(self) -> str:
        word = self.head.removeprefix("replace ").split()[0]
        return "not modelled" if word == "not" else word

    def __str__(self) -> str:
        return "\n".join([self.head, *(f"    {clause}" for clause in self.clauses)])


def blocks(text: str) -> list[Block]:
    """The declarations of a policy file, without comments."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        line = line.rstrip() if '"' in line else line.partition("#")[0].rstrip()
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            found.append((line, []))
        elif re.match(r" {4}\S", line) or not found[-1][1]:
            found[-1][1].append(line.strip())
        else:
            found[-1][1][-1] += "\n" + line
    return [Block(head, tuple(clauses)) for head, clauses in found]


def recombined(random: Random, donors: Sequence[Sequence[Block]]) -> str:
    """A policy of one donor's names and some of its statements, with clauses of others."""
    donor = random.choice(donors)
    header, *rest = donor
    judged = [block for block in rest if block.kind not in SHARED]
    picked = random.sample(range(len(judged)), min(len(judged), random.randint(1, 6)))
    names = {name for i in picked for name in _statements_named(judged[i])}
    chosen = [block for block in rest if block.kind in SHARED]
    chosen += [block for i, block in enumerate(judged) if i in picked or block.head.split()[1] in names]
    kinds: dict[str, list[str]] = {}
    for block in (one for other in (donor, random.choice(donors)) for one in other):
        kinds.setdefault(block.kind, []).extend(block.clauses)
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        at = random.randrange(len(chosen))
        chosen[at] = _changed(random, chosen[at], kinds)
    if random.random() < 0.2:
        header = attrs.evolve(header, clauses=(*header.clauses, random.choice(CLAUSES[:4])))
    return "\n\n".join(map(str, [header, *chosen])) + "\n"


def _statements_named(block: Block) -> list[str]:
    """The names of the counts and judging statements that a block names."""
    return re.findall(r"(?:\b(?:of|and|pair|limit|require|rule|modelled|count) )([a-z_0-9]+)", " ".join(block.clauses))


@functools.cache
def fitting(kind: str) -> tuple[str, ...]:
    """Those of the extreme clauses that a kind of declaration holds."""
    held = {slot.clause for slot in SHAPES.get(kind, ())}
    parsed = [
        (clause, parse(SourceFile("<clause>", f"limit x\n    {clause}\n"))[0].declarations[0].clauses)
        for clause in CLAUSES
    ]
    return tuple(clause for clause, nodes in parsed if nodes and type(nodes[0]) in held) or CLAUSES


def _changed(random: Random, block: Block, kinds: dict[str, list[str]]) -> Block:
    clauses = list(block.clauses)
    at = random.randrange(len(clauses)) if clauses else 0
    match random.choice((0, 1, 2, 3, 4, 4, 4, 4, 5, 5, 5, 7, 7)):
        case 0 if clauses:
            clauses.pop(at)
        case 1:
            clauses.insert(at, random.choice(random.choice((CLAUSES, fitting(block.kind)))))
        case 2 if clauses:
            clauses.insert(at, random.choice(clauses))
        case 3 if clauses and kinds.get(block.kind):
            clauses[at] = random.choice(kinds[block.kind])
        case 4 if clauses:
            clauses = _in_place(clauses, random.choice(fitting(block.kind)))
        case 5 if clauses:
            clauses[at] = _token(random, clauses[at])
        case 7 if clauses:
            clauses = [_nested(random, clause) for clause in clauses]
        case _:
            pass
    return attrs.evolve(block, clauses=tuple(clauses))


def _in_place(clauses: list[str], new: str) -> list[str]:
    """The clauses with a new one instead of those that begin as it does."""
    first = new.split()[0]
    kept = [clause for clause in clauses if clause.split()[0] != first]
    return [*kept, new]


def _token(random: Random, clause: str) -> str:
    """One number, date, code or modifier of a clause replaced by another."""
    found = list(re.finditer(r"\d{4}-\d\d-\d\d|\b\d{5}\b|\b[A-Z]\d{4}\b|\b\d+(?=[ ,])|\b[A-Z]{2}\b", clause))
    if not found:
        return clause
    match = random.choice(found)
    pool = NUMBERS
    if "-" in match[0]:
        pool = DATES
    elif len(match[0]) == 5:
        pool = CODES
    elif match[0].isalpha():
        pool = MODIFIERS
    return clause[: match.start()] + random.choice(pool) + clause[match.end() :]


def _nested(random: Random, clause: str) -> str:
    """The conditions of a clause under `not`, in brackets, or joined with themselves."""
    word, _, rest = clause.partition(" ")
    if word not in {"when", "unless", "that"} or "modifier" in rest:
        return clause
    depth = random.randint(1, 12)
    return f"{word} " + random.choice(
        ("not (" * depth + rest + ")" * depth, " and ".join([f"({rest})"] * depth), f"({rest}) or not ({rest})")
    )
