"""The registry of codes: complete, its pages committed as they are printed, its examples true."""

import ast
import re
from pathlib import Path

import pytest

from policy.diagnostics import REGISTRY, Entry
from policy.render.registry_pages import pages, write
from policy.resolve.library import Library, Parsed
from policy.resolve.resolve import resolve
from policy.source import SourceFile
from policy.syntax.parse import parse

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "diagnostics"
SHOWN = {slug: entry for slug, entry in REGISTRY.items() if entry.avoid}
FRAME = {
    "policy": 'policy test.page "A page of the documentation"\n',
    "source manual": 'source manual "A manual"\n',
    "codes timed": "codes timed\n    97110, 97112, 97140, 97530\n    one unit each 15 minutes\n",
}
"""What an example stands beside, unless it declares the like itself."""


def codes_found(text: str) -> set[str]:
    """The codes found in an example, as a policy of its own."""
    child = "extends" in text
    stated = [part for kind, part in FRAME.items() if not re.search(rf"^(replace )?{kind}\b", text, re.MULTILINE)]
    file = SourceFile("page", text + "\n\n" + "\n".join([] if child else stated))
    module, mistakes = parse(file)
    return {d.code for d in resolve(Library(), Parsed(file, module, tuple(mistakes)))[1]}


def test_the_committed_pages_are_those_of_the_registry(rewrite: bool) -> None:
    if rewrite:
        write(DOCS)
    assert {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")} == pages()


def test_every_slug_that_is_used_is_in_the_registry_and_every_entry_is_used() -> None:
    used = set()
    for path in (ROOT / "policy").rglob("*.py"):
        if "diagnostics" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    assert set(REGISTRY) - used == set()


def test_codes_are_told_apart() -> None:
    assert len({entry.code for entry in REGISTRY.values()}) == len(REGISTRY)


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=lambda entry: entry.code)
def test_every_code_says_why(entry: Entry) -> None:
    assert entry.why.endswith(".")
    assert entry.title == entry.title[0].lower() + entry.title[1:] or entry.title[0].isupper()
    assert bool(entry.avoid) == bool(entry.prefer)


@pytest.mark.parametrize("slug", SHOWN)
def test_what_to_avoid_is_found_and_what_to_write_is_not(slug: str) -> None:
    entry = SHOWN[slug]
    assert entry.code in codes_found(entry.avoid)
    assert codes_found(entry.prefer) == set()
