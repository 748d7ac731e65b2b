"""Words and texts as HTML.

Owns: escaping, and which element each piece becomes. Where a link leads, `catalogue/links.py` says.
Never: lets an author's text be markup.
"""

from html import escape

from policy.catalogue.links import Links
from policy.catalogue.words import Piece, Words


class Html(str):
    """Text that is HTML already: a template puts it in as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def breakable(name: str) -> Html:
    """An id that may be broken behind its dots and underscores."""
    return Html(escape(name).replace(".", ".<wbr>").replace("_", "_<wbr>"))


def words(phrase: Words, links: Links | None = None) -> Html:
    """A phrase with its links; without any, where `links` is not given (inside a link or a heading)."""
    return Html("".join(_piece(piece, links) for piece in phrase))


def _piece(piece: Piece, links: Links | None) -> str:
    if isinstance(piece, str):
        return escape(piece)
    text = escape(piece.text)
    href = links.href(piece) if links is not None else None
    if href is not None:
        return f'<a href="{escape(href)}">{text}</a>'
    if piece.kind == "fact" and links is not None:
        return f'<span class="fact" title="{escape(piece.name)}">{text}</span>'
    return f"<code>{text}</code>" if piece.kind == "written" else text
