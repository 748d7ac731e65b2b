"""The parts of the language reference that are tables of the program: clauses, facts, operations, statuses, words.

Owns: each part's Markdown, and putting the parts between their markers in a page.
Never: explains. What a table cannot say stands in `docs/language.md`, written by hand; a test keeps the two in step.

    <!-- table: clauses limit -->
    …
    <!-- end -->
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from policy.engine.answer import EFFECTS, STATUSES
from policy.engine.ops import OPS
from policy.facts import CATALOGUE, DOCUMENTATION, Fact
from policy.syntax.clauses import CLAUSES
from policy.syntax.shape import SHAPES, Slot
from policy.values import Type

_PART: Final = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_TIMES: Final = {(1, 1): "once", (0, 1): "at most once", (0, None): "any number", (1, None): "once or more"}
_COLUMNS: Final = 10
_SHARED: Final = ("OnlyGiven", "Reason", "Fix", "InForce", "Status", "Cite", "Assume")
"""Clauses that most kinds hold; they have a table of their own."""

WRITTEN: Final[Mapping[str, str]] = {
    "const": "line.minutes >= 8 minutes",
    "no_value": "therapy.charges_to_date > kx_threshold",
    "line_fact": "line.delivery is one_on_one",
    "visit_fact": "visit.number is 1",
    "and": "visit.number > 12 and patient.age >= 65",
    "or": "line.delivery is group or line.delivery is concurrent",
    "not": "not plan_of_care.signed",
    "equal": "line.discipline is PT",
    "not_equal": "line.discipline is not SLP",
    "less": "line.minutes < 8 minutes",
    "less_equal": "visit.number <= 12",
    "greater": "line.charge > $120.00",
    "greater_equal": "patient.age >= 65",
    "given": "line.minutes is given",
    "in_codes": "line.code in timed, 97150",
    "has_modifier": "line.modifiers has modifier KX or CQ",
    "one_modifier": "exactly one of modifier GP, GO or GN",
    "documented": "documented activity, response",
    "evidenced": "documented stated_minutes",
    "documentation_given": "documentation is given",
    "visit_has": "visit has 97161-97168 with modifier 59",
    "units_of": "units of timed > 4 units",
    "minutes_of": "minutes of timed > 60 minutes",
    "charges_of": "therapy.charges_to_date + charges of timed > kx_threshold",
    "days_between": "days from plan_of_care.certified to visit.date > 90 days",
    "add": "visit.date > injury.date + 30 days",
    "subtract": "visit.date - 30 days > progress_report.date",
}
"""How an author writes each operation. `exactly one of modifier …` is a clause of `require`; all others stand in conditions."""


def parts() -> dict[str, str]:
    """Every part by the name in its marker."""
    tables = {f"clauses {kind}": _kind(slots) for kind, slots in SHAPES.items() if slots}
    return tables | {
        "clauses shared": _shared(),
        "facts": _facts(),
        "note elements": _table(("element", "what it is"), ([f"`{k}`", v] for k, v in DOCUMENTATION.items())),
        "operations": _operations(),
        "measures": _measures(),
        "statuses": ", ".join(f"`{status}`" for status in STATUSES) + "\n",
        "effects": ", ".join(f"`{effect}`" for effect in EFFECTS) + "\n",
        "words": _words(),
    }


def renewed(page: str) -> str:
    """The page with every part as it is now. Raises `KeyError` for a marker that names no part."""
    known = parts()
    return _PART.sub(lambda match: f"{match[1]}\n{known[match[2]]}\n{match[3]}", page)


def named(page: str) -> list[str]:
    """The parts that a page shows."""
    return [match[2] for match in _PART.finditer(page)]


def _kind(slots: Sequence[Slot]) -> str:
    """A kind's own clauses, and below them which of the shared ones it holds. A kind with nothing else shows those."""
    shared = [slot for slot in slots if slot.clause.__name__ in _SHARED]
    own = [slot for slot in slots if slot not in shared]
    if not own:
        return _clauses(shared)
    also = f"\nBeside these: {', '.join(f'`{slot.word}`' for slot in shared)}.\n" if shared else ""
    return _clauses(own) + also


def _clauses(slots: Sequence[Slot]) -> str:
    rows = ([f"`{CLAUSES[slot.clause].line}`", _TIMES[slot.least, slot.most], slot.meaning] for slot in slots)
    return _table(("clause", "how often", "what it says"), rows)


def _shared() -> str:
    slots = {slot.clause.__name__: slot for shape in SHAPES.values() for slot in shape}
    return _clauses([slots[name] for name in _SHARED])


def _facts() -> str:
    return _table(("fact", "measures", "what it is"), ([f"`{f.path}`", _measure(f), _title(f)] for f in CATALOGUE))


def _measure(fact: Fact) -> str:
    return " ".join(f"`{choice}`" for choice in fact.choices) if fact.choices else fact.type.value


def _title(fact: Fact) -> str:
    return f"{fact.title} (always given)" if fact.always_given else fact.title


def _operations() -> str:
    rows = ([f"`{WRITTEN[op.name]}`", op.meaning, f"`{op.name}`"] for op in OPS.values())
    return _table(("written", "what it means", "operation"), rows)


def _measures() -> str:
    ordered = [t.value for t in Type if t.is_quantity]
    others = [t.value for t in Type if not t.is_quantity]
    return f"Quantities, which have an order: {', '.join(ordered)}.\nOthers, which are alike or not: {', '.join(others)}.\n"


def _words() -> str:
    from policy.syntax.grammar import reserved

    words = sorted(reserved())
    rows = (words[i : i + _COLUMNS] for i in range(0, len(words), _COLUMNS))
    return "```text\n" + "".join(" ".join(row) + "\n" for row in rows) + "```\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar inside a cell is written out so that it does not end the cell."""
    cells = [list(head), ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)
