"""The page of invariants and the tests that hold them name one another."""

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "invariants.md"
LAWS = (
    "test_counting_laws.py",
    "test_decision_laws.py",
    "test_missing_facts.py",
    "test_assistant_laws.py",
    "test_payment_laws.py",
    "test_engines_agree.py",
)


def test_the_page_names_every_law_and_no_other() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8")))
    held = {
        name for file in LAWS for name in re.findall(r"^def (test_\w+)", (HERE / file).read_text("utf-8"), re.MULTILINE)
    }
    assert named == held
