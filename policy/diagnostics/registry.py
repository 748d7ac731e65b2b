"""Every code a diagnostic can carry.

Owns: the one table from slug to code, severity, title and the text of the code's page; `docs/diagnostics/` is printed from it.
Never: holds a message; messages are written where the mistake is found.
"""

from typing import Final

from policy.diagnostics.codes import dates, money, names, shape, syntax, tables, types
from policy.diagnostics.entry import Entry

__all__ = ["REGISTRY", "Entry"]

REGISTRY: Final[dict[str, Entry]] = {
    **syntax.ENTRIES,
    **names.ENTRIES,
    **dates.ENTRIES,
    **types.ENTRIES,
    **shape.ENTRIES,
    **tables.ENTRIES,
    **money.ENTRIES,
}
