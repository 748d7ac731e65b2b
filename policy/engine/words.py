"""The sentences of decisions, in the field's words.

Owns: what each kind of event says: the message of its finding, its step in the trace, the numbers beside it, and what would fix it.
Never: says anything that is not in the event, the visit's numbers or the policy.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from policy.claims.visit import Line, Visit
from policy.engine import table_words, words_money
from policy.engine.evidence import evidenced
from policy.engine.money import dollars
from policy.engine.outcome import NOBODY, Event
from policy.engine.shown import like
from policy.facts import Fact
from policy.plan.model import Check, Limit, Pair, Plan, walk
from policy.values import Type, Units

if TYPE_CHECKING:
    from policy.plan.tables import TablePairs

EFFECT_WORDS = {
    "deny": "denied",
    "reduce": "reduced",
    "review": "sent to review",
    "authorize": "in need of authorization",
    "warn": "flagged",
    "note": "noted",
}


VALUE_NAMES = {
    "overbilled": ("supported",),
    "underbilled": ("supported",),
    "day overbilled": ("billed", "total_minutes", "supported"),
    "day underbilled": ("billed", "total_minutes", "supported"),
    "total disagrees": ("sum", "stated"),
    "limit": ("measured", "maximum"),
    "limit days": ("days",),
    "shared": ("code", "units", "with_modifier", "therapist_minutes", "assistant_minutes"),
    "assistant": ("needed", "without"),
    "assistant spare": ("needed",),
    "table pair": ("", "indicator", "table"),
    "table limit": ("measured", "maximum", "mai", "table"),
    "no table": ("kind", "setting", "part", "here"),
    "limit value": ("measured", "maximum"),
    **words_money.VALUE_NAMES,
}
"""Names of an event's arguments in the trace's values."""


def units_text(units: object, word: str = "unit") -> str:
    """`1 unit`, `2 units`."""
    return f"{units} {word}" if units == 1 else f"{units} {word}s"


def listed(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return ", ".join(items[:-1]) + f" and {items[-1]}" if len(items) > 1 else "".join(items)


def values(visit: Visit, event: Event) -> dict[str, Any]:
    """An event's numbers by name."""
    _, tag, _, about, units, args = event
    lines = visit.lines
    out: dict[str, Any] = {"lines": [lines[i].number for i in about]}
    if tag == "counted":
        total, out["units"], each, _ = args
        assert isinstance(each, tuple)
        if total is not None:
            out["total_minutes"] = total
        out["minutes"] = {code: minutes for code, minutes, _ in each}
        out["codes"] = {code: share for code, _, share in each}
        return out
    if units is not None:
        out["units"] = units
    for name, arg in zip(VALUE_NAMES.get(tag, ()), args, strict=False):
        if name and arg is not None:
            out[name] = words_money.value(tag, name, arg, visit)
    return out


def _or(items: tuple[str, ...]) -> str:
    return ", ".join(items[:-1]) + f" or {items[-1]}" if len(items) > 1 else "".join(items)


TELLERS = {
    tag: "_" + tag.replace(" ", "_")
    for tag in (
        "overbilled", "underbilled", "no unit", "units unknown", "day overbilled", "day underbilled", "total disagrees", "unclassified",
        "unreadable fact", "not in force", "gate", "check", "pair", "limit", "limit days", "not modelled",
        "assistant", "assistant spare",
        "table pair", "table limit", "no table",
        "limit value", "amount unknown",
    )
}  # fmt: skip
"""The method that tells each kind of event."""

UNSURE = frozenset(
    {"gate", "check", "pair", "limit", "limit value", "table pair", "table limit", "no table", "assistant"}
)
"""Kinds of events that tell what may follow, when something is missing."""


class Words:
    """The words of one event."""

    __slots__ = ("event", "plan", "visit")

    def __init__(self, plan: Plan, visit: Visit, event: Event) -> None:
        self.plan, self.visit, self.event = plan, visit, event

    def rule(self) -> str:
        """The statement that spoke, or the step when none did."""
        at, tag = self.event[0], self.event[1]
        if at != NOBODY:
            return self.plan.spoken[at].label
        named = {
            "not in force": f"policy {self.plan.policy}", "unreadable fact": f"fact {self.event[5][0]}" if self.event[5] else "",
            "amount unknown": "payment",
        }  # fmt: skip
        return named.get(tag, "classification")

    def _codes(self) -> str:
        return listed(list(dict.fromkeys(self.visit.lines[i].code for i in self.event[3])))

    def _title(self) -> str:
        at = self.event[0]
        return (self.plan.spoken[at].title or "") if at != NOBODY else ""

    def message(self) -> str:
        """One sentence, lower case, without a full stop, for the finding."""
        tag = self.event[1]
        tell = getattr(self, TELLERS[tag])
        text: str = tell()
        if self.event[2] == "undetermined" and tag in UNSURE:
            would = EFFECT_WORDS.get(str(self.event[5][-1]), "changed")
            return f"{self._codes()} may be {would}: {text}"
        return text

    # ------------------------------------------------------------------------------------------- by tag
    def _overbilled(self) -> str:
        line, supported = self._line(), self.event[5][0]
        billed = units_text(line.units)
        minutes = "" if line.minutes is None else f" ({line.minutes} minutes on this line)"
        if self.rule().startswith("codes "):
            return f"{billed} of {line.code} billed; it is one unit a day"
        if [other.code for other in self.visit.lines].count(line.code) > 1:
            return f"{billed} of {line.code} billed on this line, {supported or 'none'} left for it of what {line.code} is supported for"
        word = "no unit is" if supported == 0 else f"only {units_text(supported)} {'is' if supported == 1 else 'are'}"
        return f"{billed} of {line.code} billed, {word} supported by the minutes{minutes}"

    def _underbilled(self) -> str:
        line, supported = self._line(), self.event[5][0]
        return f"{units_text(line.units)} of {line.code} billed, the minutes support {supported}"

    def _no_unit(self) -> str:
        minutes = self.event[5][0]
        return f"no unit is supported for {'the' if minutes is None else minutes} minutes of {self._line().code}"

    def _units_unknown(self) -> str:
        line = self._line()
        if line.minutes is None:
            return f"the units of {line.code} are not known without its minutes"
        return f"the units of {line.code} hang on minutes of the day that are not known"

    def _day_overbilled(self) -> str:
        billed, total, supported = self.event[5][:3]
        return f"{units_text(billed)} billed in all; the day's {total} timed minutes support {supported}"

    def _day_underbilled(self) -> str:
        billed, total, supported = self.event[5][:3]
        return f"{units_text(billed)} billed in all; the day's {total} timed minutes support {supported}"

    def _total_disagrees(self) -> str:
        known, stated = self.event[5][:2]
        return f"the lines' minutes add up to {known}, the note states {stated} timed minutes"

    def _unclassified(self) -> str:
        return f"{self.plan.policy} does not say how {self._line().code} is counted"

    def _unreadable_fact(self) -> str:
        path = str(self.event[5][0])
        fact = next(f for f in self.plan.declared if f.path == path)
        wanted = f"one of {_or(fact.choices)}" if fact.choices else fact.type.value
        return f"`{path}` is not {wanted}; it is taken as not given"

    def _not_in_force(self) -> str:
        return f"{self.plan.policy} has no version in force on {self.visit.date}"

    def _gate(self) -> str:
        return self._check() + ("" if self.event[2] == "undetermined" else "; it does not count")

    def _check(self) -> str:
        check = self._statement()
        assert isinstance(check, Check)
        lacking = self._lacking(check) if self.event[2] != "undetermined" else ""
        said = check.message or self._title()
        if said:
            text = f"{said} ({lacking})" if lacking and check.needs[0] == "documented" else said
        else:
            text = lacking or f"`{self.rule()}` is not met"
        alike = like(self.visit) if self.event[2] != "undetermined" and _compares(check) else ""
        return f"{text}; {alike}" if alike else text

    def _lacking(self, check: Check) -> str:
        """What a requirement asks for that is not there."""
        how, words = check.needs
        if how == "documented":
            return f"the note does not show {listed(self._undocumented(words))}"
        if how:
            carried = self._line().modifiers or ()
            has = f"the line has {listed(list(carried))}" if carried else "the line has none"
            wanted = {
                "exactly one": f"exactly one of modifier {_or(words)}", "some": f"modifier {_or(words)}",
                "every": f"modifier {listed(list(words))}", "none": f"to be without modifier {_or(words)}",
            }[how]  # fmt: skip
            return f"{self._codes()} needs {wanted}; {has}"
        return ""

    def _undocumented(self, elements: tuple[str, ...]) -> list[str]:
        record = self.visit.documentation or {}
        fields = {one.name: one.field for one in self.plan.evidence}
        return [
            element.replace("_", " ")
            for element in elements
            if not (evidenced(self.visit, element, fields[element]) if element in fields else record.get(element))
        ]

    def _pair(self) -> str:
        denied, partner = self._line(), self.visit.lines[_number(self.event[5][0])]
        rule = self._statement()
        title = f" ({self._title()})" if self._title() else ""
        if self.event[2] == "undetermined":
            return f"{denied.code} is billed with {partner.code}{title}"
        released = isinstance(rule, Pair) and rule.releases
        without = " without a modifier that releases it" if released else ""
        return f"{denied.code} is not paid with {partner.code} on the same day{without}{title}"

    def _limit(self) -> str:
        measured, most = self.event[5][0], self.event[5][1]
        rule = self._statement()
        assert isinstance(rule, Limit)
        cap = "the limit" if most is None else f"at most {_amount_text(most, rule)}"
        title = f" ({self._title()})" if self._title() else ""
        if self.event[2] == "undetermined":
            return f"{cap} {_per(rule)}{title}"
        have = "" if measured is None else f", here {_amount_text(measured, rule, bare=True)}"
        needs = f"; needs modifier {listed(sorted(rule.modifiers))}" if rule.modifiers else ""
        return f"{cap} {_per(rule)}{have}{needs}{title}"

    def _limit_value(self) -> str:
        return self._limit()

    def _amount_unknown(self) -> str:
        why = self.event[5][0]
        return f"what is paid for {self._codes()} is not known" + (f": {why}" if why is not None else "")

    def _limit_days(self) -> str:
        return f"more than {self.event[5][0]} days have passed{f' ({self._title()})' if self._title() else ''}"

    def _assistant(self) -> str:
        needed, plain, modifiers = self.event[5][:3]
        assert isinstance(modifiers, tuple)
        title = f" ({self._title()})" if self._title() else ""
        if self.event[2] == "undetermined":
            return f"an assistant's units of {self._codes()} carry modifier {_or(modifiers)}{title}"
        if needed is None or plain is None:
            return f"{self._codes()} was given by an assistant and is billed without modifier {_or(modifiers)}{title}"
        verb = "needs" if needed == 1 else "need"
        without = f"{units_text(plain)} {'is' if plain == 1 else 'are'} billed without it"
        return f"{units_text(needed)} of {self._codes()} {verb} modifier {_or(modifiers)}; {without}{title}"

    def _assistant_spare(self) -> str:
        needed, modifiers = self.event[5][:2]
        assert isinstance(modifiers, tuple)
        need = "no unit needs" if needed == 0 else f"only {units_text(needed)} need{'s' if needed == 1 else ''}"
        return f"{self._codes()} carries modifier {_or(modifiers)}, {need} it; payment is lost"

    def _table_pair(self) -> str:
        denied, partner = self._line(), self.visit.lines[_number(self.event[5][0])]
        certain = self.event[2] != "undetermined"
        title = f" ({self._title()})" if self._title() else ""
        return table_words.pair_text(denied.code, partner.code, self.event[5], certain=certain) + title

    def _table_limit(self) -> str:
        rule = self._statement()
        assert isinstance(rule, Limit)
        keys = "per line" if self.event[5][2] in {1, None} and self.event[5][1] is not None else _per(rule)
        title = f" ({self._title()})" if self._title() else ""
        return table_words.limit_text(keys, self.event[5], certain=self.event[2] != "undetermined") + title

    def _no_table(self) -> str:
        return table_words.missing_text(self.event[5])

    def _not_modelled(self) -> str:
        return f"left to people: {self._title() or self.rule()}"

    # ------------------------------------------------------------------------------------------- the trace
    def step(self) -> str:
        """An event that is no finding, as a sentence of the trace."""
        if self.event[1] in words_money.VALUE_NAMES:
            return words_money.step(self.visit, self.event)
        return self._shared() if self.event[1] == "shared" else self._counted()

    def _shared(self) -> str:
        """Whose minutes make which unit of a code."""
        code, units, carried, therapist, assistant, steps = self.event[5]
        assert isinstance(steps, tuple)
        parts = [f"{why}: {units_text(count)} {'with' if marked else 'without'}" for count, marked, why in steps]
        whose = f"therapist {therapist} min, assistant {assistant} min"
        total = f"{carried} of {units_text(units)} with the assistant's modifier"
        return f"{code}: {whose} → {total} ({'; '.join(parts)})"

    def _counted(self) -> str:
        total, units, each, tied = self.event[5]
        assert isinstance(each, tuple) and isinstance(tied, tuple)
        if total is None:
            return f"{units_text(units)} for the visit, whatever the minutes"
        parts = [f"{code} {minutes} min → {share}" for code, minutes, share in each]
        text = f"{total} timed minutes in all → {units_text(units)}"
        if parts:
            text += ": " + ", ".join(parts)
        if tied:
            text += (
                f"; {listed(list(tied[0]))} have equal remainders, the provider chooses who has {units_text(tied[1])}"
            )
        return text

    # --------------------------------------------------------------------------------------------- remedies
    def fix(self, missing: tuple[str, ...]) -> str | None:
        """What would change the answer."""
        at, tag, effect = self.event[0], self.event[1], self.event[2]
        if tag == "no table":
            return table_words.missing_fix(self.event[5])
        if effect == "undetermined":
            return f"give {listed(list(missing))}" if missing else None
        if at != NOBODY and self.plan.spoken[at].fix and effect not in {"note"}:
            return self.plan.spoken[at].fix
        match tag:
            case "overbilled":
                by_minutes = self.event[0] in self.plan.by_minutes
                return f"bill {units_text(self.event[5][0])}" + (
                    ", or document the minutes that were given" if by_minutes else ""
                )
            case "underbilled" | "day underbilled":
                return "bill the units that the minutes support, where no limit stands against it"
            case "pair":
                return self._release()
            case "table pair" if self.event[5][1] == 0:
                return "bill one of the two"
            case "table pair":
                return self._release()
            case "table limit" if not self._within():
                return table_words.limit_fix(self.event[5])
            case "limit" | "limit days" | "limit value" | "table limit":
                return self._within()
            case "check" | "gate":
                return self._remedy()
            case "assistant":
                modifiers = self.event[5][2]
                assert isinstance(modifiers, tuple)
                return f"bill the assistant's units on a line of their own with modifier {_or(modifiers)}"
            case "assistant spare":
                return "bill the therapist's units without the modifier"
            case "total disagrees":
                return "correct the minutes of the lines or the total in the note"
            case _:
                return None

    def _remedy(self) -> str | None:
        check = self._statement()
        assert isinstance(check, Check)
        how, words = check.needs
        match how:
            case "documented":
                return f"record {listed(self._undocumented(words))}, where it is so"
            case "exactly one":
                return f"bill one of modifier {_or(words)}"
            case "some":
                return f"add modifier {_or(words)}"
            case "every":
                return f"add modifier {listed(list(words))}"
            case "none":
                return f"take modifier {_or(words)} off the line"
            case _:
                return None

    def _within(self) -> str | None:
        rule = self._statement()
        assert isinstance(rule, Limit)
        if rule.modifiers:
            return f"add modifier {_or(tuple(sorted(rule.modifiers)))}, where the record supports going on"
        return "obtain authorization" if rule.excess == "authorize" else None

    def _release(self) -> str | None:
        rule = self._statement()
        releases = getattr(rule, "releases", ())
        if not releases:
            return None
        where = {
            "either": "either line",
            "first": "the column-one line",
            "second": "the column-two line",
            "both": "both lines",
        }
        parts = [f"{_or(tuple(sorted(r.modifiers)))} on {where[r.on]}" for r in releases]
        return f"if the services were separate and the record shows it: modifier {'; or '.join(parts)}"

    def _line(self) -> Line:
        return self.visit.lines[self.event[3][0]]

    def _statement(self) -> object:
        at = self.event[0]
        plan = self.plan
        rules: tuple[Check | Pair | Limit | TablePairs, ...] = (
            *plan.gates, *plan.checks, *plan.pairs, *plan.table_pairs, *plan.limits, *(rule.limit for rule in plan.table_limits),
            *plan.value_limits,
        )  # fmt: skip
        return next((rule for rule in rules if rule.at == at), None)


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


def _compares(check: Check) -> bool:
    """Whether a statement asks how like the note is to earlier ones."""
    facts = (op.args[0] for op in walk(check.violated) if op.op == "visit_fact")
    return any(isinstance(fact, Fact) and fact.path == "note.similarity" for fact in facts)


def _amount_text(amount: object, rule: Limit, *, bare: bool = False) -> str:
    """An amount with the measure of a limit; a bare one without the word, which the maximum has already."""
    if rule.measure is Type.MONEY and isinstance(amount, (int, Decimal)):
        return dollars(Decimal(amount))
    return f"{amount}" if bare else units_text(amount, rule.measure.value[:-1])


def _per(rule: Limit) -> str:
    window = rule.window.word
    named = {"rolling": f"{rule.window.days} days", "fiscal year": "fiscal year"}.get(window, window)
    if rule.window.word in {"since", "after"} and rule.window.fact is not None:
        named = f"{window} {rule.window.fact.path}"
    return "per " + listed(
        [*(k for k in rule.keys if k not in {"patient", "claim"}), *(f.path for f in rule.by), named]
    )


__all__ = ["Units", "Words", "units_text"]
