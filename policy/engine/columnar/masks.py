"""The text of masks and numbers in NumPy source.

Owns: and, or, not with what is known folded away, a truth of what is given, constants as whole numbers, numbers brought to one scale.
Never: knows an operation or a table. `True` and `False` are masks of which every line is known.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from policy.engine.emitted import Cells, Kleene

EPOCH: Final = 719_163
"""The ordinal of 1970-01-01, from which columns of dates count."""


class NotWritten(Exception):
    """What has no form in columns; the visits that it is about are handed over."""


def all_(items: Sequence[str]) -> str:
    """The text of all of some masks."""
    if "False" in items or _opposed(items):
        return "False"
    left = list(dict.fromkeys(item for item in items if item != "True"))
    return " & ".join(left) if len(left) == 1 else f"({' & '.join(left)})" if left else "True"


def any_(items: Sequence[str]) -> str:
    """The text of any of some masks."""
    if "True" in items or _opposed(items):
        return "True"
    left = list(dict.fromkeys(item for item in items if item != "False"))
    return left[0] if len(left) == 1 else f"({' | '.join(left)})" if left else "False"


def _opposed(items: Sequence[str]) -> bool:
    """Whether one mask leaves out what another one holds."""
    return any(f"(~{item})" in items for item in items)


def not_(text: str) -> str:
    """The text of what a mask leaves out."""
    return {"True": "False", "False": "True"}.get(text, f"(~{text})")


def kleene(true: str, false: str, known: str) -> Kleene:
    """A truth that is undetermined where something is not known."""
    return Kleene(all_([true, known]), all_([false, known]), known == "True")


def constant(value: object) -> Cells:
    """A constant, exact."""
    if isinstance(value, bool):
        return Cells(str(int(value)), "True")
    if isinstance(value, int):
        return Cells(str(value), "True")
    if isinstance(value, dt.date):
        return Cells(str(value.toordinal() - EPOCH), "True")
    if isinstance(value, Decimal):
        scale = 10_000
        exact = value * scale
        if exact != exact.to_integral_value():
            raise NotWritten("a number with more than four decimal places")
        return Cells(str(int(exact)), "True", scale)
    raise NotWritten(f"a constant of {type(value).__name__}")


def level(one: Cells, other: Cells) -> tuple[str, str]:
    """Both texts at the finer of two scales."""
    scale = max(one.scale, other.scale)
    texts = [
        cells.text if cells.scale == scale else f"({cells.text} * {scale // cells.scale})" for cells in (one, other)
    ]
    return texts[0], texts[1]
