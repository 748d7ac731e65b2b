"""What the commands print of the sample clinic, held against files: `pytest tests/cli --rewrite` writes them anew."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
CLINIC = HERE.parents[1] / "examples" / "clinic.json"
WORDS = {
    "run_80.txt": ("80", "run", CLINIC),
    "run_120.txt": ("120", "run", CLINIC),
    "run_all_80.txt": ("80", "run", CLINIC, "--all"),
    "run.csv": ("80", "run", CLINIC, "--format", "csv"),
    "explain_V03.txt": ("80", "explain", CLINIC, "--visit", "V03"),
    "explain_V04.txt": ("80", "explain", CLINIC, "--visit", "V04"),
    "explain_V07.txt": ("80", "explain", CLINIC, "--visit", "V07"),
}


@pytest.mark.parametrize("name", WORDS)
def test_golden(cli, name, rewrite):
    columns, *words = WORDS[name]
    ended = cli(*words, COLUMNS=columns)
    assert (ended.code, ended.err) == (0, "")
    if name.endswith(".txt"):
        assert all(len(row) <= int(columns) or "https://" in row for row in ended.out.splitlines())
    shown = "".join(row for row in ended.out.splitlines(keepends=True) if not _changes_with_the_policy(row))
    golden = HERE / "golden" / name
    if rewrite:
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


def _changes_with_the_policy(row: str) -> bool:
    """The receipt's digest is another one whenever a comment of the policy changes."""
    return row.startswith("  medicare.part_b ") and "judged on" in row


def test_csv_and_json_of_the_clinic_are_judged_alike(cli):
    """The same visits in three formats: the same units and statuses."""
    told = [cli("run", CLINIC.with_suffix(suffix), "--format", "csv").out for suffix in (".json", ".csv")]
    units = [[row.split(",")[:9] for row in text.splitlines()] for text in told]
    assert units[0] == units[1]
