"""The documentation as tests read it: pages, and the fenced blocks in them.

Owns: finding pages and blocks, and the line before a block that says what it is for (`<!-- file: my.policy -->`).
Never: judges what a block holds.
"""

import re
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"^(?:<!-- (?P<use>file|append): (?P<name>\S+) -->\n\n?)?```(?P<language>[a-z]+)\n(?P<text>.*?)^```$", re.M | re.S
)


@attrs.frozen
class Block:
    """One fenced block. `use` is `file` or `append` when the block is the text of the file `name`."""

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
    return [page for page in top if page.exists()] + sorted((ROOT / "docs").glob("*.md"))


def blocks(page: Path, *languages: str) -> list[Block]:
    """The blocks of a page, in order; of some languages only, when named. Offsets are those of the block's text."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        if not languages or match["language"] in languages:
            start, end = match.span("text")
            line = text.count("\n", 0, start)
            found.append(
                Block(page, line, match["language"], match["text"], match["use"], match["name"], start, end)
            )
    return found


def page_id(page: Path) -> str:
    """How a test names a page."""
    return str(page.relative_to(ROOT))
