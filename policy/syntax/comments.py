"""Where each comment of a file belongs.

Owns: tying a comment to the header, clause or example line it speaks of, by where it stands.
Never: changes a comment's words or drops one.
"""

from collections.abc import Iterator, Sequence

import attrs

from policy.source import SourceFile, Span
from policy.syntax import ast


@attrs.frozen
class Attached:
    """The comments of one declaration; `over` and `behind` by the number of the unit (0 is the header)."""

    above: list[str] = attrs.field(factory=list)
    """Lines above the header, with an empty one where the author left one."""
    over: dict[int, list[str]] = attrs.field(factory=dict)
    behind: dict[int, str] = attrs.field(factory=dict)
    below: list[str] = attrs.field(factory=list)
    """Indented lines under the last clause."""


@attrs.frozen
class Placed:
    declarations: list[Attached]
    at_end: list[str]


def attach(file: SourceFile, module: ast.Module, spans: Sequence[Sequence[Span]]) -> Placed:
    """Ties the comments of `module` to its declarations; `spans` are the places of their units, in order."""
    placed = Placed([Attached() for _ in spans], [])
    free: list[ast.Comment] = []
    current = -1
    unit = 0
    for comment in module.comments:
        at = comment.span.start
        while current + 1 < len(spans) and spans[current + 1][0].start < at:
            current += 1
            unit = 0
            placed.declarations[current].above.extend(_spaced(file, free, spans[current][0].start))
            free = []
        if current < 0:
            free.append(comment)
            continue
        units = spans[current]
        while unit + 1 < len(units) and units[unit + 1].start < at:
            unit += 1
        in_column_1 = file.position(at)[1] == 1
        last = unit + 1 == len(units)
        if last and comment.own_line and at >= units[unit].end and (in_column_1 or free):
            free.append(comment)
        else:
            _tie(placed.declarations[current], comment, unit, inside=at < units[unit].end, last=last)
    for number in range(current + 1, len(spans)):
        placed.declarations[number].above.extend(_spaced(file, free, spans[number][0].start))
        free = []
    placed.at_end.extend(_spaced(file, free, None))
    return placed


def _tie(attached: Attached, comment: ast.Comment, unit: int, *, inside: bool, last: bool) -> None:
    if inside:
        attached.over.setdefault(unit, []).append(comment.text)
    elif not comment.own_line:
        if unit in attached.behind:
            attached.over.setdefault(unit, []).append(attached.behind[unit])
        attached.behind[unit] = comment.text
    elif last:
        attached.below.append(comment.text)
    else:
        attached.over.setdefault(unit + 1, []).append(comment.text)


def _spaced(file: SourceFile, comments: Sequence[ast.Comment], then: int | None) -> Iterator[str]:
    """The comments with one empty line wherever the author left empty lines, also before what begins at `then`."""
    starts = [file.position(comment.span.start)[0] for comment in comments]
    following = [*starts[1:], *([file.position(then)[0]] if then is not None else [])]
    for i, comment in enumerate(comments):
        yield comment.text
        if i < len(following) and following[i] - starts[i] > 1:
            yield ""
