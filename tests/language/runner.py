"""Policy files as test cases: `bad/` files say in their last lines what must be found, `good/` files must be without a finding.

Owns: the form of an expectation (`#! E101 2:5 message`, its labels and its help, all to the letter) and rewriting it.
Never: finds a mistake itself; each folder of tests hands in what does, such as the parser or the resolver.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from policy.diagnostics import Diagnostic, in_order
from policy.source import SourceFile

MARK = "#!"
Produce = Callable[[SourceFile], Iterable[Diagnostic]]


def cases(folder: Path) -> list[Path]:
    """The policy files of a folder. Fails when there is none, so that a moved folder is not a passing test."""
    found = sorted(folder.glob("*.policy"))
    assert found, f"{folder} holds no policy files"
    return found


def expectations(diagnostics: Iterable[Diagnostic]) -> str:
    """What a `bad/` file ends with: for each diagnostic its code, place and message, then its labels and its help."""
    lines = []
    for diagnostic in in_order(diagnostics):
        _, row, column = diagnostic.place()
        lines.append(f"{MARK} {diagnostic.code} {row}:{column} {diagnostic.message}")
        for label in (diagnostic.at, *diagnostic.also):
            row, column = label.file.position(label.span.start)
            lines += [f"{MARK}   {row}:{column} {label.text}"] if label.text else []
        lines += [f"{MARK}   help: {diagnostic.help}"] if diagnostic.help else []
    return "".join(f"{line}\n" for line in lines)


def check_bad(path: Path, produce: Produce, rewrite: bool) -> None:
    """Holds what is found in a file against the expectations at its end; with `rewrite`, writes them instead."""
    file = SourceFile.read(path, shown=path.name)
    start = file.text.find(f"\n{MARK}") + 1 or len(file.text)
    found = expectations(produce(file))
    assert found, f"nothing is found in {path.name}"
    if rewrite:
        stated = file.text[start:].encode()
        path.write_bytes(path.read_bytes()[: -len(stated) or None] + (b"" if stated else b"\n") + found.encode())
        return
    assert found == file.text[start:]


def check_good(path: Path, produce: Produce) -> None:
    """Nothing is found, and the file states no expectation that nobody would check."""
    file = SourceFile.read(path, shown=path.name)
    assert MARK not in file.text
    assert expectations(produce(file)) == ""
