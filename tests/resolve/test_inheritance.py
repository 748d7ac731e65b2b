"""Which statements a policy has from its parents, and whose they are."""

import datetime as dt
from pathlib import Path

import pytest
from resolve.made import Memory, family, limit, rule

from policy.diagnostics import PolicyError
from policy.resolve.model import ResolvedPolicy
from policy.resolve.resolve import resolve

ROOT = (
    "policy t.root\n\n"
    'source manual "Edition 1"\n\n' + rule("alpha", 1) + rule("beta", 2) + rule("gamma", 3) + limit("cap", "4 units")
)


def labels(policy: ResolvedPolicy) -> list[tuple[str, str, str | None]]:
    return [(s.label, s.policy, s.replaces) for s in policy.statements]


def test_a_replacement_stands_where_its_parents_statement_stood() -> None:
    child = "policy t.child\n    extends t.root\n\n" + rule("delta", 4) + rule("beta", 20, word="replace")
    assert labels(family(ROOT, child).resolved) == [
        ("source manual", "t.root", None),
        ("rule alpha", "t.root", None),
        ("rule beta", "t.child", "t.root"),
        ("rule gamma", "t.root", None),
        ("limit cap", "t.root", None),
        ("rule delta", "t.child", None),
    ]


def test_a_replacement_of_a_replacement_names_the_one_it_replaced() -> None:
    child = "policy t.child\n    extends t.root\n\n" + rule("beta", 20, word="replace")
    grandchild = (
        "policy t.grandchild\n    extends t.child\n\n"
        + rule("beta", 200, word="replace")
        + rule("alpha", 10, word="replace")
    )
    policy = family(ROOT, child, grandchild).resolved
    assert {s.name: (s.policy, s.replaces) for s in policy.of("rule")} == {
        "alpha": ("t.grandchild", "t.root"), "beta": ("t.grandchild", "t.child"), "gamma": ("t.root", None),
    }  # fmt: skip
    assert policy.parents == ("t.root", "t.child")
    assert [policy_id for policy_id, _ in policy.files] == ["t.root", "t.child", "t.grandchild"]
    assert all(digest.startswith("sha256:") for _, digest in policy.files)


def test_siblings_know_nothing_of_each_other() -> None:
    one = "policy t.one\n    extends t.root\n\nremove rule beta\n"
    other = "policy t.other\n    extends t.root\n\n" + rule("beta", 9, word="replace")
    first, second = family(ROOT, one).resolved, family(ROOT, other).resolved
    assert [s.name for s in first.of("rule")] == ["alpha", "gamma"]
    assert [(s.name, s.policy) for s in second.of("rule")] == [
        ("alpha", "t.root"),
        ("beta", "t.other"),
        ("gamma", "t.root"),
    ]


def test_what_was_removed_can_be_declared_anew_below() -> None:
    child = "policy t.child\n    extends t.root\n\nremove rule beta\n"
    grandchild = "policy t.grandchild\n    extends t.child\n\n" + rule("beta", 9)
    policy = family(ROOT, child, grandchild).resolved
    assert ("rule beta", "t.grandchild", None) in labels(policy)


def test_a_replacement_may_have_several_versions() -> None:
    child = (
        "policy t.child\n    extends t.root\n\n"
        + rule("beta", 9, "in force until 2025-12-31", word="replace")
        + rule("beta", 8, "in force from 2026-01-01", word="replace")
    )
    policy = family(ROOT, child).resolved
    versions = policy.versions("rule", "beta")
    assert [(str(s.dates), s.replaces) for s in versions] == [
        ("until 2025-12-31", "t.root"),
        ("from 2026-01-01", "t.root"),
    ]
    for date, number in ((dt.date(2025, 12, 31), 0), (dt.date(2026, 1, 1), 1)):
        assert [s for s in policy.on(date) if s.name == "beta"] == [versions[number]]


def test_a_replaced_source_speaks_for_the_parents_statements() -> None:
    root = (
        "policy t.root\n\n"
        'source manual "Edition 1"\n\nrule alpha\n    when visit.number > 1\n    review\n    cite manual "page 2"\n'
    )
    child = "policy t.child\n    extends t.root\n\n" + 'replace source manual "Edition 2"\n    seen 2026-01-01\n'
    (statement,) = family(root, child).resolved.of("rule")
    (cited,) = statement.cites
    assert (cited.source.title, cited.where, cited.source.seen) == ("Edition 2", "page 2", dt.date(2026, 1, 1))


def test_a_replaced_code_set_speaks_in_the_parents_statements() -> None:
    root = "policy t.root\n\ncodes timed\n    97110\n\n"
    root += 'require modified\n    applies to timed\n    modifier GP\n    otherwise deny\n    assume "x"\n'
    child = "policy t.child\n    extends t.root\n\nreplace codes timed\n    97530\n"
    plan = family(root, child).program().plan(dt.date(2026, 3, 2))
    assert [str(check.codes) for check in plan.checks] == ["97530"]


def test_examples_are_not_inherited() -> None:
    example = "example of_both\n    visit 2026-03-02\n        97530  24 minutes\n    expect no findings\n"
    root = ROOT + "\n" + example
    child = "policy t.child\n    extends t.root\n\n" + example
    assert [(s.policy, s.replaces) for s in family(root, child).resolved.of("example")] == [("t.child", None)]
    assert list(family(root, "policy t.child\n    extends t.root\n").resolved.of("example")) == []


def test_facts_and_elements_are_inherited() -> None:
    root = "policy t.root\n\nfact case.severity : number\n\nfact documentation.home_program : text\n"
    child = (
        "policy t.child\n    extends t.root\n\n"
        'require taught\n    when case.severity > 3\n    documented home_program\n    otherwise warn\n    assume "x"\n'
    )
    policy = family(root, child).resolved
    assert policy.facts["case.severity"].path == "case.severity"
    assert "home_program" in policy.elements


def test_a_policy_without_dates_has_its_parents() -> None:
    root = "policy t.root\n    in force from 2020-01-01 until 2026-12-31\n\n" + rule("alpha", 1)
    child = "policy t.child\n    extends t.root\n\n" + rule("beta", 2)
    grandchild = "policy t.grandchild\n    extends t.child\n    in force from 2024-01-01\n\n" + rule("gamma", 3)
    assert str(family(root, child).resolved.dates) == "from 2020-01-01 until 2026-12-31"
    policy = family(root, child, grandchild).resolved
    assert str(policy.dates) == "from 2024-01-01"
    assert {s.name: str(s.dates) for s in policy.of("rule")} == {
        "alpha": "from 2020-01-01 until 2026-12-31", "beta": "from 2020-01-01 until 2026-12-31", "gamma": "from 2024-01-01",
    }  # fmt: skip


def test_the_status_of_a_policy_is_that_of_its_own_statements() -> None:
    child = "policy t.child\n    extends t.root\n    status announced\n\n" + rule("delta", 4)
    policy = family(ROOT, child).resolved
    assert {s.name: s.inert for s in policy.of("rule")} == {
        "alpha": False,
        "beta": False,
        "gamma": False,
        "delta": True,
    }


def test_warnings_are_told_with_the_file_they_are_about() -> None:
    gap = rule("alpha", 1, "in force until 2024-12-31") + rule("alpha", 2, "in force from 2026-01-01")
    root, child = "policy t.root\n\n" + gap, "policy t.child\n    extends t.root\n"
    library = Memory({"t.root": root, "t.child": child})
    assert [d.code for d in resolve(library, library.parsed(Path("t.root")))[1]] == ["W303"]
    assert resolve(library, library.parsed(Path("t.child")))[1] == []


def test_an_error_of_a_parent_stops_the_child() -> None:
    with pytest.raises(PolicyError) as caught:
        _ = family("policy t.root\n\nrule alpha\n    review\n", "policy t.child\n    extends t.root\n").resolved
    assert {(d.at.file.path, d.code) for d in caught.value.diagnostics} == {("t.root", "E503"), ("t.root", "E505")}


@pytest.mark.parametrize("status", ["announced", "paused", "withdrawn", "unverified"])
def test_a_replacement_that_is_not_in_force_leaves_the_parents_statement(status: str) -> None:
    later = rule("beta", 20, word="replace").rstrip() + f"\n    status {status}\n\n"
    policy = family(ROOT, "policy t.child\n    extends t.root\n\n" + later).resolved
    speaking = [s.policy for s in policy.on(dt.date(2026, 3, 2)) if s.name == "beta"]
    assert speaking == ["t.root"]
    assert [(s.policy, s.status) for s in policy.versions("rule", "beta")] == [
        ("t.root", "in force"),
        ("t.child", status),
    ]
