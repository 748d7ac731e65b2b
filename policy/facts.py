"""The catalogue of facts that every policy may read without declaring them.

Owns: each fact's path, type, choices and one line of explanation; the language reference prints this table.
Never: reads a visit (`engine/facts.py` does) or a policy's own `fact` declarations (`resolve` does).
"""

from typing import Final

import attrs

from policy.values import Type


@attrs.frozen
class Fact:
    """One thing that may be known of a visit or of one of its lines (`path` starts with `line.`)."""

    path: str
    type: Type
    title: str
    choices: tuple[str, ...] = ()
    always_given: bool = False

    @property
    def of_line(self) -> bool:
        """True when each line has a value of its own."""
        return self.path.startswith("line.")


DISCIPLINES: Final = ("PT", "OT", "SLP")
DELIVERIES: Final = ("one_on_one", "group", "concurrent")
FURNISHERS: Final = ("therapist", "assistant", "student", "aide")
SETTINGS: Final = ("practitioner", "hospital")
CLAIM_TYPES: Final = ("professional", "institutional")

CATALOGUE: Final = (
    Fact("line.code", Type.CODE, "CPT or HCPCS code", always_given=True),
    Fact("line.number", Type.NUMBER, "line number on the claim", always_given=True),
    Fact("line.minutes", Type.MINUTES, "minutes of treatment with this code"),
    Fact("line.units", Type.UNITS, "units billed"),
    Fact("line.modifiers", Type.MODIFIERS, "modifiers on the line"),
    Fact("line.charge", Type.MONEY, "charge in dollars"),
    Fact("line.fee", Type.MONEY, "price of one unit, in dollars, as contract or schedule has it"),
    Fact("line.practice_expense", Type.MONEY, "the part of that price that pays the practice's expense"),
    Fact("line.rvu", Type.RVUS, "relative value units of one unit"),
    Fact("line.start", Type.TIME, "time at which the service began"),
    Fact("line.end", Type.TIME, "time at which the service ended"),
    Fact("line.discipline", Type.CHOICE, "PT, OT or SLP; read from GP, GO or GN when not stated", DISCIPLINES),
    Fact("line.delivery", Type.CHOICE, "how the service was given", DELIVERIES),
    Fact("line.furnished_by", Type.CHOICE, "who gave the service", FURNISHERS),
    Fact(
        "line.assistant_minutes",
        Type.MINUTES,
        "minutes that an assistant gave alone, joint ones left out; none or all of them by who gave the service, when not stated",
    ),
    Fact("line.provider", Type.TEXT, "rendering provider; the visit's when not stated"),
    Fact("line.place", Type.TEXT, "place of service; the visit's when not stated"),
    Fact("line.revenue_code", Type.TEXT, "revenue code of a facility claim"),
    Fact("line.region", Type.TEXT, "body region treated"),
    Fact("visit.date", Type.DATE, "date of service", always_given=True),
    Fact("visit.received", Type.DATE, "date on which the payer received the claim"),
    Fact("visit.processed", Type.DATE, "date on which the payer processed the claim"),
    Fact("visit.number", Type.NUMBER, "number of this visit in the episode of care, from 1"),
    Fact("visit.timed_minutes", Type.MINUTES, "total timed minutes of the day as the note states them"),
    Fact("visit.total_minutes", Type.MINUTES, "total treatment minutes of the day as the note states them"),
    Fact("visit.place", Type.TEXT, "place of service"),
    Fact("visit.provider", Type.TEXT, "billing provider"),
    Fact("visit.locality", Type.TEXT, "payment locality: the contractor's number and its locality, such as 01112-05"),
    Fact("visit.group", Type.TEXT, "billing group, as one tax id"),
    Fact("visit.facility", Type.TEXT, "facility where the care was given"),
    Fact("visit.setting", Type.CHOICE, "practitioner or outpatient hospital", SETTINGS),
    Fact("visit.claim_type", Type.CHOICE, "professional or institutional claim", CLAIM_TYPES),
    Fact("note.words", Type.NUMBER, "words of the note"),
    Fact("note.similarity", Type.PERCENT, "greatest likeness of the note to an earlier visit's note, rounded down"),
    Fact("patient.age", Type.NUMBER, "age in whole years on the date of service"),
    Fact("patient.history", Type.YES_NO, "whether earlier lines of the patient are known"),
    Fact("authorization.number", Type.TEXT, "authorization number"),
    Fact("authorization.visits", Type.VISITS, "visits authorized"),
    Fact("authorization.units", Type.UNITS, "units authorized"),
    Fact("authorization.from", Type.DATE, "first date authorized"),
    Fact("authorization.until", Type.DATE, "last date authorized"),
    Fact("plan_of_care.established", Type.DATE, "date of the plan of care"),
    Fact("plan_of_care.certified", Type.DATE, "date on which the plan was last certified"),
    Fact("plan_of_care.days", Type.DAYS, "days that the certified plan lasts"),
    Fact("plan_of_care.signed", Type.YES_NO, "whether the plan is signed"),
    Fact("progress_report.date", Type.DATE, "date of the last progress report"),
    Fact("progress_report.visits_since", Type.VISITS, "treatment days since the last progress report"),
    Fact("episode.start", Type.DATE, "first treatment of the episode"),
    Fact("benefit_year.start", Type.DATE, "first day of the benefit year"),
    Fact("injury.date", Type.DATE, "date of injury"),
    Fact("therapy.charges_to_date", Type.MONEY, "allowed charges so far this calendar year for the discipline group"),
)

NOTE: Final = "note."
"""How the paths of facts begin that are read from the note: `note.similarity`, and one for each `evidence` that states a number."""

BY_PATH: Final = {fact.path: fact for fact in CATALOGUE}

DOCUMENTATION: Final = {
    "functional_limitation": "the limitation that the activity addresses",
    "activity": "the activity performed",
    "direct_minutes": "minutes of direct one-on-one contact",
    "assistance": "amount and kind of assistance or cueing",
    "response": "the patient's response",
    "plan_link": "the link to a goal of the plan of care",
    "diagnosis": "the treated diagnosis",
    "start_end": "start and end time",
    "total_time": "total treatment time",
    "timed_total": "total timed minutes",
    "progress": "objective progress",
    "signature": "signature and credentials",
    "goals": "goals of the plan of care",
    "skilled_need": "why a therapist's skills are needed",
    "continued_need": "why treatment must go on",
    "functional_capacity": "functional capacity evaluation report",
    "written_authorization": "the payer's written authorization",
}
"""Elements of a treatment note that `documented …` may name; a policy declares others with `fact documentation.x : text`."""
