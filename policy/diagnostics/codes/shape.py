"""E501 to E505: the clauses of a declaration.

Owns: why each matters, what to avoid and what to write.
Never: finds a mistake (`policy/syntax/shape.py` and `policy/resolve` do).
"""

from typing import Final

from policy.diagnostics.entry import Entry, entry

ENTRIES: Final[dict[str, Entry]] = {
    "wrong-clause": entry(
        "E501",
        "a clause that does not belong here",
        """Each kind of declaration has its own clauses; the language page lists them. A clause that does not belong would be
        read by nobody, and its author would think it holds.""",
        """
        limit daily_units
            at most    4 units
            pool       patient, day
            per        patient and day
            counting   billed units
            on excess  deny every unit
            cite       manual
        """,
        """
        limit daily_units
            at most    4 units
            per        patient and day
            counting   billed units
            on excess  deny every unit
            cite       manual
        """,
    ),
    "repeated-clause": entry(
        "E502",
        "a clause stated twice",
        """Of two clauses that cannot both hold, one would win in silence. Where both are meant, they are joined: lists with
        commas, conditions with `and` or `or`.""",
        """
        rule long_course
            when    visit.number > 12
            when    not documented continued_need
            review
            cite    manual
        """,
        """
        rule long_course
            when    visit.number > 12 and not documented continued_need
            review
            cite    manual
        """,
    ),
    "missing-clause": entry(
        "E503",
        "a clause that is missing",
        """The language has no hidden defaults: what a count, a limit or a requirement needs is written down, so that the auditor
        reads it too. Nothing is asked for while a clause of the declaration could not be read.""",
        """
        limit daily_units
            at most    4 units
            counting   billed units
            cite       manual
        """,
        """
        limit daily_units
            at most    4 units
            per        patient and day
            counting   billed units
            on excess  deny every unit
            cite       manual
        """,
    ),
    "excess-order": entry(
        "E504",
        "a limit with no order for the excess",
        """When a day's lines come to six units and four are allowed, somebody decides which two are not paid. Where the payer
        does not say, the author states an order and an assumption, and the decision shows both.""",
        """
        limit daily_units
            at most    4 units
            per        patient and day
            counting   billed units
            on excess  deny the excess
            cite       manual
        """,
        """
        limit daily_units
            at most    4 units
            per        patient and day
            counting   billed units
            on excess  deny the excess, last line first
            cite       manual
            assume     "the notice does not say which line gives way"
        """,
    ),
    "no-source": entry(
        "E505",
        "a statement with neither source nor assumption",
        """Every statement that can change a decision says where it comes from, or that its author assumed it and why. The
        decision repeats it, so that a denial can be traced to a page or to a person.""",
        """
        rule long_course
            when    visit.number > 12
            review
        """,
        """
        rule long_course
            when    visit.number > 12
            review
            assume  "contractors speak of 10 to 12 visits; the later number is used"
        """,
    ),
}
