"""What the note and the record show, told: the steps of the trace about evidence, and the earlier note that a note is like.

Owns: the words for a passage of the note, by its place and the policy's phrase.
Never: holds, quotes or measures the text of a note; by now nobody has it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from policy.claims.visit import Visit
from policy.engine.answer import Step
from policy.engine.evidence import evidenced, showing
from policy.facts import NOTE
from policy.notes.shown import Passage, Showing
from policy.plan.model import Evidence, Plan

SHOWN: Final = "evidence"
NOT_SHOWN: Final = "no evidence"
"""The names of the two kinds of steps."""
_LONGEST: Final = 40
_TOLD: Final = 3
"""Passages of one evidence that are told; the values beside the text hold more."""


def steps(plan: Plan, visit: Visit) -> Iterator[Step]:
    """One step for each evidence that can be judged, in the order of the policy; and one for the most similar earlier note."""
    for one in plan.evidence:
        known = evidenced(visit, one.name, one.field)
        if known is not None:
            found = showing(visit, one.name)
            filled = _filled(visit, one)
            yield Step(
                SHOWN if known else NOT_SHOWN,
                plan.spoken[one.at].label,
                _told(one, found, filled),
                _values(found, filled),
            )
    similar = like(visit)
    if similar and visit.reading and visit.reading.similar:
        values: dict[str, object] = {"percent": visit.reading.similar.percent, "visit": visit.reading.similar.visit}
        yield Step(SHOWN, f"fact {NOTE}similarity", similar, {**values, "date": visit.reading.similar.date.isoformat()})


def like(visit: Visit) -> str:
    """Which earlier note the note is most like: `96% alike to the note of visit V0, 2026-02-20`; empty without one."""
    similar = visit.reading.similar if visit.reading is not None else None
    if similar is None:
        return ""
    named = f"visit {similar.visit}, {similar.date}" if similar.visit is not None else f"{similar.date}"
    return f"{similar.percent}% alike to the note of {named}"


def _filled(visit: Visit, one: Evidence) -> str | None:
    """The field of the record that documents an evidence, if it is filled."""
    return one.field if one.field is not None and (visit.documentation or {}).get(one.field) else None


def _told(one: Evidence, found: Showing, filled: str | None) -> str:
    parts = [f"field `{filled}` of the record"] if filled else []
    parts += [f"note {_place(passage)}, by `{_short(passage.phrase)}`" for passage in found.passages[:_TOLD]]
    further = len(found.passages) - _TOLD + found.more
    parts += [f"{further} more place{'s' if further > 1 else ''}"] if further > 0 else []
    parts += [f"in all {found.number}"] if found.number is not None else []
    if not parts:
        ruled_out = f"; {found.ruled_out} ruled out by `but not`" if found.ruled_out else ""
        return f"shown by no phrase of the note{ruled_out}" if one.says else "not in the record"
    return "; ".join(parts)


def _short(phrase: str) -> str:
    """A phrase of many choices, cut; the values beside the text hold the whole."""
    return phrase if len(phrase) <= _LONGEST else f"{phrase[:_LONGEST].rstrip('/ .')}…"


def _place(passage: Passage) -> str:
    return f"characters {passage.start}-{passage.end}"


def _values(found: Showing, filled: str | None) -> Mapping[str, object]:
    values: dict[str, object] = {"field": filled} if filled else {}
    if found.passages:
        values["passages"] = [{"phrase": p.phrase, "start": p.start, "end": p.end} for p in found.passages]
        values["more"] = found.more
    if found.number is not None:
        values["number"] = found.number
    if found.ruled_out:
        values["ruled_out"] = found.ruled_out
    return values
