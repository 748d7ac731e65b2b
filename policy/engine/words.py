"""The sentences of decisions, in the field's words.

Owns: the message of each kind of finding. What would fix it is in `remedies.py`, what the trace says in `traced.py`.
Never: says anything that is not in the event, the visit's numbers or the policy.
"""

from decimal import Decimal

from policy.engine import table_words
from policy.engine.about import About, either, listed, units_text
from policy.engine.money import dollars
from policy.engine.shown import like
from policy.facts import Fact
from policy.plan.model import Check, Limit, Pair, walk
from policy.values import Type

EFFECT_WORDS = {
    "deny": "denied",
    "reduce": "reduced",
    "review": "sent to review",
    "authorize": "in need of authorization",
    "warn": "flagged",
    "note": "noted",
}


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


class Words(About):
    """The words of one finding."""

    def message(self) -> str:
        """One sentence, lower case, without a full stop, for the finding."""
        tag = self.event[1]
        tell = getattr(self, TELLERS[tag])
        text: str = tell()
        if self.event[2] == "undetermined" and tag in UNSURE:
            would = EFFECT_WORDS.get(str(self.event[5][-1]), "changed")
            return f"{self.codes()} may be {would}: {text}"
        return text

    # ------------------------------------------------------------------------------------------- by tag
    def _overbilled(self) -> str:
        line, supported = self.line(), self.event[5][0]
        billed = units_text(line.units)
        minutes = "" if line.minutes is None else f" ({line.minutes} minutes on this line)"
        if self.rule().startswith("codes "):
            return f"{billed} of {line.code} billed; it is one unit a day"
        if [other.code for other in self.visit.lines].count(line.code) > 1:
            return f"{billed} of {line.code} billed on this line, {supported or 'none'} left for it of what {line.code} is supported for"
        word = "no unit is" if supported == 0 else f"only {units_text(supported)} {'is' if supported == 1 else 'are'}"
        return f"{billed} of {line.code} billed, {word} supported by the minutes{minutes}"

    def _underbilled(self) -> str:
        line, supported = self.line(), self.event[5][0]
        return f"{units_text(line.units)} of {line.code} billed, the minutes support {supported}"

    def _no_unit(self) -> str:
        minutes = self.event[5][0]
        return f"no unit is supported for {'the' if minutes is None else minutes} minutes of {self.line().code}"

    def _units_unknown(self) -> str:
        line = self.line()
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
        return f"{self.plan.policy} does not say how {self.line().code} is counted"

    def _unreadable_fact(self) -> str:
        path = str(self.event[5][0])
        fact = next(f for f in self.plan.declared if f.path == path)
        wanted = f"one of {either(fact.choices)}" if fact.choices else fact.type.value
        return f"`{path}` is not {wanted}; it is taken as not given"

    def _not_in_force(self) -> str:
        return f"{self.plan.policy} has no version in force on {self.visit.date}"

    def _gate(self) -> str:
        return self._check() + ("" if self.event[2] == "undetermined" else "; it does not count")

    def _check(self) -> str:
        check = self.statement()
        assert isinstance(check, Check)
        lacking = self._lacking(check) if self.event[2] != "undetermined" else ""
        said = check.message or self.title()
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
            return f"the note does not show {listed(self.undocumented(words))}"
        if how:
            carried = self.line().modifiers or ()
            has = f"the line has {listed(list(carried))}" if carried else "the line has none"
            wanted = {
                "exactly one": f"exactly one of modifier {either(words)}", "some": f"modifier {either(words)}",
                "every": f"modifier {listed(list(words))}", "none": f"to be without modifier {either(words)}",
            }[how]  # fmt: skip
            return f"{self.codes()} needs {wanted}; {has}"
        return ""

    def _pair(self) -> str:
        denied, partner = self.line(), self.visit.lines[_number(self.event[5][0])]
        rule = self.statement()
        title = f" ({self.title()})" if self.title() else ""
        if self.event[2] == "undetermined":
            return f"{denied.code} is billed with {partner.code}{title}"
        released = isinstance(rule, Pair) and rule.releases
        without = " without a modifier that releases it" if released else ""
        return f"{denied.code} is not paid with {partner.code} on the same day{without}{title}"

    def _limit(self) -> str:
        measured, most = self.event[5][0], self.event[5][1]
        rule = self.statement()
        assert isinstance(rule, Limit)
        cap = "the limit" if most is None else f"at most {_amount_text(most, rule)}"
        title = f" ({self.title()})" if self.title() else ""
        if self.event[2] == "undetermined":
            return f"{cap} {_per(rule)}{title}"
        have = "" if measured is None else f", here {_amount_text(measured, rule, bare=True)}"
        needs = f"; needs modifier {listed(sorted(rule.modifiers))}" if rule.modifiers else ""
        return f"{cap} {_per(rule)}{have}{needs}{title}"

    def _limit_value(self) -> str:
        return self._limit()

    def _amount_unknown(self) -> str:
        why = self.event[5][0]
        return f"what is paid for {self.codes()} is not known" + (f": {why}" if why is not None else "")

    def _limit_days(self) -> str:
        return f"more than {self.event[5][0]} days have passed{f' ({self.title()})' if self.title() else ''}"

    def _assistant(self) -> str:
        needed, plain, modifiers = self.event[5][:3]
        assert isinstance(modifiers, tuple)
        title = f" ({self.title()})" if self.title() else ""
        if self.event[2] == "undetermined":
            return f"an assistant's units of {self.codes()} carry modifier {either(modifiers)}{title}"
        if needed is None or plain is None:
            return f"{self.codes()} was given by an assistant and is billed without modifier {either(modifiers)}{title}"
        verb = "needs" if needed == 1 else "need"
        without = f"{units_text(plain)} {'is' if plain == 1 else 'are'} billed without it"
        return f"{units_text(needed)} of {self.codes()} {verb} modifier {either(modifiers)}; {without}{title}"

    def _assistant_spare(self) -> str:
        needed, modifiers = self.event[5][:2]
        assert isinstance(modifiers, tuple)
        need = "no unit needs" if needed == 0 else f"only {units_text(needed)} need{'s' if needed == 1 else ''}"
        return f"{self.codes()} carries modifier {either(modifiers)}, {need} it; payment is lost"

    def _table_pair(self) -> str:
        denied, partner = self.line(), self.visit.lines[_number(self.event[5][0])]
        certain = self.event[2] != "undetermined"
        title = f" ({self.title()})" if self.title() else ""
        return table_words.pair_text(denied.code, partner.code, self.event[5], certain=certain) + title

    def _table_limit(self) -> str:
        rule = self.statement()
        assert isinstance(rule, Limit)
        keys = "per line" if self.event[5][2] in {1, None} and self.event[5][1] is not None else _per(rule)
        title = f" ({self.title()})" if self.title() else ""
        return table_words.limit_text(keys, self.event[5], certain=self.event[2] != "undetermined") + title

    def _no_table(self) -> str:
        return table_words.missing_text(self.event[5])

    def _not_modelled(self) -> str:
        return f"left to people: {self.title() or self.rule()}"


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
