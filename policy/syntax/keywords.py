"""The words of the language, which nothing may be named.

Owns: reading them out of the grammar, so that no list beside it can differ from it.
Never: builds the parser.
"""

import functools
import re

from policy.resources import grammar_folder


@functools.cache
def reserved() -> frozenset[str]:
    """The words of the language: no declaration may be named so."""
    text = (grammar_folder() / "policy.lark").read_text(encoding="utf-8")
    rules = re.sub(r"//[^\n]*|/(?:\\.|[^/\n])+/", "", text)
    return frozenset(word for word in re.findall(r'"([^"\n]+)"', rules) if re.fullmatch(r"[a-z][a-z0-9_]*", word))
