"""Payment stages of generated policies: rates, and steps in a stated order.

Owns: the forms of a rate, and a chain of steps each of which says what it comes after.
Never: leaves two rates or two steps to chance; the language refuses such policies, and its tests are in `tests/language/pay/`.
"""

from strategies.choice import Choices
from strategies.conditions import condition
from strategies.statements import Declared, Style

SOURCED = ("cite manual", 'assume "the manual is silent"')
ROUNDINGS = ("half up", "half down", "up", "down")
RATES = (
    ("rate from table pfs_rvu each unit, locality visit.locality", "rounded"),
    ("rate 85% of table fee_schedule each unit, locality visit.locality", "rounded"),
    ("rate $42.50 each unit",),
    ("rate $40.00 each unit",),
    ("rate $35.35 each unit",),
    ("rate line.fee each unit, practice expense line.practice_expense",),
    ("rate line.fee each unit", "only when given line.fee"),
    ("rate 63.75% of line.fee each unit, practice expense line.practice_expense", "rounded"),
    ("rate line.rvu each unit", "conversion factor $9.55", "rounded"),
    ("rate unit_price each unit",),
    ("rate $95.25 each visit",),
    (
        "rate listed each unit", "97110, 97112  $30.00, practice expense $16.00", "97530  $35.05, practice expense $20.05",
        "97140  $28.10, practice expense $16.00", "97535, 97161  $30.00, practice expense $9.00",
    ),
    (
        "rate listed each unit", "conversion factor $33.4009", "97530  work 0.44, practice expense 0.60, malpractice 0.01",
        "97110-97140  0.90 RVUs, practice expense 0.40 RVUs", "rounded",
    ),
)  # fmt: skip

STEPS = ("reduction", "reduction_again", "share", "charge", "money", "rvus")
NOT_ASKING = tuple(form for form in RATES if not any(part.startswith("only when given") for part in form))
IN_COLUMNS = tuple(form for form in RATES if " table " not in form[0])
"""What columns price by themselves."""


def payment(choices: Choices, style: Style) -> list[Declared]:
    """One rate or two, and up to four steps."""
    made = _rates(choices, style)
    before: str | None = None
    kinds: tuple[str, ...] = STEPS
    if style.columns:
        whole = any("each visit" in clause for one in made for clause in one.clauses)
        kinds = (
            "share",
            "charge",
            *(() if whole else ("reduction",)),
            *(("money", "rvus") if choices.chance(15) else ()),
        )
    for kind in choices.some(kinds, 0, 4):
        if kind.startswith("reduction") and before is not None and not before.startswith("reduction"):
            continue
        name = f"{kind}_{len(made)}"
        made.append(_step(choices, style, kind, name, before))
        before = name
    return made


def _rates(choices: Choices, style: Style) -> list[Declared]:
    if choices.chance(70):
        return [_rate(choices, style, "price", [])]
    if choices.chance(50):
        return [
            _rate(choices, style, "price", ["applies to timed_codes"]),
            _rate(choices, style, "price_of_day_codes", ["applies to day_codes"]),
        ]
    asked = condition(choices, given_tests=False)
    return [
        _rate(choices, style, "price", [f"when {asked}"]),
        _rate(choices, style, "other_price", [f"unless {asked}"]),
    ]


def _rate(choices: Choices, style: Style, name: str, clauses: list[str]) -> Declared:
    form = [
        _cents(choices) if part == "rounded" else part
        for part in choices.pick(IN_COLUMNS if style.columns else RATES if style.given_tests else NOT_ASKING)
    ]
    return Declared("pay", name, (*clauses, *form, choices.pick(SOURCED)))


def _cents(choices: Choices) -> str:
    return f"rounded {choices.pick(ROUNDINGS)} to the cent"


def _step(choices: Choices, style: Style, kind: str, name: str, before: str | None) -> Declared:
    clauses = [f"applies to {choices.pick(('timed_codes', 'special', '97530, 97110'))}"] if choices.chance(40) else []
    if choices.chance(12):
        clauses.append(f"when {condition(choices, given_tests=style.given_tests)}")
    clauses += [f"after {before}"] if before is not None else []
    match kind:
        case "reduction" | "reduction_again":
            clauses += _reduction(choices)
        case "share":
            clauses += [choices.pick(("pay 85%", "pay 37.5%", "pay 100%")), _cents(choices)]
        case "charge":
            clauses.append("at most the charge")
        case _:
            clauses += _limit(choices, kind)
            return Declared("limit", name, (*clauses, choices.pick(SOURCED)))
    return Declared("pay", name, (*clauses, choices.pick(SOURCED)))


def _reduction(choices: Choices) -> list[str]:
    grain = choices.pick(("unit", "code"))
    keys = choices.some(("provider", "discipline"), 0, 2)
    what, key = "the rate", choices.pick(("rate", "allowance"))
    if choices.chance(40):
        what, key = choices.pick(("practice expense", "the rate")), "practice expense"
    return [
        f"reduce {what} by {choices.pick(('50%', '25%'))}",
        f"except the first {grain}",
        f"ranked by {key}",
        f"ties to the {choices.pick(('first', 'last'))} line",
        f"across {', '.join(('patient', *keys))} and day",
        _cents(choices),
    ]


def _limit(choices: Choices, kind: str) -> list[str]:
    amount = choices.pick(
        ("$80.00", "$60.07", "$60.07", "day_maximum", "case.cap") if kind == "money" else ("3 RVUs", "4.5 RVUs")
    )
    window = choices.pick(
        ("patient and day", "patient, discipline and day", "visit", "visit", "patient, provider and calendar year")
    )
    excess = choices.pick(
        (
            "deny the excess, last line first",
            "deny the excess, last line first",
            "deny the excess, lowest charge first",
            "deny every unit",
            "review",
            "need authorization",
        )
    )
    measure = "money" if kind == "money" else "RVUs"
    maxima = [f"at most {choices.pick(('$150.00', '$40.00')) if kind == 'money' else '8 RVUs'} when visit has 97161"]
    rounding = [_cents(choices)] if kind == "rvus" else []
    return [
        *(maxima if choices.chance(25) else []), f"at most {amount}", f"per {window}", f"counting allowed {measure}",
        f"on excess {excess}", *rounding,
    ]  # fmt: skip
