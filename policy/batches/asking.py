"""What policies ask of a table: the fields and facts that any of their plans reads.

Owns: finding them in plans.
Never: knows a column's name (`columns/layout.py`).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from policy.columns.asked import Asked
from policy.columns.layout import FIELDS
from policy.engine.columnar.module import records
from policy.facts import BY_PATH, NOTE, Fact
from policy.plan.model import Assistant, Evidence, Limit, Op, Pair, Plan
from policy.plan.tables import TableLimit, TablePairs

_ALWAYS: Final = frozenset({"timed_minutes", "discipline"})
"""What counting reads of every table."""
_ASSISTANTS: Final = frozenset({"furnished_by", "assistant_minutes"})
_PAYMENT: Final = frozenset({"charge", "fee", "practice_expense", "rvu", "locality", "setting", "place", "line.place"})
_RECORD: Final = frozenset({"documented", "evidenced", "documentation_given"})
_KEYS: Final = {"provider": "line.provider", "region": "region", "group": "group", "facility": "facility"}
_KEYED: Final = ("pool", "keys", "same", "across")
"""What keeps lines apart or together, of counts, limits, pairs and reductions."""
_DERIVED: Final = {"line.place": "place", "assistant_minutes": "furnished_by"}
"""Fields that tell a fact where its own does not."""
_REACH: Final = {"day": 0, "week": 6, "month": 30, "calendar year": 365, "fiscal year": 365}
"""Days before a visit that windows reach back at most."""


def asked(
    plans: Iterable[Plan], *, policies: frozenset[str], default: str | None, history_since: dt.date | None
) -> Asked:
    """What some plans read."""
    fields: set[str] = set(_ALWAYS)
    facts: dict[Fact, None] = {}
    elements = note = history = False
    reach: int | None = 0
    for plan in plans:
        note = note or bool(plan.noted or plan.evidence)
        if plan.payment is not None:
            fields |= _PAYMENT
        for one in records(plan):
            for keys in _KEYED:
                fields |= {_KEYS[key] for key in getattr(one, keys, ()) if key in _KEYS}
            match one:
                case Fact():
                    name = _field(one.path)
                    if name is not None:
                        fields.add(name)
                    elif one.path == "patient.history":
                        history = True
                    elif not one.path.startswith((NOTE, "documentation.")):
                        facts[one] = None
                case Op():
                    elements = elements or one.op in _RECORD
                    fields |= {"charge"} if one.op == "charges_of" else set()
                case Evidence():
                    elements = elements or one.field is not None
                case Limit():
                    fields |= {by for by, _, _ in one.orders if by in FIELDS}
                    if one.window.word == "authorization":
                        facts |= dict.fromkeys(BY_PATH[path] for path in ("authorization.number", "authorization.from"))
                    if one.window.word != "visit" and "line" not in one.keys:
                        history = True
                        back = one.window.days if one.window.word == "rolling" else _REACH.get(one.window.word)
                        reach = None if reach is None or back is None else max(reach, back)
                case Pair():
                    fields |= {"start", "end"} if one.overlap else set()
                case TablePairs() | TableLimit():
                    fields.add("setting")
                case Assistant():
                    fields |= _ASSISTANTS
    fields |= {_DERIVED[name] for name in fields & _DERIVED.keys()}
    return Asked(
        frozenset(fields & FIELDS.keys()), tuple(facts), elements, note, history, reach, history_since, policies, default
    )  # fmt: skip


def _field(path: str) -> str | None:
    """The field of a fact: `charge` of `line.charge`."""
    names = {"line.number": "line", "patient.age": "age", "line.provider": path, "line.place": path}
    name = names.get(path, path.partition(".")[2])
    return name if name in FIELDS and (path in names or path.startswith(("line.", "visit."))) else None
