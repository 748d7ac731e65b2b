"""Words that look like something the language has.

Owns: one small function per likely mistake; each looks at the place where the parser stopped, and knows or does not.
Never: changes how text is read.
"""

from collections.abc import Callable
from typing import Final

from policy.diagnostics import Diagnostic
from policy.syntax.stop import Stop

Look = Callable[[Stop], Diagnostic | None]


def unclosed(stop: Stop) -> Diagnostic | None:
    """A text that is opened and not closed."""
    if not stop.word.startswith('"'):
        return None
    return stop.found("this text is not closed", 'end it with `"` on the same line', slug="unclosed-text")


LOOKALIKES: Final[tuple[Look, ...]] = (unclosed,)
