"""The documentation as tests read it: pages, and the fenced blocks in them.

Owns: finding pages and blocks, and the files that a page has its reader write, step by step. The line above a block says what it is for:
`<!-- file: my.policy -->` is a file, `append` adds to one, `replace` takes the place of what was added last.
Never: judges what a block holds.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"^(?:<!-- (?P<use>file|append|replace): (?P<name>\S+) -->\n)?```(?P<language>[a-z]+)\n(?P<text>.*?)^```$",
    re.M | re.S,
)


@attrs.frozen
class Block:
    """One fenced block. `use` and `name` say which file it is a part of, if any."""

    page: Path
    line: int
    language: str
    text: str
    use: str | None
    name: str | None
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page written by hand, the README first."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    return (
        [page for page in top if page.exists()]
        + sorted((ROOT / "docs").glob("*.md"))
        + sorted((ROOT / "docs" / "how-to").glob("*.md"))
    )


def blocks(page: Path, *languages: str) -> list[Block]:
    """The blocks of a page, in order; of some languages only, when named. Offsets are those of the block's text."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        if not languages or match["language"] in languages:
            start, end = match.span("text")
            line = text.count("\n", 0, start)
            found.append(Block(page, line, match["language"], match["text"], match["use"], match["name"], start, end))
    return found


def steps(page: Path) -> Iterator[tuple[Block, dict[str, str]]]:
    """The blocks of a page, each with the files that its reader has by then."""
    written: dict[str, list[str]] = {}
    for block in blocks(page):
        if block.name is not None:
            written[block.name] = (
                [] if block.use == "file" else written[block.name][: -1 if block.use == "replace" else None]
            )
            written[block.name].append(block.text)
        yield block, {name: "\n".join(texts) for name, texts in written.items()}


def page_id(page: Path) -> str:
    """How a test names a page."""
    return str(page.relative_to(ROOT))
