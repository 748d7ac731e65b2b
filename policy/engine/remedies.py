"""What would change an answer: the fix of a finding.

Owns: the remedy of each kind of event, where the policy's author wrote none.
Never: advises against the record; whether a modifier or an element is true of the visit is for people to say.
"""

from policy.engine import table_words
from policy.engine.about import About, either, listed, units_text
from policy.engine.outcome import NOBODY
from policy.plan.model import Check, Limit


def fix(about: About, missing: tuple[str, ...]) -> str | None:
    """What would change the answer."""
    at, tag, effect = about.event[0], about.event[1], about.event[2]
    if tag == "no table":
        return table_words.missing_fix(about.event[5])
    if effect == "undetermined":
        return f"give {listed(list(missing))}" if missing else None
    if at != NOBODY and about.plan.spoken[at].fix and effect not in {"note"}:
        return about.plan.spoken[at].fix
    match tag:
        case "overbilled":
            by_minutes = about.event[0] in about.plan.by_minutes
            return f"bill {units_text(about.event[5][0])}" + (
                ", or document the minutes that were given" if by_minutes else ""
            )
        case "underbilled" | "day underbilled":
            return "bill the units that the minutes support, where no limit stands against it"
        case "pair":
            return _release(about)
        case "table pair" if about.event[5][1] == 0:
            return "bill one of the two"
        case "table pair":
            return _release(about)
        case "table limit" if not _within(about):
            return table_words.limit_fix(about.event[5])
        case "limit" | "limit days" | "limit value" | "table limit":
            return _within(about)
        case "check" | "gate":
            return _remedy(about)
        case "assistant":
            modifiers = about.event[5][2]
            assert isinstance(modifiers, tuple)
            return f"bill the assistant's units on a line of their own with modifier {either(modifiers)}"
        case "assistant spare":
            return "bill the therapist's units without the modifier"
        case "total disagrees":
            return "correct the minutes of the lines or the total in the note"
        case _:
            return None


def _remedy(about: About) -> str | None:
    check = about.statement()
    assert isinstance(check, Check)
    how, words = check.needs
    match how:
        case "documented":
            return f"record {listed(about.undocumented(words))}, where it is so"
        case "exactly one":
            return f"bill one of modifier {either(words)}"
        case "some":
            return f"add modifier {either(words)}"
        case "every":
            return f"add modifier {listed(list(words))}"
        case "none":
            return f"take modifier {either(words)} off the line"
        case _:
            return None


def _within(about: About) -> str | None:
    rule = about.statement()
    assert isinstance(rule, Limit)
    if rule.modifiers:
        return f"add modifier {either(tuple(sorted(rule.modifiers)))}, where the record supports going on"
    return "obtain authorization" if rule.excess == "authorize" else None


def _release(about: About) -> str | None:
    rule = about.statement()
    releases = getattr(rule, "releases", ())
    if not releases:
        return None
    where = {
        "either": "either line",
        "first": "the column-one line",
        "second": "the column-two line",
        "both": "both lines",
    }
    parts = [f"{either(tuple(sorted(r.modifiers)))} on {where[r.on]}" for r in releases]
    return f"if the services were separate and the record shows it: modifier {'; or '.join(parts)}"
