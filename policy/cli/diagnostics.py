"""Diagnostics to the screen, for every command that reports them.

Owns: the choice of renderer by `--format`, the streams, and the line of counts.
Never: lays out a diagnostic (`render/diagnostics.py` does).
"""

from collections.abc import Sequence

from policy.cli import screen
from policy.diagnostics import Diagnostic
from policy.render import diagnostics as render
from policy.render.page import BLANK, line
from policy.render.words import count


def to_stdout(found: Sequence[Diagnostic], format: str, files: int) -> None:
    """All diagnostics in one of the formats of `--format`; as text, with how many files were looked at."""
    output = screen.stdout()
    match format:
        case "json":
            output.text(render.to_json(found))
        case "sarif":
            output.text(render.to_sarif(found))
        case "github":
            output.text(render.to_github(found))
        case _:
            told = render.summary(found) or "no mistakes"
            style = "bad" if any(one.is_error for one in found) else "warn" if found else "good"
            counts = line(f"{count(files, 'file')}: ", (told, style))
            output.lines([*render.diagnostic_lines(found), *([BLANK] if found else []), counts])


def to_stderr(found: Sequence[Diagnostic]) -> None:
    """The diagnostics of a policy that a command cannot use, as text; warnings are left to `policy check`."""
    errors = [one for one in found if one.is_error]
    screen.stderr().lines(
        [*render.diagnostic_lines(errors or found), BLANK, line((render.summary(errors or found), "bad"))]
    )
