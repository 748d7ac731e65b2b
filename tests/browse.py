"""A written site as a reader's program sees it: pages, links, and what a page must have for those who do not see it.

Owns: parsing pages strictly, crawling a folder, and a few of the checks that accessibility checkers make.
Never: knows what a page says.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"


def pages(folder: Path) -> list[Path]:
    """The pages of a site, sorted."""
    return sorted(folder.rglob("*.html"))


def tree(page: Path):  # type: ignore[no-untyped-def]
    """The page, parsed by the rules of HTML; a mistake raises."""
    return html5lib.HTMLParser(strict=True).parse(page.read_text("utf-8"))


def elements(page, *names: str) -> Iterator:  # type: ignore[no-untyped-def, type-arg]
    """The elements of some names, in document order."""
    wanted = {XHTML + name for name in names}
    return (element for element in page.iter() if element.tag in wanted)


def text(element) -> str:  # type: ignore[no-untyped-def]
    return " ".join("".join(element.itertext()).split())


def ids(page) -> list[str]:  # type: ignore[no-untyped-def]
    return [element.attrib["id"] for element in page.iter() if "id" in element.attrib]


def broken_links(folder: Path) -> Iterator[str]:
    """Links inside the site that lead to no page, or to no place on it."""
    trees = {page.resolve(): tree(page) for page in pages(folder)}
    places = {page: set(ids(parsed)) for page, parsed in trees.items()}
    for page, parsed in trees.items():
        for element in parsed.iter():
            for name in ("href", "src"):
                target = element.attrib.get(name)
                if target is None or urlsplit(target).scheme in {"http", "https"}:
                    continue
                parts = urlsplit(target)
                file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
                if not file.is_file() or (parts.fragment and unquote(parts.fragment) not in places.get(file, set())):
                    yield f"{page.name}: {target}"


def faults(page: Path) -> Iterator[str]:
    """What would stop a reader who uses a keyboard or a screen reader."""
    parsed = tree(page)
    (root,) = elements(parsed, "html")
    if not root.attrib.get("lang"):
        yield "the page names no language"
    for name in ("main", "h1", "title"):
        if len(list(elements(parsed, name))) != 1:
            yield f"there is not exactly one {name}"
    first = next(elements(parsed, "a"))
    if first.attrib.get("href") != "#main":
        yield "the first link does not skip to the content"
    seen = ids(parsed)
    yield from (f"the id {one} stands twice" for one in sorted({one for one in seen if seen.count(one) > 1}))
    level = 0
    for heading in elements(parsed, "h1", "h2", "h3", "h4"):
        now = int(heading.tag[-1])
        if now > level + 1:
            yield f"a heading of level {now} follows one of level {level}: {text(heading)}"
        if not text(heading):
            yield "a heading is empty"
        level = now
    for table in elements(parsed, "table"):
        if not any(text(caption) for caption in elements(table, "caption")):
            yield "a table has no caption"
        yield from ("a header cell names no scope" for cell in elements(table, "th") if "scope" not in cell.attrib)
    yield from ("a link has no words" for link in elements(parsed, "a") if not text(link))
    for element in parsed.iter():
        for name in ("aria-labelledby", "aria-describedby"):
            gone = [one for one in element.attrib.get(name, "").split() if one not in seen]
            yield from (f"{name} names {one}, which is nowhere" for one in gone)
    yield from ("a region has no name" for element in elements(parsed, "nav") if "aria-label" not in element.attrib)
    yield from ("something is fetched" for e in parsed.iter() if e.attrib.get("src", "").startswith("http"))
