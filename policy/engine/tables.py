"""What the reference tables say to the statements that ask them.

Owns: `Answers`, the questions of one program with their answers remembered, and the table that gave each.
Never: judges. Without tables every question is answered with `NoTable`, which is never a pass.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from policy.plan.model import Limit
from policy.plan.tables import TableLimit, TableRef, of_code
from policy.tables.lookup import Answer, Tables
from policy.tables.model import NoTable

MAX_KNOWN: Final = 100_000
"""Answers that are remembered; past it the memory begins anew."""


class Answers:
    """The tables as statements ask them. Bounded; shared by the threads that judge visits."""

    def __init__(self, tables: Tables | None = None) -> None:
        self._tables = tables if tables is not None else Tables(())
        self._pairs: dict[tuple[object, ...], Any] = {}
        self._edits: dict[tuple[object, ...], Answer] = {}
        self._most: dict[tuple[object, ...], Answer] = {}
        self._prices: dict[tuple[object, ...], Answer] = {}
        self._limits: dict[tuple[object, ...], Limit] = {}

    def edit(self, ref: TableRef, setting: str, date: dt.date, one: str, two: str) -> Answer:
        """The edit in force between two codes, whichever is column one."""
        low, high = (one, two) if one <= two else (two, one)
        key = (ref.quarter, setting, date, low, high)
        answer = self._edits.get(key)
        if answer is None:
            day = key[:3]
            pairs = self._pairs.get(day)
            if pairs is None:
                pairs = _kept(self._pairs, day, self._tables.pairs_on(date, setting, ref.quarter))
            found = Answer(pairs, None) if isinstance(pairs, NoTable) else pairs.answer(low, high)
            answer = _kept(self._edits, key, found)
        return answer

    def most(self, ref: TableRef, setting: str, date: dt.date, code: str) -> Answer:
        """The units of a code that are plausible."""
        key = (ref.quarter, setting, date, code)
        answer = self._most.get(key)
        if answer is None:
            answer = _kept(self._most, key, self._tables.limit_answer(code, date, setting, ref.quarter))
        return answer

    def values(self, code: str, date: dt.date, setting: str) -> Answer:
        """The relative values of a code."""
        return self._price(("values", code, date, setting), lambda: self._tables.rvu_answer(code, date, setting))

    def place(self, locality: str, date: dt.date) -> Answer:
        """The indices of a payment locality."""
        return self._price(("place", locality, date), lambda: self._tables.gpci_answer(locality, date))

    def fee(self, code: str, locality: str, date: dt.date) -> Answer:
        """The schedule's amount for a code in a locality."""
        return self._price(("fee", code, locality, date), lambda: self._tables.fee_answer(code, locality, date))

    def _price(self, key: tuple[object, ...], ask: Callable[[], Answer]) -> Answer:
        answer = self._prices.get(key)
        return answer if answer is not None else _kept(self._prices, key, ask())

    def limit(self, rule: TableLimit, code: str, units: int, *, per_line: bool) -> Limit:
        """The limit that a table makes of a statement for one code."""
        key = (rule.at, rule.limit, code, units, per_line)
        limit = self._limits.get(key)
        return limit or _kept(self._limits, key, of_code(rule.limit, code, units, per_line=per_line))


def _kept(memory: dict[tuple[object, ...], Any], key: tuple[object, ...], value: Any) -> Any:
    if len(memory) >= MAX_KNOWN:
        memory.clear()
    memory[key] = value
    return value
