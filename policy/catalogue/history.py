"""What changed when: the dates on which a policy's own statements begin and end, and the rows of its values.

Owns: the timeline of a page.
Never: tells of what a parent changed; the parent's page does.
"""

import datetime as dt

import attrs

from policy.catalogue.model import Doc, Shown
from policy.catalogue.words import Words
from policy.resolve.model import ONE_DAY
from policy.syntax import ast
from policy.syntax.words import literal
from policy.values import DateRange


@attrs.frozen
class Change:
    """What happens on one day to a statement, or to the policy as a whole when `about` is `None`."""

    what: str
    about: Shown | None
    amount: Words = ()


def timeline(doc: Doc) -> list[tuple[dt.date, list[Change]]]:
    """The days on which something changes, newest first, each with its changes in the order of the file."""
    found: dict[dt.date, list[Change]] = {}

    def add(dates: DateRange, about: Shown | None) -> None:
        if dates.start is not None:
            found.setdefault(dates.start, []).append(Change("begins", about))
        if dates.end is not None and dates.end < dt.date.max:
            found.setdefault(dates.end + ONE_DAY, []).append(Change("has ended", about))

    add(doc.resolved.dates, None)
    for one in doc.own:
        s = one.statement
        if s.inert:
            continue
        for row in s.declaration.all(ast.ValueRow):
            if row.start is not None:
                found.setdefault(row.start, []).append(Change("becomes", one, (literal(row.literal),)))
        if s.basis == "service" and s.declaration.first(ast.InForce) is not None:
            add(s.dates, one)
    return sorted(found.items(), reverse=True)
