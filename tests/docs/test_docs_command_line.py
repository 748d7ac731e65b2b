"""The page on the command line names every command and option that there is, and no other."""

import re
from collections.abc import Iterator

import pytest
import typer
from doc_pages import ROOT

from policy.cli.main import application

TEXT = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([a-z ]+)\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S))
SECTION_OF = {"list": "list and show", "show": "list and show"}


def _commands() -> Iterator[tuple[str, set[str]]]:
    """Every command, with the commands of a group by both names, and its options."""
    for name, command in typer.main.get_command(application()).commands.items():
        for part, inner in getattr(command, "commands", {}).items() or [("", command)]:
            options = {option for param in inner.params for option in param.opts if option.startswith("--")}
            yield f"{name} {part}".strip(), options - {"--help"}


COMMANDS = dict(_commands())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_told_of(command):
    group = command.split()[0]
    assert COMMANDS[command] <= set(re.findall(r"--[a-z-]+", SECTIONS[SECTION_OF.get(group, group)]))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told_of(command):
    assert re.search(rf"policy {command}\b", TEXT)


def test_no_option_is_made_up():
    real = set().union(*COMMANDS.values()) | {"--help"}
    assert set(re.findall(r"(?<!\w)--[a-z][a-z-]*", TEXT)) <= real
