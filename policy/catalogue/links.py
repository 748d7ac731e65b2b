"""Where the words of a page lead.

Owns: the addresses of pages and of places on them, relative to the page at hand, and which links of a policy are safe to follow.
Never: links to what the catalogue does not hold.
"""

from collections.abc import Set
from urllib.parse import quote

import attrs

from policy.catalogue.model import Catalogue, Doc, Shown
from policy.catalogue.words import Ref


@attrs.frozen
class Links:
    """The links of one page. `root` leads to the catalogue's first page, `doc` is the policy whose words are linked."""

    catalogue: Catalogue
    codes: Set[str]
    """The codes that have a page."""
    suffix: str
    root: str = ""
    doc: Doc | None = None
    page: Doc | None = None
    """The policy whose page the links stand on; a place on it needs no file name."""

    def of(self, doc: Doc) -> "Links":
        """The links of words that a policy says, on this same page."""
        return attrs.evolve(self, doc=doc)

    def href(self, ref: Ref) -> str | None:
        """The address of what a word names; `None` when there is no such place."""
        match ref.kind:
            case "code":
                return self.code(ref.name)
            case "codes":
                return self._place(f"codes {ref.name}")
            case "value":
                return self._place(f"value {ref.name}")
            case "source":
                return self._place(f"source {ref.name}")
            case "statement":
                return self._place(ref.name)
            case _:
                return None

    def code(self, code: str) -> str | None:
        """The page of a code."""
        return f"{self.root}codes/{code}{self.suffix}" if code in self.codes else None

    def policy(self, policy_id: str, anchor: str = "") -> str | None:
        """The page of a policy, or a place on it."""
        if policy_id not in self.catalogue.by_id:
            return None
        if anchor and self.page is not None and self.page.id == policy_id:
            return f"#{anchor}"
        return f"{self.root}policies/{policy_id}{self.suffix}" + (f"#{anchor}" if anchor else "")

    def shown(self, one: Shown) -> str | None:
        """The place of a statement: on its own page, where a page does not repeat what it inherits and is not in force."""
        if one.own or one.speaks:
            return self.policy(one.doc.id, one.anchor)
        origin = self.catalogue.by_id.get(one.statement.policy)
        found = origin.versions.get(one.statement.key, ()) if origin is not None else ()
        same = next((other for other in found if other.own and other.statement.dates == one.statement.dates), None)
        return self.policy(same.doc.id, same.anchor) if same is not None else None

    def _place(self, label: str) -> str | None:
        one = self.doc.places.get(label) if self.doc is not None else None
        return self.shown(one) if one is not None else None


def outside(url: str | None) -> str | None:
    """A policy's link as an address that may be followed: http and https only, with nothing that could end an attribute."""
    if url is None or not url.lower().startswith(("http://", "https://")):
        return None
    return quote(url, safe="/:?#[]@!$&*+,;=%~-._")
