"""The pages of `docs/diagnostics/`: one for each code, and a list of them all.

Owns: the layout of both, in Markdown.
Never: holds a word about a code that is not in the registry.

    python -m policy.render.registry_pages docs/diagnostics
"""

import sys
from pathlib import Path
from typing import Final

from policy.diagnostics import REGISTRY, Entry

INDEX: Final = "index.md"
_GROUPS: Final = {
    "1": "Reading the text",
    "2": "Names and inheritance",
    "3": "Dates",
    "4": "Types and measures",
    "5": "Clauses",
}
_SEVERITIES: Final = {
    "error": "An error: the policy cannot be used.",
    "warning": "A warning: the policy can be used.",
    "advice": "Advice: the policy is read as it was meant.",
}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    entries = sorted(REGISTRY.items(), key=lambda item: item[1].code[1:])
    found = {f"{entry.code}.md": _page(slug, entry) for slug, entry in entries}
    return {INDEX: _index([entry for _, entry in entries]), **found}


def _page(slug: str, entry: Entry) -> str:
    parts = [f"# {entry.code}: {entry.title}", f"`{slug}`. {_SEVERITIES[entry.severity]}", entry.why]
    if entry.avoid:
        parts += ["Avoid:", _policy(entry.avoid)]
    if entry.prefer:
        parts += ["Prefer:", _policy(entry.prefer)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _policy(text: str) -> str:
    return f"```policy\n{text}\n```"


def _index(entries: list[Entry]) -> str:
    lines = ["# Diagnostics", "", "The first letter is the severity: E an error, W a warning, A advice.", ""]
    for digit, title in _GROUPS.items():
        lines += [f"## {title}", "", "| code | what is wrong |", "| --- | --- |"]
        lines += [f"| [{e.code}]({e.code}.md) | {e.title} |" for e in entries if e.code[1] == digit]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def write(folder: Path) -> None:
    """Writes every page, and deletes the page of a code that is no more."""
    folder.mkdir(parents=True, exist_ok=True)
    found = pages()
    for path in folder.glob("*.md"):
        if path.name not in found:
            path.unlink()
    for name, text in found.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
