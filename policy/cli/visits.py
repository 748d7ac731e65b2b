"""The visits of a file, numbered: a visit keeps its place in the file whether or not it could be read.

Owns: which problems reject a visit and which concern the treatment log, and the name of a visit that has no id (`#3`).
Never: judges or prints.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

from policy.claims.problem import Problem, shown
from policy.claims.read import read
from policy.claims.visit import Visit
from policy.cli.exits import Refusal

STDIN: Final = Path("/dev/stdin")
"""What the file name `-` stands for."""


@attrs.frozen
class Item:
    """A visit or a problem. `position` counts the file's visits from 1; `rejects` marks the first error of a visit."""

    found: Visit | Problem
    position: int
    rejects: bool = False


def items(path: Path, log: Path | None) -> Iterator[Item]:
    """Visits and problems as they stand in the file; errors at one place reject one visit. Raises `Unreadable`."""
    position = 0
    rejected_at = ""
    of_log = f"{shown(log.name)} " if log is not None else None
    for found in read(STDIN if str(path) == "-" else path, log=log):
        rejects = False
        if isinstance(found, Visit):
            position += 1
        elif found.is_error and not (of_log and found.place.startswith(of_log)):
            at = found.place.split(", ")[0]
            rejects = at != rejected_at
            position += rejects
            rejected_at = at
        yield Item(found, position, rejects)


def name_of(visit: str | None, position: int) -> str:
    """What a report calls a visit: its id, or `#3` for the third of the input."""
    return visit if visit is not None else f"#{position}"


def find(path: Path, log: Path | None, wanted: str | None) -> Iterator[Visit]:
    """The visits named `wanted` (an id, or `#3`), or the only one of the file.

    Raises `Unreadable`; `Refusal` when there is no such visit, when it was rejected, or when one must be named.
    """
    names: list[str] = []
    only: list[Visit] = []
    given = False
    for item in items(path, log):
        if isinstance(item.found, Problem):
            if item.rejects and (wanted is None or wanted in (item.found.visit, f"#{item.position}")):
                raise Refusal(f"{item.found.place}: {item.found.message}", item.found.help)
            continue
        name = name_of(item.found.visit, item.position)
        if wanted is None:
            only.append(item.found)
            if len(only) > 1:
                raise Refusal(f"{shown(path.name)} holds several visits", f"name one, such as `--visit {names[0]}`")
        elif wanted in (name, f"#{item.position}"):
            given = True
            yield item.found
        names.append(name)
    yield from only
    if not given and not only:
        raise _unknown(path, wanted, names)


def _unknown(path: Path, wanted: str | None, names: list[str]) -> Refusal:
    from policy.diagnostics import nearest

    if wanted is None:
        return Refusal(f"{shown(path.name)} holds no visit")
    near = nearest(wanted, names[:10_000])
    some = f"the file begins with {', '.join(names[:5])}" if names else "the file holds no visit that can be read"
    return Refusal(
        f"there is no visit `{shown(wanted)}` in {shown(path.name)}", f"did you mean `{near}`?" if near else some
    )
