"""Events in the trace: the numbers beside each, and a sentence for those that are no findings.

Owns: the names under which an event's arguments are published, and how the counting of a visit is told.
Never: counts; every number is in the event.
"""

from typing import Any

from policy.claims.visit import Visit
from policy.engine import words_money
from policy.engine.about import listed, units_text
from policy.engine.outcome import Event

VALUE_NAMES = {
    "overbilled": ("supported",),
    "underbilled": ("supported",),
    "day overbilled": ("billed", "total_minutes", "supported"),
    "day underbilled": ("billed", "total_minutes", "supported"),
    "total disagrees": ("sum", "stated"),
    "limit": ("measured", "maximum"),
    "limit days": ("days",),
    "shared": ("code", "units", "with_modifier", "therapist_minutes", "assistant_minutes"),
    "assistant": ("needed", "without"),
    "assistant spare": ("needed",),
    "table pair": ("", "indicator", "table"),
    "table limit": ("measured", "maximum", "mai", "table"),
    "no table": ("kind", "setting", "part", "here"),
    "limit value": ("measured", "maximum"),
    **words_money.VALUE_NAMES,
}
"""Names of an event's arguments in the trace's values."""


def values(visit: Visit, event: Event) -> dict[str, Any]:
    """An event's numbers by name."""
    _, tag, _, about, units, args = event
    lines = visit.lines
    out: dict[str, Any] = {"lines": [lines[i].number for i in about]}
    if tag == "counted":
        total, out["units"], each, _ = args
        assert isinstance(each, tuple)
        if total is not None:
            out["total_minutes"] = total
        out["minutes"] = {code: minutes for code, minutes, _ in each}
        out["codes"] = {code: share for code, _, share in each}
        return out
    if units is not None:
        out["units"] = units
    for name, arg in zip(VALUE_NAMES.get(tag, ()), args, strict=False):
        if name and arg is not None:
            out[name] = words_money.value(tag, name, arg, visit)
    return out


def step(visit: Visit, event: Event) -> str:
    """An event that is no finding, as a sentence of the trace."""
    if event[1] in words_money.VALUE_NAMES:
        return words_money.step(visit, event)
    return _shared(event) if event[1] == "shared" else _counted(event)


def _shared(event: Event) -> str:
    """Whose minutes make which unit of a code."""
    code, units, carried, therapist, assistant, steps = event[5]
    assert isinstance(steps, tuple)
    parts = [f"{why}: {units_text(count)} {'with' if marked else 'without'}" for count, marked, why in steps]
    whose = f"therapist {therapist} min, assistant {assistant} min"
    total = f"{carried} of {units_text(units)} with the assistant's modifier"
    return f"{code}: {whose} → {total} ({'; '.join(parts)})"


def _counted(event: Event) -> str:
    total, units, each, tied = event[5]
    assert isinstance(each, tuple) and isinstance(tied, tuple)
    if total is None:
        return f"{units_text(units)} for the visit, whatever the minutes"
    parts = [f"{code} {minutes} min → {share}" for code, minutes, share in each]
    text = f"{total} timed minutes in all → {units_text(units)}"
    if parts:
        text += ": " + ", ".join(parts)
    if tied:
        text += f"; {listed(list(tied[0]))} have equal remainders, the provider chooses who has {units_text(tied[1])}"
    return text
