"""E301 to E306 and W303: dates in force.

Owns: why each matters, what to avoid and what to write.
Never: finds a mistake (`policy/resolve` does).
"""

from typing import Final

from policy.diagnostics.entry import Entry, entry

ENTRIES: Final[dict[str, Entry]] = {
    "overlap": entry(
        "E301",
        "two versions in force at once",
        """Versions of one name follow each other in time. Where two are in force on one date, nothing says which of them
        holds; let the earlier one end on the day before the later one begins.""",
        """
        value unit_cap
            from 2025-01-01 until 2026-06-30  4 units
            from 2026-01-01  6 units
            cite manual
        """,
        """
        value unit_cap
            from 2025-01-01 until 2025-12-31  4 units
            from 2026-01-01  6 units
            cite manual
        """,
    ),
    "range-empty": entry(
        "E302",
        "a range of dates that ends before it begins",
        """Both dates of a range belong to it. One that ends before it begins holds no date, and what it dates would never be in
        force.""",
        """
        rule long_course
            when      visit.number > 12
            review
            in force  from 2026-01-01 until 2025-01-01
            cite      manual
        """,
        """
        rule long_course
            when      visit.number > 12
            review
            in force  from 2025-01-01 until 2026-01-01
            cite      manual
        """,
    ),
    "gap": entry(
        "W303",
        "dates without a version",
        """On these dates no version of the statement is in force, or none of the code sets that it applies to, and it says
        nothing. That may be what the payer says; it may also be a date mistyped. On a date without a value, what asks for
        it is undetermined, never guessed. Where the payer did lift a statement for a time, say it: a version with `status
        withdrawn` (or `paused`) and these dates.""",
        """
        value unit_cap
            from 2024-01-01 until 2024-12-31  4 units
            from 2026-01-01  6 units
            cite manual
        """,
        """
        value unit_cap
            from 2024-01-01 until 2025-12-31  4 units
            from 2026-01-01  6 units
            cite manual
        """,
    ),
    "example-date": entry(
        "E304",
        "an example on a date with no version in force",
        """An example is judged as a claim of its date would be. On a date on which the policy, or the statement it expects
        to speak, is not in force, it proves nothing.""",
        """
        rule long_course
            when      visit.number > 12
            review
            in force  from 2026-01-01
            cite      manual

        example thirteenth
            visit 2025-03-02
                visit.number is 13
                97530  24 minutes
            expect rule long_course
        """,
        """
        rule long_course
            when      visit.number > 12
            review
            in force  from 2026-01-01
            cite      manual

        example thirteenth
            visit 2026-03-02
                visit.number is 13
                97530  24 minutes
            expect rule long_course
        """,
    ),
    "basis": entry(
        "E305",
        "a statement that only the date of service can judge",
        """Code sets, values and counts say what was done on a day, so the day of service decides which version holds. Only
        statements that judge a claim may go by the date of receipt, processing or injury.""",
        """
        codes reviewed
            97161-97168
            in force  from 2026-01-01, by receipt date
        """,
        """
        codes reviewed
            97161-97168
            in force  from 2026-01-01
        """,
    ),
    "mixed-basis": entry(
        "E306",
        "versions judged by different dates",
        """With one version judged by the date of service and the next by the date of receipt, a claim can fall under both or
        under neither.""",
        """
        rule long_course
            when      visit.number > 12
            review
            in force  until 2025-12-31
            cite      manual

        rule long_course
            when      visit.number > 10
            review
            in force  from 2026-01-01, by receipt date
            cite      manual
        """,
        """
        rule long_course
            when      visit.number > 12
            review
            in force  until 2025-12-31, by receipt date
            cite      manual

        rule long_course
            when      visit.number > 10
            review
            in force  from 2026-01-01, by receipt date
            cite      manual
        """,
    ),
}
