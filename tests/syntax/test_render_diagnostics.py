"""Diagnostics as text, JSON, SARIF and annotations, to the letter."""

import json

import pytest

from policy.diagnostics import REGISTRY, Diagnostic, Edit, Label
from policy.render.diagnostics import diagnostic_lines, summary, to_github, to_json, to_sarif, to_text
from policy.source import SourceFile, Span

FILE = SourceFile("policies/a,b.policy", "limit daily\n    per day\n    per day\n")
OTHER = SourceFile("base.policy", "\n" * 99 + "limit daily\n")
TWICE = Diagnostic(
    "repeated-clause",
    "`per` is stated twice",
    Label(FILE, Span(28, 35), "here"),
    help="keep one: 100%",
    also=(Label(FILE, Span(16, 23), "first stated here"), Label(OTHER, Span(99, 104), "the parent")),
    fix=Edit(Span(23, 35), ""),
)
ADVICE = Diagnostic("typography", "curly quotes", Label(FILE, Span(0, 5)))
GAP = Diagnostic("gap", "no version", Label(FILE, Span(0, 23)))


def test_text_underlines_each_place() -> None:
    assert (
        to_text([TWICE, ADVICE])
        == """\
error[E502]: `per` is stated twice
   --> policies/a,b.policy:3:5
    |
  3 |     per day
    |     ^^^^^^^ here
    |
  2 |     per day
    |     ------- first stated here
   ::: base.policy:100:1
    |
100 | limit daily
    | ----- the parent
    = help: keep one: 100%

advice[A114]: curly quotes
 --> policies/a,b.policy:1:1
  |
1 | limit daily
  | ^^^^^
"""
    )


def test_a_span_of_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    assert to_text([GAP]).splitlines()[-1] == "  | " + "^" * len("limit daily")


@pytest.mark.parametrize(
    ("text", "span", "shown", "under"),
    [
        ("\tat most", Span(1, 3), "1 |  at most", "  |  ^^"),
        ("a \u4e2d\u6587 b", Span(5, 6), "1 | a \u4e2d\u6587 b", "  |        ^"),
        ("e\u0301 x", Span(3, 4), "1 | e\u0301 x", "  |   ^"),
        ("a\x1b[31m b", Span(7, 8), "1 | a?[31m b", "  |        ^"),
        ("abc", Span(3, 3), "1 | abc", "  |    ^"),
        ("", Span(0, 1), "1 |", "  | ^"),
    ],
)
def test_the_underline_stands_below_its_word(text: str, span: Span, shown: str, under: str) -> None:
    lines = to_text([Diagnostic("syntax", "x", Label(SourceFile("f", text), span))]).splitlines()
    assert lines[3:5] == [shown, under]


def test_a_long_line_is_shown_around_the_place() -> None:
    file = SourceFile("f", "a" * 500 + " here " + "b" * 500)
    shown, under = to_text([Diagnostic("syntax", "x", Label(file, Span(501, 505)))]).splitlines()[3:5]
    assert len(shown) < 200
    assert shown[under.index("^") :].startswith("here")
    assert under.endswith(" ^^^^")


def test_nothing_in_the_text_can_steer_a_terminal() -> None:
    file = SourceFile("f\x1b]0;x\x07.policy", "a\x1b[2Jb\r\u202e\n")
    found = Diagnostic("syntax", "`\x1b[2J` is not understood", Label(file, Span(1, 5), "\x07"), help="\x9b")
    assert all(char.isprintable() or char == "\n" for char in to_text([found]))


def test_styles_say_the_same_as_the_text() -> None:
    for pieces in diagnostic_lines([TWICE]):
        assert {style for _, style in pieces} <= {"", "bad", "title", "faint", "note", "good"}


def test_json_has_one_object_for_each() -> None:
    first, second = json.loads(to_json([TWICE, ADVICE]))
    assert first["code"] == "E502"
    assert (first["line"], first["column"], first["end_line"], first["end_column"]) == (3, 5, 3, 12)
    assert first["also"][1]["path"] == "base.policy"
    assert first["fix"] == {
        "path": FILE.path, "line": 2, "column": 12, "end_line": 3, "end_column": 12, "text": "",
    }  # fmt: skip
    assert (second["severity"], second["help"], second["fix"], second["also"]) == ("advice", None, None, [])
    assert json.loads(to_json([])) == []


def test_sarif_names_its_rules_and_places() -> None:
    log = json.loads(to_sarif([TWICE, ADVICE, GAP, TWICE]))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["A114", "E502", "W303"]
    assert [result["level"] for result in run["results"]] == ["error", "note", "warning", "error"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["fullDescription"]["text"] == REGISTRY[rules[result["ruleIndex"]]["name"]].why
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "policies/a%2Cb.policy"
    assert place["region"] == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 12}
    assert [one["message"]["text"] for one in run["results"][0]["relatedLocations"]] == [
        "first stated here",
        "the parent",
    ]
    change = run["results"][0]["fixes"][0]["artifactChanges"][0]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 12, "endLine": 3, "endColumn": 12},
            "insertedContent": {"text": ""},
        }
    ]
    assert json.loads(to_sarif([]))["runs"][0]["results"] == []


def test_github_annotations_escape_what_would_end_them() -> None:
    assert to_github([TWICE, ADVICE, GAP]).splitlines() == [
        (
            "::error file=policies/a%2Cb.policy,line=3,col=5,endColumn=12,title=E502::"
            "`per` is stated twice%0Ahelp: keep one: 100%25"
        ),
        "::notice file=policies/a%2Cb.policy,line=1,col=1,endColumn=6,title=A114::curly quotes",
        "::warning file=policies/a%2Cb.policy,line=1,col=1,title=W303::no version",
    ]


def test_the_summary_counts_by_severity() -> None:
    assert summary([]) == ""
    assert summary([TWICE]) == "1 error"
    assert summary([TWICE, TWICE, GAP, ADVICE]) == "2 errors, 1 warning, 1 advice"
