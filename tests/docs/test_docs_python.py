"""Every Python session in the documentation says what Python says. The sessions of one page go on from each other."""

import doctest
import os
from pathlib import Path

import pytest
from doc_pages import ROOT, blocks, page_id, pages

WITH_SESSIONS = [page for page in pages() if blocks(page, "pycon")]


@pytest.mark.parametrize("page", WITH_SESSIONS, ids=page_id)
def test_sessions_say_what_python_says(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page, "pycon"):
        test = doctest.DocTestParser().get_doctest(block.text, names, str(block), os.fspath(page), block.line)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        runner.run(test, clear_globs=False)
        names = test.globs
        assert runner.tries, f"{block} runs nothing"
        assert runner.failures == 0, capsys.readouterr().out
