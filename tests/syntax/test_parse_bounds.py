"""What is read silently, what is refused for its size, and what is left of a broken declaration."""

from pathlib import Path

import pytest

from policy.diagnostics import PolicyError
from policy.source import SourceFile
from policy.syntax import ast
from policy.syntax.format import format_source
from policy.syntax.parse import MAX_TEXT, parse

CLEAN = 'policy test.ends "Ends"\n    status paused\n\nsource manual\n'


def read(text: str) -> tuple[ast.Module, list[str]]:
    module, found = parse(SourceFile("generated", text))
    return module, [d.code for d in found]


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("final", [True, False])
def test_line_ends_and_a_byte_order_mark_are_read_silently(tmp_path: Path, ends: str, mark: bytes, final: bool) -> None:
    path = tmp_path / "ends.policy"
    text = CLEAN if final else CLEAN.rstrip("\n")
    path.write_bytes(mark + text.replace("\n", ends).encode())
    file = SourceFile.read(path)
    assert file.had_bom == bool(mark)
    assert parse(file) == (parse(SourceFile("clean", CLEAN))[0], [])
    assert format_source(file) == CLEAN


def test_an_empty_file_is_an_empty_module() -> None:
    assert read("") == (ast.Module(()), [])
    assert format_source(SourceFile("empty", "\n  \n\n")) == ""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("limit " + "a" * 80 + "\n", []),
        ("limit " + "a" * 81 + "\n", ["E112"]),
        ('source x "' + "x" * 1000 + '"\n', []),
        ('source x "' + "x" * 1001 + '"\n', ["E112"]),
        ("rule x\n    reason " + "CO-119, " * 240 + "CO-1\n", []),
        ("rule x\n    reason " + "CO-119, " * 250 + "CO-1\n", ["E112"]),
        ("rule x\n    cite " + "x" * 1001 + "\n", ["E112"]),
        ("source x  # " + "x" * 5000 + "\n", []),
        ("rule x\n    when " + "not " * 30 + "line.open\n", []),
        ("rule x\n    when " + "not " * 60 + "line.open\n", ["E113"]),
        ("rule x\n    when " + "(" * 300 + "line.open" + ")" * 300 + "\n", []),
        ("rule x\n    when line.units" + " + 1" * 60 + " > 1\n", ["E113"]),
        ("codes x\n    " + "97110-97112, " * 60 + "97113\n", []),
    ],
)
def test_sizes_are_bounded(text: str, codes: list[str]) -> None:
    assert read(text)[1] == codes


def test_a_file_beyond_the_bound_is_not_read() -> None:
    module, codes = read("# " + "x" * MAX_TEXT)
    assert (module.declarations, codes) == ((), ["E112"])


def test_one_mistake_costs_one_clause() -> None:
    module, codes = read("limit x\n    at mst 4 units\n    per day\n\nlimit b\n    per day\n")
    assert codes == ["E101"]
    broken, whole = module.declarations
    assert ([type(c) for c in broken.clauses], broken.complete) == ([ast.Per], False)
    assert whole.complete


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("limits four_units", "limit four_units"),
        ("Limit four_units", "limit four_units"),
        ("limit FourUnits", "limit four_units"),
        ("limit four_units:", "limit four_units"),
        ("limit four_units at most 4 units", "limit four_units"),
        ('limit four_units "open', "limit four_units"),
        ("replace limts four_units", "limit four_units"),
        ("not modeled appeal", "not modelled appeal"),
        ("polcy medicare.part_b", "policy medicare.part_b"),
        ("fact injury.date date", "fact injury.date"),
    ],
)
def test_a_broken_header_still_declares_its_name(header: str, label: str) -> None:
    module, codes = read(f"{header}\n    cite manual\n")
    assert len(codes) == 1
    (declaration,) = module.declarations
    assert (declaration.label, declaration.complete) == (label, False)
    assert declaration.first(ast.Cite) is not None


def test_a_header_without_a_name_declares_nothing_but_its_clauses_are_read() -> None:
    module, codes = read("limit\n    at mst 4 units\n")
    assert (module.declarations, codes) == ((), ["E117", "E101"])


def test_the_formatter_refuses_what_it_cannot_print() -> None:
    with pytest.raises(PolicyError, match="E101"):
        format_source(SourceFile("generated", "limit x\n    at mst 4 units\n"))
    with pytest.raises(PolicyError, match="E116"):
        format_source(SourceFile("generated", "limit x\n    per day\n      at most 4 units\n"))


def test_the_formatter_puts_indentation_right() -> None:
    text = "limit x\n\tper day\n  at most 4 units\non excess review\n"
    assert format_source(SourceFile("generated", text)) == (
        "limit x\n    per        day\n    at most    4 units\n    on excess  review\n"
    )


def test_a_keyword_does_not_end_in_the_middle_of_a_word() -> None:
    assert read("pair x\n    deny thesecond\n")[1] == ["E101"]
    assert read("pair x\n    deny the secondary\n")[1] == ["E101"]


def test_modifiers_and_conditions_share_their_words() -> None:
    text = "rule x\n    when line.modifiers has modifier 59, XE or XU and visit.number > 3 or line.open\n"
    when = read(text)[0].declarations[0].first(ast.When)
    assert when is not None
    assert isinstance(when.condition, ast.Or)
    left, right = when.condition.items
    assert isinstance(left, ast.And)
    assert isinstance(left.items[0], ast.HasModifier)
    assert [str(word) for word in left.items[0].modifiers] == ["59", "XE", "XU"]
    assert right == ast.FactRef("line.open")
