"""E201 to E218: names, inheritance and the codes behind the names.

Owns: why each matters, what to avoid and what to write.
Never: finds a mistake (`policy/resolve` does).
"""

from typing import Final

from policy.diagnostics.entry import Entry, entry

ENTRIES: Final[dict[str, Entry]] = {
    "unknown-policy": entry(
        "E201",
        "a policy that is not there",
        """A policy is looked for in the folders named on the command line, beside the file that asks for it, and among the
        shipped ones. Without its parent a policy says only a part of what its payer says, so nothing is decided.""",
        """
        policy test.clinic
            extends base.therapi
        """,
        """
        policy test.clinic
            extends base.therapy
        """,
    ),
    "extends-cycle": entry(
        "E202",
        "policies that extend one another in a circle",
        """A policy starts from its parent's statements. In a circle there is no first one to start from. Remove one of the
        `extends`, or put what both share into a third policy that both extend.""",
    ),
    "policy-header": entry(
        "E203",
        "a file without exactly one policy",
        """A file is one policy: the header gives the id by which claims, parents and decisions name it. Two policies with
        one id could both be meant.""",
        """
        policy test.first

        policy test.second
        """,
        """
        policy test.first
        """,
    ),
    "unknown-name": entry(
        "E204",
        "a name that nothing declares",
        """Every code set, value and statement that is named must be declared in the policy or in a parent. A name that points
        nowhere is nearly always a slip of spelling; read as an empty set it would silently switch the statement off.""",
        """
        rule long_course
            applies to  timd
            when        visit.number > 12
            review
            cite        manual
        """,
        """
        rule long_course
            applies to  timed
            when        visit.number > 12
            review
            cite        manual
        """,
    ),
    "unknown-source": entry(
        "E205",
        "a source that nothing declares",
        """A decision shows the sources of each statement it rests on. A citation of nothing would show the reader nothing.""",
        """
        rule long_course
            when    visit.number > 12
            review
            cite    manul
        """,
        """
        rule long_course
            when    visit.number > 12
            review
            cite    manual
        """,
    ),
    "unknown-fact": entry(
        "E206",
        "a fact that nothing declares",
        """The language page lists the facts that every policy may read. Others are declared with their type, so that the
        program can check what the claims bring and how a condition compares it.""",
        """
        rule old_injury
            when    case.severity > 3
            review
            cite    manual
        """,
        """
        fact case.severity : number "how severe it is"

        rule old_injury
            when    case.severity > 3
            review
            cite    manual
        """,
    ),
    "replaces-nothing": entry(
        "E207",
        "a replacement of nothing",
        """`replace` and `remove` say that an inherited statement is meant to be another, or to be gone. When there is none,
        either its name is misspelt, and the statement to be replaced stays in force beside the new one, or the parent
        changed and the author should know.""",
        """
        replace rule long_course
            when    visit.number > 12
            review
            cite    manual
        """,
        """
        rule long_course
            when    visit.number > 12
            review
            cite    manual
        """,
    ),
    "shadows": entry(
        "E208",
        "a parent's statement declared again without `replace`",
        """A child that declares an inherited name again changes what the parent says. The word `replace` shows that this is
        meant; without it, one statement would silently stand in for the other.""",
        """
        policy test.clinic
            extends base.therapy

        codes timed
            97530
        """,
        """
        policy test.clinic
            extends base.therapy

        replace codes timed
            97530
            one unit each 15 minutes
        """,
    ),
    "codes-cycle": entry(
        "E209",
        "code sets that contain one another",
        """A code set may name other sets. When two name each other, neither can be worked out.""",
        """
        codes active
            97530, exercise

        codes exercise
            97110, active
        """,
        """
        codes active
            97530, exercise

        codes exercise
            97110
        """,
    ),
    "pair-itself": entry(
        "E210",
        "a pair of a code with itself",
        """A pair denies one of two different codes of a visit. One code on two lines is counted as one; a limit says how
        much of it is allowed.""",
        """
        pair same_code
            97530 over 97530
            deny  the second
            cite  manual
        """,
        """
        pair group_over_individual
            97150 over 97530
            deny  the second
            cite  manual
        """,
    ),
    "two-counts": entry(
        "E211",
        "two counts for one code",
        """A code's minutes become units in one way. With two counts in force, the units would depend on which came first.""",
        """
        count midpoint
            applies to  97110, 97530
            by          each code
            pool        patient, day
            a unit      at 8 minutes of 15
            cite        manual

        count full_units
            applies to  97530
            by          each code
            pool        patient, day
            a unit      at 15 minutes of 15
            cite        manual
        """,
        """
        count midpoint
            applies to  97110
            by          each code
            pool        patient, day
            a unit      at 8 minutes of 15
            cite        manual

        count full_units
            applies to  97530
            by          each code
            pool        patient, day
            a unit      at 15 minutes of 15
            cite        manual
        """,
    ),
    "unknown-element": entry(
        "E212",
        "an element of the note that nothing declares",
        """The language page lists the elements of a note that every policy may ask for. Another one is declared as a fact,
        so that a misspelt element is not one that no note can ever hold.""",
        """
        require home_program
            applies to  97530
            documented  home_programme
            otherwise   review
            cite        manual
        """,
        """
        fact documentation.home_program : text "what the patient does at home"

        require home_program
            applies to  97530
            documented  home_program
            otherwise   review
            cite        manual
        """,
    ),
    "empty-codes": entry(
        "E213",
        "a code set without codes",
        """When `except` takes every code out of a set, what applies to the set applies to nothing; so does a statement whose
        `applies to … except …` leaves no code.""",
        """
        codes reviewed
            97161-97163
            except  97161-97168
        """,
        """
        codes reviewed
            97161-97168
            except  97161-97163
        """,
    ),
    "whichever": entry(
        "E214",
        "a combination of counts that cannot be combined",
        """`whichever allows more` compares two ways of turning minutes into units. Both must be counts by minutes, and both
        must be in force whenever the combination is.""",
        """
        count per_visit
            applies to  97530
            by          flat 1 unit each visit
            pool        patient, day
            cite        manual

        count midpoint
            applies to  97530
            by          each code
            pool        patient, day
            a unit      at 8 minutes of 15
            cite        manual

        count best_for_the_provider
            by whichever allows more of per_visit and midpoint
        """,
        """
        count full_units
            applies to  97530
            by          each code
            pool        patient, day
            a unit      at 15 minutes of 15
            cite        manual

        count midpoint
            applies to  97530
            by          each code
            pool        patient, day
            a unit      at 8 minutes of 15
            cite        manual

        count best_for_the_provider
            by whichever allows more of full_units and midpoint
        """,
    ),
    "two-bases": entry(
        "E215",
        "one code with two lengths of unit",
        """A code has units of one length. In two sets with different lengths, its units would depend on which set is read.""",
        """
        codes quarter_hours
            97110, 97129
            one unit each 15 minutes

        codes cognitive
            97129
            one unit each 30 minutes
        """,
        """
        codes quarter_hours
            97110
            one unit each 15 minutes

        codes cognitive
            97129
            one unit each 30 minutes
        """,
    ),
    "removed-in-use": entry(
        "E216",
        "a removal of something that is still used",
        """What a policy removes is gone for all of it. A statement that still names it would speak of nothing; replace that
        statement as well, or replace what it names instead of removing it.""",
        """
        policy test.clinic
            extends base.therapy

        remove codes group_therapy
        """,
        """
        policy test.clinic
            extends base.therapy

        replace codes group_therapy
            97150
            one unit each day
        """,
    ),
    "declared-twice": entry(
        "E217",
        "one name declared twice",
        """Sources, facts, examples and the like have no versions by date: two of one name are two things that cannot be told
        apart.""",
        """
        source notice "Notice of January 2026"

        source notice "Notice of June 2026"
        """,
        """
        source notice_january "Notice of January 2026"

        source notice_june "Notice of June 2026"
        """,
    ),
    "known-fact": entry(
        "E218",
        "a fact that every policy has already",
        """The facts of the catalogue have their type and meaning in every policy; a policy cannot give them another.""",
        """
        fact line.minutes : number "minutes"
        """,
        """
        fact line.setup_minutes : minutes "minutes before the patient arrives"
        """,
    ),
}
