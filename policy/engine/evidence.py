"""The note of a visit, read once, before anything is judged.

Owns: putting what a note shows in the place of its text, so that no evaluator, decision, finding or trace ever holds the text; and
whether an evidence is documented.
Never: finds a phrase (`notes/matcher.py`) or tells what was found (`engine/telling.py`).
"""

import attrs

from policy.claims.visit import Visit
from policy.notes.shown import Reading, Showing, Similar
from policy.plan.model import Plan
from policy.values import Truth


def read_note(plan: Plan, visit: Visit) -> Visit:
    """The visit with a reading instead of its note and its earlier notes; a visit without them, or read before, is itself.

    Raises `NeedsExtra` when the plan compares notes, both are given, and the library that compares them is not installed.
    """
    if visit.note is None and visit.earlier_notes is None:
        return visit
    reading = None
    if visit.note is not None and (plan.evidence or plan.noted):
        from policy.notes.words import words

        note = words(visit.note)
        similar: Similar | None = None
        earlier = [
            (one.date, one.visit, one.note)
            for one in visit.earlier_notes or ()
            if one.date <= visit.date and (one.visit is None or one.visit != visit.visit)
        ]
        if "similarity" in plan.noted and earlier:
            from policy.notes.similarity import most_alike

            similar = most_alike(note, earlier)
        reading = Reading(len(note), plan.reader.read(note), similar)
    return attrs.evolve(visit, note=None, earlier_notes=None, reading=reading)


def evidenced(visit: Visit, name: str, field: str | None) -> Truth:
    """Whether an evidence is documented: by its field, or by the note. What is not known of either leaves it open.

    A note settles it; without one, a record does that has a field for it.
    """
    record = visit.documentation if field is not None else None
    if record is not None and record.get(field or ""):
        return True
    if visit.reading is not None:
        return showing(visit, name).shown
    return None if record is None else False


def showing(visit: Visit, name: str) -> Showing:
    """What the note shows of an evidence; nothing when no note was read."""
    reading = visit.reading
    return reading.shown.get(name, _NOTHING) if reading is not None else _NOTHING


_NOTHING = Showing()
