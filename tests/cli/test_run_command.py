"""`policy run`: what is printed, what goes to a file, and how it ends."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

RULE = ("--policy", "clinic.policy")
ANSI = re.compile(r"\x1b\[")


def test_an_allowed_and_a_denied_visit(clinic, good, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(good, denied))
    ended = clinic("run", "visits.jsonl", *RULE, COLUMNS="80")
    assert ended.code == 0
    assert ended.err == ""
    assert (
        ended.out
        == """\
V1          2026-03-02  allow         97530 x2, 97110 x1

V2          2026-03-02  deny          test.clinic
  line  code   modifiers     min  billed  supported  allowed  status
     1  97150  GP              ?       1          1        1  allow
     2  97530  GP             15       1          1        0  deny
        97530 is not paid with 97150 on the same day without a modifier that
        releases it
        pair group_over_individual · 1 unit · CO-236
        fix: add modifier 59 when the sessions were separate

summary
  visits        2 in: 2 decided, 0 could not be read or judged
                1 allow, 1 deny
  lines         4: 3 allow, 1 deny
  units         5 billed, 5 supported, 4 allowed
  overbilled    0 units above what the minutes support
  underbilled   0 units supported but not billed
  top reasons   pair group_over_individual, 1 visit
"""
    )


def test_json_lines_keep_the_order_of_the_input(clinic, visit, jsonl):
    visits = [visit(f"V{n}", ("97530", 15, 1)) for n in range(30)]
    clinic.write("visits.jsonl", jsonl(*visits))
    ended = clinic("run", "visits.jsonl", *RULE, "--format", "json")
    decisions = [json.loads(text) for text in ended.out.splitlines()]
    assert [decision["visit"] for decision in decisions] == [f"V{n}" for n in range(30)]
    assert set(decisions[0]) == {
        "visit", "claim", "policy", "status", "lines", "findings", "grounds", "alternatives", "trace", "receipt",
    }  # fmt: skip
    assert decisions[0]["lines"] == [
        {
            "line": 1, "code": "97530", "billed_units": 1, "supported_units": 1, "allowed_units": 1,
            "status": "allow", "findings": [],
        }
    ]  # fmt: skip
    assert ended.err == ""


def test_csv_has_one_row_for_each_line(clinic, good, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(good, denied))
    rows = list(csv.DictReader(io.StringIO(clinic("run", "visits.jsonl", *RULE, "--format", "csv").out)))
    assert [(r["visit"], r["line"], r["code"], r["allowed"], r["status"], r["reasons"], r["rules"]) for r in rows] == [
        ("V1", "1", "97530", "2", "allow", "", ""),
        ("V1", "2", "97110", "1", "allow", "", ""),
        ("V2", "1", "97150", "1", "allow", "", ""),
        ("V2", "2", "97530", "0", "deny", "CO-236", "pair group_over_individual"),
    ]


@pytest.mark.parametrize("columns", ["80", "120"])
def test_no_line_is_wider_than_the_screen(clinic, good, denied, jsonl, columns):
    clinic.write("visits.jsonl", jsonl(good, denied))
    for row in clinic("run", "visits.jsonl", *RULE, "--all", COLUMNS=columns).out.splitlines():
        assert len(row) <= int(columns)


def test_a_pipe_has_no_colour_and_no_bar_unless_asked(clinic, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(denied, {"visit": "V9"}))
    ended = clinic("run", "visits.jsonl", *RULE)
    assert not ANSI.search(ended.out + ended.err)
    forced = clinic("run", "visits.jsonl", *RULE, FORCE_COLOR="1")
    assert ANSI.search(forced.out)
    assert ANSI.search(forced.err)
    never = clinic("run", "visits.jsonl", *RULE, FORCE_COLOR="1", NO_COLOR="1")
    assert (never.out, never.err) == (ended.out, ended.err)


def test_bad_visits_are_named_and_counted_and_the_others_are_judged(clinic, good, denied, jsonl):
    bad = {"visit": "V7", "date": "2026-02-30", "lines": [{"code": "97530", "minutes": -1}]}
    clinic.write("visits.jsonl", jsonl(good, bad) + "not json\n" + jsonl(denied))
    ended = clinic("run", "visits.jsonl", *RULE, "--format", "json")
    assert ended.code == 2
    assert [json.loads(text)["visit"] for text in ended.out.splitlines()] == ["V1", "V2"]
    assert ended.err.count("error: ") == 3
    assert "error: visits.jsonl line 2, visit V7, date: `date` is not a date of the calendar\n" in ended.err
    assert "error: visits.jsonl line 3" in ended.err
    assert "4 visits in: 2 decided (1 allow and 1 deny), 2 could not be read or judged\n" in ended.err


def test_the_summary_counts_what_came_in(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good, {"visit": "V7", "lines": []}, good))
    ended = clinic("run", "visits.jsonl", *RULE)
    assert "  visits        3 in: 2 decided, 1 could not be read or judged\n" in ended.out
    assert ended.code == 2


def test_each_visit_may_name_its_policy(clinic, good, denied, jsonl):
    clinic.write("visits.jsonl", jsonl({**good, "policy": "test.clinic"}, denied, {**good, "policy": "test.clinci"}))
    ended = clinic("run", "visits.jsonl", "--policies", ".")
    assert ended.code == 2
    assert ended.out.startswith("V1          2026-03-02  allow")
    assert "visit V2: the visit names no policy\n" in ended.err
    assert "there is no policy `test.clinci`\n  help: did you mean `test.clinic`?\n" in ended.err
    assert "  visits        3 in: 1 decided, 2 could not be read or judged\n" in ended.out


def test_a_visit_cannot_name_a_file_as_its_policy(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl({**good, "policy": "clinic.policy"}, {**good, "policy": "./clinic.policy"}))
    ended = clinic("run", "visits.jsonl", "--policies", ".")
    assert ended.code == 2
    assert "0 decided, 2 could not be read or judged" in ended.out


def test_without_any_policy_one_line_says_what_to_pass(clinic, good, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(good, denied))
    ended = clinic("run", "visits.jsonl")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert "no policy was given, and no visit names one; pass `--policy medicare.part_b`" in ended.err


def test_an_unknown_policy_is_bad_usage(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    for name in ("test.clinic2", "nowhere.policy", "No Such"):
        ended = clinic("run", "visits.jsonl", "--policy", name, "--policies", ".")
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1), name
        assert f"`{name}`" in ended.err


@pytest.mark.parametrize("content", ["", "\n \n", "\x00\x01binary\x00", '{"visits": 3}', "{"])
def test_a_file_without_visits_is_unreadable(clinic, content):
    clinic.write("visits.json", content)
    ended = clinic("run", "visits.json", *RULE)
    assert ended.code == 2
    assert "visits.json" in ended.err
    assert "Traceback" not in ended.err


def test_an_empty_list_of_visits_is_fine(clinic):
    clinic.write("visits.json", '{"visits": []}')
    ended = clinic("run", "visits.json", *RULE)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "summary\n  visits        0 in: 0 decided, 0 could not be read or judged\n"


def test_a_missing_file_does_not_stop_the_others(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    alone = clinic("run", "nowhere.json", *RULE)
    assert (alone.code, alone.out, alone.err) == (2, "", "policy: nowhere.json: there is no such file\n")
    both = clinic("run", "nowhere.json", "visits.jsonl", *RULE)
    assert both.code == 2
    assert both.out.startswith("V1 ")


@pytest.mark.parametrize(
    ("fail_on", "code"), [("deny", 1), ("reduce", 1), ("undetermined", 1), ("review", 1), ("authorize", 1)]
)
def test_fail_on_counts_the_status_named_and_stronger_ones(clinic, denied, good, jsonl, fail_on, code):
    clinic.write("visits.jsonl", jsonl(good, denied))
    assert clinic("run", "visits.jsonl", *RULE, "--fail-on", fail_on).code == code
    clinic.write("visits.jsonl", jsonl(good))
    assert clinic("run", "visits.jsonl", *RULE, "--fail-on", fail_on).code == 0


def test_fail_on_is_not_reached_by_a_weaker_status(clinic, visit, jsonl):
    unknown = visit("V3", ("97530", None, 1))
    clinic.write("visits.jsonl", jsonl(unknown))
    assert clinic("run", "visits.jsonl", *RULE, "--fail-on", "deny").code == 0
    assert clinic("run", "visits.jsonl", *RULE, "--fail-on", "undetermined").code == 1
    assert clinic("run", "visits.jsonl", *RULE, "--fail-on", "review").code == 1


def test_what_could_not_be_read_weighs_more_than_fail_on(clinic, denied, jsonl):
    clinic.write("visits.jsonl", jsonl(denied) + "not json\n")
    assert clinic("run", "visits.jsonl", *RULE, "--fail-on", "deny").code == 2


def test_out_replaces_the_file_when_all_went_well(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    old = clinic.write("out.jsonl", "old\n")
    old.chmod(0o640)
    ended = clinic("run", "visits.jsonl", *RULE, "--format", "json", "--out", "out.jsonl")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "1 visit in: 1 decided (1 allow), 0 could not be read or judged\n"
    assert json.loads(old.read_text())["visit"] == "V1"
    assert old.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in clinic.folder.iterdir()) == ["clinic.policy", "out.jsonl", "visits.jsonl"]


@pytest.mark.parametrize("arguments", [("nowhere.json", *RULE), ("visits.jsonl",)])
def test_out_leaves_the_file_alone_when_nothing_could_be_done(clinic, good, jsonl, arguments):
    clinic.write("visits.jsonl", jsonl(good))
    old = clinic.write("out.txt", "old\n")
    assert clinic("run", *arguments, "--out", "out.txt").code == 2
    assert old.read_text() == "old\n"
    assert not list(clinic.folder.glob(".*"))


def test_out_where_nothing_can_be_written(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    for out, message in (("no/such/out.txt", "cannot be written"), (".", "is a folder")):
        ended = clinic("run", "visits.jsonl", *RULE, "--out", out)
        assert (ended.code, ended.err.count("\n")) == (2, 1)
        assert message in ended.err


def test_out_is_none_of_the_files_that_are_read(clinic, good, jsonl):
    claims = clinic.write("visits.jsonl", jsonl(good))
    clinic.write("log.csv", "date,code\n")
    for out in ("visits.jsonl", "./visits.jsonl", "log.csv"):
        ended = clinic("run", "visits.jsonl", *RULE, "--log", "log.csv", "--out", out)
        assert (ended.code, ended.out) == (2, "")
        assert "is one of the files that are read, and would be replaced; name another `--out`" in ended.err
        ended = clinic("audit", "visits.jsonl", *RULE, "--log", "log.csv", "--out", out)
        assert ended.code == 2 and "is one of the files that are read" in ended.err
    assert claims.read_text() == jsonl(good)


def test_out_may_be_a_device(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    assert clinic("run", "visits.jsonl", *RULE, "--format", "json", "--out", "/dev/null").code == 0


def test_a_reader_that_goes_away_ends_the_run_quietly(clinic, visit, jsonl):
    clinic.write("visits.jsonl", jsonl(*(visit(f"V{n}", ("97530", 15, 1)) for n in range(5000))))
    command = [sys.executable, "-m", "policy", "run", "visits.jsonl", *RULE, "--format", "json"]
    process = subprocess.Popen(
        command, cwd=clinic.folder, env=clinic.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b'{"visit":"V0"')
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 141


def test_an_interrupt_ends_the_run_quietly_and_leaves_no_file(clinic, good, jsonl):
    os.mkfifo(clinic.folder / "slow.jsonl")
    command = [sys.executable, "-m", "policy", "run", "slow.jsonl", *RULE, "--out", "out.txt"]
    process = subprocess.Popen(command, cwd=clinic.folder, env=clinic.environment(), stderr=subprocess.PIPE)
    with os.fdopen(os.open(clinic.folder / "slow.jsonl", os.O_RDWR), "w") as pipe:  # never waits for a reader
        pipe.write(jsonl(good))
        pipe.flush()
        deadline = time.monotonic() + 20
        while not list(clinic.folder.glob(".out.txt.*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")
    assert not list(clinic.folder.glob("*out.txt*"))
    assert not list(clinic.folder.glob(".out.txt*"))


def test_memory_does_not_grow_with_the_file(clinic, visit):
    """Ten times the visits may not take more than a few megabytes more."""
    one = json.dumps(visit("V", ("97530", 24, 2), ("97110", 23, 1)))

    def peak(visits: int) -> int:
        (clinic.folder / "big.jsonl").write_text(f"{one}\n" * visits)
        watch = (
            "import resource,sys; sys.argv=['policy',*sys.argv[1:]]\nfrom policy.cli.main import main\ntry: main()\n"
        )
        watch += "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        done = subprocess.run(
            [sys.executable, "-c", watch, "run", "big.jsonl", *RULE],
            cwd=clinic.folder, env=clinic.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True,
        )  # fmt: skip
        return int(done.stderr.split()[-1])

    assert peak(20_000) - peak(2_000) < 8_000


def test_a_treatment_log_gives_the_minutes(clinic, visit, jsonl):
    clinic.write("visits.jsonl", jsonl(visit("V3", ("97530", None, 2))))
    clinic.write("log.csv", "visit,line,minutes\nV3,1,24\n")
    ended = clinic("run", "visits.jsonl", *RULE, "--log", "log.csv", "--all")
    assert "     1  97530  GP             24       2          2        2  allow\n" in ended.out
    clinic.write("log.csv", "visit,line,minutes\nV3,1,24\nV8,1,10\n")
    ended = clinic("run", "visits.jsonl", *RULE, "--log", "log.csv")
    assert "1 in: 1 decided, 0 could not be read" in ended.out
    assert "log.csv" in ended.err


def test_a_log_goes_with_one_file(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    clinic.write("log.csv", "visit,line,minutes\nV1,1,24\n")
    ended = clinic("run", "visits.jsonl", "visits.jsonl", *RULE, "--log", "log.csv")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    missing = clinic("run", "visits.jsonl", *RULE, "--log", "nowhere.csv")
    assert (missing.code, missing.out, missing.err) == (2, "", "policy: nowhere.csv: there is no such file\n")


def test_claims_may_come_from_the_standard_input(clinic, good, jsonl):
    ended = clinic("run", "-", *RULE, stdin=jsonl(good))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("V1          2026-03-02  allow")


@pytest.mark.parametrize("more", [{}, {"FORCE_COLOR": "1"}])
def test_a_terminal_that_lacks_our_characters(clinic, denied, jsonl, more):
    clinic.write("visits.jsonl", jsonl({**denied, "visit": "Zoë"}))
    ended = clinic("run", "visits.jsonl", *RULE, PYTHONIOENCODING="ascii", **more)
    assert (ended.code, ended.err) == (0, "")
    assert "Zo?" in ended.out


def test_a_policy_with_mistakes_is_shown_and_nothing_is_run(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    clinic.write("bad.policy", 'policy test.bad "Bad"\n\nlimit few\n    at most 4 unts\n')
    ended = clinic("run", "visits.jsonl", "--policy", "bad.policy")
    assert (ended.code, ended.out) == (1, "")
    assert "bad.policy:4" in ended.err


def test_an_internal_error_is_one_line_that_holds_nothing_of_the_input(clinic, good, jsonl):
    clinic.write("visits.jsonl", jsonl(good))
    broken = (
        "import sys, policy.engine.decision as d\ndef fail(self): raise KeyError('secret')\nd.Decision.to_dict = fail\n"
    )
    broken += "sys.argv = ['policy', 'run', 'visits.jsonl', '--policy', 'clinic.policy', '--format', 'json']\n"
    broken += "from policy.cli.main import main; main()"

    def run(**more: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", broken], cwd=clinic.folder, env=clinic.environment(**more), capture_output=True
        )
        return done.returncode, done.stderr.decode()

    code, err = run()
    assert (code, err.count("\n")) == (2, 1)
    assert "internal error in cli" in err
    assert "KeyError" in err
    assert "secret" not in err
    assert "Traceback" in run(POLICY_DEBUG="1")[1]
