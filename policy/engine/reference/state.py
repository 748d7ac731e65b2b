"""What is known of each line while a visit is evaluated.

Owns: the interval of units that can still be allowed on each line, and the list of events.
Never: decides; the steps write here.
"""

from typing import TYPE_CHECKING

import attrs

from policy.claims.visit import Visit
from policy.engine.outcome import Event
from policy.plan.model import Plan
from policy.values import Truth, Units

if TYPE_CHECKING:
    from policy.engine.reference.paying import LineMoney

NO_BOUND = None
"""An upper bound that is not known."""


@attrs.define
class LineState:
    """One line. `low` and `high` bound the units that can still be allowed; `high` is `None` when nothing bounds it."""

    gated: Truth = False
    """True: stopped before counting; `None`: perhaps."""
    supported: Units | None = None
    support_low: Units = 0
    support_high: Units | None = None
    low: Units = 0
    high: Units | None = None

    def deny(self) -> None:
        """Nothing is allowed."""
        self.low = self.high = 0

    def doubt(self) -> None:
        """Perhaps nothing is allowed."""
        self.low = 0

    def cap(self, units: Units) -> None:
        """No more than `units` are allowed."""
        self.high = units if self.high is None else min(self.high, units)
        self.low = min(self.low, units)

    @property
    def settled(self) -> bool:
        return self.high is not None and self.low == self.high


@attrs.define
class State:
    """The visit under evaluation."""

    plan: Plan
    visit: Visit
    lines: list[LineState]
    events: list[Event] = attrs.field(factory=list)
    kept: dict[int, int] = attrs.field(factory=dict)
    """Minutes that a limit on minutes leaves the lines it has cut so far."""
    asked: dict[str, str] = attrs.field(factory=dict)
    """The reference tables that answered, by name, with their digests."""
    money: "list[LineMoney] | None" = None
    """What each line comes to, once the payment stage has begun."""

    def say(
        self,
        at: int,
        tag: str,
        effect: str,
        lines: tuple[int, ...],
        units: Units | None = None,
        args: tuple[object, ...] = (),
    ) -> None:
        """Records an event."""
        self.events.append((at, tag, effect, lines, units, args))

    def doubt(self, at: int, tag: str, lines: tuple[int, ...], would: str, args: tuple[object, ...] = ()) -> None:
        """Records that a statement would have an effect if something missing were so."""
        self.events.append((at, tag, "undetermined", lines, None, (*args, would)))
