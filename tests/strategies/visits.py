"""Visits that make rules meet: few codes, clustered minutes, facts given, partly given or missing.

Owns: the pools of codes, minutes, modifiers, dates and facts that generated visits and policies share; hiding facts of a visit.
Never: real people. Everything is drawn from short lists, so that ties, repeated codes, pairs and full limits happen often.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import attrs
from hypothesis import strategies as st
from strategies.choice import Choices, strategy

from policy.claims.visit import EarlierNote, Line, PastLine, Visit
from policy.values import Units, Value

TIMED = ("97110", "97112", "97140", "97530", "97535", "97750")
UNTIMED = ("97161", "97150", "G0283")
UNKNOWN = ("99999", "0373T")
CODES = TIMED + UNTIMED
MINUTES = (15, 8, 7, 22, 23, 30, 0, 38, 20, 10, 53, 26)
MODIFIERS = ("GP", "GO", "59", "KX", "XE", "CQ")
DATES = tuple(
    map(dt.date.fromisoformat, ("2026-03-02", "2025-12-31", "2026-01-01", "2025-06-15", "2024-02-29", "2027-06-30"))
)
TIMES = (540, 548, 555, 563, 570, 600)
LOCALITIES = ("01112-05", "01112-05", "01112-99")
FEES = tuple(map(Decimal, ("40.00", "30.00", "35.15", "28.05")))
EXPENSES = tuple(map(Decimal, ("20.00", "16.00", "20.05", "12.3333")))
RVUS = tuple(map(Decimal, ("1.05", "0.91", "2.5")))
CHARGES = tuple(map(Decimal, ("40.00", "40.00", "35.50", "62.25")))
PROVIDERS = ("dr-1", "dr-2")
REGIONS = ("knee", "hip")
GROUPS = ("12-3456789", "98-7654321")
FACILITIES = ("north", "south")
ELEMENTS = ("activity", "response", "assistance", "continued_need", "functional_capacity", "home_program")

SAYINGS = (
    "Gait training on level surfaces.", "23 minutes of therapeutic activities.", "15 min of transfer training; 8 min of rest.",
    "No transfers today.", "Tolerated well.", "Sit to stand, twenty-three minutes.", "30 minutes",
)  # fmt: skip
"""What generated notes are made of; some of it is what the evidence of generated policies looks for."""

FACTS: dict[str, Sequence[Value]] = {
    "injury.date": ("2026-02-20", "2025-12-31", "2024-02-01"),
    "episode.start": ("2026-02-20", "2025-12-30", "2024-02-29"),
    "benefit_year.start": ("2026-01-01", "2025-07-01", dt.date(2024, 1, 1)),
    "authorization.from": ("2026-02-20", "2025-12-31", "2024-02-01"),
    "authorization.number": ("A-1", "A-2"),
    "authorization.visits": (3, 1, "12"),
    "authorization.units": (4, Decimal("2.5"), 20),
    "plan_of_care.signed": (True, False, "yes"),
    "plan_of_care.certified": ("2026-01-15", "2024-01-15"),
    "progress_report.date": ("2026-02-20", "2025-12-30"),
    "progress_report.visits_since": (3, 9, 11),
    "therapy.charges_to_date": ("2400.00", "$2,480.00", Decimal("3000")),
    "case.severity": (1, 2, 5),
    "case.open": (True, False),
    "case.cap": ("100.00", "2480.00"),
    "case.phase": ("acute", "chronic"),
}
"""Facts of a visit without a field of their own; those that begin with `case.` or `line.` are declared by generated policies."""

LINE_FACTS: dict[str, Sequence[Value]] = {
    "line.side": ("left", "right"),
    "line.level": (1, 2, 3),
    "line.onset": ("2026-02-25", "2024-02-01"),
}
PAST_FACTS = {
    path: values
    for path, values in (FACTS | LINE_FACTS).items()
    if path in {"authorization.number", "case.phase", "case.severity", "line.side"}
}
"""What earlier lines state: the facts by which generated limits keep lines apart."""
UNREADABLE: Sequence[Value] = ("?", -1, "2026-02-31")
"""Values that no fact of those types has: they are missing."""

HIDEABLE = (
    "minutes", "modifiers", "charge", "discipline", "delivery", "furnished_by", "assistant_minutes", "times", "provider", "place", "region",
    "line facts", "fee", "practice_expense", "rvu",
    "facts", "documentation", "history", "number", "age", "received", "processed", "setting",
    "group", "facility",
)  # fmt: skip
"""What `hidden` can take from a visit. Billed units are not among them: a visit without them asks another question (how many?)."""


@attrs.frozen
class Given:
    """How often, in percent, each kind of thing is given in one visit: all, most or none of it."""

    minutes: int
    units: int
    modifiers: int
    details: int
    facts: int
    mixed: bool = True
    """Lines of several disciplines, providers and regions, some of them stated; otherwise all lines say the same or nothing."""

    @staticmethod
    def drawn(choices: Choices) -> "Given":
        if choices.chance(30):
            return Given(
                100, choices.pick((100, 0)), 100, choices.pick((60, 100, 20)), choices.pick((60, 100, 20)), False
            )
        minutes = choices.pick((100, 100, 100, 70, 0))
        units = choices.pick((100, 0, 100, 70) if minutes else (100, 100, 100, 0))
        modifiers, details, facts = (
            choices.pick((100, 100, 70, 0)),
            choices.pick((60, 100, 20)),
            choices.pick((60, 100, 20)),
        )
        return Given(minutes, units, modifiers, details, facts, choices.chance(40))


COMPLETE = Given(100, 100, 100, 100, 100)


def visits() -> st.SearchStrategy[Visit]:
    """Visits of 1 to 6 lines."""
    return strategy(visit)


def complete_visits() -> st.SearchStrategy[Visit]:
    """Visits of which everything is known."""
    return strategy(lambda choices: visit(choices, COMPLETE))


def visit(choices: Choices, given: Given | None = None) -> Visit:
    """A visit, its codes each on one line or repeated, its minutes alike or not; with `given`, so much of it is given."""
    given = given or Given.drawn(choices)
    codes = (
        choices.some(TIMED, 1, 4) + choices.some(UNTIMED, 0, 2) + ([choices.pick(UNKNOWN)] if choices.chance(6) else [])
    )
    billed = (
        choices.shuffled(codes) if choices.chance(65) else [choices.pick(codes) for _ in range(choices.number(1, 6))]
    )
    usual = choices.some(MINUTES, 1, 2) if choices.chance(60) else MINUTES
    lines = tuple(line(choices, given, number, code, usual) for number, code in enumerate(billed, 1))
    if not given.mixed:
        alike = {"discipline": "PT", "provider": PROVIDERS[0], "region": REGIONS[0]}
        stated = {name: word for name, word in alike.items() if choices.chance(30)}
        lines = tuple(attrs.evolve(one, **stated) for one in lines)
    date = choices.pick(DATES)
    percent = given.facts

    def dated() -> dt.date:
        return choices.pick(DATES)

    note = choices.maybe(percent, lambda: _note(choices))
    return Visit(
        date, lines, visit="v-1", note=note, earlier_notes=choices.maybe(percent, lambda: _earlier_notes(choices, date, note)),
        claim=choices.maybe(percent, lambda: "c-1"),
        received=choices.maybe(percent, dated), processed=choices.maybe(percent, dated),
        age=choices.maybe(percent, lambda: choices.pick((70, 17, 64))), provider=choices.maybe(percent, lambda: choices.pick(PROVIDERS)),
        place=choices.maybe(percent, lambda: choices.pick(("11", "12"))), number=choices.maybe(percent, lambda: choices.number(1, 15)),
        locality=choices.maybe(percent, lambda: choices.pick(LOCALITIES)),
        timed_minutes=_stated(choices, given, lines), setting=choices.maybe(percent, lambda: choices.pick(("practitioner", "hospital"))),
        claim_type=choices.maybe(percent, lambda: choices.pick(("professional", "institutional"))),
        facts=_facts(choices, FACTS, percent), documentation=choices.maybe(percent, lambda: _documentation(choices)),
        history=choices.maybe(percent, lambda: _history(choices, date)), group=choices.maybe(percent, lambda: choices.pick(GROUPS)),
        facility=choices.maybe(percent, lambda: choices.pick(FACILITIES)),
        history_since=choices.maybe(10, lambda: date - dt.timedelta(days=choices.pick((30, 6, 400, 0, -1)))),
    )  # fmt: skip


def line(choices: Choices, given: Given, number: int, code: str, usual: Sequence[int] = MINUTES) -> Line:
    """A line of a code, billed near to what its minutes support."""
    minutes = choices.maybe(given.minutes, lambda: choices.pick(usual) if choices.chance(85) else choices.number(0, 75))
    start = choices.maybe(given.details, lambda: choices.pick(TIMES))
    end = None if start is None else choices.maybe(given.details, lambda: min(start + choices.pick((15, 8, 30)), 1440))
    details = given.details
    half = (details if details == 100 else details // 2) if given.mixed else 0
    return Line(
        number, code, minutes, choices.maybe(given.units, lambda: _units(choices, minutes)),
        choices.maybe(given.modifiers, lambda: tuple(choices.some(MODIFIERS if given.mixed else MODIFIERS[2:], 0, 2))),
        charge=choices.maybe(details, lambda: choices.pick(CHARGES)),
        discipline=choices.maybe(half, lambda: choices.pick(("PT", "OT"))),
        delivery=choices.maybe(details, lambda: choices.pick(("one_on_one", "group", "concurrent"))),
        furnished_by=choices.maybe(details, lambda: choices.pick(("therapist", "assistant"))),
        start=start, end=end, provider=choices.maybe(half, lambda: choices.pick(PROVIDERS)),
        region=choices.maybe(half, lambda: choices.pick(REGIONS)),
        assistant_minutes=choices.maybe(details // 2, lambda: _part(choices, minutes)),
        fee=choices.maybe(details, lambda: choices.pick(FEES)),
        practice_expense=choices.maybe(details, lambda: choices.pick(EXPENSES)),
        rvu=choices.maybe(details, lambda: choices.pick(RVUS)), facts=_facts(choices, LINE_FACTS, details),
    )  # fmt: skip


def _part(choices: Choices, minutes: int | None) -> int:
    """An assistant's minutes of a line: within it, where its minutes are known; often such that two units are left."""
    if minutes is None:
        return choices.pick((0, 7, 8, 12, 14, 15, 23))
    if 23 <= minutes <= 28:
        return choices.pick((12, 14, 11, minutes))
    return choices.pick((0, min(8, minutes), minutes // 2, max(0, minutes - 8), minutes))


def _units(choices: Choices, minutes: int | None) -> Units:
    if choices.chance(6):
        return choices.pick((Decimal("0.5"), Decimal("1.5"), Decimal("0.3")))
    whole = choices.number(0, 3) if minutes is None else minutes // 15
    return max(0, whole + choices.pick((0, 0, 0, 1, 1, -1, 2)))


def _stated(choices: Choices, given: Given, lines: Sequence[Line]) -> int | None:
    """The day's timed minutes as the note states them: agreeing with the lines or not; for lines without minutes, near what they bill."""
    timed = [one for one in lines if one.code in TIMED]
    known = sum(one.minutes or 0 for one in timed)
    if not given.minutes:
        billed = sum(int(one.units or 0) for one in timed)
        return choices.maybe(85, lambda: max(0, 15 * billed + choices.pick((0, 7, 22, 38, 22, -15, -8))))
    if all(one.minutes is not None for one in timed):
        return choices.pick((None, None, None, None, known, known + 8))
    return choices.pick((None, known + choices.pick(MINUTES), max(0, known - 5)))


def _facts(choices: Choices, pool: dict[str, Sequence[Value]], percent: int) -> dict[str, Value]:
    facts = {path: choices.pick(values) for path, values in pool.items() if choices.chance(percent)}
    if percent < 100 and choices.chance(5):
        facts[choices.pick(tuple(pool))] = choices.pick(UNREADABLE)
    return facts


def _documentation(choices: Choices) -> dict[str, str]:
    return {element: choices.pick(("stated", "stated", "")) for element in choices.some(ELEMENTS, 0, len(ELEMENTS))}


def _note(choices: Choices) -> str:
    return choices.pick(("\n", " ", "\n\n")).join(choices.some(SAYINGS, 0, 4))


def _earlier_notes(choices: Choices, date: dt.date, note: str | None) -> tuple[EarlierNote, ...]:
    """Notes of earlier visits, now and then this one again, of this visit, or of a later day."""
    return tuple(
        EarlierNote(
            date - dt.timedelta(days=choices.pick((3, 0, 30, -1))), note or "" if choices.chance(40) else _note(choices),
            choices.pick(("u-1", "u-2", None, "v-1")),
        )
        for _ in range(choices.pick((1, 0, 2)))
    )  # fmt: skip


def _history(choices: Choices, date: dt.date) -> tuple[PastLine, ...]:
    return tuple(_past(choices, date) for _ in range(choices.pick((0, 1, 2, 4))))


def _past(choices: Choices, date: dt.date) -> PastLine:
    return PastLine(
        date - dt.timedelta(days=choices.pick((7, 0, 1, 5, 29, 30, 62, 400, -1))), choices.pick(CODES),
        choices.maybe(85, lambda: choices.pick((1, 2, 3, Decimal("0.5")))), choices.maybe(85, lambda: choices.pick(MINUTES)),
        choices.maybe(70, lambda: choices.pick(("PT", "OT"))), choices.maybe(70, lambda: choices.pick(PROVIDERS)),
        choices.maybe(70, lambda: choices.pick(REGIONS)), choices.maybe(50, lambda: choices.pick(("p-1", "p-2"))),
        choices.maybe(50, lambda: choices.pick(("u-1", "u-2"))), choices.maybe(80, lambda: choices.pick(FEES)),
        choices.maybe(80, lambda: choices.pick(RVUS)),
        choices.maybe(70, lambda: choices.pick(GROUPS)), choices.maybe(70, lambda: choices.pick(FACILITIES)),
        choices.maybe(40, lambda: choices.pick(("11", "12"))), _facts(choices, PAST_FACTS, 70),
    )  # fmt: skip


def hidden(choices: Choices, whole: Visit, kinds: Sequence[str] = HIDEABLE) -> Visit:
    """The visit with some of its facts taken away, of the kinds named."""
    gone = choices.some(kinds, 1, 4)
    fields: dict[str, object] = {
        name: None
        for name in gone
        if name
        in {"documentation", "history", "number", "age", "received", "processed", "setting", "group", "facility"}
    }
    if "documentation" in gone:  # the note is the other half of the record
        fields["note"] = fields["earlier_notes"] = None
    if "facts" in gone:
        fields["facts"] = {path: value for path, value in whole.facts.items() if choices.chance(50)}
    return attrs.evolve(whole, lines=tuple(_hidden(choices, one, gone) for one in whole.lines), **fields)


def _hidden(choices: Choices, one: Line, gone: Sequence[str]) -> Line:
    fields: dict[str, object] = {}
    for name in gone:
        if choices.chance(60):
            if name == "times":
                fields |= {"start": None, "end": None}
            elif name == "line facts":
                fields["facts"] = {}
            elif hasattr(one, name) and name not in {"facts", "number"}:
                fields[name] = None
    if "assistant_minutes" in fields:  # who gave the service says them otherwise, and may say something else
        fields["furnished_by"] = None
    return attrs.evolve(one, **fields)
