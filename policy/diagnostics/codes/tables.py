"""E220, E221, E320 and E420: reference tables, and reason codes given beside a statement.

Owns: why each matters, what to avoid and what to write.
Never: finds a mistake (`policy/syntax/tables.py` and `policy/resolve/mapped.py` do).
"""

from typing import Final

from policy.diagnostics.entry import Entry, entry

ENTRIES: Final[dict[str, Entry]] = {
    "unknown-table": entry(
        "E220",
        "a table that cannot serve the statement",
        """Pairs come from `ncci_ptp`, units of a day from `ncci_mue`, and a release is named by its quarter. Another name would
        switch the statement off on every date.""",
        """
        pairs ncci
            from table  ncci_mue, setting practitioner
            among       97110, 97530
            cite        manual
        """,
        """
        pairs ncci
            from table  ncci_ptp, setting practitioner
            among       97110, 97530
            cite        manual
        """,
    ),
    "table-setting": entry(
        "E221",
        "a setting that the table does not have",
        """The edits are published for practitioners and for outpatient hospitals, and differ. Without `setting` the visit's own
        setting decides.""",
        """
        pairs ncci
            from table  ncci_ptp, setting office
            among       97110, 97530
            cite        manual
        """,
        """
        pairs ncci
            from table  ncci_ptp, setting practitioner
            among       97110, 97530
            cite        manual
        """,
    ),
    "mapped-twice": entry(
        "E320",
        "reason codes given twice for one statement",
        """A finding carries the reason codes that were in force on its date of service. With two mappings in force at once it
        could carry either; end the first one where the second begins.""",
        """
        limit mue
            at most    4 units
            per        patient, code and day
            counting   billed units
            on excess  deny every unit
            cite       manual

        reasons notice_of_january
            limit mue  CO-151
            in force   from 2026-01-01
            cite       manual

        reasons notice_of_june
            limit mue  CO-119
            in force   from 2026-06-01
            cite       manual
        """,
        """
        limit mue
            at most    4 units
            per        patient, code and day
            counting   billed units
            on excess  deny every unit
            cite       manual

        reasons notice_of_january
            limit mue  CO-151
            in force   from 2026-01-01 until 2026-05-31
            cite       manual

        reasons notice_of_june
            limit mue  CO-119
            in force   from 2026-06-01
            cite       manual
        """,
    ),
    "table-limit": entry(
        "E420",
        "a limit that its table cannot give",
        """The table of unit edits gives each code its own number of units, for one line or for one day, and says which of the two.
        A limit from that table counts units of the day, and states no number itself.""",
        """
        limit mue
            from table ncci_mue, setting practitioner
            per        patient, provider, code and week
            counting   billed units
            on excess  deny every unit
            cite       manual
        """,
        """
        limit mue
            from table ncci_mue, setting practitioner
            per        patient, provider, code and day
            counting   billed units
            on excess  deny every unit
            cite       manual
        """,
    ),
}
