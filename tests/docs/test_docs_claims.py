"""Sentences of the language page, each with the examples that prove it.

A file in `claims/` is policy text in which each comment `# "…"` quotes the page, word for word. Its examples are run on both evaluators.
"""

import re
from pathlib import Path

import attrs
import pytest
from doc_pages import ROOT
from test_docs_policies import COUNT, PREAMBLE

import policy
from policy.testing.run import run_examples

CLAIMS = sorted((Path(__file__).parent / "claims").glob("*.policy"))


def _words(text: str) -> str:
    """Text without emphasis, code marks and line ends."""
    return " ".join(re.sub(r"[*`]", "", text).split())


PAGE = _words((ROOT / "docs" / "language.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CLAIMS, ids=lambda path: path.stem)
def test_the_page_says_so(path: Path) -> None:
    quoted = re.findall(r'^# "(.*?)"$', path.read_text(encoding="utf-8"), re.M)
    assert quoted
    assert [sentence for sentence in quoted if _words(sentence) not in PAGE] == []


@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.parametrize("path", CLAIMS, ids=lambda path: path.stem)
def test_and_it_is_so(path: Path, engine: str) -> None:
    own = path.read_text(encoding="utf-8")
    program = policy.load(PREAMBLE + ("" if "\ncount " in own else COUNT) + own, engine=engine)
    results = run_examples(program)
    assert {result.name: result.problems for result in results if not result.passed} == {}
    assert len(results) == own.count("\nexample ")


def test_both_evaluators_say_the_same_of_every_claim() -> None:
    for path in CLAIMS:
        own = path.read_text(encoding="utf-8")
        text = PREAMBLE + ("" if "\ncount " in own else COUNT) + own
        fast, slow = (run_examples(policy.load(text, engine=engine)) for engine in ("compiled", "reference"))
        assert [attrs.evolve(r, decision=None) for r in fast] == [attrs.evolve(r, decision=None) for r in slow]
        assert [r.decision for r in fast] == [r.decision for r in slow]
