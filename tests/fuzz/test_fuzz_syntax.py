"""A bounded fuzz of the parser and the formatter: the same mutants on every run.

A text that once failed is kept in `corpus/` and checked for ever; `--rewrite` puts a new one there.
"""

import hashlib
from pathlib import Path
from random import Random

import pytest
from fuzz.mutate import mutant
from syntax.any_text import holds_of_any_text

CORPUS = Path(__file__).parent / "corpus"
LANGUAGE = Path(__file__).parent.parent / "language"
BATCHES, MUTANTS = 8, 100


def seeds() -> list[str]:
    """The corpus and every policy file of the language's tests."""
    paths = [*CORPUS.glob("*.policy"), *LANGUAGE.rglob("*.policy")]
    return [path.read_bytes().decode("utf-8-sig", "replace") for path in sorted(paths)]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.policy")), ids=lambda path: path.stem)
def test_a_text_that_once_failed_is_answered(path: Path) -> None:
    holds_of_any_text(path.read_bytes().decode())


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutants_are_answered(batch: int, rewrite: bool) -> None:
    random, texts = Random(batch), seeds()
    for _ in range(MUTANTS):
        text = mutant(random, texts)
        try:
            holds_of_any_text(text)
        except Exception:
            if rewrite:
                name = hashlib.sha256(text.encode()).hexdigest()[:12]
                (CORPUS / f"{name}.policy").write_bytes(text.encode())
            raise
