"""Every mistake of syntax and of shape, in the words the author reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from language.runner import cases, check_bad, check_good

from policy.diagnostics import Diagnostic
from policy.source import SourceFile
from policy.syntax.parse import parse
from policy.syntax.shape import check_shape

HERE = Path(__file__).parent


def syntax(file: SourceFile) -> list[Diagnostic]:
    """What the parser finds."""
    return parse(file)[1]


def shape(file: SourceFile) -> Iterator[Diagnostic]:
    """What the parser and the table of clauses find."""
    module, found = parse(file)
    yield from found
    for declaration in module.declarations:
        yield from check_shape(file, declaration)


@pytest.mark.parametrize("path", cases(HERE / "bad"), ids=lambda path: path.stem)
def test_a_mistake_of_syntax_is_explained(path: Path, rewrite: bool) -> None:
    check_bad(path, syntax, rewrite)


@pytest.mark.parametrize("path", cases(HERE / "shape"), ids=lambda path: path.stem)
def test_a_mistake_of_shape_is_explained(path: Path, rewrite: bool) -> None:
    check_bad(path, shape, rewrite)


@pytest.mark.parametrize("path", cases(HERE / "good"), ids=lambda path: path.stem)
def test_a_good_file_is_without_a_finding(path: Path) -> None:
    check_good(path, shape)
