"""`policy check`, `fmt`, `test`, `list`, `show`, `init`: what is printed, and how they end."""

import json
import re

import pytest

BROKEN = (
    'policy test.bad "Bad"\n\nlimit few\n    at most 4 unts\n\npair same\n    97530 over 97530\n    deny the second\n'
)


# ------------------------------------------------------------------------------------------------------- check
def test_check_finds_nothing(clinic):
    ended = clinic("check", "clinic.policy")
    assert (ended.code, ended.out, ended.err) == (0, "1 file: no mistakes\n", "")


def test_check_reports_the_mistakes_of_all_files_at_once(clinic):
    clinic.write("bad.policy", BROKEN)
    clinic.write("worse.policy", BROKEN.replace("test.bad", "test.worse"))
    ended = clinic("check")
    assert ended.code == 1
    assert "bad.policy:4:" in ended.out
    assert "worse.policy:4:" in ended.out
    assert "worse.policy:7:" in ended.out
    assert ended.out.splitlines()[-1].startswith("3 files: ")
    assert ended.err == ""


def test_check_for_programs(clinic):
    clinic.write("bad.policy", BROKEN)
    found = json.loads(clinic("check", "bad.policy", "--format", "json").out)
    assert {one["path"] for one in found} == {"bad.policy"}
    sarif = json.loads(clinic("check", "bad.policy", "--format", "sarif").out)
    assert len(sarif["runs"][0]["results"]) == len(found) > 1
    github = clinic("check", "bad.policy", "--format", "github")
    assert github.code == 1
    assert all(text.startswith("::error file=bad.policy,line=") for text in github.out.splitlines())


def test_check_of_nothing_is_bad_usage(cli):
    ended = cli("check")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "there is no .policy file in `.`" in ended.err
    assert cli("check", "nowhere").err == "policy: there is no file or folder `nowhere`\n"


def test_without_a_path_the_folder_policies_is_taken(clinic):
    (clinic.folder / "policies").mkdir()
    (clinic.folder / "clinic.policy").rename(clinic.folder / "policies/clinic.policy")
    clinic.write("scratch.policy", BROKEN)
    assert clinic("check").out == "1 file: no mistakes\n"


def test_check_does_not_import_what_it_does_not_need(clinic):
    """The whole process has a quarter of a second; each of these would take a good part of it."""
    import subprocess
    import sys

    code = "import sys; sys.argv = ['policy', 'check', 'clinic.policy']\nfrom policy.cli.main import main\n"
    code += "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=clinic.folder, env=clinic.environment(), capture_output=True, check=True
    )
    loaded = set(done.stderr.decode().split())
    assert "policy.syntax.parse" in loaded or "policy.resolve.cache" in loaded
    assert not loaded & {"pydantic", "rich", "rich.console", "msgspec", "policy.claims.read", "policy.engine.compiled"}


# --------------------------------------------------------------------------------------------------------- fmt
def test_fmt_rewrites_once_and_then_leaves_alone(clinic):
    path = clinic.folder / "clinic.policy"
    path.chmod(0o640)
    first = clinic("fmt")
    assert (first.code, first.out, first.err) == (0, "", "changed: clinic.policy\n")
    text = path.read_text()
    assert "    applies to  timed\n" in text
    assert path.stat().st_mode & 0o777 == 0o640
    second = clinic("fmt")
    assert (second.code, second.err) == (0, "1 file in order\n")
    assert path.read_text() == text
    assert clinic("check").code == 0
    assert clinic("test").code == 0


def test_fmt_check_and_diff_change_nothing(clinic):
    path = clinic.folder / "clinic.policy"
    before = path.read_text()
    checked = clinic("fmt", "--check")
    assert (checked.code, checked.out, checked.err) == (1, "", "would change: clinic.policy\n")
    shown = clinic("fmt", "--diff", "clinic.policy")
    assert shown.code == 1
    assert shown.out.startswith("--- clinic.policy\n+++ clinic.policy (formatted)\n@@ ")
    assert "+    applies to  timed\n" in shown.out
    assert path.read_text() == before


def test_fmt_leaves_a_file_with_mistakes_alone_and_formats_the_others(clinic):
    bad = clinic.write("bad.policy", BROKEN)
    ended = clinic("fmt")
    assert ended.code == 1
    assert "bad.policy:4:" in ended.err
    assert "changed: clinic.policy\n1 file with mistakes left as they were\n" in ended.err
    assert bad.read_text() == BROKEN


def test_fmt_takes_the_standard_input(cli):
    ended = cli("fmt", "-", stdin='policy   test.a    "A"\n')
    assert (ended.code, ended.out, ended.err) == (0, 'policy test.a "A"\n', "")
    broken = cli("fmt", "-", stdin=BROKEN)
    assert (broken.code, broken.out) == (1, "")
    assert "<stdin>:4:" in broken.err


# -------------------------------------------------------------------------------------------------------- test
def test_examples_that_pass(clinic):
    ended = clinic("test")
    assert ended.code == 0
    assert ended.out == "test.clinic: 1 of 1 example passed\n\n1 example in 1 policy: 1 passed\n"


def test_a_failing_example_is_shown_side_by_side(clinic):
    path = clinic.folder / "clinic.policy"
    path.write_text(path.read_text().replace("97530 2 units", "97530 3 units"))
    ended = clinic("test", "clinic.policy")
    assert ended.code == 1
    assert "  failed two_codes  clinic.policy:" in ended.out
    assert "           expected  got\n    97530  3 units   2 units\n" in ended.out
    assert ended.out.endswith("1 example in 1 policy: 0 passed, 1 failed\n")
    found = json.loads(clinic("test", "clinic.policy", "--format", "json").out)
    assert found["failed"] == 1
    assert found["policies"][0]["examples"][0]["differences"] == [
        {"what": "97530", "expected": "3 units", "got": "2 units"}
    ]


def test_coverage_names_what_no_example_reaches(clinic):
    ended = clinic("test", "test.clinic", "--policies", ".", "--coverage")
    assert ended.code == 0
    assert "    no example reaches pair group_over_individual  " in ended.out
    assert "no example reaches count timed_units" not in ended.out


def test_a_policy_with_mistakes_fails_the_test_of_the_others_too(clinic):
    clinic.write("bad.policy", BROKEN)
    ended = clinic("test")
    assert ended.code == 1
    assert "bad.policy:4:" in ended.err
    assert ended.out.endswith("1 example in 1 policy: 1 passed, 1 not run because of mistakes\n")


# ------------------------------------------------------------------------------------------------ list and show
def test_list_shows_policies_of_the_folder(clinic):
    ended = clinic("list", "--policies", ".")
    assert ended.code == 0
    assert any(text.split(maxsplit=1)[0] == "test.clinic" for text in ended.out.splitlines() if text)
    entries = json.loads(clinic("list", "--policies", ".", "--format", "json").out)
    mine = next(entry for entry in entries if entry["id"] == "test.clinic")
    assert mine == {
        "id": "test.clinic", "title": "A policy for tests", "extends": None, "path": "clinic.policy", "shipped": False,
    }  # fmt: skip


def test_show_says_where_each_statement_comes_from(clinic):
    clinic.write("child.policy", 'policy test.child "Child"\n    extends test.clinic\n\nremove limit four_units\n')
    ended = clinic("show", "child.policy", "--on", "2026-03-02")
    assert ended.code == 0
    assert ended.out.startswith("test.child  Child\n")
    assert re.search(r'^# test\.clinic, .*clinic\.policy:16\ncount timed_units "', ended.out, re.MULTILINE)
    assert "four_units" not in ended.out
    shown = json.loads(clinic("show", "child.policy", "--format", "json").out)
    assert "count timed_units" in [statement["label"] for statement in shown["statements"]]


def test_show_emits_the_evaluator(clinic):
    import ast

    ast.parse(clinic("show", "clinic.policy", "--emit", "python").out)


@pytest.mark.parametrize("date", ["2026-02-30", "yesterday", "02/03/2026"])
def test_show_refuses_what_is_not_a_date(clinic, date):
    ended = clinic("show", "clinic.policy", "--on", date)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert f"`{date}` is not a date" in ended.err


# -------------------------------------------------------------------------------------------------------- init
def test_init_writes_what_passes_check_and_test_and_runs(cli):
    ended = cli("init", "first")
    assert ended.code == 0
    names = ["my_payer.policy", "visits.json", "visits_template.csv"]
    assert sorted(path.name for path in (cli.folder / "first").iterdir()) == names
    assert cli("check", "first").out == "1 file: no mistakes\n"
    tested = cli("test", "first", "--coverage")
    assert tested.code == 0
    assert "no example reaches" not in tested.out
    assert cli("fmt", "--check", "first").code == 0
    for claims in ("visits.json", "visits_template.csv"):
        ended = cli("run", f"first/{claims}", "--policy", "first/my_payer.policy")
        assert (ended.code, ended.err) == (0, "")
        assert "0 could not be read or judged" in ended.out


def test_init_never_overwrites_unasked(cli):
    mine = cli.write("visits.json", "mine")
    refused = cli("init")
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert [path.name for path in cli.folder.iterdir()] == ["visits.json"]
    assert mine.read_text() == "mine"
    assert cli("init", "--force").code == 0
    assert mine.read_text() != "mine"


def test_init_where_a_file_stands(cli):
    cli.write("first", "a file")
    ended = cli("init", "first")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
