"""The canonical layout: the printer of the syntax tree, and the formatter of files.

Owns: four spaces before a clause, the column in which the bodies of a declaration's clauses begin, the columns of
example lines, breaking long lists, and where each comment goes.
Never: reorders, drops or changes a clause. Parsing what was printed gives the same tree; formatting it again
changes nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from policy.diagnostics import PolicyError
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.syntax.clause_words import written
from policy.syntax.comments import Attached, attach
from policy.syntax.words import joined, literal, number, quantity, quoted
from policy.values import Type, format_time

WIDTH: Final = 100
_INDENT: Final = 4
_GAP: Final = 2
_LONG: Final = 400
"""A phrase without a comma, `and` or `or` is broken at a space only beyond this length."""
_LISTED: Final = 40
"""A longer list of codes does not push the others' prices to the right."""
_WIDEST: Final = 60
"""A comment behind a longer line does not push the others' column to the right."""
_ATOM = re.compile(r'"[^"]*"\S*|[^\s"]+')
_LAYOUT_ONLY: Final = frozenset({"tab", "indentation"})
"""Mistakes that the formatter itself puts right."""


@attrs.frozen
class Unit:
    """A header, a clause or a line of an example: its place in the file and its printed lines."""

    span: Span
    lines: tuple[str, ...]


def format_source(file: SourceFile) -> str:
    """The file in canonical layout. Raises `PolicyError` when it holds a mistake other than of indentation."""
    from policy.syntax.parse import parse

    module, found = parse(file)
    whole = all(declaration.complete for declaration in module.declarations)
    if not whole or any(d.is_error and d.slug not in _LAYOUT_ONLY for d in found):
        raise PolicyError(found)
    printed = [_units(declaration) for declaration in module.declarations]
    placed = attach(file, module, [[unit.span for unit in units] for units in printed])
    blocks = []
    for units, comments in zip(printed, placed.declarations, strict=True):
        blocks.append("\n".join([*comments.above, *_with_comments(units, comments)]))
    if placed.at_end:
        blocks.append("\n".join(placed.at_end))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def print_declaration(declaration: ast.Declaration) -> str:
    """One declaration in canonical layout, without a final newline."""
    return "\n".join(line for unit in _units(declaration) for line in unit.lines)


def print_module(module: ast.Module) -> str:
    """Every declaration in canonical layout, without comments."""
    return "\n\n".join(map(print_declaration, module.declarations)) + ("\n" if module.declarations else "")


def _units(declaration: ast.Declaration) -> list[Unit]:
    units = [Unit(declaration.head, (_header(declaration),))]
    column = _column(declaration)
    cells = max((len(written(row)[1].split("  ")[0]) for row in declaration.all(ast.ValueRow) if row.start), default=0)
    listed = [written(row)[1].split("  ")[0] for row in declaration.all(ast.PriceRow)]
    prices = max((len(codes) for codes in listed if len(codes) <= _LISTED), default=0)
    for clause in declaration.clauses:
        keyword, body = written(clause)
        if isinstance(clause, ast.ValueRow) and clause.start:
            dates, value = body.split("  ", 1)
            body = f"{dates:<{cells}}  {value}"
        if isinstance(clause, ast.PriceRow):
            codes, price = body.split("  ", 1)
            units.append(Unit(clause.span, _price_row(codes, price, prices)))
            continue
        if isinstance(clause, ast.ExampleVisit):
            units += _block(clause.span, body, [*clause.facts, *clause.lines], _visit_rows(clause))
        elif isinstance(clause, ast.Expect):
            units += _expect(clause)
        elif keyword:
            units.append(Unit(clause.span, _wrap(f"{keyword:<{column}}", body, _INDENT + column)))
        else:
            units.append(Unit(clause.span, _wrap("", body, _INDENT * (1 if isinstance(clause, ast.Members) else 2))))
    return units


def _header(declaration: ast.Declaration) -> str:
    words = ["replace"] if declaration.replace else []
    words += [declaration.kind, *([declaration.target] if declaration.target else []), declaration.name.text]
    if declaration.fact_type is not None:
        choices = declaration.fact_type.choices
        words += [":", f"one of {joined(choices)}" if choices else declaration.fact_type.type.value]
    if declaration.title is not None:
        words.append(quoted(declaration.title))
    return " ".join(words)


def _column(declaration: ast.Declaration) -> int:
    """How wide the keywords are, with the gap behind them: one space when all are as long as each other."""
    widths = {len(keyword) for clause in declaration.clauses for keyword, body in [written(clause)] if keyword and body}
    if not widths:
        return 0
    return max(widths) + (1 if len(widths) == 1 else _GAP)


def _wrap(keyword: str, body: str, column: int) -> tuple[str, ...]:
    """The clause on as many lines as it needs: broken after commas and before `and` and `or`."""
    first = " " * _INDENT + keyword
    if len(first) + len(body) <= WIDTH:
        return ((first + body).rstrip(),)
    lines, line = [], first
    for phrase in _phrases(body):
        if line.strip() and line != first and len(line) + len(phrase) > WIDTH:
            lines.append(line.rstrip())
            line = " " * column
        line += phrase + " "
    return (*lines, line.rstrip())


def _price_row(codes: str, price: str, column: int) -> tuple[str, ...]:
    """The codes, and behind them in one column their prices; long lists of codes are broken."""
    *above, last = _wrap("", codes, _INDENT)
    return (*above, f"{last:<{_INDENT + column}}  {price}")


def _phrases(body: str) -> Iterator[str]:
    """The pieces between which a line may be broken."""
    phrase: list[str] = []
    for atom in _ATOM.findall(body):
        if phrase and (atom in {"and", "or"} or phrase[-1].endswith(",") or sum(map(len, phrase)) > _LONG):
            yield " ".join(phrase)
            phrase = []
        phrase.append(atom)
    yield " ".join(phrase)


# --------------------------------------------------------------------------------------------------- examples

Row = tuple[str, ...]
Stated = ast.FactIs | ast.DocumentedIs | ast.HistoryNone | ast.HistoryLine | ast.NoteIs | ast.EarlierNote
Item = Stated | ast.ExampleLine | ast.Expectation


def _block(span: Span, opening: str, items: Sequence[Item], rows: Sequence[str]) -> Iterator[Unit]:
    """A clause whose items stand below it, one a line."""
    yield Unit(Span(span.start, span.start + 1), (" " * _INDENT + opening,))
    indent = " " * _INDENT
    for item, row in zip(items, rows, strict=True):
        fits = len(row) <= _LONG and not isinstance(item, ast.DocumentedIs)
        lines = (indent * 2 + row,) if fits else tuple(indent + line for line in _wrap("", row, _INDENT * 2))
        yield Unit(item.span, lines)


def _expect(clause: ast.Expect) -> Iterator[Unit]:
    rows = _aligned([_expectation(item) for item in clause.items])
    if len(rows) == 1:
        yield Unit(clause.span, (" " * _INDENT + f"expect {rows[0]}",))
        return
    yield from _block(clause.span, "expect", clause.items, rows)


def _visit_rows(visit: ast.ExampleVisit) -> list[str]:
    history = iter(_aligned([_past(fact) for fact in visit.facts if isinstance(fact, ast.HistoryLine)]))
    facts = [next(history) if isinstance(fact, ast.HistoryLine) else _visit_fact(fact) for fact in visit.facts]
    return facts + _aligned([_line(line) for line in visit.lines])


def _aligned(rows: Sequence[Row]) -> list[str]:
    """Rows of cells in columns; a column that is empty in every row takes no room. A row of one cell stays as it is."""
    table = [row for row in rows if len(row) > 1]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [_cells(row, widths) if len(row) > 1 else row[0] for row in rows]


def _cells(row: Row, widths: Iterable[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True) if width).rstrip()


def _visit_fact(fact: Stated) -> str:
    match fact:
        case ast.FactIs(path=path, value=value):
            return f"{path} is {literal(value)}"
        case ast.DocumentedIs(elements=elements):
            return f"documented {joined(elements) or 'nothing'}"
        case ast.NoteIs(text=text):
            return f"note {quoted(text)}"
        case ast.EarlierNote(date=date, text=text):
            return f"earlier note {date} {quoted(text)}"
        case _:
            return "history none"


_WHOSE = ("provider", "region", "group", "facility")


def _past(line: ast.HistoryLine) -> Row:
    units = quantity(line.units, Type.UNITS) if line.units is not None else ""
    minutes = quantity(line.minutes, Type.MINUTES) if line.minutes is not None else ""
    amount = f"${line.amount:,f}" if line.amount is not None else ""
    rvus = f"{line.rvus:f} {'RVU' if f'{line.rvus:f}' == '1' else 'RVUs'}" if line.rvus is not None else ""
    whose = "  ".join(f"{key} {quoted(text)}" for key in _WHOSE if (text := getattr(line, key)) is not None)
    facts = "  ".join(f"{fact.path} is {literal(fact.value)}" for fact in line.facts)
    return (f"history {line.date} {line.code}", units, minutes, amount, rvus, line.discipline or "", whose, facts)


def _line(line: ast.ExampleLine) -> Row:
    modifiers = ""
    if line.modifiers is not None:
        modifiers = f"modifier {joined(line.modifiers)}" if line.modifiers else "no modifier"
    times = ""
    if line.start is not None and line.end is not None:
        times = f"from {format_time(line.start)} to {format_time(line.end)}"
    return (
        line.code.text,
        quantity(line.minutes, Type.MINUTES) if line.minutes is not None else "",
        f"billed {number(line.billed)}" if line.billed is not None else "",
        modifiers,
        times,
        f"charge ${line.charge:,f}" if line.charge is not None else "",
        line.discipline or "",
        "  ".join(f"{fact.path} is {literal(fact.value)}" for fact in line.facts),
    )


def _expectation(item: ast.Expectation) -> Row:
    match item:
        case ast.NoFindings():
            return ("no findings",)
        case ast.NoEvidence(name=name):
            return (f"no evidence {name}",)
        case ast.ExpectStatus(status=status):
            return (f"status {status}",)
        case ast.ExpectTotal(units=units):
            return (f"total {quantity(units, Type.UNITS)}",)
        case ast.ExpectMissing(fact=fact):
            return (f"missing {fact}",)
        case ast.ExpectSpoke(kind=kind, name=name):
            return (f"{kind} {name}",)
        case ast.ExpectPays(code=None, amount=amount):
            return (f"total pays ${amount:,f}",)
        case ast.ExpectPays(code=code, amount=amount):
            return (str(code), f"pays ${amount:,f}")
        case ast.ExpectUnits(code=code, units=units, supported=supported):
            of = f" of {number(supported)} supported" if supported is not None else ""
            return (code.text, quantity(units, Type.UNITS) + of)
        case ast.ExpectOutcome(code=code, status=status, kind=kind, name=name):
            return (code.text, f"{status} by {kind} {name}" if kind else status)


# --------------------------------------------------------------------------------------------------- comments


def _with_comments(units: Sequence[Unit], comments: Attached) -> Iterator[str]:
    """The lines of a declaration with the comments that belong to its units."""
    commented = [len(unit.lines[-1]) for i, unit in enumerate(units) if i and i in comments.behind]
    column = max((width for width in commented if width <= _WIDEST), default=0) + _GAP
    for i, unit in enumerate(units):
        first = unit.lines[0]
        indent = " " * max(len(first) - len(first.lstrip()), _INDENT)
        yield from (indent + text for text in comments.over.get(i, ()))
        *lines, last = unit.lines
        yield from lines
        behind = comments.behind.get(i)
        width = max(len(last) + _GAP, column if i else 0)
        yield last if behind is None else f"{last:<{width}}{behind}"
    yield from (" " * _INDENT + text for text in comments.below)
