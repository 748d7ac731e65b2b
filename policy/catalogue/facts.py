"""What sentences call the facts of a visit and the elements of a record.

Owns: a noun phrase for every fact of the catalogue in `policy/facts.py`, and two clauses (yes, no) for those that are yes or no.
Never: says what a fact means; a policy's own facts go by the title their author gave them.
"""

from collections.abc import Mapping
from typing import Final

NOUNS: Final[Mapping[str, str]] = {
    "line.code": "the code of the line",
    "line.number": "the number of the line",
    "line.minutes": "the line's minutes",
    "line.units": "the line's billed units",
    "line.modifiers": "the line's modifiers",
    "line.charge": "the line's charge",
    "line.fee": "the price of one unit that the claim states",
    "line.practice_expense": "the practice expense that the claim states",
    "line.rvu": "the line's RVUs",
    "visit.locality": "the payment locality",
    "line.start": "the line's start time",
    "line.end": "the line's end time",
    "line.discipline": "the line's discipline",
    "line.delivery": "the delivery",
    "line.furnished_by": "the person who gave the service",
    "line.assistant_minutes": "the minutes that an assistant gave alone",
    "line.provider": "the line's provider",
    "line.place": "the line's place of service",
    "line.revenue_code": "the line's revenue code",
    "line.region": "the body region treated",
    "visit.date": "the date of service",
    "visit.received": "the date on which the claim was received",
    "visit.processed": "the date on which the claim was processed",
    "visit.number": "the number of the visit in the episode",
    "visit.timed_minutes": "the note's total of timed minutes",
    "visit.total_minutes": "the note's total of treatment minutes",
    "visit.place": "the place of service",
    "visit.provider": "the billing provider",
    "visit.setting": "the setting",
    "visit.claim_type": "the kind of claim",
    "patient.age": "the patient's age",
    "authorization.number": "an authorization number",
    "authorization.visits": "the number of visits authorized",
    "authorization.units": "the number of units authorized",
    "authorization.until": "the last date authorized",
    "plan_of_care.established": "the date of the plan of care",
    "plan_of_care.certified": "the date of the plan's last certification",
    "progress_report.date": "the date of the last progress report",
    "progress_report.visits_since": "the treatment days since the last progress report",
    "episode.start": "the first day of the episode",
    "benefit_year.start": "the first day of the benefit year",
    "injury.date": "the date of injury",
    "therapy.charges_to_date": "the year's allowed charges so far",
    "note.words": "the number of words in the note",
    "note.similarity": "the note's likeness to an earlier note",
    "patient.history": "the patient's history",
    "plan_of_care.signed": "the signature on the plan of care",
}
YES_NO: Final[Mapping[str, tuple[str, str]]] = {
    "patient.history": ("earlier lines of the patient are known", "earlier lines of the patient are not known"),
    "plan_of_care.signed": ("the plan of care is signed", "the plan of care is not signed"),
}
CHOICES: Final[Mapping[str, str]] = {
    "one_on_one": "one-on-one",
    "therapist": "a therapist",
    "assistant": "an assistant",
    "student": "a student",
    "aide": "an aide",
    "practitioner": "practitioner's office",
    "hospital": "outpatient hospital",
}
"""Choices that read better with a word more."""
