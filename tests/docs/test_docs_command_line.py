"""The page on the command line names every command and option that there is, and no other."""

import re

import pytest
import typer
from doc_pages import ROOT

from policy.cli.main import COMMANDS, application

TEXT = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([a-z ]+)\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S))
SECTION_OF = {"list": "list and show", "show": "list and show"}


def _options(command: str) -> set[str]:
    found = typer.main.get_command(application()).commands[command]
    return {option for param in found.params for option in param.opts if option.startswith("--")} - {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_told_of(command):
    assert _options(command) <= set(re.findall(r"--[a-z-]+", SECTIONS[SECTION_OF.get(command, command)]))


def test_no_option_is_made_up():
    real = set().union(*map(_options, COMMANDS)) | {"--help"}
    assert set(re.findall(r"(?<!\w)--[a-z][a-z-]*", TEXT)) <= real


def test_every_command_has_a_section():
    assert {SECTION_OF.get(command, command) for command in COMMANDS} <= SECTIONS.keys()
