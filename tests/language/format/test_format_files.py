"""The formatter on files: each `x.policy` comes out as `x.formatted`, which is in order itself and means the same."""

from pathlib import Path

import pytest
from language.runner import cases

from policy.source import SourceFile
from policy.syntax.format import format_source
from policy.syntax.parse import parse

HERE = Path(__file__).parent
GOOD = HERE.parent / "syntax" / "good"


@pytest.mark.parametrize("path", cases(HERE), ids=lambda path: path.stem)
def test_a_file_is_formatted_as_its_golden_file(path: Path, rewrite: bool) -> None:
    golden = path.with_suffix(".formatted")
    formatted = format_source(SourceFile.read(path)).encode()
    if rewrite:
        golden.write_bytes(formatted)
    assert formatted == golden.read_bytes()


@pytest.mark.parametrize("path", [*cases(HERE), *cases(GOOD)], ids=lambda path: path.stem)
def test_formatting_changes_neither_the_meaning_nor_a_formatted_file(path: Path) -> None:
    file = SourceFile.read(path)
    formatted = SourceFile("formatted", format_source(file))
    assert parse(formatted) == (parse(file)[0], [])
    assert format_source(formatted) == formatted.text


@pytest.mark.parametrize("path", [*cases(HERE), *cases(GOOD)], ids=lambda path: path.stem)
def test_formatting_keeps_every_comment(path: Path) -> None:
    file = SourceFile.read(path)
    formatted = SourceFile("formatted", format_source(file))
    before, after = (sorted(c.text for c in parse(one)[0].comments) for one in (file, formatted))
    assert before == after
