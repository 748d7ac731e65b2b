"""Conditions of generated policies, as text: every form of expression, every type of fact.

Owns: what may stand in `when`, `unless`, `that`, `except … when` and `at most … when`.
Never: invalid text. A condition names only facts, values and code sets that `strategies/policies.py` declares.
"""

from collections.abc import Callable

from strategies.choice import Choices
from strategies.visits import CODES, ELEMENTS, MODIFIERS

Atom = Callable[[Choices], str]

SETS = ("timed_codes", "day_codes", "special")
"""The code sets of every generated policy."""

ORDERED = ("<", "<=", ">", ">=")


def codes(choices: Choices) -> str:
    """A list of codes: single codes, a range, a set."""
    match choices.number(0, 4):
        case 0 | 1:
            return ", ".join(choices.some(CODES, 1, 3))
        case 2:
            return choices.pick(SETS)
        case 3:
            return choices.pick(("97110-97140", "97530-97542", "97161-97168", "0373T, G0283"))
        case _:
            return f"{choices.pick(SETS)}, {choices.pick(CODES)}"


def modifiers(choices: Choices, least: int = 1) -> str:
    """`59`, `59 or XE`, `GP, GO or 59`."""
    *rest, last = choices.some(MODIFIERS, least, max(least, 3))
    return f"{', '.join(rest)} or {last}" if rest else last


def elements(choices: Choices) -> str:
    return ", ".join(choices.some((*ELEMENTS, "stated_minutes"), 1, 2))


def _ordered(left: str, *right: str) -> Atom:
    return lambda choices: f"{left} {choices.pick((*ORDERED, 'is', 'is not'))} {choices.pick(right)}"


def _equal(left: str, *right: str) -> Atom:
    return lambda choices: f"{left} {choices.pick(('is', 'is not'))} {choices.pick(right)}"


GIVEN_OF_VISIT: tuple[Atom, ...] = (
    lambda choices: f"{choices.pick(('visit.number', 'case.severity'))} is {choices.pick(('given', 'missing'))}",
    lambda choices: "documentation is given",
    lambda choices: "authorization.number is missing",
    lambda choices: "note.stated_minutes is given",
)
GIVEN_OF_LINE: tuple[Atom, ...] = (
    lambda choices: f"{choices.pick(('line.minutes', 'line.side'))} is {choices.pick(('given', 'missing'))}",
    lambda choices: "line.modifiers is given",
)
"""Tests of what is given. More facts can turn their answer round, so laws about missing facts leave them out."""

OF_VISIT: tuple[Atom, ...] = (
    _ordered("visit.number", "3", "12"),
    _ordered("patient.age", "64", "18"),
    _ordered("case.severity", "2", "case_cap"),
    _ordered("visit.date", "2026-01-01", "injury.date + 30 days"),
    _ordered("visit.date - 60 days", "episode.start"),
    _ordered("visit.received", "visit.processed", "2025-12-31"),
    _ordered("days from injury.date to visit.date", "30 days", "10 days"),
    _ordered("units of timed_codes", "3 units", "authorization.units"),
    _ordered("minutes of timed_codes", "38 minutes", "visit.timed_minutes"),
    _ordered("charges of timed_codes", "$100.00", "therapy.charges_to_date"),
    _ordered("authorization.visits", "progress_report.visits_since"),
    _ordered("authorization.units", "units_cap", "2 units", "2.5 units"),
    _ordered("note.stated_minutes", "minutes of timed_codes", "visit.timed_minutes", "23 minutes"),
    _ordered("note.words", "4", "0"),
    _ordered("note.similarity", "90%", "50.5%"),
    _ordered("therapy.charges_to_date", "money_cap"),
    _ordered("plan_of_care.certified + 90 days", "visit.date"),
    _equal("case.phase", "acute"),
    _equal("case.open", "yes", "no"),
    _equal("visit.setting", "hospital"),
    _equal("visit.claim_type", "institutional"),
    lambda choices: "case.severity is one of 1, 2",
    lambda choices: "case.open",
    lambda choices: "plan_of_care.signed",
    lambda choices: f"documented {elements(choices)}",
    lambda choices: f"visit has {codes(choices)}",
    lambda choices: f"visit has {codes(choices)} with modifier {modifiers(choices)}",
)
OF_LINE: tuple[Atom, ...] = (
    _ordered("line.minutes", "8 minutes", "23 minutes", "line.minutes"),
    _ordered("line.minutes + 7 minutes", "22 minutes", "30 minutes"),
    _ordered("line.units", "1 unit", "2 units"),
    _ordered("line.charge", "$40.00", "$60.00", "case.cap"),
    _ordered("line.start", "09:00", "09:20"),
    _ordered("line.number", "1", "2"),
    _ordered("line.level", "2"),
    _ordered("days from line.onset to visit.date", "5 days"),
    _equal("line.delivery", "group", "one_on_one"),
    _equal("line.discipline", "PT", "OT"),
    _equal("line.furnished_by", "assistant"),
    _equal("line.side", "left"),
    _equal("line.provider", '"dr-1"'),
    _equal("line.place", "11", '"12"'),
    _equal("line.region", '"knee"'),
    _equal("line.code", "97530", "97161"),
    lambda choices: "line.delivery is one of group, concurrent",
    lambda choices: f"line.code {choices.pick(('in', 'not in'))} {codes(choices)}",
    lambda choices: f"line.modifiers has modifier {modifiers(choices)}",
    _ordered("line.onset + 5 days", "visit.date"),
    _ordered("visit.date - 60 days", "line.onset"),
)


def condition(choices: Choices, *, given_tests: bool = True, of_visit: bool = False, deep: int = 2) -> str:
    """A condition of up to `deep` levels of and, or and not; `of_visit`: about the visit alone."""
    shape = choices.number(0, 9) if deep else 0
    if shape <= 5:
        if given_tests and choices.chance(10):
            return choices.pick(GIVEN_OF_VISIT if of_visit else GIVEN_OF_VISIT + GIVEN_OF_LINE)(choices)
        return choices.pick(OF_VISIT if of_visit else OF_VISIT + OF_LINE)(choices)

    def inner() -> str:
        return condition(choices, given_tests=given_tests, of_visit=of_visit, deep=deep - 1)

    if shape == 6:
        return f"not ({inner()})"
    joint = " and " if shape <= 8 else " or "
    return joint.join(f"({inner()})" for _ in range(choices.number(2, 3)))
