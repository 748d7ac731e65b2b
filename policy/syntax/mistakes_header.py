"""Says what is wrong with the first line of a declaration, and guesses what it declares.

Owns: unknown kinds, missing and misspelt names; the guess that keeps one mistake from being reported at every use.
Never: changes how text is read.
"""

import functools
import re

from lark.exceptions import UnexpectedInput

from policy.diagnostics import Diagnostic
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.syntax.build import Header
from policy.syntax.stop import stop_of

_HEADER = re.compile(r"(?:replace\s+)?(?P<kind>not\s+modelled|[a-z]+)\s+(?P<name>[A-Za-z_][\w.-]*)")


def explain_header(error: UnexpectedInput, file: SourceFile, text: str, at: Span) -> Diagnostic:
    """The one diagnostic for a header that could not be read."""
    stop = stop_of(error, file, text, at)
    return stop.found(f"`{stop.word[:40]}` is not understood here", None)


def guess(text: str, at: Span) -> Header | None:
    """What a header that could not be read was about to declare."""
    match = _HEADER.match(text, at.start, at.end)
    if match is None:
        return None
    return functools.partial(
        ast.Declaration, " ".join(match["kind"].split()), ast.Word(match["name"], Span(*match.span("name")))
    )
