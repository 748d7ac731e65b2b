"""`policy audit` as a user runs it: tables and other claims, in one part or many, and what it says when it cannot."""

import gc
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import browse
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_audit import EXAMPLE, ROOT

import policy
from policy.auditing.audited import Audited
from policy.auditing.page import page
from policy.auditing.report import report
from policy.auditing.run import Settings, audit_tables
from policy.batches import TableEvaluator
from policy.batches.run import evaluate_files
from policy.cli.main import main

PART_B = ("--policy", "medicare.part_b")


@attrs.frozen
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """The command in an empty folder, in this process, which goes on to look for cycles as before."""
    monkeypatch.chdir(tmp_path)
    often = gc.get_threshold()

    def run(*words: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["policy", "audit", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    yield run
    gc.unfreeze()
    gc.set_threshold(*often)


@pytest.fixture
def process(tmp_path: Path) -> Command:
    """The command in an empty folder, in a process of its own."""

    def run(*words: str | Path, **more: str) -> Ended:
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "POLICY_DEBUG")}
        paths = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
        words = (sys.executable, "-m", "policy", "audit", *map(str, words))
        environment = {**kept, "PYTHONPATH": paths, **more}
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, timeout=120)
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def main_text(path: Path) -> str:
    return browse.text(next(browse.elements(browse.tree(path), "main")))


def whole(path: Path, **more) -> Audited:  # type: ignore[no-untyped-def]
    program = policy.load("medicare.part_b")
    return audit_tables([path], TableEvaluator({program.id: program}, program.id), Settings(**more))


def shown(audited: Audited) -> str:
    """The page without what names the files."""
    return page(report(attrs.evolve(audited, inputs=())))


def test_a_table_becomes_a_page(command: Command, tmp_path: Path) -> None:
    ended = command(EXAMPLE, *PART_B, "--out", "report.html", "--on", "2026-04-02", "--digests")
    assert (ended.code, ended.err) == (2, ""), "some lines of the example cannot be read"
    assert re.fullmatch(r"764 lines in: 760 decided, 4 not decided: see report.html\n", ended.out)
    text = main_text(tmp_path / "report.html")
    assert "764 lines in: 760 decided, 4 not decided" in text and "Made on2026-04-02" in text
    assert re.search(r"[0-9a-f]{64}", text) and "--policy medicare.part_b" in text
    assert list(browse.faults(tmp_path / "report.html")) == [] and list(browse.broken_links(tmp_path)) == []


def test_the_same_run_gives_the_same_bytes(process: Command, tmp_path: Path) -> None:
    for seed, jobs in (("1", "1"), ("2", "2")):
        process(EXAMPLE, *PART_B, "--out", f"{seed}.html", "--jobs", jobs, PYTHONHASHSEED=seed)
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()


@pytest.mark.parametrize(("unit_rows", "jobs"), [(50, 1), (200, 2)])
def test_parts_and_processes_change_nothing(tmp_path: Path, unit_rows: int, jobs: int) -> None:
    table = pq.read_table(EXAMPLE)
    table = table.sort_by([(name, "ascending") for name in ("person_id", "claim_line_start_date", "claim_id")])
    pq.write_table(table, tmp_path / "one.parquet")
    (tmp_path / "many").mkdir()
    for k in range(4):
        pq.write_table(table.slice(200 * k, 200), tmp_path / "many" / f"{k}.parquet", row_group_size=25)
    one = whole(tmp_path / "one.parquet")
    many = whole(tmp_path / "many", unit_rows=unit_rows, whole_rows=1, jobs=jobs)
    assert shown(one) == shown(many)
    assert [part.lines for part in many.inputs] == [200, 200, 200, 164]


@pytest.mark.parametrize(
    "more", [{}, {"whole_rows": 1, "unit_rows": 100, "share_rows": 150}], ids=["at once", "through shares"]
)
def test_rows_in_any_order_give_the_same_figures(tmp_path: Path, more: dict[str, int]) -> None:
    table = pq.read_table(EXAMPLE)
    rows = [(k * 389) % table.num_rows for k in range(table.num_rows)]
    pq.write_table(table.take(pa.array(rows)), tmp_path / "shuffled.parquet", row_group_size=40)
    one, other = whole(EXAMPLE), whole(tmp_path / "shuffled.parquet", **more)
    for name in ("policies", "reasons", "missing", "rejected", "provider_days"):
        assert list(getattr(one.figures, name).rows()) == list(getattr(other.figures, name).rows())
    assert (one.figures.rows, one.figures.visits) == (other.figures.rows, other.figures.visits)
    assert one.overlaps.by_provider == other.overlaps.by_provider


def test_the_audit_and_the_run_count_alike() -> None:
    program = policy.load("medicare.part_b")
    tally = evaluate_files([EXAMPLE], TableEvaluator({program.id: program}, program.id)).tally
    audited = whole(EXAMPLE)
    counted = audited.totals
    assert (tally.lines, tally.rejected, tally.visits) == (counted["lines"], audited.rejected, audited.figures.visits)
    assert (tally.billed, tally.supported, tally.allowed) == tuple(
        counted[n] for n in ("billed", "supported", "allowed")
    )
    assert dict(tally.statuses) == {status: sums["lines"] for (_, status), sums in audited.figures.policies.rows()}
    assert dict(tally.reasons).values() and sum(tally.reasons.values()) == audited.rejected


def test_a_part_that_cannot_be_read_is_named(command: Command, tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "good.parquet").write_bytes(EXAMPLE.read_bytes())
    (tmp_path / "claims" / "torn.parquet").write_bytes(EXAMPLE.read_bytes()[:9000])
    ended = command("claims", *PART_B, "--out", "report.html")
    assert ended.code == 2
    text = main_text(tmp_path / "report.html")
    assert "Files that could not be read" in text and "claims/torn.parquet" in text and "764 lines in" in text


@pytest.mark.parametrize("name", ["clinic.json", "clinic.csv", "claims.837"])
def test_other_claims_become_a_page_too(command: Command, tmp_path: Path, name: str) -> None:
    ended = command(ROOT / "examples" / name, *PART_B, "--out", "report.html")
    assert (ended.code, ended.err) == (0, "")
    text = main_text(tmp_path / "report.html")
    assert re.search(r"\d+ visits in: \d+ decided, 0 not decided", text)
    assert list(browse.faults(tmp_path / "report.html")) == []


def test_json_and_csv_of_the_same_visits_give_the_same_figures(command: Command, tmp_path: Path) -> None:
    for name in ("clinic.json", "clinic.csv"):
        command(ROOT / "examples" / name, *PART_B, "--out", f"{name}.html")
    one, other = (main_text(tmp_path / f"clinic.{name}.html").partition("Receipt")[0] for name in ("json", "csv"))
    assert one.replace("clinic.json", "") == other.replace("clinic.csv", "")


def test_visits_that_cannot_be_read_are_counted(command: Command, tmp_path: Path) -> None:
    visits = '{"date": "2026-03-02", "lines": [{"code": "97530", "minutes": -1}]}\n'
    visits += '{"date": "2026-03-02", "lines": [{"code": "97530", "minutes": 24, "units": 2, "modifiers": ["GP"]}]}\n'
    (tmp_path / "claims.jsonl").write_text(visits, encoding="utf-8")
    ended = command("claims.jsonl", *PART_B, "--out", "report.html")
    assert ended.code == 2 and "cannot be negative" in ended.err
    text = main_text(tmp_path / "report.html")
    assert "2 visits in: 1 decided, 1 not decided" in text and "Visits that were not decided, by reason" in text


def test_files_that_are_left_out_are_named(command: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and no more")
    ended = command(EXAMPLE, "bad.parquet", *PART_B, "--out", "report.html")
    assert ended.code == 2 and "1 of 2 files not read: see report.html" in ended.out
    assert "`bad.parquet` is left out: its end is missing" in ended.err
    (tmp_path / "report.html").unlink()
    alone = command("bad.parquet", *PART_B, "--out", "report.html")
    assert alone.code == 2 and "its end is missing" in alone.err and not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((EXAMPLE,), "Missing option '--out'"),
        ((EXAMPLE, "--out", "x.html"), "no policy was given, and no line names one in `x_policy`"),
        ((EXAMPLE, "--policy", "medicare.part_x", "--out", "x.html"), "there is no policy `medicare.part_x`"),
        ((EXAMPLE, *PART_B, "--out", "no/x.html"), "cannot be written: there is no folder `no`; make it"),
        (
            (EXAMPLE, *PART_B, "--out", "x.html", "--day-minutes", "0"),
            "`--day-minutes` takes whole minutes from 1 to 1440",
        ),
        ((EXAMPLE, *PART_B, "--out", "x.html", "--on", "today"), "`today` is not a date"),
        ((EXAMPLE, *PART_B, "--out", "x.html", "--log", "log.csv"), "`--log` is not for tables"),
        ((ROOT / "examples" / "clinic.json", "--out", "x.html", "--jobs", "2"), "`--jobs` is for tables"),
        (
            (ROOT / "examples" / "clinic.json", "--out", "x.html", "--money", "allowed"),
            "`--money allowed` is for tables",
        ),
        (("nothing.parquet", *PART_B, "--out", "x.html"), "there is no such file"),
        (("nothing.json", *PART_B, "--out", "x.html"), "nothing.json"),
    ],
)
def test_bad_usage_is_told(command: Command, tmp_path: Path, words: tuple[str | Path, ...], said: str) -> None:
    ended = command(*words)
    assert (ended.code, ended.out) == (2, "") and said.lower() in ended.err.lower() and "Traceback" not in ended.err
    assert not (tmp_path / "x.html").exists()


def test_a_table_without_codes_is_refused(command: Command, tmp_path: Path) -> None:
    pq.write_table(pq.read_table(EXAMPLE).drop_columns(["hcpcs_code"]), tmp_path / "claims.parquet")
    ended = command("claims.parquet", *PART_B, "--out", "x.html")
    assert ended.code == 2 and "`hcpcs_code`" in ended.err and not (tmp_path / "x.html").exists()


@pytest.mark.parametrize("missing", ["jinja2", "pyarrow"])
def test_without_a_package_it_says_what_to_install(process: Command, tmp_path: Path, missing: str) -> None:
    (tmp_path / f"{missing}.py").write_text(f'raise ModuleNotFoundError("gone", name="{missing}")\n')
    ended = process(ROOT / "examples" / "clinic.json", *PART_B, "--out", "x.html", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert ended.code == 2 and "payer-policy[table,docs]" in ended.err


def test_amounts_that_were_allowed_can_price_lines(command: Command, tmp_path: Path) -> None:
    table = pq.read_table(EXAMPLE)
    table = table.append_column("allowed_amount", pa.array([10] * table.num_rows)).drop_columns(["charge_amount"])
    pq.write_table(table, tmp_path / "claims.parquet")
    command("claims.parquet", *PART_B, "--out", "report.html", "--money", "allowed")
    text = main_text(tmp_path / "report.html")
    assert "Money is the allowed amount as the table has it" in text and "$7,600.00" in text


def test_columns_of_other_names_are_found(command: Command, tmp_path: Path) -> None:
    table = pq.read_table(EXAMPLE)
    names = [
        "therapist" if name == "rendering_npi" else "billed_amount" if name == "charge_amount" else name
        for name in table.column_names
    ]
    pq.write_table(table.rename_columns(names), tmp_path / "claims.parquet")
    (tmp_path / "map.toml").write_text(
        '[columns]\ncharge = "billed_amount"\n"line.provider" = "therapist"\n', encoding="utf-8"
    )
    command("claims.parquet", *PART_B, "--columns", "map.toml", "--out", "mapped.html")
    command(EXAMPLE, *PART_B, "--out", "plain.html")
    mapped, plain = (main_text(tmp_path / name).partition("Receipt")[0] for name in ("mapped.html", "plain.html"))
    assert mapped.replace(" claims.parquet", "") == plain.replace(" audit_claims.parquet", "")
