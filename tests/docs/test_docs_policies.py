"""Every policy in the documentation is a policy: it resolves without a word of complaint, its examples pass, and it is laid out as
`policy fmt` lays it out."""

import re
from pathlib import Path

import pytest
from doc_pages import ROOT, Block, blocks, pages, steps

import policy
from policy.source import SourceFile
from policy.syntax.format import format_source
from policy.testing.run import run_examples

PREAMBLE = """\
policy docs.page "A page of the documentation"

source manual "The payer's manual"

codes timed "billed in 15-minute units"
    97110, 97112, 97116, 97140, 97530, 97750
    one unit each 15 minutes

codes evaluations
    97150, 97161-97168
    one unit each day

"""
COUNT = """\
count timed_units "the eight-minute rule"
    applies to timed
    by total time
    pool patient, day, discipline
    a unit at 8 minutes of 15
    leftover to the largest remainder
    ties are the provider's choice
    cite manual

"""
PARENT = (
    PREAMBLE.replace("docs.page", "docs.parent")
    + COUNT
    + """\
limit four_units
    applies to timed
    at most 4 units
    per patient and day
    counting allowed units
    on excess deny the excess, last line first
    cite manual

pair group_over_individual
    97150 over 97530
    deny the second
    cite manual
"""
)
POLICIES = [block for page in pages() for block in blocks(page, "policy")]
WHOLE = [
    (block, files.get(block.name or ""))
    for page in pages()
    for block, files in steps(page)
    if block.language == "policy"
]


def _whole(block: Block, file: str | None) -> str:
    """The file that a block ends, a block that is a file, or the block in a policy that has what short blocks assume."""
    if file is not None or block.text.startswith(("policy ", "#")):
        return file or block.text
    return PREAMBLE + (COUNT if "\ncount " not in f"\n{block.text}" else "") + block.text


@pytest.mark.parametrize(("block", "file"), WHOLE, ids=str)
def test_a_block_is_a_policy_and_its_examples_pass(block: Block, file: str | None, tmp_path: Path) -> None:
    (tmp_path / "docs.parent.policy").write_text(PARENT)
    text = _whole(block, file)
    program = policy.load(text, policies=tmp_path)
    assert [f"{d.code} {d.message}" for d in program.diagnostics if d.severity != "advice"] == []
    results = run_examples(program)
    assert {r.name: r.problems for r in results if not r.passed} == {}
    assert len(results) == len(re.findall("^example ", text, re.M))


@pytest.mark.parametrize("block", POLICIES, ids=str)
def test_a_block_is_laid_out_as_the_formatter_does(block: Block, rewrite: bool) -> None:
    expected = format_source(SourceFile(str(block), block.text))
    if rewrite and expected != block.text:
        page = block.page.read_text(encoding="utf-8")
        assert page.count(block.text) == 1
        block.page.write_text(page.replace(block.text, expected), encoding="utf-8")
    assert rewrite or block.text == expected


def test_there_are_policies_to_look_at() -> None:
    assert len(POLICIES) > 20
    assert (ROOT / "docs" / "language.md") in {block.page for block in POLICIES}
