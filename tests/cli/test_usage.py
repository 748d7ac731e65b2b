"""Bad usage, help, the version and completion."""

import subprocess
import sys

import pytest

from policy.version import VERSION


def test_version(cli):
    ended = cli("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"policy {VERSION} (language 1)\n", "")


def test_version_imports_little(cli):
    code = "import sys; sys.argv = ['policy', '--version']\nfrom policy.cli.main import main\n"
    code += "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cli.folder, env=cli.environment(), capture_output=True, check=True
    )
    assert not set(done.stderr.decode().split()) & {"pydantic", "rich", "attrs", "lark", "msgspec", "policy.program"}


@pytest.mark.parametrize(
    "words",
    [
        ("rnu",),
        ("run",),
        ("run", "--polcy", "x", "y"),
        ("run", "a.json", "--format", "xml"),
        ("run", "a", "--fail-on", "x"),
    ],
)
def test_bad_usage_is_one_line(cli, words):
    ended = cli(*words)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.startswith("policy: ")
    assert "--help` shows the usage" in ended.err


def test_a_value_that_is_none_of_the_words_is_told_the_words(cli):
    assert "`xml` is not one of text, json, sarif, github" in cli("check", "--format", "xml").err


def test_without_a_command_the_help_is_shown(cli):
    ended = cli()
    assert ended.code == 0
    assert ended.out == cli("--help").out
    for command in ("run", "explain", "check", "fmt", "test", "list", "show", "init"):
        assert f"\n  {command} " in ended.out
        page = cli(command, "--help")
        assert page.code == 0
        assert "list[" not in page.out


def test_policy_ids_are_completed(cli):
    completed = cli(_POLICY_COMPLETE="complete_bash", COMP_WORDS="policy show base.", COMP_CWORD="2")
    assert {"base.therapy", "base.therapy_notes"} <= set(completed.out.split())
    assert all(name.startswith("base.") for name in completed.out.split())
    titled = cli(_POLICY_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="policy run x.json --policy base.")
    assert '"base.therapy":"' in titled.out


def test_a_folder_of_policies_that_is_not_there(cli):
    ended = cli("list", "--policies", "nowhere")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "there is no folder `nowhere`" in ended.err


def test_explain_finds_its_visit(clinic, good, denied, visit, jsonl):
    clinic.write("visits.jsonl", jsonl(good, denied, visit(None, ("97530", 15, 1))))
    rule = ("--policy", "clinic.policy")
    ended = clinic("explain", "visits.jsonl", "--visit", "V2", *rule)
    assert ended.code == 0
    assert ended.out.startswith("visit V2, 2026-03-02: deny\njudged by test.clinic\n")
    assert "  1. deny lines 2 and 1, 1 unit: pair group_over_individual\n" in ended.out
    assert "     source     Manual, page 4\n                https://www.example.com/manual\n" in ended.out
    assert clinic("explain", "visits.jsonl", "--visit", "#3", *rule).out.startswith("visit, 2026-03-02: allow\n")


def test_explain_says_which_visits_there_are(clinic, good, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(good, denied, {"visit": "V7"}))
    rule = ("--policy", "clinic.policy")
    for words, message in (
        (("--visit", "V22"), "there is no visit `V22` in visits.jsonl; did you mean `V2`?"),
        (("--visit", "nobody"), "there is no visit `nobody` in visits.jsonl; the file begins with V1, V2"),
        ((), "visits.jsonl holds several visits; name one, such as `--visit V1`"),
        (("--visit", "V7"), "visits.jsonl line 3, visit V7, date: `date` is missing"),
    ):
        ended = clinic("explain", "visits.jsonl", *words, *rule)
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1), words
        assert message in ended.err
    alone = clinic("explain", "visits.jsonl", "--visit", "V1")
    assert (alone.code, alone.out) == (2, "")
    assert "pass `--policy medicare.part_b`" in alone.err


def test_explain_for_programs_is_the_decision_of_run(clinic, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(denied))
    explained = clinic("explain", "visits.jsonl", "--policy", "clinic.policy", "--format", "json").out
    assert explained == clinic("run", "visits.jsonl", "--policy", "clinic.policy", "--format", "json").out


def test_run_and_audit_take_the_same_options_over_tables(cli):
    said = [" ".join(cli(command, "--help").out.split()) for command in ("run", "audit")]
    for option in ("--columns MAP.toml", "--history-since DATE", "--jobs N", "--policy ID", "--policies DIR"):
        (own,) = {text.split(option)[1].split(" --")[0].strip() for text in said}
        assert own
    for words in (["--history-since", "yesterday"], ["--jobs", "many"]):
        ended = [cli(command, "x.parquet", *words, "--out", "x.html") for command in ("run", "audit")]
        assert ended[0].err == ended[1].err and f"`{words[0]} 2" in ended[0].err
