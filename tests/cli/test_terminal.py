"""On a terminal: colour, the terminal's width, and a progress bar only where it disturbs nothing."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading

import pytest

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def terminal(clinic):
    """Runs a command whose stdout and stderr, or stderr alone, are a terminal of 80 columns; gives what it showed."""

    def run(*words: str, only_stderr: bool = False, columns: int = 80, **more: str) -> str:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        shown: list[bytes] = []

        def read() -> None:
            while True:
                try:
                    data = os.read(master, 65536)
                except OSError:
                    return
                if not data:
                    return
                shown.append(data)

        process = subprocess.Popen(
            [sys.executable, "-m", "policy", *words],
            cwd=clinic.folder,
            env=clinic.environment(**more),
            stdin=slave,
            stdout=subprocess.DEVNULL if only_stderr else slave,
            stderr=slave,
        )
        os.close(slave)
        reader = threading.Thread(target=read)
        reader.start()
        process.wait(60)
        reader.join(10)
        os.close(master)
        return b"".join(shown).decode().replace("\r\n", "\n")

    return run


def test_colour_changes_nothing_but_the_colour(terminal, clinic, good, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(good, denied))
    words = ("run", "visits.jsonl", "--policy", "clinic.policy")
    shown = terminal(*words)
    plain = clinic(*words, COLUMNS="80").out
    assert "\x1b[1;31mdeny" in shown
    assert [text.rstrip() for text in ANSI.sub("", shown).splitlines()] == plain.splitlines()
    assert terminal(*words, NO_COLOR="1") == plain
    assert terminal(*words, TERM="dumb") == plain


def test_the_width_is_the_terminal_s(terminal, clinic, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(denied))
    for columns in (80, 110):
        shown = terminal("explain", "visits.jsonl", "--policy", "clinic.policy", columns=columns, NO_COLOR="1")
        assert 60 < max(map(len, shown.splitlines())) <= columns


def test_diagnostics_are_coloured(terminal, clinic):
    clinic.write("bad.policy", 'policy test.bad "Bad"\n\nlimit few\n    at most 4 unts\n')
    assert "\x1b[1;31merror[" in terminal("check", "bad.policy")


def test_a_long_run_into_a_file_shows_how_far_it_is(terminal, clinic, visit):
    one = json.dumps(visit("V", ("97530", 24, 2), ("97110", 23, 1)))
    clinic.write("big.jsonl", f"{one}\n" * 30_000)
    words = ("run", "big.jsonl", "--policy", "clinic.policy")
    shown = terminal(*words, "--format", "csv", "--out", "out.csv")
    assert re.search(r"\d+/30000", shown)
    assert (
        ANSI.sub("", shown)
        .strip()
        .endswith("30,000 visits in: 30,000 decided (30,000 allow), 0 could not be read or judged")
    )
    assert "/30000" in terminal(*words, only_stderr=True)
    assert "/30000" not in terminal(*words)


def test_a_short_run_shows_no_bar(terminal, clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    shown = terminal("run", "visits.jsonl", "--policy", "clinic.policy", "--out", "out.txt")
    assert shown == "1 visit in: 1 decided (1 allow), 0 could not be read or judged\n"
