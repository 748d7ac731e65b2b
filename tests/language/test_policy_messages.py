"""Every mistake that resolving a policy finds, in the words the author reads; and policies without a mistake, with their examples.

Each feature of the language has a folder: files in `bad/` end with what must be said of them, files in `good/` resolve without a word
and their examples hold under both evaluators.
"""

import re
from pathlib import Path

import pytest
from language.runner import cases, check_bad, check_good

from policy import program
from policy.diagnostics import Diagnostic
from policy.resolve.library import Library, Parsed
from policy.resolve.resolve import resolve
from policy.source import SourceFile
from policy.syntax.parse import parse
from policy.testing.run import coverage, run_examples

HERE = Path(__file__).parent
FEATURES = (
    "names",
    "inheritance",
    "dates",
    "types",
    "sources",
    "shape",
    "pairs",
    "limits",
    "pay",
    "tables",
    "counts",
    "assistants",
    "history",
    "examples",
    "evidence",
)
BAD = [path for feature in FEATURES for path in cases(HERE / feature / "bad")]
HOST_LANGUAGE = re.compile(
    r"\b(None|True|False|NoneType|str|int|dict|tuple|list\[|Decimal|datetime|Type\.|Span|Error|Exception)\b|[<>]class|object at"
)
GOOD = [path for feature in FEATURES for path in cases(HERE / feature / "good")]


def found(file: SourceFile) -> list[Diagnostic]:
    """What is found in one file, beside which no other lies."""
    module, mistakes = parse(file)
    return resolve(Library(), Parsed(file, module, tuple(mistakes)))[1]


def name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


@pytest.mark.parametrize("path", BAD, ids=name)
def test_a_mistake_is_explained(path: Path, rewrite: bool) -> None:
    check_bad(path, found, rewrite)


@pytest.mark.parametrize("path", BAD, ids=name)
def test_messages_are_an_analysts_words(path: Path) -> None:
    """Small letters, no final period, nothing of the host language, and always something to write or do."""
    for diagnostic in found(SourceFile.read(path)):
        assert diagnostic.help
        for text in (diagnostic.message, diagnostic.help):
            assert not text[0].isupper()
            assert not text.endswith(".")
            assert not HOST_LANGUAGE.search(text)
            assert text.count("`") % 2 == 0
        if diagnostic.fix is not None:
            assert diagnostic.fix.text


@pytest.mark.parametrize("path", GOOD, ids=name)
def test_a_good_policy_is_without_a_finding(path: Path) -> None:
    check_good(path, found)


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize("path", GOOD, ids=name)
def test_its_examples_hold(path: Path, engine: str) -> None:
    loaded = program.load(path, engine=engine)
    results = run_examples(loaded)
    assert results
    assert {result.name: result.problems for result in results if not result.passed} == {}


@pytest.mark.parametrize("path", GOOD, ids=name)
def test_its_examples_reach_every_statement(path: Path) -> None:
    loaded = program.load(path)
    assert [one.label for one in coverage(loaded, run_examples(loaded)) if not one.reached] == []
