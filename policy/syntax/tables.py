"""What `from table` may say: which table serves which statement, for which setting and release.

Owns: the reference tables that policies name, and the mistakes of a clause that names one amiss.
Never: opens a table. Whether one is there on a date is asked when a visit is judged.
"""

import re
from collections.abc import Iterator
from typing import Final

from policy.diagnostics import Diagnostic, Edit, Label, nearest
from policy.facts import SETTINGS
from policy.source import SourceFile
from policy.syntax import ast
from policy.values import Type

KINDS: Final = {"ncci_ptp": "ncci-ptp", "ncci_mue": "ncci-mue"}
"""The tables by the names that policies use, with those of `policy tables`."""
SERVES: Final = {"pairs": "ncci_ptp", "limit": "ncci_mue"}
"""The table that each kind of statement takes its rows from."""
YEARS: Final = (1996, 2100)
Found = Iterator[Diagnostic]


def pairs_table(file: SourceFile, declaration: ast.Declaration) -> Found:
    """The mistakes in the table of a `pairs` declaration."""
    for clause in declaration.all(ast.FromTable):
        yield from _table(file, declaration.kind, clause)


def limit_table(file: SourceFile, declaration: ast.Declaration) -> Found:
    """The mistakes in the table of a limit, and what such a limit cannot say beside it.

    The table gives units of a code, on a line or on a day, so the limit counts units over the day.
    """
    clause = declaration.first(ast.FromTable)
    if clause is None:
        return
    yield from _table(file, declaration.kind, clause)
    at_most, counting, per = declaration.first(ast.AtMost), declaration.first(ast.Counting), declaration.first(ast.Per)
    if at_most is not None:
        also = (Label(file, clause.span, "the table"),)
        message = "`at most` stands beside a table that gives each code its own maximum"
        help_ = "keep one of them; write a second `limit` for the other"
        yield Diagnostic("table-limit", message, Label(file, at_most.span), help=help_, also=also)
    if counting is not None and counting.measure is not Type.UNITS:
        message = f"the table gives units, and the limit counts {counting.measure.value}"
        help_ = f"write `counting {counting.which} units`"
        yield Diagnostic("table-limit", message, Label(file, counting.span), help=help_)
    if per is not None:
        for key in per.keys:
            if key.word == "line" or key.word in _LONGER:
                message = f"the table says itself whether a line or a day is judged, and the limit says `{key.word}`"
                help_ = "end the clause with `day`, such as `per patient, provider, code and day`"
                yield Diagnostic("table-limit", message, Label(file, key.span), help=help_)


_LONGER: Final = frozenset(
    {
        "visit", "week", "month", "calendar year", "fiscal year", "benefit year", "rolling", "episode", "injury",
    }
)  # fmt: skip
"""Windows that are not the day."""


def _table(file: SourceFile, kind: str, clause: ast.FromTable) -> Found:
    serves, name = SERVES[kind], clause.table.text
    if name != serves:
        help_ = f"write `from table {serves}`"
        if name in KINDS:
            message = f"`{name}` holds no {'pairs' if kind == 'pairs' else 'units'}"
        else:
            message, close = f"there is no table `{name[:60]}`", nearest(name[:60], KINDS)
            help_ = f"did you mean `{close}`?" if close == serves else help_
        fix = Edit(clause.table.span, serves)
        yield Diagnostic("unknown-table", message, Label(file, clause.table.span), help=help_, fix=fix)
    setting = clause.setting
    if setting is not None and setting.text not in SETTINGS:
        close = nearest(setting.text[:60], SETTINGS)
        help_ = f"did you mean `{close}`?" if close else "write `setting practitioner` or `setting hospital`"
        message = f"`{setting.text[:60]}` is not a setting of `{serves}`"
        yield Diagnostic("table-setting", message, Label(file, setting.span), help=help_)
    quarter = clause.quarter
    if quarter is not None and not YEARS[0] <= int(re.sub("Q.", "", quarter.text)) <= YEARS[1]:
        message = f"there was no release for {quarter}"
        help_ = "write the quarter of a release, such as `quarter 2026Q3`"
        yield Diagnostic("unknown-table", message, Label(file, quarter.span), help=help_)
