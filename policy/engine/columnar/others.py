"""What the other lines of a visit's patient mean for columns: whether there are any that may count.

Owns: the two masks of visits, worked out when a limit first asks. Never: counts those lines; the compiled evaluator does.
"""

import functools

import attrs
import numpy as np

from policy.columns.column import Bools
from policy.columns.frame import Frame


@attrs.frozen(slots=False, eq=False)
class Others:
    """Of a frame that has a history. Masks, one cell a visit."""

    frame: Frame

    @functools.cached_property
    def day(self) -> Bools:
        """The visits of whose patient other lines lie on the same day."""
        assert self.frame.history is not None
        return self.frame.history.same_day

    @functools.cached_property
    def before(self) -> Bools:
        """The visits of whose patient other lines lie, or may lie, on the same day or before."""
        assert self.frame.history is not None
        if self.frame.asked.history_since is not None:
            return np.ones(self.frame.visits, np.bool_)
        return ~self.frame.history.alone
