"""A bounded fuzz from text to answers: what is put together from good policies is either refused in words, or answers every visit.

The same policies on every run. A text that once failed is kept in `corpus_resolve/` and run for ever; `--rewrite` puts a new one there.
"""

import hashlib
import re
from pathlib import Path
from random import Random

import attrs
import pytest
from fuzz.clauses import Block, blocks, recombined
from strategies.choice import Seeded
from strategies.visits import visit

from policy.claims.visit import Visit
from policy.diagnostics import Diagnostic
from policy.program import Program
from policy.resolve.library import Library, Parsed
from policy.resolve.resolve import resolve
from policy.source import SourceFile
from policy.syntax.parse import parse
from policy.values import parse_date

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CORPUS = HERE / "corpus_resolve"
BATCHES, POLICIES, VISITS = 8, 40, 3
DATES = tuple(map(parse_date, ("0001-01-01", "9999-12-31", "2026-03-02", "2025-12-31")))


@pytest.fixture(autouse=True)
def _nothing_kept_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.resolve.cache.cache_folder", lambda: None)


def donors() -> list[list[Block]]:
    """The declarations of every good policy file of the language's tests, and of the shipped policies."""
    paths = [*ROOT.glob("tests/language/*/good/*.policy"), *ROOT.glob("policies/**/*.policy")]
    cut = [blocks(path.read_bytes().decode("utf-8-sig")) for path in sorted(paths)]
    return [found for found in cut if len(found) > 3 and found[0].kind == "policy"]


def resolved(text: str) -> tuple[list[Program], list[Diagnostic]]:
    """The policy of a text for both evaluators, or no program and the errors."""
    file = SourceFile("<text>", text)
    module, mistakes = parse(file)
    policy, found = resolve(Library(), Parsed(file, module, tuple(mistakes)))
    if policy is None:
        return [], found
    return [Program(policy, found, engine=engine) for engine in ("reference", "compiled")], found


def visits_of(text: str, seed: int) -> list[Visit]:
    """A few visits with codes that the policy names, some of them on the first and last date of the calendar."""
    random = Random(seed)
    codes = re.findall(r"\b(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z])\b", text)[:40] or ["97530"]
    made = []
    for k in range(VISITS):
        one = visit(Seeded(seed * VISITS + k))
        lines = tuple(
            attrs.evolve(line, code=random.choice(codes)) if random.random() < 0.7 else line for line in one.lines
        )
        made.append(attrs.evolve(one, lines=lines, date=random.choice((one.date, *DATES))))
    return made


def answers(text: str, seed: int) -> bool:
    """Holds a text to the promise: refused with places and words, or answered and explained, alike by both evaluators.

    True when it was answered.
    """
    programs, found = resolved(text)
    for diagnostic in found:
        assert diagnostic.message
        assert diagnostic.place()[1] >= 1
    assert programs or any(diagnostic.is_error for diagnostic in found)
    for one in visits_of(text, seed) if programs else ():
        decisions = [program.evaluate(one) for program in programs]
        assert decisions[0] == decisions[1]
        assert len(decisions[0].to_dict()["lines"]) == len(one.lines)
        assert decisions[0].explain() == decisions[1].explain()
    return bool(programs)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.policy")), ids=lambda path: path.stem)
def test_a_policy_that_once_failed_is_answered(path: Path) -> None:
    answers(path.read_text(), 0)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_recombined_policies_are_refused_or_answer(batch: int, rewrite: bool) -> None:
    random, cut, answered = Random(batch), donors(), 0
    for number in range(POLICIES):
        text = recombined(random, cut)
        try:
            answered += answers(text, batch * POLICIES + number)
        except Exception:
            if rewrite:
                CORPUS.mkdir(exist_ok=True)
                (CORPUS / f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.policy").write_text(text)
            raise
    assert answered >= POLICIES // 4  # else the fuzz would only test refusals
