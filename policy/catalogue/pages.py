"""The pages of a catalogue: which there are, and what each template is given.

Owns: the list of pages and their contexts, the same for a site and for Markdown.
Never: renders or writes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from policy.catalogue.coded import codes
from policy.catalogue.dimensions import BY_KEY, COMPARED, DIMENSIONS
from policy.catalogue.history import timeline
from policy.catalogue.links import Links
from policy.catalogue.matrix import FOCUS, PARTNERS, between, has_pairs, row
from policy.catalogue.model import IN_FORCE, Catalogue, Doc, Shown
from policy.catalogue.sentences.examples import COLUMNS, expectation, stated, visit_rows
from policy.catalogue.words import Words, sentence
from policy.resolve.model import SourceInfo
from policy.syntax import ast

NAV: Final = (
    ("index", "Policies"),
    ("compare", "Comparison"),
    ("pairs", f"Pairs of {FOCUS}"),
    ("codes", "Codes"),
    ("sources", "Sources"),
    ("assumptions", "Assumptions"),
    ("inert", "Not in force"),
)
CARDS: Final = 12
"""Up to so many of a policy's own statements of one dimension are shown one by one; more are a table."""


@attrs.frozen
class Page:
    """One page: its path without suffix, its template and what that is given."""

    path: str
    template: str
    title: str
    links: Links
    context: Mapping[str, Any]


@attrs.frozen
class Section:
    """A dimension on a policy's page: its own statements as cards or as a table, and the inherited ones by policy."""

    key: str
    title: str
    silent: str
    cards: Sequence[Shown]
    table: Sequence[Shown]
    inherited: Sequence[tuple[str, Sequence[Shown]]]

    @property
    def is_empty(self) -> bool:
        return not (self.cards or self.table or self.inherited)


def pages(catalogue: Catalogue, suffix: str) -> Iterator[Page]:
    """Every page, the first one first."""
    coded = codes(catalogue)
    links = Links(catalogue, frozenset(coded), suffix)
    below = attrs.evolve(links, root="../")
    rows = [row(doc) for doc in catalogue.docs]
    columns = [BY_KEY[key] for key in COMPARED]
    compared = {
        "rows": [r for r in rows if r.doc in catalogue.payers],
        "columns": columns,
        "left_out": _left_out(catalogue),
    }
    yield Page("index", "index", "Policies", links, {"units": {r.doc.id: r.cell("units") for r in rows}})
    yield Page("compare", "compare", "Comparison of payers", links, compared)
    yield Page("pairs", "pairs", f"Pairs of {FOCUS}", links, _pairs(catalogue))
    yield Page("codes", "codes", "Codes", links, {"codes": coded})
    yield Page("sources", "sources", "Sources", links, {"sources": _sources(catalogue)})
    yield Page("assumptions", "assumptions", "Assumptions", links, {"groups": _own(catalogue, _assumes)})
    ended = [doc for doc in catalogue.docs if doc.status != IN_FORCE]
    yield Page("inert", "inert", "Not in force", links, {"groups": _own(catalogue, _is_silent), "docs": ended})
    for doc in catalogue.docs:
        yield Page(f"policies/{doc.id}", "policy", doc.title, attrs.evolve(below, doc=doc, page=doc), _policy(doc))
    for code in coded:
        about = [one for doc in catalogue.payers if not (one := row(doc, code, most=None)).is_empty]
        yield Page(f"codes/{code}", "code", f"Code {code}", below, {"code": code, "rows": about, "columns": columns})


def _policy(doc: Doc) -> dict[str, Any]:
    examples = [one for one in doc.shown if one.own and one.statement.kind == "example"]
    return {
        "doc": doc,
        "row": row(doc),
        "columns": [BY_KEY[key] for key in COMPARED],
        "sections": [_section(doc, d.key) for d in DIMENSIONS],
        "declared": [
            (title, found)
            for title, kind in (("Code sets", "codes"), ("Values", "value"), ("Facts of its own", "fact"))
            if (found := doc.of(kind))
        ],
        "assumed": [one for one in doc.own if _assumes(one)],
        "silent": [one for one in doc.silent if one.own],
        "silent_inherited": len([one for one in doc.silent if not one.own]),
        "timeline": timeline(doc),
        "own_sources": {one.statement.name for one in doc.of("source") if one.own},
        "examples": [Example(one) for one in examples],
        "example_columns": COLUMNS,
    }


def _section(doc: Doc, key: str) -> Section:
    found = doc.dimension(key)
    own = [one for one in found if one.own]
    origins = dict.fromkeys(one.statement.policy for one in found if not one.own)
    inherited = [(origin, [one for one in found if one.statement.policy == origin]) for origin in origins]
    cards, table = (own, []) if len(own) <= CARDS else ([], own)
    return Section(key, BY_KEY[key].title, BY_KEY[key].silent, cards, table, inherited)


@attrs.frozen
class Example:
    """A worked example: its visit as a table, and what the decision must say."""

    shown: Shown

    @property
    def date(self) -> str:
        visit = self._visit
        return visit.date.isoformat() if visit is not None else ""

    @property
    def stated(self) -> list[Words]:
        """What is stated of the visit beside its lines."""
        visit = self._visit
        return [stated(self.shown.telling, fact) for fact in visit.facts] if visit is not None else []

    @property
    def rows(self) -> list[tuple[Words, ...]]:
        visit = self._visit
        return visit_rows(self.shown.telling, visit) if visit is not None else []

    @property
    def expected(self) -> list[Words]:
        found = [item for expect in self.shown.statement.declaration.all(ast.Expect) for item in expect.items]
        return [sentence(expectation(self.shown.telling, item)) for item in found]

    @property
    def _visit(self) -> ast.ExampleVisit | None:
        return self.shown.statement.declaration.first(ast.ExampleVisit)


def _pairs(catalogue: Catalogue) -> dict[str, Any]:
    docs = has_pairs(catalogue.payers)
    cells = [(doc, [(partner, between(doc, FOCUS, partner)) for partner in PARTNERS]) for doc in docs]
    return {
        "code": FOCUS,
        "partners": PARTNERS,
        "rows": cells,
        "silent": [d for d in catalogue.payers if d not in docs],
    }


def _left_out(catalogue: Catalogue) -> list[Doc]:
    return [doc for doc in catalogue.docs if doc not in catalogue.payers]


def _assumes(one: Shown) -> bool:
    return bool(one.statement.assumptions)


def _is_silent(one: Shown) -> bool:
    return not one.speaks


def _own(catalogue: Catalogue, wanted: Any) -> list[tuple[Doc, list[Shown]]]:
    """The statements that each policy itself makes and that are wanted; policies without any are left out."""
    found = [(doc, [one for one in doc.own if wanted(one)]) for doc in catalogue.docs]
    return [(doc, shown) for doc, shown in found if shown]


def _sources(catalogue: Catalogue) -> list[tuple[SourceInfo, list[tuple[Doc, int]]]]:
    """Each document once, by title, with the policies that state it and how many of their statements cite it."""
    found: dict[tuple[str, str], tuple[SourceInfo, list[tuple[Doc, int]]]] = {}
    for doc in catalogue.docs:
        own = {one.statement.name for one in doc.shown if one.statement.kind == "source" and one.own}
        for source in doc.sources:
            if source.name in own:
                cited = sum(source.name in {c.source.name for c in one.statement.cites} for one in doc.shown)
                entry = found.setdefault((source.title, source.link or ""), (source, []))
                entry[1].append((doc, cited))
    return [found[key] for key in sorted(found, key=lambda key: (key[0].lower(), key))]
