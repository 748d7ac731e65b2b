"""E101 to E119, E140 and A114: text that cannot be read as the policy language.

Owns: why each matters, what to avoid and what to write.
Never: finds a mistake (`policy/syntax` does).
"""

from typing import Final

from policy.diagnostics.entry import Entry, entry

ENTRIES: Final[dict[str, Entry]] = {
    "syntax": entry(
        "E101",
        "not understood",
        """A header or clause could not be read. Only this clause is set aside: the rest of the file is read and checked, and
        nothing is asked for that may have stood in it. The message says what could have stood in the place, and the help
        how the clause is written.""",
        """
        rule long_course
            aplies to 97530
            when visit.number == 13
            review
        """,
        """
        rule long_course
            applies to  97530
            when        visit.number is 13
            review
            cite        manual
        """,
    ),
    "unclosed-text": entry(
        "E102",
        "a text that is not closed",
        """A text stands between two straight or curly double quotes on one line. Without the second one nobody can tell
        where it ends. Inside a text, write single quotes.""",
        """
        rule long_course
            when    visit.number > 12
            review  "ask for the plan of care
        """,
        """
        rule long_course
            when    visit.number > 12
            review  "ask for the 'plan of care'"
            cite    manual
        """,
    ),
    "tab": entry(
        "E103",
        "a tab in the indentation",
        """A tab is as wide as each program likes, so two people see two different indentations. It is read as reaching to
        the next fourth column, the rest of the declaration is read as usual, and `policy fmt` replaces it.""",
        """
        rule long_course
        \twhen visit.number > 12
        \treview
        \tcite manual
        """,
        """
        rule long_course
            when visit.number > 12
            review
            cite manual
        """,
    ),
    "indented-first": entry(
        "E104",
        "an indented line above the first declaration",
        """An indented line is a clause of the declaration above it. Above the first declaration there is none.""",
        """
            when visit.number > 12
        rule long_course
            review
            cite manual
        """,
        """
        rule long_course
            when visit.number > 12
            review
            cite manual
        """,
    ),
    "keyword-name": entry(
        "E105",
        "a word of the language used as a name",
        """The name of a code set or of a value stands in sentences by itself: `applies to timed`, `at most threshold`. One
        that is also a word of the language would make sentences that can be read in two ways, by the machine and by the
        auditor. The language page lists the words. Names that stand behind the word of their kind may be any word.""",
        """
        codes patient
            97161-97168
        """,
        """
        codes patient_evaluations
            97161-97168
        """,
    ),
    "modifier": entry(
        "E106",
        "a modifier that is not two characters",
        """Modifiers are two characters, digits or capital letters, and are written as the claim carries them.""",
        """
        require one_discipline
            exactly one of modifier gp, go or gn
            otherwise deny
        """,
        """
        require one_discipline
            exactly one of modifier GP, GO or GN
            otherwise  deny
            cite       manual
        """,
    ),
    "range-backwards": entry(
        "E107",
        "a code range that runs backwards",
        """A range holds every code from its first to its last by number, with letters in the same place. Backwards it would
        hold nothing, and the statement would silently speak of no code.""",
        """
        codes reviewed
            97168-97161
        """,
        """
        codes reviewed
            97161-97168
        """,
    ),
    "date": entry(
        "E108",
        "a date or time that does not exist",
        """Dates are written year-month-day, because 3/2/2026 is March to one reader and February to another. Times run from
        00:00 to 23:59.""",
        """
        rule long_course
            when      visit.number > 12
            review
            in force  from 3/2/2026
        """,
        """
        rule long_course
            when      visit.number > 12
            review
            in force  from 2026-03-02
            cite      manual
        """,
    ),
    "money": entry(
        "E109",
        "an amount that cannot be read",
        """Money carries its sign and its commas stand before every three digits, as in the fee schedules. A bare number is
        a number, not dollars.""",
        """
        value kx_threshold
            is 2,480.00
        """,
        """
        value kx_threshold
            is    $2,480.00
            cite  manual
        """,
    ),
    "number-size": entry(
        "E110",
        "a number that is too large",
        """Whole numbers have at most nine digits. No minute, unit, visit or line of a claim comes near; a longer one is a slip
        of the keyboard.""",
        """
        limit daily_units
            at most    44444444444 units
            per        patient and day
            counting   billed units
            on excess  review
        """,
        """
        limit daily_units
            at most    4 units
            per        patient and day
            counting   billed units
            on excess  review
            cite       manual
        """,
    ),
    "repeated": entry(
        "E111",
        "the same thing stated twice",
        """A line of an example states its minutes, its units and its modifiers once each. Of two statements one would have to
        be dropped in silence.""",
        """
        example twice_the_minutes
            visit 2026-03-02
                97530  24 minutes  23 minutes
            expect no findings
        """,
        """
        example the_minutes
            visit 2026-03-02
                97530  24 minutes
            expect no findings
        """,
    ),
    "too-large": entry(
        "E112",
        "too large",
        """Files, lines, texts and names have a bound, so that no file can keep the program busy without end: 8,000,000
        characters, 2,000, 1,000 and 80. Break a list after a comma, and a long file into parent and child.""",
    ),
    "too-deep": entry(
        "E113",
        "nested too deeply",
        """A condition nested more than 40 deep cannot be read aloud. Split it into several rules.""",
    ),
    "typography": entry(
        "A114",
        "characters from a word processor",
        """Word and PDF readers put curly quotes, long dashes and non-breaking spaces where plain ones were typed. They are read
        as the plain characters; `policy fmt` writes those, so that a search finds what it looks for. Nothing needs to be
        done. The first such place of a file is told.""",
        """
        codes reviewed \u201ccodes under review\u201d
            97161\u201397168
        """,
        """
        codes reviewed "codes under review"
            97161-97168
        """,
    ),
    "encoding": entry(
        "E115",
        "a file that is not UTF-8",
        """A policy is a text file in UTF-8, with or without a byte-order mark. Saved in another encoding, names and texts would
        come out wrong. Save it as UTF-8 in the editor.""",
    ),
    "indentation": entry(
        "E116",
        "a line indented to no column",
        """The first clause of a declaration sets the column of the others; a deeper line goes on with the clause above it. A line
        anywhere else could belong to either. Where its meaning is clear it is read all the same, and `policy fmt` puts
        it in its place.""",
        """
        rule long_course
            when visit.number > 12
          review
            cite manual
        """,
        """
        rule long_course
            when visit.number > 12
            review
            cite manual
        """,
    ),
    "name": entry(
        "E117",
        "a name that cannot be one",
        """Names are small letters, digits and `_`, and begin with a letter: they stand in sentences, file names, reports and
        decisions, where capitals, blanks and hyphens would need rules of their own. What should be read aloud
        goes into the title, in quotes.""",
        """
        limit Daily-Units
            at most    4 units
            per        patient and day
            counting   billed units
            on excess  review
        """,
        """
        limit daily_units "Daily units"
            at most    4 units
            per        patient and day
            counting   billed units
            on excess  review
            cite       manual
        """,
    ),
    "code": entry(
        "E118",
        "a code that cannot be one",
        """A CPT or HCPCS code is five digits, four digits and a letter, or a letter and four digits, with capitals. A range names
        both its codes in full.""",
        """
        codes reviewed
            g0283, 97161-68
        """,
        """
        codes reviewed
            G0283, 97161-97168
        """,
    ),
    "kind": entry(
        "E119",
        "a kind of declaration that is not there",
        """A line in column 1 begins a declaration with its kind and its name. The clauses below an unknown kind are not
        checked, because nobody knows which could belong to it.""",
        """
        limits daily_units
            at most    4 units
            per        patient and day
        """,
        """
        limit daily_units
            at most    4 units
            per        patient and day
            counting   billed units
            on excess  review
            cite       manual
        """,
    ),
    "phrase": entry(
        "E140",
        "a phrase of a note that cannot be looked for",
        """After `note says` and `but not` stand phrases: words, `...` for one or more words of a sentence, `#` for one number, a
        `*` at the end of a word for all its endings, and a `/` between words of which one is enough. Punctuation is not looked
        at.""",
        """
        evidence stated_minutes "minutes that the note states"
            note says  "#minutes"
            cite       manual
        """,
        """
        evidence stated_minutes "minutes that the note states"
            note says  "# minutes"
            cite       manual
        """,
    ),
}
