"""The catalogue written to a folder, as a static site or as Markdown.

Owns: the template environment, and the folder: every page is written whole, what an earlier run wrote and this one does not is
removed, and nothing else in the folder is touched.
Never: uses the network or a clock. The same policies give the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from policy.catalogue import html, markdown
from policy.catalogue.links import outside
from policy.catalogue.model import Catalogue, Shown
from policy.catalogue.pages import CARDS, NAV, pages
from policy.catalogue.telling import spaced
from policy.resolve.model import Cited
from policy.version import LANGUAGE

if TYPE_CHECKING:
    from jinja2 import Environment

SUFFIXES: Final[Mapping[str, str]] = {"site": ".html", "markdown": ".md"}
"""The file names of each format's pages."""
ASSETS: Final = ("style.css", "filter.js")
MANIFEST: Final = "catalogue.txt"
"""The list of files that a run wrote, in the folder it wrote to; the next run knows by it what is its own."""


def rendered(catalogue: Catalogue, format: str) -> Iterator[tuple[str, str]]:
    """Every file of a catalogue: its path below the folder, and its text. `format` is a key of `SUFFIXES`."""
    suffix = SUFFIXES[format]
    environment = _environment(format)
    for page in pages(catalogue, suffix):
        template = environment.get_template(page.template + suffix)
        text = template.render(
            page.context, page=page, links=page.links, catalogue=catalogue, nav=NAV, cards=CARDS, language=LANGUAGE
        )
        yield page.path + suffix, text
    if format == "site":
        loader = environment.loader
        assert loader is not None
        for name in ASSETS:
            yield name, loader.get_source(environment, name)[0]


def write(files: Iterable[tuple[str, str]], folder: Path) -> int:
    """Writes files into a folder and removes what an earlier run wrote and this one does not; how many were written.

    Raises `FileExistsError` when the folder holds files but no catalogue, `OSError` when it cannot be written.
    """
    earlier = _written_before(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[str] = []
    for name, text in files:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(name)
    for name in sorted(earlier - set(written)):
        (folder / name).unlink(missing_ok=True)
    (folder / MANIFEST).write_text("".join(f"{name}\n" for name in sorted(written)), encoding="utf-8", newline="\n")
    return len(written)


def _written_before(folder: Path) -> set[str]:
    """The files of an earlier run. Raises `FileExistsError` when the folder holds something else."""
    manifest = folder / MANIFEST
    if manifest.is_file():
        names = manifest.read_text("utf-8").splitlines()
        return {name for name in names if not Path(name).is_absolute() and ".." not in Path(name).parts}
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"`{folder}` holds other files")
    return set()


def _environment(format: str) -> "Environment":
    """Jinja's environment for one format. Raises `ModuleNotFoundError` when Jinja is not installed."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates" / format),
        autoescape=format == "site",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "words": html.words if format == "site" else markdown.words,
        "text": markdown.text,
        "breakable": html.breakable,
        "outside": outside,
        "codes": _codes,
        "names_sets": _names_sets,
        "notes": _notes,
        "spaced": spaced,
    }
    return environment


def _codes(one: Shown) -> str:
    """The codes that a statement is about, worked out; empty when it names no set, because then they stand in its sentence."""
    found = one.about if _names_sets(one) else None
    return str(found) if found else ""


def _names_sets(one: Shown) -> bool:
    from policy.resolve.walk import code_sets

    return next(code_sets(one.statement.declaration), None) is not None


def _notes(cited: Cited) -> list[str]:
    """How well a source is known, and its dates."""
    source = cited.source
    notes: list[Any] = [source.evidence] if source.evidence else []
    notes += [f"dated {source.dated}"] if source.dated else []
    return [*notes, *([f"seen {source.seen}"] if source.seen else [])]
