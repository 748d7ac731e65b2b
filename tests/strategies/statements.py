"""Statements of generated policies, as text: each kind with every clause that it may hold.

Owns: `Declared`, and one generator per kind of judging statement (`strategies/counts.py` has the counts).
Never: names anything that `strategies/policies.py` does not declare.
"""

from collections.abc import Sequence

import attrs
from strategies.choice import Choices
from strategies.conditions import SETS, codes, condition, elements, modifiers
from strategies.visits import CODES

RANGES = (
    "from 2026-01-01",
    "until 2025-12-31",
    "from 2025-01-01 until 2026-02-28",
    "from 2024-01-01",
    "from 2027-01-01",
)
OTHER_BASES = ("receipt", "processing", "injury")
OTHERWISE = ("deny", "review", "authorize", "warn", "note")
FACTS = (
    "line.minutes",
    "line.modifiers",
    "line.side",
    "visit.number",
    "case.severity",
    "injury.date",
    "note.similarity",
)


@attrs.frozen
class Declared:
    """One declaration as text. `word` is `replace` in a child that replaces it."""

    kind: str
    name: str
    clauses: tuple[str, ...] = ()
    head: str = ""
    word: str = ""

    @property
    def text(self) -> str:
        lines = [
            " ".join(filter(None, (self.word, self.kind, self.name))) + self.head,
            *(f"    {clause}" for clause in self.clauses),
        ]
        return "\n".join(lines) + "\n"


@attrs.frozen
class Style:
    """What the statements of one policy may use."""

    given_tests: bool = True
    """Statements that ask what is given."""
    plain: bool = False
    """Nothing that the compiled evaluator leaves to the reference: no gates, no rare counting methods."""
    columns: bool = False
    """Nothing that the columnar evaluator hands over because of its form: no prices, no tables, no line held against another."""


def frame(choices: Choices, style: Style, *, by_service: bool = False) -> list[str]:
    """Dates in force, status and source."""
    clauses = []
    if choices.chance(20):
        basis = "" if by_service or choices.chance(40) else f", by {choices.pick(OTHER_BASES)} date"
        clauses.append(f"in force {choices.pick(RANGES)}{basis}")
    if choices.chance(4):
        clauses.append(f"status {choices.pick(('announced', 'paused', 'withdrawn', 'unverified'))}")
    return [
        *clauses,
        *choices.pick((["cite manual"], ['cite manual "section 20.2"'], ['assume "the manual is silent"'])),
    ]


def finding(choices: Choices, style: Style) -> list[str]:
    """The clauses of everything that makes findings."""
    clauses = []
    if style.given_tests and choices.chance(12):
        clauses.append(f"only when given {', '.join(choices.some(FACTS, 1, 2))}")
    if choices.chance(40):
        clauses.append("reason CO-119, N362")
    if choices.chance(10):
        clauses.append('fix "bill it another way"')
    return clauses + frame(choices, style)


def when(choices: Choices, style: Style, word: str = "when", *, of_visit: bool = False) -> str:
    return f"{word} {condition(choices, given_tests=style.given_tests, of_visit=of_visit)}"


def applies(choices: Choices, percent: int = 70) -> list[str]:
    if not choices.chance(percent):
        return []
    cut = choices.pick(CODES) if choices.chance(15) else None
    listed = codes(choices)
    return [f"applies to {listed}" + (f" except {cut}" if cut not in (None, listed) else "")]


LINES = ("either line", "the first line", "the second line", "both lines")
"""On which lines the modifier of a release may stand."""


def pair(choices: Choices, name: str, style: Style) -> Declared:
    first, second = choices.some(CODES, 2, 2) if style.columns else (choices.pick(CODES), choices.pick(CODES))
    columns = (
        f"{first} over {second}"
        if style.columns or (first != second and choices.chance(60))
        else f"{choices.pick(SETS)} over {codes(choices)}"
    )
    clauses = [columns, f"deny the {choices.pick(('second', 'first'))}"]
    for _ in range(choices.pick((1, 0, 1, 2))):
        clauses.append(f"unless modifier {modifiers(choices)} on {choices.pick(LINES[: 3 if style.columns else 4])}")
    if not style.columns and choices.chance(25):
        clauses.append("only when times overlap")
    if not style.columns and choices.chance(20):
        clauses.append(f"same {choices.pick(('discipline', 'provider', 'region'))}")
    if choices.chance(15):
        clauses.append(when(choices, style))
    if choices.chance(10):
        clauses.append(when(choices, style, "unless"))
    return Declared("pair", name, (*clauses, *finding(choices, style)))


def table(choices: Choices, name: str) -> str:
    """`from table …`, with or without its setting and its release."""
    setting = choices.pick(("", ", setting practitioner", ", setting hospital"))
    return f"from table {name}{setting}{choices.pick(('', '', '', ', quarter 2026Q1', ', quarter 2025Q4'))}"


def pairs(choices: Choices, name: str, style: Style) -> Declared:
    """Pairs of a reference table."""
    clauses = [table(choices, "ncci_ptp"), f"among {choices.pick(('timed_codes, day_codes', '97110, 97140-97750'))}"]
    if choices.chance(15):
        clauses.append(f"except {choices.pick(SETS)} over {codes(choices)}")
    for _ in range(choices.pick((1, 0, 1))):
        clauses.append(f"unless modifier {modifiers(choices)} on {choices.pick(LINES)}")
    if choices.chance(20):
        clauses.append(f"same {choices.pick(('discipline', 'provider', 'region'))}")
    if choices.chance(15):
        clauses.append(when(choices, style))
    return Declared("pairs", name, (*clauses, *finding(choices, style)))


AMOUNTS = {
    "units": ("4 units", "2 units", "1 unit", "0 units", "2.5 units", "units_cap"),
    "minutes": ("60 minutes", "30 minutes", "15 minutes", "0 minutes"),
    "codes": ("1 code", "2 codes", "0 codes"),
    "lines": ("2 lines", "1 line", "0 lines"),
    "visits": ("1 visit", "2 visits", "0 visits"),
    "days": ("1 day", "2 days"),
}
KEYS = (
    "patient",
    "discipline",
    "provider",
    "code",
    "region",
    "line",
    "claim",
    "group",
    "facility",
    "case.phase",
    "authorization.number",
    "line.side",
)
WINDOWS = (
    "day", "visit", "week", "month", "calendar year", "fiscal year from July", "benefit year", "rolling 30 days", "episode", "injury",
    "lifetime", "authorization", "since authorization.from", "after progress_report.date",
)  # fmt: skip
ORDERS = (
    "last line first", "first line first", "fewest minutes first", "most minutes first", "lowest charge first", "highest charge first",
    "special first",
)  # fmt: skip


def limit(choices: Choices, name: str, style: Style) -> Declared:
    measure = choices.pick(("units", "units", *["units"] * (4 * style.columns), *AMOUNTS))
    of_table = not style.columns and choices.chance(16)
    clauses = applies(choices)
    if choices.chance(12):
        clauses.append(when(choices, style))
    if choices.chance(8):
        clauses.append(when(choices, style, "unless"))
    if of_table:
        measure = "units"
        clauses.append(table(choices, "ncci_mue"))
        keys = choices.some([key for key in KEYS if key != "line"], 0, 3)
        clauses.append(f"per {', '.join(keys)} and day" if keys else "per day")
    else:
        clauses += maxima(choices, measure, style)
        clauses.append(f"per {per(choices, ALIKE if style.columns else KEYS)}")
    if measure not in {"visits", "days"} or choices.chance(50):
        clauses.append(f"counting {choices.pick(('billed', 'allowed', 'supported'))} {measure}")
    clauses.append(f"on excess {excess(choices)}")
    for _ in range(choices.pick((0, 0, 1))):
        clauses.append(f"except {codes(choices)}" + (f" {when(choices, style)}" if choices.chance(50) else ""))
    return Declared("limit", name, (*clauses, *finding(choices, style)))


def maxima(choices: Choices, measure: str, style: Style) -> list[str]:
    """One maximum or more; all but the last hold on a condition, and sometimes the last as well."""
    clauses = []
    more = choices.pick((0, 0, 0, 1, 2))
    ends = choices.number(0, more) if not style.columns and choices.chance(15) else None
    for k in range(more + 1):
        clause = (
            f"at most {choices.pick([one for one in AMOUNTS[measure] if not (style.columns and one == 'units_cap')])}"
        )
        if k == ends:
            clause += f" or {choices.pick((10, 30, 90))} days after {choices.pick(('injury.date', 'episode.start'))}"
        if k < more or choices.chance(10):
            clause += f" {when(choices, style, of_visit=True)}"
        clauses.append(clause)
    return clauses


ALIKE = ("code", "line", "code", *KEYS[:-3])
"""Keys that columns tell apart, most often one line from another."""


def per(choices: Choices, asked: Sequence[str]) -> str:
    window = choices.pick(("day", "visit", *WINDOWS))
    keys = list(dict.fromkeys(choices.some(asked, 0, 3)))
    return f"{', '.join(keys)} and {window}" if keys else window


def excess(choices: Choices) -> str:
    match choices.number(0, 5):
        case 0 | 1:
            return f"deny the excess, {', '.join(choices.some(ORDERS, 1, 2))}"
        case 2:
            return "deny every unit"
        case 3:
            return f"need modifier {modifiers(choices)}"
        case _:
            return choices.pick(("need authorization", "review", "warn", "note", "authorize"))


def effect(choices: Choices) -> str:
    word = choices.pick(("deny", "reduce to 1 unit", "reduce to 2 units", "review", "authorize", "warn", "note"))
    return word + choices.pick(("", ' "in plain words"'))


def require(choices: Choices, name: str, style: Style) -> Declared:
    """A requirement; one that stops a line before counting can only deny it."""
    gate = not style.plain and choices.chance(15)
    clauses = applies(choices)
    form = choices.number(0, 6)
    if form == 6:
        clauses += [when(choices, style), "deny" if gate else effect(choices)]
    else:
        if choices.chance(20):
            clauses.append(when(choices, style))
        clauses.append(
            (
                f"modifier {modifiers(choices)}", f"one of modifier {modifiers(choices)}", f"exactly one of modifier {modifiers(choices)}",
                f"no modifier {modifiers(choices)}", f"documented {elements(choices)}", when(choices, style, "that"),
            )[form]
        )  # fmt: skip
        clauses.append(
            "otherwise " + ("deny" if gate else choices.pick(OTHERWISE)) + choices.pick(("", ' "in plain words"'))
        )
    if choices.chance(10):
        clauses.append(when(choices, style, "unless"))
    if gate:
        clauses.append("before counting")
    return Declared("require", name, (*clauses, *finding(choices, style)))


def rule(choices: Choices, name: str, style: Style) -> Declared:
    """A rule; what is never paid needs its codes and no condition."""
    codes_ = applies(choices)
    asks = [] if codes_ and choices.chance(15) else [when(choices, style)]
    clauses = [*codes_, *asks, effect(choices)]
    if choices.chance(15):
        clauses.append(when(choices, style, "unless"))
    return Declared("rule", name, (*clauses, *finding(choices, style)))


MARKS = ("CQ with GP, CO with GO", "CQ with GP", "CQ", "KX")
SHARES = ("10%", "0%", "50%", "12.5%")
LAST = "except the last unit when the therapist alone gives 8 minutes"
LAST_TWO = "except the last two units when each gives 9 to 14 minutes, 23 to 28 together"


def assistant(choices: Choices, name: str, style: Style) -> Declared:
    """Who gave which unit; the exceptions only where units are judged one by one."""
    clauses = applies(choices)
    if style.given_tests and choices.chance(40):
        clauses.append("when line.furnished_by is given or line.assistant_minutes is given")
    elif choices.chance(10):
        clauses.append(when(choices, style, choices.pick(("when", "unless"))))
    grain = choices.pick(("unit", "unit", "unit", "code", "day"))
    clauses += [f"modifier {choices.pick(MARKS)}", f"above {choices.pick(SHARES)} of each {grain}"]
    if grain == "unit":
        clauses += choices.pick(([LAST, LAST_TWO], [LAST_TWO], [LAST], []))
    clauses.append(f"otherwise {choices.pick(OTHERWISE)}" + choices.pick(("", ' "in plain words"')))
    return Declared("assistant", name, (*clauses, *_without_given(finding(choices, style))))


def _without_given(clauses: list[str]) -> list[str]:
    return [clause for clause in clauses if not clause.startswith("only when given")]


def not_modelled(choices: Choices, name: str, style: Style, touched: list[str]) -> Declared:
    clauses = applies(choices, 30)
    if choices.chance(30):
        clauses.append(when(choices, style))
    clauses += [f"touches {label}" for label in choices.some(touched, 0, 2)]
    return Declared("not modelled", name, (*clauses, *frame(choices, style)), head=' "left to people"')
