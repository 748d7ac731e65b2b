"""What a file may have declared on the lines that could not be read.

Owns: the words of broken first lines, so that one misspelt declaration is not reported again at every use of its name.
Never: reports anything, and never excuses a name that stands on no broken line.
"""

import bisect
import re
from typing import Final

from policy.resolve.library import Parsed

_WORD: Final = re.compile(r"[a-z][a-z0-9_.]*", re.IGNORECASE)
_WHOLE_FILE: Final = frozenset({"encoding", "too-large"})


def lost_names(parsed: Parsed) -> frozenset[str] | None:
    """The words, in small letters, of lines outside every declaration or in a broken header; `None` when the whole file is lost."""
    heads = [d.head.end for d in parsed.module.declarations]
    ends = [d.span.end for d in parsed.module.declarations]
    starts = [d.span.start for d in parsed.module.declarations]
    words: set[str] = {d.name.text for d in parsed.module.declarations if d.kind == "fact" and d.fact_type is None}
    for diagnostic in parsed.diagnostics:
        if not diagnostic.is_error:
            continue
        offset = diagnostic.at.span.start
        at = bisect.bisect_right(starts, offset) - 1
        if at >= 0 and heads[at] <= offset < max(ends[at], heads[at] + 1):
            continue  # inside a clause: what its statement declares is known
        if diagnostic.slug in _WHOLE_FILE and not starts:
            return None
        line, _ = parsed.file.position(offset)
        words |= {word.lower().strip(".") for word in _WORD.findall(parsed.file.line(line)[:2_000])}
    return frozenset(words)
