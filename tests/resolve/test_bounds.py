"""Large, deep and extreme policies: answered or refused in words, in time that grows with their length."""

import datetime as dt
import time
from pathlib import Path

import attrs
import pytest
from resolve.made import family, limit

from policy import program
from policy.claims.visit import Line, PastLine, Visit
from policy.diagnostics import PolicyError
from policy.program import Program
from policy.resolve.files import check
from policy.resolve.library import Library, Parsed
from policy.resolve.resolve import resolve
from policy.source import SourceFile
from policy.syntax import ast
from policy.syntax.parse import parse

ENGINES = ("reference", "compiled")
ONCE_A_DAY = "codes timed\n    97530\n    one unit each day\n\n"
REVIEWS = 'rule reviews\n    when {}\n    review\n    assume "x"\n'
NEEDS_MODIFIER = 'require modified\n    applies to {}\n    modifier GP\n    otherwise deny\n    assume "x"\n'


@pytest.fixture(autouse=True)
def _nothing_kept_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.resolve.cache.cache_folder", lambda: None)


def visit(date: dt.date = dt.date(2026, 3, 2), code: str = "97530", **facts: object) -> Visit:
    return Visit(date, (Line(1, code, 30, 1, ()),), **facts)  # type: ignore[arg-type]


def refused(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        program.load(text)
    return [f"{d.code} {d.message}" for d in caught.value.diagnostics]


def statuses(text: str, *visits: Visit) -> list[str]:
    """The status of each visit, the same under both evaluators."""
    loaded = family(text)
    answers = [[loaded.program(engine).evaluate(one).status for one in visits] for engine in ENGINES]
    assert answers[0] == answers[1]
    return answers[0]


@pytest.mark.parametrize("codes_first", [True, False])
def test_code_sets_nested_deeper_than_the_stack(codes_first: bool) -> None:
    sets = [f"codes set_{i:04d}\n    set_{i + 1:04d}\n" for i in range(3000)] + ["codes set_3000\n    97530\n"]
    text = "policy t.deep\n\n" + "".join(sets[::-1] if codes_first else sets) + NEEDS_MODIFIER.format("set_0000")
    assert statuses(text, visit()) == ["deny"]


def test_code_sets_that_fan_out_at_every_level() -> None:
    """Read path by path, a hundred levels of everything above would take longer than the universe has."""
    sets = "".join(
        f"codes set_{i:03d}\n    {', '.join(f'set_{k:03d}' for k in range(i))}, {i:05d}\n" for i in range(1, 100)
    )
    text = "policy t.wide\n\ncodes set_000\n    97530\n" + sets + NEEDS_MODIFIER.format("set_099")
    assert statuses(text, visit(), visit(code="00098"), visit(code="00100")) == ["deny", "deny", "undetermined"]


def test_code_sets_that_all_contain_one_another_are_refused() -> None:
    sets = "".join(f"codes set_{i:02d}\n    {', '.join(f'set_{k:02d}' for k in range(30))}\n" for i in range(30))
    assert {line.partition(" ")[0] for line in refused("policy t.knot\n\n" + sets)} == {"E209"}


def test_ranges_of_every_code() -> None:
    text = """policy t.everything

codes everything
    00000-99999, A0000-A9999, 0000T-9999T
    one unit each 15 minutes

count minute_by_minute
    applies to everything
    by each code
    pool patient, day
    a unit at 1 minute of 1
    assume "x"

limit huge
    applies to everything
    at most 999999999 units
    per patient and rolling 999999999 days
    counting allowed units
    on excess deny the excess, everything first, last line first
    assume "x"
"""
    history = (PastLine(dt.date.min, "97530", 999_999, 1440), PastLine(dt.date.max, "97530", 1, 1))
    past = visit(history=history)
    assert (
        statuses(text, past, attrs.evolve(past, date=dt.date.min), attrs.evolve(past, date=dt.date.max))
        == ["allow"] * 3
    )
    assert family(text).program().evaluate(past).lines[0].supported_units == 30


def test_parts_of_a_unit_of_one_minute() -> None:
    text = """policy t.parts

count parts
    applies to 97530
    by each code
    pool patient, day
    decimal units of 1 minute, in hundredths, rounded half down
    assume "x"
"""
    for engine in ENGINES:
        assert family(text).program(engine).evaluate(visit()).lines[0].supported_units == 30


@pytest.mark.parametrize("date", [dt.date.min, dt.date(2026, 3, 2), dt.date.max])
def test_dates_beyond_the_calendar(date: dt.date) -> None:
    text = """policy t.calendar
    in force from 0001-01-01 until 9999-12-31

codes timed
    97530
    one unit each day

rule beyond
    when visit.date + 999999999 days > 9999-12-31 or visit.date - 999999999 days < 0001-01-01
    deny
    assume "x"

limit rolling_on
    at most 9 visits or 999999999 days after injury.date
    per patient and rolling 999999999 days
    on excess deny every unit
    assume "x"

limit by_fiscal_year
    at most 9 visits
    per patient and fiscal year from December
    on excess deny every unit
    assume "x"

limit weekly
    at most 9 visits
    per patient and week
    on excess deny every unit
    assume "x"
"""
    one = visit(
        date,
        history=(PastLine(dt.date.min, "97530", 1), PastLine(dt.date.max, "97530", 1)),
        facts={"injury.date": dt.date.max},
    )
    assert statuses(text, one) == ["allow"]


def test_value_rows_by_the_thousand() -> None:
    start = dt.date(2000, 1, 1)
    rows = "".join(f"    from {start + dt.timedelta(days=i)}  {i} units\n" for i in range(5000))
    cap = limit("cap", "daily").replace("on excess review", "on excess deny every unit")
    text = f'policy t.rows\n\n{ONCE_A_DAY}value daily\n{rows}    assume "x"\n\n{cap}'
    days = [start + dt.timedelta(days=number) for number in (0, 1, 4999, 6000)]
    assert statuses(text, *(visit(day) for day in days)) == ["deny", "allow", "allow", "allow"]


@pytest.mark.parametrize("length", [81, 1_000, 10_000])
def test_long_names_are_refused_in_short_words(length: int) -> None:
    name = "n" * length
    conditions = (
        f"case.{name} > 3",
        f"{name} > 3",
        f"documented {name}",
        f"line.delivery is {name}",
        f"line.code in {name}",
    )
    for text in (
        f"policy {name}\n", f"policy t.long\n    extends {name}\n", f"policy t.long\n\ncodes {name}\n    97530\n",
        f"policy t.long\n\ncodes timed\n    {name}, 97530\n", f"policy t.long\n\nremove limit {name}\n",
        "policy t.long\n\n" + REVIEWS.format("visit.number > 3") + f"    cite {name}\n",
        *("policy t.long\n\n" + REVIEWS.format(condition) for condition in conditions),
    ):  # fmt: skip
        assert all(len(line) < 200 for line in refused(text))


@pytest.mark.parametrize("depth", [5, 18, 38])
def test_conditions_under_many_nots(depth: int) -> None:
    """An even number of nots is none, an odd one is one; brackets change nothing."""
    for condition in ("not " * depth + "visit.number > 3", "not (" * depth + "visit.number > 3" + ")" * depth):
        text = "policy t.deep\n\n" + ONCE_A_DAY + REVIEWS.format(condition)
        even = depth % 2 == 0
        found = statuses(text, visit(number=4), visit(number=3), visit())
        assert found == ["review" if even else "allow", "allow" if even else "review", "undetermined"]


def test_conditions_nested_without_end_are_refused() -> None:
    for depth in (60, 300):
        nested = "not (" * depth + "visit.number > 3" + ")" * depth
        assert refused("policy t.deep\n\n" + REVIEWS.format(nested)) == ["E113 this condition is nested too deeply"]


def test_brackets_alone_are_no_depth() -> None:
    text = "policy t.brackets\n\n" + ONCE_A_DAY + REVIEWS.format("(" * 300 + "visit.number > 3" + ")" * 300)
    assert statuses(text, visit(number=4), visit(number=3)) == ["review", "allow"]


def test_a_long_line_of_parents(tmp_path: Path) -> None:
    for i in range(120):
        parent = f"    extends line.p{i + 1}\n" if i < 119 else ""
        (tmp_path / f"p{i}.policy").write_text(f"policy line.p{i}\n{parent}\ncodes set_{i}\n    {i:05d}\n")
    assert len(program.load(tmp_path / "p99.policy").resolved.parents) == 20
    with pytest.raises(PolicyError) as caught:
        program.load(tmp_path / "p0.policy")
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("E113", "`line.p0` has more than 20 parents above one another")
    diagnostics, number = check([tmp_path])
    assert number == 120
    assert {d.code for d in diagnostics} == {"E113"}


def test_thousands_of_misspelt_names_take_no_longer_than_a_moment() -> None:
    """Near names are sought within a bound; each mistake is told all the same."""
    text = "policy t.misspelt\n\n" + "".join(f"codes set_number_{i}\n    sat_numbr_{i * 7}\n" for i in range(3000))
    file = SourceFile("<text>", text)
    module, found = parse(file)
    started = time.process_time()
    _, diagnostics = resolve(Library(), Parsed(file, module, tuple(found)))
    assert time.process_time() - started < 20
    assert len(diagnostics) == 3000
    assert diagnostics[0].help
    assert "did you mean" in diagnostics[0].help


def many(number: int) -> Parsed:
    """A policy of so many statements: the statements of every kind of one text, again and again under other names."""
    text = (Path(__file__).parent.parent / "language/names/good/every_reference.policy").read_text()
    file = SourceFile("<many>", text)
    module, found = parse(file)
    assert not found
    header, *rest = module.declarations
    again = [d for d in rest if d.kind in {"limit", "require", "rule", "pair", "example", "not modelled"}]
    copies = [
        attrs.evolve(declaration, name=ast.Word(f"{declaration.name}_{copy}", declaration.name.span))
        for copy in range(number // len(again))
        for declaration in again
    ]
    return Parsed(file, ast.Module((header, *rest, *copies)), ())


def test_time_grows_with_statements() -> None:
    """Ten times the statements take at most twenty times as long: no pass compares every statement with every other."""

    def seconds(number: int) -> float:
        parsed = many(number)
        taken = []
        for _ in range(3):
            started = time.process_time()
            policy, found = resolve(Library(), parsed)
            taken.append(time.process_time() - started)
            assert policy is not None
            assert found == []
        return min(taken)

    seconds(100)
    assert seconds(5000) < 20 * seconds(500)


def test_a_policy_of_ten_thousand_declarations_answers() -> None:
    text = (
        "policy t.many\n\n"
        + "".join(f"codes set_{i}\n    {i:05d}\n" for i in range(10_000))
        + NEEDS_MODIFIER.format("set_9999")
    )
    file = SourceFile("<text>", text)
    module, found = parse(file)
    policy, diagnostics = resolve(Library(), Parsed(file, module, tuple(found)))
    assert policy is not None
    assert diagnostics == []
    assert Program(policy).evaluate(visit(code="09999")).status == "deny"
