"""What changed between two tables of a kind.

Owns: which rows were added, removed or changed. A row is the same row when its key is.
Never: prints.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from policy.tables.held import Held, Stored
from policy.tables.layout import KEYS
from policy.tables.model import Kind, Row


@attrs.frozen
class Change:
    """One row of the difference: `before` is `None` for a new row, `after` for one that is gone."""

    before: Row | None
    after: Row | None


def diff(old: Held, new: Held, codes: Iterable[str] = ()) -> Iterator[Change]:
    """Changes in order of the key; with `codes`, only those of rows about one of them."""
    kind = new.table.kind
    wanted = frozenset(codes)
    if wanted:
        yield from _changes(kind, *(_about(held, wanted) for held in (old, new)))
        return
    if isinstance(old.rows, Stored) and isinstance(new.rows, Stored):
        yield from _changes(kind, old.rows.without(new.rows), new.rows.without(old.rows))
        return
    for key in sorted({*old.rows.keys(), *new.rows.keys()}):
        yield from _changes(kind, old.rows.group(key), new.rows.group(key))


def _about(held: Held, codes: frozenset[str]) -> list[Row]:
    return list(dict.fromkeys(row for code in sorted(codes) for row in held.rows.about(code)))


def _changes(kind: Kind, old: Iterable[Row], new: Iterable[Row]) -> Iterator[Change]:
    before, after = Counter(old), Counter(new)
    gone, come = _by_key(kind, before - after), _by_key(kind, after - before)
    for key in sorted({*gone, *come}):
        left, right = gone.get(key, []), come.get(key, [])
        for i in range(max(len(left), len(right))):
            yield Change(left[i] if i < len(left) else None, right[i] if i < len(right) else None)


def _by_key(kind: Kind, rows: Counter[Row]) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in sorted(rows.elements(), key=str):
        found.setdefault(tuple(str(getattr(row, name) or "") for name in KEYS[kind]), []).append(row)
    return found
