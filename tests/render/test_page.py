"""The layout model: nothing is cut off, nothing is wider than asked, nothing steers a terminal."""

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from policy.render.page import NARROWEST, columns, line, plain, printable, row, show, table, wrapped

words = st.lists(
    st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1, max_size=20), max_size=30
)


@given(words, st.integers(NARROWEST, 120), st.integers(0, 12), st.integers(0, 4))
def test_wrapped_text_keeps_every_word_and_the_width(parts: list[str], width: int, indent: int, hang: int) -> None:
    text = plain(wrapped(" ".join(parts), width, indent=indent, hang=hang, first=("fix: ", "good")))
    assert text.split() == ["fix:", *parts]
    assert all(len(printed) <= width for printed in text.splitlines())


def test_the_label_stands_before_the_first_line_only() -> None:
    text = plain(wrapped("one two three four five six seven eight nine", 40, indent=2, hang=3, first=("fix: ", "good")))
    assert text == "  fix: one two three four five six seven\n     eight nine\n"


def test_a_link_is_never_broken() -> None:
    link = "https://www.example.com/" + "a" * 100
    assert link in plain(wrapped(f"see {link} for more", 60)).splitlines()


def test_what_steers_a_terminal_is_replaced() -> None:
    assert printable("a\x1b[31mb\rc\nd\x9b") == "a?[31mb?c d?"
    assert "\x1b" not in plain([line("\x1b]0;title\x07"), row(["\x1b[2J"], [4])])


def test_wide_characters_take_two_columns() -> None:
    assert columns("日本") == 4
    assert columns("e\u0301") == 1
    assert plain([row(["日本", "x"], [6, 1])]) == "日本    x\n"


def test_cells_wider_than_their_column_push_the_rest_and_stay_whole() -> None:
    assert plain([row(["123456", "b"], [-4, 1])]) == "123456  b\n"


def test_a_table_wraps_its_last_column_under_itself() -> None:
    lines = table([["a", "one two three four five six seven eight nine ten"]], ["id", "title"], 40)
    assert plain(lines).splitlines() == ["id  title", "a   one two three four five six seven", "    eight nine ten"]


def test_colour_and_plain_text_say_the_same() -> None:
    lines = [line(("V1", "title"), " [bold]not markup[/bold] ", ("deny", "deny")), *wrapped("a " * 60, 50, indent=4)]
    stream = io.StringIO()
    show(lines, Console(file=stream, force_terminal=True, color_system="truecolor", width=50))
    coloured = stream.getvalue()
    assert "\x1b[1m" in coloured
    import re

    assert [text.rstrip() for text in re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines()] == plain(lines).splitlines()
