"""How a command ends: the exit codes, and the one line that says why it could not do its work.

Owns: the numbers that scripts rely on, `Refusal`, and how a refusal is printed.
Never: catches anything; `cli/guard.py` does.
"""

import sys
from typing import Final

FINE: Final = 0
NO: Final = 1
"""The answer is no: errors in a policy, a failing example, a finding at or above `--fail-on`."""
BAD: Final = 2
"""Bad usage, or input that cannot be read."""
INTERRUPTED: Final = 130
CLOSED: Final = 141
"""The reader of the output went away, as in `| head -1`; what shells report for any program that ends so."""


class Refusal(Exception):
    """The command cannot be carried out. `message` is one clear line, `help` says what to write instead."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        return f"{self.message}; {self.help}" if self.help else self.message


class Ended(Exception):
    """The command ends here with `code`; all that was to be said has been said."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def refuse(message: str) -> int:
    """Prints one line on stderr; the exit code for bad usage."""
    encoding = sys.stderr.encoding or "utf-8"
    text = f"policy: {' '.join(message.split())}"
    print(text.encode(encoding, "replace").decode(encoding), file=sys.stderr)
    return BAD
