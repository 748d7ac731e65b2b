"""Some ten thousand visits of a frame as columns: their lines, what stands in their cells, and what their lines have in common.

Owns: which rows of a view are read, and what is worked out of them once (modifiers as bits, repeated codes, keys that differ, sums).
Never: writes; what is found out about the lines stands in `chunk.py`.
"""

from typing import Any, Final

import numpy as np

from policy.codes import CodeSet
from policy.engine.columnar.large import Large
from policy.engine.columnar.view import Array, View, at_places, only

LAGS: Final = 24
"""Lines of a visit that are compared with each other in place; longer visits are sorted."""


SPARSE: Final = 6
"""A column of which fewer than one in so many cells are given is read where they are."""
FEW: Final = 16
"""Codes of a sum that are added up one by one."""
HOUR: Final = 60
"""Sums of minutes that are compared with numbers of one hour are asked of the same visits."""


class Selection:
    """Some visits of a frame: they stand together where `visits` is a slice, else they are listed."""

    def __init__(self, view: View, visits: Array | slice) -> None:
        frame = view.frame
        self.view = view
        self.visits = visits
        if isinstance(visits, slice):
            offsets = frame.offsets[visits.start : visits.stop + 1]
            self.where: Array | slice = slice(int(offsets[0]), int(offsets[-1]))
            self.sizes = np.diff(offsets)
            self.starts = offsets[:-1] - offsets[0]
        else:
            begin = frame.offsets[visits]
            self.sizes = frame.offsets[visits + 1] - begin
            ends = np.cumsum(self.sizes)
            self.starts = ends - self.sizes
            self.where = np.repeat(begin - self.starts, self.sizes) + np.arange(int(ends[-1]) if len(ends) else 0)
        self.count = len(self.sizes)
        self.lines = int(self.starts[-1] + self.sizes[-1]) if self.count else 0
        first = np.zeros(self.lines, np.int32)
        first[self.starts[1:]] = 1
        self.at: Array = np.add.accumulate(first, out=first)
        """The visit of each line, as an index."""
        self.units_type = np.int32 if view.scale == 1 else np.int64
        self.code: Array = view.places.take(at_places(frame.codes.values, self.where))
        """The place of each line's code among the view's."""
        self._cache: dict[object, Any] = {}
        self._marked = 0
        """Of so many lines the modifiers were asked for, without the others."""

    # ------------------------------------------------------------------------------------------ cells
    def values(self, path: str) -> Array:
        """The cells of a fact, a line each."""
        key = ("values", path)
        if key not in self._cache:
            found = self.view.column(path)
            assert found is not None
            column, of_line = found
            self._cache[key] = (
                at_places(column.values, self.where) if of_line else at_places(column.values, self.visits).take(self.at)
            )
        return self._cache[key]

    def given(self, path: str) -> Array | None:
        """The mask of given cells, a line each; `None`: all are, or no column is there."""
        key = ("given", path)
        if key not in self._cache:
            found = self.view.column(path)
            known = found[0].known if found is not None else None
            if known is not None and found is not None:
                known = at_places(known, self.where) if found[1] else at_places(known, self.visits).take(self.at)
                known = None if known.all() else known
            self._cache[key] = known
        return self._cache[key]

    def of_visits(self, path: str) -> Array:
        """The cells of a fact of the visit, one a visit."""
        found = self.view.column(path)
        assert found is not None and not found[1]
        return found[0].values[self.visits]

    def units(self) -> tuple[Array | None, Array | None]:
        """Billed units at the scale of the answer, and the mask of lines that state them (`None`: all do); `None` without a column."""
        if "units" not in self._cache:
            found = self.view.column("line.units")
            if found is None:
                self._cache["units"] = (None, None)
            else:
                values = self.values("line.units").astype(self.units_type)
                if self.view.scale != found[0].scale:
                    values = values * (self.view.scale // found[0].scale)
                self._cache["units"] = (values, self.given("line.units"))
        found_: tuple[Array | None, Array | None] = self._cache["units"]
        return found_

    def billed_nothing(self) -> Array | None:
        """The lines that state that they bill no units, as a mask; `None`: there are none."""
        if "nothing" not in self._cache:
            billed, given = self.units()
            nothing = None if billed is None else billed == 0
            if nothing is not None and given is not None:
                nothing &= given
            self._cache["nothing"] = nothing if nothing is not None and nothing.any() else None
        found: Array | None = self._cache["nothing"]
        return found

    def minutes(self) -> Array:
        """Minutes of the lines, int64 as an index has to be; 0 where none are given."""
        return self.values("line.minutes")

    def marks(self) -> Array:
        """The bits of the modifiers that each line carries."""
        if "marks" not in self._cache:
            self._cache["marks"] = self._marks(self.where)
        return self._cache["marks"]

    def marks_of(self, lines: Array) -> Array:
        """The bits of the modifiers that some lines carry. As long as few are asked for, without looking at the others."""
        self._marked += len(lines)
        if "marks" in self._cache or self._marked * 4 > self.lines:
            return self.marks().take(lines)
        return self._marks(lines + self.where.start if isinstance(self.where, slice) else self.where.take(lines))

    def _marks(self, where: Array | slice) -> Array:
        out: Array | None = None
        for ids, known, table in self.view.mark_columns():
            given = None if known is None else at_places(known, where)
            if out is not None and given is not None and SPARSE * np.count_nonzero(given) < len(given):
                some = np.flatnonzero(given)
                there = some + where.start if isinstance(where, slice) else where.take(some)
                out[some] |= table.take(ids.take(there))
                continue
            bits = table.take(at_places(ids, where))
            if given is not None:
                bits *= given
            out = bits if out is None else np.bitwise_or(out, bits, out=out)
        if out is None:
            return np.zeros(where.stop - where.start if isinstance(where, slice) else len(where), self.view.mark_type)
        return out

    def word(self, path: str, word: str) -> int:
        """The id of a word in a column of text."""
        return self.view.word(path, word)

    def repeated(self) -> Array:
        """The visits with a code on more than one line."""
        if "repeated" not in self._cache:
            found = np.zeros(self.count, np.bool_)
            longest = int(self.sizes.max(initial=1))
            if longest <= LAGS:
                # Of lines so near each other, the last bits of the visit's index tell visits apart.
                wide = self.code.dtype.itemsize
                kind = {1: np.uint16, 2: np.uint32}.get(wide, np.uint64)
                key = (self.at.astype(np.uint8).astype(kind) << kind(8 * wide)) | self.code.astype(kind)
                for lag in range(1, longest):
                    same = key[lag:] == key[:-lag]
                    if same.any():
                        found[self.at[lag:][same]] = True
            else:
                key = np.sort(self.at.astype(np.int64) << 32 | self.code)
                found[key[1:][key[1:] == key[:-1]] >> 32] = True
            self._cache["repeated"] = found
        return self._cache["repeated"]

    def key(self, name: str) -> Array | None:
        """The lines' values of a grouping key, 0 where it is not stated; `None` when no line of any visit differs in it."""
        if ("key", name) not in self._cache:
            found = self.view.column(f"line.{name}") if name in {"discipline", "provider", "region"} else None
            key = None
            if found is not None and found[1]:
                key = self.values(f"line.{name}").astype(np.int32) + 1
                given = self.given(f"line.{name}")
                if given is not None:
                    key = key * given
                same = (key[1:] == key[:-1]) | (self.at[1:] != self.at[:-1])
                key = None if same.all() else key
            self._cache["key", name] = key
        return self._cache["key", name]

    def mixed(self, name: str) -> Array | None:
        """The visits whose lines differ in a grouping key, or of which some state it and some do not; `None`: there are none."""
        if ("mixed", name) not in self._cache:
            key = self.key(name)
            mixed = None
            if key is not None:
                mixed = np.zeros(self.count, np.bool_)
                mixed[self.at[1:][(key[1:] != key[:-1]) & (self.at[1:] == self.at[:-1])]] = True
            self._cache["mixed", name] = mixed
        return self._cache["mixed", name]

    def with_others(self, when: str) -> Array | None:
        """The visits of whose patient there are other lines (`day`, `before`: see `Others`), as a mask; `None`: there are none."""
        if ("others", when) not in self._cache:
            assert self.view.others is not None
            found = (self.view.others.day if when == "day" else self.view.others.before)[self.visits]
            self._cache["others", when] = found if found.any() else None
        return self._cache["others", when]

    # ---------------------------------------------------------------------------- what is said of the visit
    def any_of(self, mask: Array) -> Array:
        """The visits of which some line is in a mask."""
        return self.any_of_lines(np.flatnonzero(mask))

    def any_of_lines(self, lines: Array) -> Array:
        """The visits of some lines, as a mask."""
        out = np.zeros(self.count, np.bool_)
        out[self.at.take(lines)] = True
        return out

    def visit_has(self, codes: CodeSet, marks: int) -> Array:
        """The visits with a line of some codes, and of some modifiers if any are asked."""
        lines = self.lines_in(codes)
        if marks:
            lines = only(lines, (self.marks().take(lines) & self.view.mark_type(marks)) != 0)
        return self.any_of_lines(lines)

    def sum_of(self, codes: CodeSet, field: str) -> Array:
        """The sum of a field over the lines of some codes, a visit each."""
        values = self.short_minutes() if field == "minutes" else self.values(f"line.{field}")
        values = values * self.view.in_codes(codes, self.code)
        given = self.given(f"line.{field}")
        return self.sums(values if given is None else values * given)

    def minutes_above(self, codes: CodeSet, most: int) -> Array:
        """The visits whose given minutes of some codes are more than so many (0 or more), as a mask.

        Only visits that have more in all are looked at, code by code unless there are many.
        """
        places = self.view.places_of(codes)
        if len(places) > FEW:
            return self.sum_of(codes, "minutes") > most
        least = most // HOUR * HOUR
        if ("large", least) not in self._cache:
            given = self.given("line.minutes")
            minutes = self.short_minutes() if given is None else self.short_minutes() * given
            self._cache["large", least] = Large.of(self, minutes, least)
        large: Large = self._cache["large", least]
        out = np.zeros(self.count, np.bool_)
        out[large.visits] = large.of_codes(places) > most
        return out

    def short_minutes(self) -> Array:
        """Minutes of the lines, int32: those of a million lines have room in one."""
        if "short minutes" not in self._cache:
            self._cache["short minutes"] = self.minutes().astype(np.int32)
        return self._cache["short minutes"]

    def sums(self, values: Array) -> Array:
        """The sum of each visit's values. Differences of running sums, which may wrap round: a third of the time of sums one by one."""
        running = np.zeros(self.lines + 1, values.dtype)
        np.add.accumulate(values, out=running[1:])
        edges = running.take(self.starts)
        return np.append(edges[1:], running[-1]) - edges

    def sum_known(self, codes: CodeSet, field: str) -> Array:
        """The visits in which every line of some codes states a field."""
        given = self.given(f"line.{field}")
        return (
            np.ones(self.count, np.bool_)
            if given is None
            else ~self.any_of(self.view.in_codes(codes, self.code) & ~given)
        )

    def lines_in(self, codes: CodeSet) -> Array:
        """The lines of some codes, ascending; not to be written to. Those of one code are found once."""
        places = self.view.places_of(codes)
        if len(places) > 1:
            return np.flatnonzero(self.view.in_codes(codes, self.code))
        key = ("lines", *places)
        if key not in self._cache:
            self._cache[key] = np.flatnonzero(self.code == places[0]) if places else np.zeros(0, np.intp)
        return self._cache[key]

    def about(self, codes: CodeSet) -> Array:
        """The lines of some codes, as a mask."""
        return self.view.in_codes(codes, self.code)
