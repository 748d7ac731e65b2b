"""JSON files: their four shapes, and every way in which they can be broken."""

import gzip
import json
from typing import Any

import pytest

from policy.claims import text


def visits(count: int) -> list[dict[str, Any]]:
    return [{"visit": f"V{n}", "date": "2026-03-02", "lines": [{"code": "97530"}]} for n in range(1, count + 1)]


def lines(count: int) -> str:
    return "".join(json.dumps(visit) + "\n" for visit in visits(count))


SHAPES = {
    "a.json": json.dumps({"visits": visits(3)}),
    "b.json": json.dumps(visits(3), indent=2),
    "c.jsonl": lines(3),
    "d.ndjson": lines(3).replace("\n", "\r\n"),
    "by_content.txt": lines(3),
    "blank_lines.jsonl": "\n\n" + lines(3).replace("\n", "\n\n"),
    "no_last_newline.jsonl": lines(3).rstrip(),
    "late.json": json.dumps({"visits": visits(3)}, indent=1),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_every_shape_gives_the_same_visits(read_file: Any, name: str, packed: bool, bom: bytes) -> None:
    content = bom + SHAPES[name].encode()
    found, problems = read_file(name + ".gz", gzip.compress(content)) if packed else read_file(name, content)
    assert problems == []
    assert [visit.visit for visit in found] == ["V1", "V2", "V3"]


def test_a_single_visit(read_file: Any) -> None:
    found, problems = read_file("one.json", json.dumps(visits(1)[0], indent=2))
    assert [visit.visit for visit in found] == ["V1"]
    assert problems == []


@pytest.mark.parametrize("content", ["[]", '{"visits": []}', " [ ] \n"])
def test_no_visits_is_no_problem(read_file: Any, content: str) -> None:
    assert read_file("none.json", content) == ([], [])


def test_a_document_larger_than_any_piece_is_streamed(read_file: Any) -> None:
    many = visits(20_000)
    found, problems = read_file("many.json", json.dumps({"visits": many}, indent=1))
    assert problems == []
    assert [visit.visit for visit in found] == [visit["visit"] for visit in many]


def test_a_value_longer_than_a_piece(read_file: Any) -> None:
    long = visits(3)
    long[1]["note"] = 'é{[\\"' * 300_000
    found, problems = read_file("long.json", json.dumps(long, ensure_ascii=False))
    assert problems == []
    assert [visit.visit for visit in found] == ["V1", "V2", "V3"]
    assert found[1].note == long[1]["note"]


def test_a_line_of_ten_megabytes(read_file: Any) -> None:
    long = visits(1)[0] | {"visit": "LONG", "note": "x" * 10_000_000}
    found, problems = read_file("long.jsonl", lines(1) + json.dumps(long) + "\n" + lines(1))
    assert problems == []
    assert [visit.visit for visit in found] == ["V1", "LONG", "V1"]


def test_truncated_json_lines_keep_the_good_ones(read_file: Any) -> None:
    found, problems = read_file("cut.jsonl", lines(3)[:-20])
    assert [visit.visit for visit in found] == ["V1", "V2"]
    (problem,) = problems
    assert problem.place.startswith("cut.jsonl line 3, column ")
    assert "is not JSON" in problem.message


def test_a_bad_line_in_the_middle(read_file: Any) -> None:
    found, problems = read_file("mid.jsonl", lines(1) + "{oops}\n[1, 2]\n" + lines(1) + '{"a": 1} {"b": 2}\n')
    assert [visit.visit for visit in found] == ["V1", "V1"]
    assert [problem.place for problem in problems] == [
        "mid.jsonl line 2, column 2",
        "mid.jsonl line 3",
        "mid.jsonl line 5, column 10",
    ]
    assert problems[1].message == "a visit must be an object"


@pytest.mark.parametrize("head", ['{"visits": ', ""])
def test_a_truncated_array_says_where(read_file: Any, head: str) -> None:
    whole = json.dumps(visits(3), indent=1)
    cut = whole.index("V3")
    found, problems = read_file("cut.json", head + whole[:cut])
    assert [visit.visit for visit in found] == ["V1", "V2"]
    (problem,) = problems
    line = whole[:cut].count("\n") + 1
    assert problem.place.startswith(f"cut.json line {line}, column ")
    assert "visits after this place were not read" in problem.message


def test_a_mistake_in_an_array_says_line_and_column(read_file: Any) -> None:
    content = '[\n{"visit": "V1", "date": "2026-03-02", "lines": [{"code": "97530"}]},\n{"visit": V2}\n]'
    found, problems = read_file("bad.json", content)
    assert len(found) == 1
    assert problems[0].place == "bad.json line 3, column 11"


@pytest.mark.parametrize(
    "content", ['{"visits": [] x', "[] []", '{"visits" []}', '{"visits": [],}', "[1 2]", "{", "[", '{"a']
)
def test_broken_documents(read_file: Any, content: str) -> None:
    found, problems = read_file("bad.json", content)
    assert found == []
    assert problems[-1].severity == "error"
    assert "is not JSON from here" in problems[-1].message


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
@pytest.mark.parametrize("name", ["bomb.json", "bomb.jsonl"])
def test_nested_bombs(read_file: Any, bracket: str, name: str) -> None:
    bomb = bracket * 100_000
    found, problems = read_file(name, bomb)
    assert found == []
    assert "nested too deeply" in problems[-1].message
    found, problems = read_file("after.jsonl", lines(1) + bomb + "\n" + lines(1))
    assert len(found) == 2
    assert len(problems) == 1


def test_a_bomb_that_closes_in_facts(read_file: Any) -> None:
    deep = '{"a":' * 500 + "1" + "}" * 500
    found, problems = read_file("deep.jsonl", lines(1)[:-2] + f', "facts": {deep}}}\n')
    assert found == []
    assert "must be text on one line" in problems[0].message


def test_repeated_keys_reject_the_visit(read_file: Any) -> None:
    double = (
        '{"visit": "V1", "date": "2026-03-02", "date": "2026-03-03", "lines": [{"code": "97530", "code": "97110"}]}\n'
    )
    found, problems = read_file("double.jsonl", double + lines(1))
    assert [visit.visit for visit in found] == ["V1"]
    assert [problem.message for problem in problems] == ["the key `code` is repeated", "the key `date` is repeated"]
    assert {problem.place for problem in problems} == {"double.jsonl line 1, visit V1"}
    found, problems = read_file("double.json", f'{{"visits": [{double}], "visits": [{lines(1)}]}}')
    assert [problem.message for problem in problems][-1] == "the key `visits` is repeated"


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e400", "1e99999999999999999999", "9" * 10_000, "-" + "9" * 5000, "7.5"]
)
@pytest.mark.parametrize("key", ["minutes", "units", "charge", "fee", "rvu", "assistant_minutes"])
def test_numbers_without_a_value(read_file: Any, number: str, key: str) -> None:
    content = f'{{"visit": "X", "date": "2026-03-02", "lines": [{{"code": "97530", "{key}": {number}}}]}}\n'
    found, problems = read_file("numbers.jsonl", content + lines(1))
    if number == "7.5" and "minutes" not in key:
        assert len(found) == 2
        return
    assert [visit.visit for visit in found] == ["V1"]
    assert [problem.place for problem in problems] == [f"numbers.jsonl line 1, visit X, line 1, {key}"]


def test_windows_text_is_read_with_a_warning(read_file: Any) -> None:
    data = json.dumps(visits(1)[0] | {"note": "fünf"}, ensure_ascii=False).encode("cp1252")
    found, problems = read_file("latin.jsonl", data + b"\n" + lines(1).encode())
    assert [visit.note for visit in found] == ["fünf", None]
    assert [(p.severity, p.place) for p in problems] == [("warning", "latin.jsonl line 1")]
    found, problems = read_file("latin.json", b"[" + data + b"]")
    assert found[0].note == "fünf"
    assert len(problems) == 1


def test_unknown_keys_beside_visits(read_file: Any) -> None:
    found, problems = read_file("more.json", json.dumps({"version": 1, "visits": visits(1)}))
    assert len(found) == 1
    assert problems[0].severity == "warning"
    _, problems = read_file("odd.json", '{"visits": 3}')
    assert problems[0].message == "`visits` must be a list"


def test_lone_surrogates_and_control_characters_are_never_shown(read_file: Any) -> None:
    content = '{"visit": "\\ud800", "date": "2026-03-02", "\\u001b[31m": 1, "lines": [{"code": "97530", "\\udfff": 2}]}'
    _, problems = read_file("odd.jsonl", content)
    assert len(problems) == 3
    for problem in problems:
        assert str(problem).isprintable()


def test_lines_above_the_limit_are_skipped(read_file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_LINE", 1_000_000)
    long = json.dumps(visits(1)[0] | {"note": "x" * 3_000_000}) + "\n"
    found, problems = read_file("big.jsonl.gz", gzip.compress((lines(1) + long + lines(1)).encode()))
    assert len(found) == 2
    assert [problem.place for problem in problems] == ["big.jsonl.gz line 2"]
    assert "is larger than" in problems[0].message


def test_the_place_of_each_shape(read_file: Any) -> None:
    bad = {"visit": "V9", "date": "2026-03-02", "lines": [{"code": "97530", "minutes": -1}]}
    assert read_file("a.json", json.dumps([*visits(1), bad]))[1][0].place == "a.json item 2, visit V9, line 1, minutes"
    assert read_file("b.json", json.dumps(bad))[1][0].place == "b.json, visit V9, line 1, minutes"
    assert read_file("c.jsonl", lines(1) + json.dumps(bad))[1][0].place == "c.jsonl line 2, visit V9, line 1, minutes"
