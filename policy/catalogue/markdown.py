"""Words and texts as Markdown.

Owns: escaping, and how a link is written.
Never: lets an author's text be markup, HTML included.
"""

import re
from typing import Final

from policy.catalogue.links import Links
from policy.catalogue.words import Piece, Words

_SIGNS: Final = re.compile(r"([\\`*_\[\]|~#])")


def text(value: object) -> str:
    """An author's text on one line, every sign of Markdown written out."""
    line = " ".join(str(value).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SIGNS.sub(r"\\\1", line)


def words(phrase: Words, links: Links | None = None) -> str:
    """A phrase with its links; without any, where `links` is not given."""
    return "".join(_piece(piece, links) for piece in phrase)


def _piece(piece: Piece, links: Links | None) -> str:
    if isinstance(piece, str):
        return text_kept(piece)
    href = links.href(piece) if links is not None else None
    shown = text(piece.text)
    return f"[{shown}]({href})" if href is not None else shown


def text_kept(value: str) -> str:
    """Our own words: escaped, with the blanks at their ends."""
    lead, trail = value[: len(value) - len(value.lstrip())], value[len(value.rstrip()) :]
    return f"{lead}{text(value)}{trail}" if value.strip() else value
