"""What an author calls each clause: its word, a line to copy, and what it says in one line.

Owns: the vocabulary that messages, help texts and the language reference share.
Never: decides which kind of declaration may hold a clause (`shape.py`) or how one is printed (`clause_words.py`).
"""

from typing import Final

import attrs

from policy.syntax import ast


@attrs.frozen
class ClauseWord:
    """`word` names the clause in a message, `line` is one to copy, `twice` is the remedy when it stands twice."""

    word: str
    line: str
    meaning: str
    twice: str = "keep one of them"


def _join(line: str) -> str:
    return f"put everything into one clause, such as `{line}`"


CLAUSES: Final[dict[type, ClauseWord]] = {
    ast.Extends: ClauseWord("extends", "extends base.therapy", "the policy whose declarations this one starts from"),
    ast.InForce: ClauseWord(
        "in force",
        "in force from 2026-01-01",
        "the dates on which it holds, both inclusive, and the date it is judged by",
        "write a second declaration for the second range of dates",
    ),
    ast.Status: ClauseWord("status", "status announced", "stated but inert, or stated without having been verified"),
    ast.Link: ClauseWord("link", 'link "https://www.cms.gov/…"', "where the document can be read"),
    ast.Seen: ClauseWord("seen", "seen 2026-03-02", "the day on which the author read it"),
    ast.Dated: ClauseWord("dated", "dated 2026-01-01", "the date that the document bears"),
    ast.Evidence: ClauseWord("evidence", "evidence published", "how well the document is known"),
    ast.InField: ClauseWord("in field", "in field activity", "the element of the record that documents it"),
    ast.NoteSays: ClauseWord(
        "note says", 'note says "to improve ...", "# minutes"', "phrases of which one in the note documents it"
    ),
    ast.ButNot: ClauseWord("but not", 'but not "not limited in ..."', "phrases that rule out what they cover"),
    ast.Cite: ClauseWord("cite", "cite SOURCE", "the sources that say so"),
    ast.Assume: ClauseWord("assume", 'assume "why"', "what the author decided because the sources are silent"),
    ast.Fix: ClauseWord("fix", 'fix "what to do"', "what would put the claim right"),
    ast.AppliesTo: ClauseWord(
        "applies to",
        "applies to timed",
        "the codes it speaks of; every code when not stated",
        _join("applies to timed, 97150"),
    ),
    ast.Members: ClauseWord(
        "a list of codes", "97110, 97112, 97161-97168", "codes, ranges of codes and other code sets"
    ),
    ast.Columns: ClauseWord(
        "over",
        "97150 over 97530",
        "the pair's column one and column two",
        "write a second `pair` for the other codes",
    ),
    ast.ExceptCodes: ClauseWord("except", "except 97750", "codes that are left out", _join("except 97750, 97755")),
    ast.ExceptPair: ClauseWord(
        "except … over", "except 97530 over 97750", "pairs of the table that the payer does not apply"
    ),
    ast.FromTable: ClauseWord(
        "from table",
        "from table ncci_ptp, setting practitioner",
        "the reference table that says it, for the date of service; `quarter 2024Q3` keeps to one release",
    ),
    ast.Among: ClauseWord(
        "among", "among timed, 97150", "both codes of a pair are among these", _join("among timed, 97150")
    ),
    ast.Mapped: ClauseWord(
        "KIND NAME REASON", "limit four_units CO-119", "the reason codes that a statement's findings carry"
    ),
    ast.UnitBasis: ClauseWord("one unit each", "one unit each 15 minutes", "how long one unit of these codes is"),
    ast.ValueRow: ClauseWord(
        "from", "from 2026-01-01  $2,480.00", "the value, for ever (`is`) or from a date on (`from`)"
    ),
    ast.By: ClauseWord("by", "by total time", "the method that turns minutes into units"),
    ast.Pool: ClauseWord(
        "pool", "pool patient, day, discipline", "whose minutes are added up", _join("pool patient, day, discipline")
    ),
    ast.UnitAt: ClauseWord(
        "a unit at", "a unit at 8 minutes of 15", "at how many minutes a unit is reached, and how long it is"
    ),
    ast.DecimalUnits: ClauseWord(
        "decimal units",
        "decimal units of 15 minutes, in tenths, rounded half up",
        "units in parts, and how the last part is rounded",
    ),
    ast.Leftover: ClauseWord(
        "leftover", "leftover to the largest remainder", "which code gets a unit that no code filled alone"
    ),
    ast.Ties: ClauseWord("ties", "ties are the provider's choice", "who decides between equal remainders"),
    ast.DenySide: ClauseWord("deny the", "deny the second", "which column of the pair gives way"),
    ast.UnlessModifier: ClauseWord(
        "unless modifier",
        "unless modifier 59, XE, XP, XS or XU on either line",
        "the modifiers that release the pair, and on which line",
    ),
    ast.Unless: ClauseWord(
        "unless",
        "unless visit.number is 1",
        "when it does not speak",
        "join the two conditions with `or`",
    ),
    ast.TimesOverlap: ClauseWord(
        "only when times overlap", "only when times overlap", "the pair holds only where the two services overlap"
    ),
    ast.OnlyGiven: ClauseWord(
        "only when given",
        "only when given line.minutes",
        "it is not judged, and the decision says so, while one of these facts is missing",
        _join("only when given line.minutes, visit.number"),
    ),
    ast.Same: ClauseWord("same", "same discipline", "both lines agree in this"),
    ast.Reason: ClauseWord(
        "reason", "reason CO-119", "the reason codes that a finding carries", _join("reason CO-119, N362")
    ),
    ast.AtMost: ClauseWord(
        "at most", "at most 4 units", "the most that is allowed, of one measure or of the first of two windows"
    ),
    ast.Per: ClauseWord(
        "per", "per patient, provider and day", "whose, and over which window", _join("per patient, provider and day")
    ),
    ast.Counting: ClauseWord(
        "counting", "counting billed units", "what uses the limit up: units as billed, supported or allowed"
    ),
    ast.OnExcess: ClauseWord(
        "on excess",
        "on excess deny the excess, last line first",
        "what happens above the limit, and which line gives way",
    ),
    ast.When: ClauseWord(
        "when", "when visit.number > 12", "the condition under which it speaks", "join the two conditions with `and`"
    ),
    ast.NeedsModifier: ClauseWord(
        "modifier", "exactly one of modifier GP, GO or GN", "the modifiers that a line must carry"
    ),
    ast.NeedsDocumented: ClauseWord(
        "documented",
        "documented activity, response",
        "the elements that the note must hold",
        _join("documented activity, response"),
    ),
    ast.NeedsThat: ClauseWord(
        "that", "that line.delivery is one_on_one", "what must be true", "join the two conditions with `and`"
    ),
    ast.Otherwise: ClauseWord("otherwise", "otherwise deny", "what happens when the requirement is not met"),
    ast.Effect: ClauseWord("deny", 'deny "why"', "what happens: deny, reduce, review, authorize, warn or note"),
    ast.BeforeCounting: ClauseWord("before counting", "before counting", "a line that fails is not counted at all"),
    ast.Marks: ClauseWord(
        "modifier",
        "modifier CQ with GP, CO with GO",
        "the assistant's modifier, and the plan-of-care modifier that it goes with",
        _join("modifier CQ with GP, CO with GO"),
    ),
    ast.Above: ClauseWord(
        "above", "above 10% of each unit", "the assistant's share above which the modifier is needed"
    ),
    ast.LastUnit: ClauseWord(
        "except the last unit",
        "except the last unit when the therapist alone gives 8 minutes",
        "when the one unit that is left goes without the modifier",
    ),
    ast.LastTwo: ClauseWord(
        "except the last two units",
        "except the last two units when each gives 9 to 14 minutes, 23 to 28 together",
        "when one of the two units that are left goes without the modifier",
    ),
    ast.Touches: ClauseWord(
        "touches", "touches limit four_units", "a declaration whose answers the unmodelled clause could change"
    ),
    ast.Rate: ClauseWord("rate", "rate $42.50 each unit", "the base price of one unit, or of the visit"),
    ast.PriceRow: ClauseWord(
        "a price", "97530  $35.07, practice expense $20.04", "codes with the price of one unit, in dollars or RVUs"
    ),
    ast.ConversionFactor: ClauseWord(
        "conversion factor", "conversion factor $33.40", "the dollars of one RVU, written out or a named value"
    ),
    ast.ReduceBy: ClauseWord("reduce", "reduce practice expense by 50%", "what later services lose on the same day"),
    ast.ExceptFirst: ClauseWord("except the first", "except the first unit", "what keeps its whole price"),
    ast.RankedBy: ClauseWord(
        "ranked by", "ranked by practice expense", "which service is the first one: the one with most of this"
    ),
    ast.Across: ClauseWord("across", "across patient, provider and day", "the lines that are ranked together"),
    ast.PayShare: ClauseWord("pay", "pay 85%", "the share of a line's amount that is paid"),
    ast.AtCharge: ClauseWord(
        "at most the charge", "at most the charge", "a line is paid its charge where that is less"
    ),
    ast.ToTheCent: ClauseWord("rounded", "rounded half up to the cent", "where a fraction of a cent goes"),
    ast.After: ClauseWord(
        "after",
        "after practice_expense",
        "the steps of payment that come before this one",
        _join("after mppr, assistant_share"),
    ),
    ast.ExampleVisit: ClauseWord(
        "visit",
        "visit 2026-03-02",
        "the visit of the example, its facts and its lines",
        "write a second `example` for the second visit",
    ),
    ast.Expect: ClauseWord("expect", "expect no findings", "what the decision must say"),
}


def word_of(clause: ast.Clause) -> str:
    """The word with which this very clause begins, as its author would say it."""
    match clause:
        case ast.Effect(effect=effect):
            return "reduce to" if effect == "reduce" else effect
        case ast.ValueRow(start=None):
            return "is"
        case ast.UnitAt(thresholds=thresholds, of=of, every=every) if len(thresholds) > 1 or every != of:
            return "units at"
        case ast.NeedsModifier(how=how):
            return {"exactly one": "exactly one of modifier", "some": "one of modifier", "none": "no modifier"}.get(
                how, "modifier"
            )
        case _:
            return CLAUSES[type(clause)].word
