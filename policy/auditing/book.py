"""Statements in words: what a reason of the figures says, on whose authority, and which pattern of denial it belongs to.

Owns: from the policy and label of a decision to the sentences of the catalogue; the patterns.
Never: writes a sentence about a statement itself; `catalogue` does.
"""

import datetime as dt
import functools
from collections.abc import Mapping
from html import escape
from typing import Final, NamedTuple

import attrs

from policy.auditing.attribution import NOBODY
from policy.auditing.model import Source
from policy.catalogue import html
from policy.catalogue.html import Html
from policy.catalogue.links import outside
from policy.catalogue.model import Doc, Shown
from policy.facts import BY_PATH, DOCUMENTATION
from policy.plan.model import Check, walk
from policy.program import Program


class Pattern(NamedTuple):
    """A kind of denial: its name, and what it means."""

    name: str
    meaning: str


UNSUPPORTED = Pattern("Units that the minutes do not support", "more units billed than the documented minutes make")
MINUTES = Pattern("Minutes missing", "without minutes nobody can say how many units there are")
PAIRS = Pattern(
    "Pairs without a modifier",
    "two codes of one day of which one is paid, unless a modifier says that they were separate",
)
LIMITS = Pattern("Above a limit", "more units, visits or dollars than the payer allows in the time")
MODIFIERS = Pattern("Modifiers", "a modifier that the payer asks for is missing, or one stands where it must not")
NOTES = Pattern("Gaps in the note", "the record does not show what the payer wants to see")
ASSISTANTS = Pattern("Assistants' units", "units of an assistant without the modifier, or the other way round")
RULES = Pattern("Other rules", "codes that are not paid, requirements of plan, place or person")
UNREAD = Pattern(
    "Nothing stated", "the policy does not say how the code is counted, is not in force, or has no table for the date"
)
UNBILLED = Pattern("Units not billed", "the minutes support more units than were billed")
PATTERNS: Final = (UNSUPPORTED, MINUTES, PAIRS, LIMITS, MODIFIERS, NOTES, ASSISTANTS, RULES, UNREAD)
_BY_TAG: Final[Mapping[str, Pattern]] = {
    "underbilled": UNBILLED, "overbilled": UNSUPPORTED, "no unit": UNSUPPORTED, "day overbilled": UNSUPPORTED, "total disagrees": NOTES,
    "units unknown": MINUTES, "pair": PAIRS, "table pair": PAIRS, "limit": LIMITS, "limit days": LIMITS,
    "limit value": LIMITS, "table limit": LIMITS, "assistant": ASSISTANTS, "assistant spare": ASSISTANTS,
    "unclassified": UNREAD, "not in force": UNREAD, "no table": UNREAD, "unreadable fact": UNREAD, "amount unknown": UNREAD,
}  # fmt: skip
OWN: Final[Mapping[str, str]] = {
    "classification": "codes that the policy does not say how to count", "payment": "what is paid is not known",
    NOBODY: "units that no finding names",
}  # fmt: skip
"""What stands for a reason that is no statement."""


@attrs.frozen(slots=False, eq=False)
class Book:
    """The statements of one policy as they are in force on the last date of service of an audit, or were since the first."""

    program: Program
    first: dt.date
    last: dt.date

    @functools.cached_property
    def _doc(self) -> Doc:
        return Doc(self.program.resolved, self.last)

    def _shown(self, label: str) -> Shown | None:
        return self._doc.places.get(label)

    def title(self, label: str) -> Html:
        """What a statement is called: its title, else what it is about."""
        shown = self._shown(label)
        if shown is not None:
            return html.words(shown.heading)
        return Html(escape(OWN.get(label, label)))

    def said(self, label: str) -> list[Html]:
        """Its sentences."""
        shown = self._shown(label)
        return [html.words(sentence) for sentence in shown.sentences] if shown is not None else []

    def sources(self, label: str) -> list[Source]:
        """The texts that it rests on."""
        shown = self._shown(label)
        out = []
        for cited in shown.statement.cites if shown is not None else ():
            source = cited.source
            notes = [source.evidence] if source.evidence else []
            notes += [f"dated {source.dated}"] if source.dated else []
            notes += [f"seen {source.seen}"] if source.seen else []
            text = source.title + (f", {cited.where}" if cited.where else "")
            out.append(Source(text, outside(source.link), ", ".join(notes)))
        return out

    def assumptions(self, label: str) -> tuple[str, ...]:
        """What its author decided where the sources are silent."""
        shown = self._shown(label)
        return shown.statement.assumptions if shown is not None else ()

    def pattern(self, tag: str, label: str) -> Pattern:
        """The pattern of denial of a finding."""
        if tag not in ("gate", "check"):
            return _BY_TAG.get(tag, RULES)
        return self._checks.get(label, RULES)

    @functools.cached_property
    def _checks(self) -> Mapping[str, Pattern]:
        found: dict[str, Pattern] = {}
        for date in (self.first, *(day for day in self.program.starts if self.first < day <= self.last)):
            plan = self.program.plan(date)
            found |= {plan.spoken[check.at].label: _pattern(check) for check in (*plan.gates, *plan.checks)}
        return found

    def fact(self, path: str) -> str:
        """What a missing fact is."""
        if path in BY_PATH:
            return BY_PATH[path].title
        if path.startswith("documentation."):
            return DOCUMENTATION.get(path.removeprefix("documentation."), "an element of the record")
        declared = self.program.resolved.facts.get(path)
        if declared is not None:
            return declared.title or path
        return _OTHERS.get(path.partition(".")[0].partition(" ")[0], "")


_OTHERS: Final = {
    "history": "a fact of earlier lines of the patient", "note": "what the note states", "table": "a reference table for the date",
    "amount": "a price", "modifier": "a modifier",
}  # fmt: skip


def _pattern(check: Check) -> Pattern:
    how = check.needs[0]
    if how == "documented" or any(op.op in ("documented", "evidenced") for op in walk(check.violated)):
        return NOTES
    if how or any(op.op in ("has_modifier", "one_modifier") for op in walk(check.violated)):
        return MODIFIERS
    return RULES
