"""What keeps the library of policies honest as it grows: parents, sources, dates of versions, remedies, and what a file may mention.

Owns: the rules that hold over all shipped policies as a library. That each one reads, runs and is laid out well is `test_shipped.py`.
"""

import datetime as dt
import re
from collections.abc import Iterator

import pytest

import policy
from policy.program import entries
from policy.resolve.model import Statement
from policy.resources import policies_folder
from policy.syntax import ast
from policy.testing.run import run_examples

ENTRIES = list(entries())
IDS = [entry.id for entry in ENTRIES]
FILES = sorted(policies_folder().rglob("*.policy"))
ROOTS = {"base.therapy", "medicaid.michigan_encounters", "medicaid.texas_shars"}
"""The policies that build on none: the common codes, and two programmes whose units are not the quarter hours of therapy."""
SPEAKING = ("evidence", "count", "pair", "limit", "require", "rule", "not modelled")
EVIDENCE = {"published", "reported", "derived", "recalled"}
SEEN = dt.date(2026, 11, 21)
TEXTS = [re.sub(r",\n\s+", ", ", file.read_text(encoding="utf-8")) for file in FILES]
CITED = {
    name
    for text in TEXTS
    for names in re.findall(r"^ +cite +([^\"\n]+)", text, re.M)
    for name in re.findall(r"\w+", names)
}


def own(policy_id: str, *kinds: str) -> Iterator[Statement]:
    """The statements of the policy's own file."""
    return (s for s in policy.load(policy_id).resolved.of(*kinds) if s.policy == policy_id)


@pytest.mark.parametrize("policy_id", IDS)
def test_it_builds_on_a_base(policy_id: str) -> None:
    parents = [s for s in policy.load(policy_id).resolved.statements if s.policy != policy_id]
    assert bool(parents) == (policy_id not in ROOTS)


@pytest.mark.parametrize("policy_id", IDS)
def test_nothing_about_it_is_warned_of(policy_id: str) -> None:
    assert [f"{d.code}: {d.message}" for d in policy.load(policy_id).diagnostics if d.severity != "advice"] == []


@pytest.mark.parametrize("policy_id", IDS)
def test_every_source_says_where_when_and_how_it_was_read(policy_id: str) -> None:
    """Also a source that nothing cites, and one that carries an inert statement only."""
    for source in own(policy_id, "source"):
        declared = source.declaration
        link, seen, evidence = declared.first(ast.Link), declared.first(ast.Seen), declared.first(ast.Evidence)
        assert source.title, source.name
        assert link is not None and re.fullmatch(r"https?://[\w.-]+(/\S*)?", str(link.url)), source.name
        assert seen is not None and seen.date == SEEN, source.name
        assert evidence is not None and str(evidence.word) in EVIDENCE, source.name
        dated = declared.first(ast.Dated)
        assert dated is None or dated.date <= SEEN, source.name


@pytest.mark.parametrize("policy_id", IDS)
def test_every_source_is_cited(policy_id: str) -> None:
    """Here or by a policy that builds on it: a source that nothing cites is a rule forgotten, or a page not needed."""
    assert [source.name for source in own(policy_id, "source") if source.name not in CITED] == []


@pytest.mark.parametrize("policy_id", IDS)
def test_nothing_in_force_rests_on_memory(policy_id: str) -> None:
    """What was only recalled stands as `status unverified`, or beside a source that was read."""
    for statement in own(policy_id, *SPEAKING, "value"):
        if not statement.inert and statement.cites:
            assert any(cited.source.evidence != "recalled" for cited in statement.cites), statement.label


@pytest.mark.parametrize("policy_id", IDS)
def test_what_takes_units_away_says_what_to_do(policy_id: str) -> None:
    """Every example's finding that denies or reduces has a remedy, unless there is none to have."""
    program = policy.load(policy_id)
    nothing_helps = {s.label for s in program.resolved.of("pair", "limit", "rule", "require") if _nothing_helps(s)}
    for result in run_examples(program):
        for finding in result.decision.findings:
            if finding.effect in {"deny", "reduce"} and finding.fix is None:
                assert finding.rule in nothing_helps, f"{finding.rule} in example {result.name}"


def _nothing_helps(statement: Statement) -> bool:
    """A pair that no modifier releases; a limit, since what is within it is what to bill; a code that is never paid."""
    declared = statement.declaration
    if statement.kind == "limit":
        return True
    if statement.kind == "pair":
        return declared.first(ast.UnlessModifier) is None
    when = declared.first(ast.When)
    return statement.kind == "rule" and (when is None or set(_facts(when.condition)) == {"line.code"})


def _facts(node: object) -> Iterator[str]:
    """The facts that a condition reads."""
    if isinstance(node, ast.FactRef):
        yield node.path
    elif isinstance(node, tuple):
        for item in node:
            yield from _facts(item)
    elif hasattr(node, "__attrs_attrs__"):
        for field in node.__attrs_attrs__:
            yield from _facts(getattr(node, field.name))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_mentions_no_file_and_no_unknown_scheme(file) -> None:  # type: ignore[no-untyped-def]
    text = file.read_text(encoding="utf-8")
    assert set(re.findall(r"\b([A-Za-z][A-Za-z0-9+.-]*)://", text)) <= {"http", "https"}
    outside = re.sub(r'"https?://[^"]*"', '""', text)
    assert not re.search(r"(?<![\w\"])(?:~|\.{1,2})?/(?:home|tmp|usr|var|work|etc|root|mnt|Users)\b", outside)
    assert not re.search(r"\b[A-Za-z]:\\|\bfile:|\blocalhost\b", text)


@pytest.mark.parametrize("policy_id", IDS)
def test_versions_of_a_statement_follow_each_other(policy_id: str) -> None:
    """A replaced rule keeps its old version with its last date; the new one begins the day after, or says why not by being inert."""
    versions: dict[tuple[str, str], list[Statement]] = {}
    for statement in own(policy_id, *SPEAKING):
        if not statement.inert:
            versions.setdefault(statement.key, []).append(statement)
    for held in versions.values():
        held.sort(key=lambda s: s.dates.start or dt.date.min)
        for earlier, later in zip(held, held[1:], strict=False):
            assert earlier.dates.end is not None, earlier.label
            assert later.dates.start is not None and later.dates.start > earlier.dates.end, earlier.label


def test_the_library_knows_its_roots() -> None:
    assert set(IDS) >= ROOTS
