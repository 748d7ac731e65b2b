"""Several files at once: every mistake of every file is told, and told once.

Each folder of `families/` is checked as `policy check` does it; `expected.txt` says what must be found, with the file of each.
"""

from pathlib import Path

import pytest

from policy.diagnostics import Diagnostic, Label
from policy.resolve.files import check

HERE = Path(__file__).parent / "families"
FAMILIES = sorted(path for path in HERE.iterdir() if path.is_dir())


def place(label: Label) -> str:
    row, column = label.file.position(label.span.start)
    return f"{Path(label.file.path).name}:{row}:{column}"


def told(diagnostic: Diagnostic) -> str:
    lines = [f"{place(diagnostic.at)} {diagnostic.code} {diagnostic.message}"]
    lines += [f"    {place(label)} {label.text}" for label in diagnostic.also]
    lines += [f"    help: {diagnostic.help}"] if diagnostic.help else []
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("folder", FAMILIES, ids=lambda path: path.name)
def test_every_mistake_of_every_file_is_told_once(folder: Path, rewrite: bool) -> None:
    found, number = check([folder])
    assert number == len(list(folder.glob("*.policy"))) > 0
    text = "".join(map(told, found))
    if rewrite:
        (folder / "expected.txt").write_text(text)
    assert text == (folder / "expected.txt").read_text()


@pytest.mark.parametrize("folder", FAMILIES, ids=lambda path: path.name)
def test_a_file_alone_is_told_nothing_else(folder: Path) -> None:
    """What is said of one file when it is checked by itself is said of the whole folder, too."""
    together = set(map(told, check([folder])[0]))
    for path in folder.glob("*.policy"):
        assert set(map(told, check([path])[0])) <= together
