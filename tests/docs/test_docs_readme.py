"""The README's commands are the ones that are run elsewhere, and the index knows every page."""

import os
import re
import subprocess
import tomllib

from doc_pages import ROOT, blocks

README = ROOT / "README.md"
COMMANDS = [line for block in blocks(README, "sh") for line in block.text.splitlines()]


def test_there_are_two_commands_to_know():
    installing = [line for line in COMMANDS if line.startswith("pip install ")]
    assert len(installing) == 2
    dry_run, tests = installing
    assert re.fullmatch(r"pip install \. && policy run (\S+) --policy medicare\.part_b", dry_run)
    assert (ROOT / dry_run.split()[6]).is_file()
    assert tests == "pip install '.[test]' && python -m pytest -n 2"


def test_the_continuous_integration_runs_the_readmes_own_test_command():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    (pattern,) = re.findall(r"sed -n '(/.*/)p' README\.md", script.read_text())
    found = [line for line in README.read_text().splitlines() if re.search(pattern.strip("/"), line)]
    assert found == [COMMANDS[-1]]


def test_the_python_that_is_asked_for_is_the_one_declared():
    with (ROOT / "pyproject.toml").open("rb") as file:
        needed = tomllib.load(file)["project"]["requires-python"].removeprefix(">=")
    assert f"Python {needed} or later" in README.read_text()
    assert f"Python {needed} or later" in (ROOT / ".ci" / "run").read_text()


def test_the_index_leads_to_every_page():
    index = (ROOT / "docs" / "index.md").read_text()
    missing = [
        page.name for page in (ROOT / "docs").glob("*.md") if page.name != "index.md" and f"({page.name})" not in index
    ]
    assert missing == []
    folders = [
        folder.name
        for folder in (ROOT / "docs").iterdir()
        if any(folder.glob("*.md")) and f"({folder.name}/" not in index
    ]
    assert folders == []
