"""What is worked out once for each code of a table: what a stage asks of it, how it is counted, and the bits of how it was billed.

Owns: the functions that a view calls for every code it holds.
Never: reads a line.
"""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from policy.codes import CodeSet
from policy.engine.columnar.view import View
from policy.plan.model import Plan

if TYPE_CHECKING:
    from policy.engine.columnar.module import Written

BILLINGS: Final = (("overbilled", "deny"), ("overbilled", "reduce"), ("underbilled", "note"), ("no unit", "note"))
"""How billing may stand to what is supported: tag and effect."""


class Asking:
    """Which statements of a stage ask of a code, as bits."""

    def __init__(self, codes: Sequence[CodeSet | None]) -> None:
        self._codes = codes

    def __call__(self, code: str) -> int:
        return sum([1 << k for k, one in enumerate(self._codes) if one is None or code in one])


class Slots:
    """The count that a code is in by number; -1: one unit a day; -2: none."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __call__(self, code: str) -> int:
        slot = next((k for k, count in enumerate(self._plan.counts) if code in count.codes), None)
        return slot if slot is not None else -2 if self._plan.day_statement(code) is None else -1


class Days:
    """Whether a code has one unit a day."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __call__(self, code: str) -> bool:
        return self._plan.day_statement(code) is not None


class Billing:
    """The bits of how billing stands to support, for each code of a table."""

    def __init__(self, written: "Written") -> None:
        self._written = written
        self._slots = Slots(written.plan)

    def __call__(self, view: View) -> dict[int, tuple[np.ndarray, ...]]:
        kinds = {kind for kind, _ in BILLINGS}
        used = self._written.bits.places(k for k, (_, tag, _) in enumerate(self._written.events) if tag in kinds)
        return {
            word: tuple(
                view.by_code((kind, word), functools.partial(self._bit, kind, word), view.bits.type(word))
                for kind in BILLINGS
            )
            for word in sorted(used)
        }

    def _bit(self, kind: tuple[str, str], word: int, code: str) -> int:
        plan, slot = self._written.plan, self._slots(code)
        at = plan.day_statement(code) if slot == -1 else plan.counts[slot].at if slot >= 0 else None
        if at is None:
            return 0
        own, mask = self._written.bits.place(self._written.event(at, *kind))
        return mask if own == word else 0
