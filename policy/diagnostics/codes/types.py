"""E401 to E411 and E440: types and units of measure.

Owns: why each matters, what to avoid and what to write.
Never: finds a mistake (`policy/resolve` does).
"""

from typing import Final

from policy.diagnostics.entry import Entry, entry

ENTRIES: Final[dict[str, Entry]] = {
    "types-differ": entry(
        "E401",
        "things compared that do not measure the same",
        """Eight minutes are not eight units. Every number carries its measure, and only like is compared with like, or added to
        it.""",
        """
        rule short_line
            when    line.minutes < 8 units
            review
            cite    manual
        """,
        """
        rule short_line
            when    line.minutes < 8 minutes
            review
            cite    manual
        """,
    ),
    "not-a-condition": entry(
        "E402",
        "a condition that is neither true nor false",
        """A condition says something that holds or does not hold. A number of minutes alone says nothing; compare it, or ask
        whether it is given.""",
        """
        rule no_minutes
            when    not line.minutes
            review
            cite    manual
        """,
        """
        rule no_minutes
            when    line.minutes is missing
            review
            cite    manual
        """,
    ),
    "choice": entry(
        "E403",
        "a word that the fact does not have",
        """Some facts are one of a few words, which the language page lists. A comparison with another word could never hold.""",
        """
        rule group_work
            when    line.delivery is grup
            review
            cite    manual
        """,
        """
        rule group_work
            when    line.delivery is group
            review
            cite    manual
        """,
    ),
    "not-ordered": entry(
        "E404",
        "an order among things that have none",
        """Quantities and dates have an order; codes, texts and words do not. A range of codes is written as a range.""",
        """
        rule evaluation_codes
            when    line.code >= 97161
            review
            cite    manual
        """,
        """
        rule evaluation_codes
            when    line.code in 97161-97168
            review
            cite    manual
        """,
    ),
    "threshold": entry(
        "E405",
        "thresholds that cannot be counted by",
        """A unit of a number of minutes begins at a threshold inside those minutes, and thresholds rise. Under total time the
        second unit's threshold lies inside the second unit, and so on: only then does every code keep its whole units
        and one unit at most is left over for each.""",
        """
        count midpoint
            applies to  97530
            by          each code
            pool        patient, day
            a unit      at 18 minutes of 15
            cite        manual
        """,
        """
        count midpoint
            applies to  97530
            by          each code
            pool        patient, day
            a unit      at 8 minutes of 15
            cite        manual
        """,
    ),
    "measure": entry(
        "E406",
        "a limit that counts one thing and caps another",
        """What a limit counts and what it caps are the same measure. Minutes cannot use up a number of units.""",
        """
        limit daily_units
            at most    4 units
            per        patient and day
            counting   billed minutes
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
    "example-code": entry(
        "E407",
        "an expectation about a code that the visit does not have",
        """An example expects something of the lines it states. An expectation about another code could never fail, and so would
        prove nothing.""",
        """
        example one_line
            visit 2026-03-02
                97530  24 minutes
            expect 97110  2 units
        """,
        """
        example one_line
            visit 2026-03-02
                97530  24 minutes
            expect 97530  2 units
        """,
    ),
    "two-windows": entry(
        "E408",
        "a limit over two windows",
        """A limit counts over one window of time, or for one number of days after a date. Two windows are two limits, each
        with an answer of its own.""",
        """
        limit visits_allowed
            at most    12 visits
            per        patient, month and calendar year
            on excess  review
            cite       manual
        """,
        """
        limit visits_a_month
            at most    12 visits
            per        patient and month
            on excess  review
            cite       manual

        limit visits_a_year
            at most    60 visits
            per        patient and calendar year
            on excess  review
            cite       manual
        """,
    ),
    "gate-effect": entry(
        "E409",
        "a gate that does not deny",
        """`before counting` stops a line before its minutes are counted. A line that is only to be looked at still counts.""",
        """
        require one_discipline
            exactly one of modifier GP, GO or GN
            before counting
            otherwise  review
            cite       manual
        """,
        """
        require one_discipline
            exactly one of modifier GP, GO or GN
            before counting
            otherwise  deny
            cite       manual
        """,
    ),
    "line-in-maximum": entry(
        "E411",
        "a maximum that hangs on one line",
        """A maximum holds for all the lines that a limit counts together. Asked of one line, it would change with the order of the
        lines on the claim.""",
        """
        limit daily_units
            at most    6 units when line.code is 97530
            at most    4 units
            per        patient and day
            counting   allowed units
            on excess  deny the excess, last line first
            cite       manual
        """,
        """
        limit daily_units
            at most    6 units when visit has 97161
            at most    4 units
            per        patient and day
            counting   allowed units
            on excess  deny the excess, last line first
            cite       manual
        """,
    ),
    "example-fact": entry(
        "E410",
        "a fact stated where it does not belong",
        """Facts of the visit stand above its lines, facts of a line behind the line they are of.""",
        """
        example group_work
            visit 2026-03-02
                line.delivery is group
                97530  24 minutes
            expect no findings
        """,
        """
        example group_work
            visit 2026-03-02
                97530  24 minutes  line.delivery is group
            expect no findings
        """,
    ),
    "fact-key": entry(
        "E460",
        "lines kept apart by a fact that is no name",
        """A fact behind `per` keeps lines apart by its value, earlier lines included: a purpose, an authorization. Amounts and dates
        differ from visit to visit; each would have a limit of its own. A fact that has a key of its own is named by that key.""",
        """
        limit yearly_visits
            at most    30 visits
            per        patient, patient.age and calendar year
            on excess  review
            cite       manual
        """,
        """
        limit yearly_visits
            at most    30 visits
            per        patient, authorization.number and calendar year
            on excess  review
            cite       manual
        """,
    ),
    "phrase-measures": entry(
        "E440",
        "numbers of a note that do not measure the same",
        """The numbers that an evidence finds in a note are added up. Minutes and repetitions have no sum.""",
        """
        evidence stated "what the note counts"
            note says  "# minutes", "# reps"
            cite       manual
        """,
        """
        evidence stated_minutes "minutes that the note states"
            note says  "# minutes"
            cite       manual

        evidence stated_repetitions "repetitions that the note states"
            note says  "# reps"
            cite       manual
        """,
    ),
}
