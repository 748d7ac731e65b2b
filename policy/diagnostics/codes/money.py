"""E531 and E532: base prices and the order of payment.

Owns: why each matters, what to avoid and what to write.
Never: finds a mistake (`policy/resolve/payment.py` does).
"""

from typing import Final

from policy.diagnostics.entry import Entry, entry

ENTRIES: Final[dict[str, Entry]] = {
    "two-rates": entry(
        "E531",
        "two base prices for one code",
        """A line has one base price. Where a modifier or a fact chooses between two, each says in its `when` which lines are
        its own; where the price changed, each has its dates.""",
        """
        pay contract
            applies to  timed
            rate        line.fee each unit
            cite        manual

        pay activities
            applies to  97530
            rate        $42.50 each unit
            cite        manual
        """,
        """
        pay contract
            applies to  timed except 97530
            rate        line.fee each unit
            cite        manual

        pay activities
            applies to  97530
            rate        $42.50 each unit
            cite        manual
        """,
    ),
    "pay-order": entry(
        "E532",
        "steps of payment whose order is not stated",
        """Half of a price and then 85% of what is left is not always the cent that 85% and then half is, and a daily maximum
        before or after an assistant's share is another amount altogether. Wherever two steps can meet on a line, `after` says
        which comes first. A reduction takes from the price of a unit, so it comes before what takes from the amount of a
        line.""",
        """
        pay contract
            rate        line.fee each unit
            cite        manual

        pay assistant_share
            when        line.modifiers has modifier CQ
            pay 85%
            rounded     half up to the cent
            cite        manual

        pay lesser
            at most the charge
            cite        manual
        """,
        """
        pay contract
            rate        line.fee each unit
            cite        manual

        pay assistant_share
            when        line.modifiers has modifier CQ
            pay 85%
            rounded     half up to the cent
            cite        manual

        pay lesser
            at most the charge
            after       assistant_share
            cite        manual
        """,
    ),
}
