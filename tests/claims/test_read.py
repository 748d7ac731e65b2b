"""Files that cannot be read at all, formats told by content, compressed files, and the hint for a progress bar."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from policy.claims import text
from policy.claims.from_csv import csv_template
from policy.claims.problem import Unreadable
from policy.claims.read import count_hint, read
from policy.claims.visit import Visit

VISIT = {"visit": "V1", "date": "2026-03-02", "lines": [{"code": "97530"}]}
LINE = json.dumps(VISIT).encode() + b"\n"
NAMES = ["claims.json", "claims.jsonl", "claims.csv", "claims.837", "claims"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (json.dumps([VISIT]).encode("utf-16"), "the text is UTF-16"),
        (json.dumps([VISIT]).encode("utf-16-le"), "not a text file"),
        (bytes(range(256)), "not a text file"),
        (b"PAR1" + bytes(40), "Parquet"),
        (b"PK\x03\x04" + bytes(40), "save the sheet as CSV"),
        (b"\x1f\x8b" + b"junk" * 20, "the compressed data cannot be read"),
        (b"\x1f\x8b", "the compressed data cannot be read"),
        (gzip.compress(LINE, mtime=0)[:-12], "the compressed data cannot be read"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
    ],
)
def test_what_cannot_be_read_at_all(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=words) as caught:
        list(read(path))
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_missing_files_and_directories(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"nope\.json: there is no such file"):
        list(read(tmp_path / "nope.json"))
    with pytest.raises(Unreadable, match="this is a directory"):
        list(read(tmp_path))
    with pytest.raises(Unreadable, match="cannot be read"):
        list(read(Path("a\0b")))
    with pytest.raises(Unreadable, match="cannot be read"):
        list(read(tmp_path / ("x" * 5000)))
    path = tmp_path / "claims.json"
    path.write_bytes(LINE)
    with pytest.raises(Unreadable, match=r"no_log\.csv: there is no such file"):
        list(read(path, log=tmp_path / "no_log.csv"))


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "claims.json"
    path.write_bytes(LINE)
    path.chmod(0)
    if os.access(path, os.R_OK):  # an administrator may read everything

        def refuse(path: Path) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(text, "_opened", refuse)
    with pytest.raises(Unreadable, match="no permission to read the file"):
        list(read(path))


def test_a_log_without_the_columns_it_needs(tmp_path: Path) -> None:
    claims, log = tmp_path / "claims.json", tmp_path / "log.csv"
    claims.write_bytes(LINE)
    log.write_text("code,minutes\n97530,24\n")
    with pytest.raises(Unreadable, match="does not name a column `visit` or `claim`"):
        list(read(claims, log=log))


@pytest.mark.parametrize("name", ["a.json", "a.txt", "a.837", "a", "a.csv"])
def test_content_decides_before_the_name(read_file: Any, name: str) -> None:
    assert [visit.visit for visit in read_file(name, json.dumps([VISIT]))[0]] == ["V1"]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a"])
def test_a_table_by_any_name(read_file: Any, name: str) -> None:
    assert [visit.visit for visit in read_file(name, csv_template())[0]] == ["V1"]


def test_other_text_with_a_name_of_claims(read_file: Any) -> None:
    with pytest.raises(Unreadable, match="not X12"):
        read_file("a.837", "hello")
    _, problems = read_file("a.json", "hello")
    assert "is not JSON from here" in problems[0].message


@pytest.mark.parametrize("name", ["claims.jsonl.gz", "claims.csv.gz"])
def test_a_compressed_file_that_ends_too_early(read_file: Any, name: str) -> None:
    rows = [f"V{n},2026-03-02,97530,{os.urandom(40).hex()}" for n in range(20_000)]
    content = "visit,date,code,note\n" + "\n".join(rows)
    if ".jsonl" in name:
        content = "".join(json.dumps(VISIT | {"note": os.urandom(40).hex()}) + "\n" for _ in range(20_000))
    found, problems = read_file(name, gzip.compress(content.encode(), mtime=0)[:-200_000])
    assert 1000 < len(found) < 20_000
    assert "the compressed data cannot be read" in problems[-1].message
    assert "what follows was not read" in problems[-1].message


@pytest.mark.parametrize("name", ["bomb.jsonl", "bomb.json", "bomb.csv", "bomb"])
def test_a_gzip_bomb_is_refused_in_little_memory(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import tracemalloc

    monkeypatch.setattr(text, "MAX_LINE", 2_000_000)
    monkeypatch.setattr("policy.claims.from_json.MAX_LINE", 2_000_000)
    path = tmp_path / f"{name}.gz"
    start = {"bomb.csv": b"visit,date,code\n", "bomb": b'{"visits": ["'}.get(name, b'[{"visit": "')
    path.write_bytes(gzip.compress(start + b"x" * 60_000_000))
    tracemalloc.start()
    found = list(read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not any(isinstance(item, Visit) for item in found)
    assert found
    assert peak < 20_000_000


def test_x12_above_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_WHOLE", 2**20)
    path = tmp_path / "a.837"
    path.write_bytes(b"ISA*" + b"x" * 2**21)
    with pytest.raises(Unreadable, match="is larger than 1 MB"):
        list(read(path))


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    import threading

    path = tmp_path / "pipe.jsonl"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(LINE * 5))
    writer.start()
    found = list(read(path))
    writer.join()
    assert len(found) == 5
    assert all(isinstance(item, Visit) for item in found)


def test_reading_streams(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE * 100_000)
    found = read(path)
    assert isinstance(next(found), Visit)
    found.close()


def test_the_hint(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE * 7)
    assert count_hint(path) == 7
    assert count_hint(tmp_path) is None
    assert count_hint(tmp_path / "nope") is None
    other = tmp_path / "a.csv"
    other.write_text(csv_template())
    assert count_hint(other) is None
