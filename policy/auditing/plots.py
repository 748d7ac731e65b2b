"""Pictures of figures as inline SVG: a bar of parts, and lines by month.

Owns: their geometry in whole numbers, and their words for those who do not see them. Labels are HTML beside the picture, so that they keep
their size on every screen; shapes differ by form as well as by colour.
Never: holds a number that a table on the page does not.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

import attrs

from policy.catalogue.html import Html

WIDE: Final = 1000
HIGH: Final = 400
_LABELS: Final = 8


@attrs.frozen
class Series:
    """One line of a chart. `kind` is its style: `taken`, `waiting` or `unbilled`."""

    name: str
    kind: str
    values: Sequence[int]


def parts(id: str, title: str, described: str, shares: Sequence[tuple[str, str, int]]) -> Html:
    """One bar cut into (name, kind, amount); nothing of nothing."""
    total = sum(amount for _, _, amount in shares)
    if not total:
        return Html("")
    pieces, x = [], 0
    for k, (_, kind, amount) in enumerate(shares):
        end = WIDE * sum(a for _, _, a in shares[: k + 1]) // total
        if amount:
            pieces.append(f'<rect class="{kind}" x="{x}" y="0" width="{max(end - x, 2)}" height="40"></rect>')
        x = end
    return Html(_figure(id, title, described, f"0 0 {WIDE} 40", "parts", "".join(pieces), _legend(shares)))


def lines(
    id: str, title: str, described: str, labels: Sequence[str], series: Sequence[Series], shown: Callable[[int], str]
) -> Html:
    """Lines over the same labels, from 0 to a round number above the largest; nothing of fewer than two labels or of zeros."""
    largest = max((value for one in series for value in one.values), default=0)
    if len(labels) < 2 or not largest:
        return Html("")
    top = _round_above(largest)
    grid = "".join(f'<path class="grid" d="M0 {y}H{WIDE}"></path>' for y in (0, HIGH // 2, HIGH))
    drawn = "".join(_line(one, len(labels), top) for one in series if any(one.values))
    values = "".join(f"<span>{shown(value)}</span>" for value in (top, top // 2, 0))
    step = -(-len(labels) // _LABELS)
    under = "".join(
        f'<span style="left:{_x(i, len(labels)) / 10:g}%">{escape(label)}</span>'
        for i, label in enumerate(labels)
        if i % step == 0
    )
    legend = _legend([(one.name, one.kind, 1) for one in series if any(one.values)], line=True)
    frame = f'<div class="values" aria-hidden="true">{values}</div><div class="labels" aria-hidden="true">{under}</div>'
    return Html(_figure(id, title, described, f"0 0 {WIDE} {HIGH}", "chart", grid + drawn, legend, frame))


def _figure(id: str, title: str, described: str, box: str, kind: str, drawn: str, legend: str, frame: str = "") -> str:
    return (
        f'<figure class="{kind}" aria-labelledby="{id}-title"><figcaption>{legend}</figcaption><div class="plot">'
        f'<svg viewBox="{box}" preserveAspectRatio="none" role="img" aria-labelledby="{id}-title {id}-desc">'
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(described)}</desc>{drawn}</svg>{frame}</div></figure>'
    )


def _legend(names: Sequence[tuple[str, str, int]], line: bool = False) -> str:
    def sample(kind: str) -> str:
        if line:
            return f'<path class="line {kind}" d="M2 10H38"></path><path class="dots {kind}" d="M20 10h0"></path>'
        return f'<rect class="{kind}" x="0" y="2" width="40" height="16"></rect>'

    items = "".join(
        f'<li><svg viewBox="0 0 40 20" aria-hidden="true">{sample(kind)}</svg> {escape(name)}</li>'
        for name, kind, amount in names
        if amount
    )
    return f'<ul class="legend">{items}</ul>'


def _line(one: Series, columns: int, top: int) -> str:
    points = [(_x(i, columns), HIGH - HIGH * value // top) for i, value in enumerate(one.values)]
    path = "L".join(f"{x} {y}" for x, y in points)
    dots = "".join(f"M{x} {y}h0" for x, y in points)
    return f'<path class="line {one.kind}" d="M{path}"></path><path class="dots {one.kind}" d="{dots}"></path>'


def _x(i: int, columns: int) -> int:
    """Where a column stands: points stay off the edges."""
    return WIDE * (2 * i + 1) // (2 * columns)


def _round_above(value: int) -> int:
    """1, 2, 4, 5 or 10 times a power of ten, even, and not below the value."""
    power = 10
    while power * 10 <= value:
        power *= 10
    return next(k * power for k in (1, 2, 4, 6, 8, 10) if k * power >= value)
