"""What a page shows of the command is what the command prints.

A page is played from top to bottom in an empty folder that holds the sample claims: blocks marked as files are written, and the commands in
`console` blocks are run by a shell. `--rewrite` puts what was printed into the page.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from doc_pages import ROOT, Block, blocks, page_id, pages, steps

_DIGEST = re.compile(r"\b[0-9a-f]{12}(?=, judged on)")
"""Of a policy's text, in a receipt: any change of a shipped policy is another one, and says nothing to the reader of a page."""
PLAYED = [page for page in pages() if blocks(page, "console")]


@pytest.mark.parametrize("page", PLAYED, ids=page_id)
def test_a_page_shows_what_is_printed(page: Path, tmp_path: Path, rewrite: bool) -> None:
    shown = page.read_text(encoding="utf-8")
    played = _played(page, shown, tmp_path)
    if rewrite and _DIGEST.sub("", played) != _DIGEST.sub("", shown):
        page.write_text(played, encoding="utf-8")
    assert rewrite or _DIGEST.sub("", played) == _DIGEST.sub("", shown)


def _played(page: Path, text: str, folder: Path) -> str:
    """The page's text with every transcript as it is now."""
    (folder / "examples").symlink_to(ROOT / "examples")
    environment = _environment(folder)
    found: list[tuple[Block, str]] = []
    for block, files in steps(page):
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
        if block.language == "console":
            commands = [line for line in block.text.splitlines() if line.startswith("$ ")]
            found.append((block, "".join(_run(command, folder, environment) for command in commands)))
    for block, output in reversed(found):
        text = text[: block.start] + output + text[block.end :]
    return text


def _run(command: str, folder: Path, environment: dict[str, str]) -> str:
    """The command's line and what it printed, both streams as a terminal mixes them."""
    done = subprocess.run(
        ["sh", "-c", command.removeprefix("$ ")],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    output = done.stdout.decode()
    assert "Traceback" not in output
    assert done.returncode in (0, 1), f"{command} ended with {done.returncode}: {output}"
    return f"{command}\n{output}"


def _environment(folder: Path) -> dict[str, str]:
    """A plain pipe of the default width, and a `policy` on the path that runs this checkout."""
    programs = folder / ".bin"
    programs.mkdir()
    program = programs / "policy"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m policy "$@"\n')
    program.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "POLICY_DEBUG")}
    paths = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    return {**kept, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": paths}
