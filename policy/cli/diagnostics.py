"""Diagnostics to the screen, for every command that reports them.

Owns: the choice of renderer by `--format`, and the streams.
Never: lays out (`render/diagnostics.py` does).
"""

from collections.abc import Sequence

from policy.diagnostics import Diagnostic


def to_stdout(found: Sequence[Diagnostic], format: str, files: int) -> None:
    """All diagnostics in one of the formats of `--format`."""


def to_stderr(found: Sequence[Diagnostic]) -> None:
    """The diagnostics of a policy that a command cannot use, as text."""
