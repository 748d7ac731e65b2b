"""The wheel in an empty environment does what the README says, far from the checkout."""

import json
import shutil

import pytest
from packaging_root import ROOT

import policy
from policy.version import LANGUAGE, VERSION


@pytest.fixture
def clinic(installed):
    shutil.copy(ROOT / "examples" / "clinic.json", installed.folder / "clinic.json")
    return "clinic.json"


def test_the_command_tells_its_version(installed):
    ended = installed("policy", "--version")
    assert (ended.code, ended.out, ended.err) == (0, f"policy {VERSION} (language {LANGUAGE})\n", "")


def test_claims_are_judged_as_in_the_checkout(installed, clinic):
    ended = installed("policy", "run", clinic, "--policy", "medicare.part_b", "--format", "json")
    assert (ended.code, ended.err) == (0, "")
    program = policy.load("medicare.part_b")
    visits = [visit for visit in policy.read(ROOT / "examples" / "clinic.json") if isinstance(visit, policy.Visit)]
    expected = [program.evaluate(visit) for visit in visits]
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert [one["status"] for one in found] == [decision.status for decision in expected]
    assert [[line["allowed_units"] for line in one["lines"]] for one in found] == [
        [line.allowed_units for line in decision.lines] for decision in expected
    ]
    assert {one["receipt"]["policy_digest"] for one in found} == {expected[0].receipt.policy_digest}


def test_a_run_is_printed_for_people(installed, clinic):
    ended = installed("policy", "run", clinic, "--policy", "medicare.part_b")
    assert ended.code == 0
    assert "summary" in ended.out


def test_the_shipped_policies_are_listed_and_pass_their_examples(installed):
    listed = {entry["id"] for entry in json.loads(installed("policy", "list", "--format", "json").out)}
    assert listed == {entry.id for entry in policy.entries()}
    ended = installed("policy", "test", "medicare.part_b")
    assert ended.code == 0, ended.out + ended.err


def test_a_first_policy_is_written_and_passes(installed):
    assert installed("policy", "init", "first").code == 0
    assert installed("policy", "check", "first").code == 0
    assert installed("policy", "test", "first/my_payer.policy").code == 0


def test_the_module_works_and_tells_its_types(installed):
    program = (
        "import policy, pathlib\n"
        "decision = policy.load('medicare.part_b').evaluate("
        "{'date': '2026-03-02', 'lines': [{'code': '97530', 'minutes': 24, 'units': 3, 'modifiers': ['GP']}]})\n"
        "home = pathlib.Path(policy.__file__).parent\n"
        "print(decision.lines[0].allowed_units, (home / 'py.typed').exists(), policy.__version__)\n"
        "print(decision.explain().splitlines()[0])\n"
        "assert home.is_relative_to(pathlib.Path(__import__('sys').prefix))\n"
    )
    ended = installed("python", "-c", program)
    assert ended.err == ""
    assert ended.out.startswith(f"2 True {VERSION}\nvisit")


def test_x12_without_its_extra_says_what_to_install(installed):
    shutil.copy(ROOT / "examples" / "claims.837", installed.folder / "claims.837")
    ended = installed("policy", "run", "claims.837", "--policy", "medicare.part_b")
    assert ended.code == 2
    assert "payer-policy[x12]" in ended.err
    assert "Traceback" not in ended.err
