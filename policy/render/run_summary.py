"""The summary of a run over tables: one screen.

Owns: what of a run is told, in which order and in which words.
Never: counts, and never shows a cell of a claim.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from policy.engine.answer import STATUSES
from policy.engine.money import dollars
from policy.render.page import Line, Piece, line, row, wrapped
from policy.render.words import count, number

if TYPE_CHECKING:
    from policy.batches.run import Summary

_SHOWN: Final = 5
"""Statements, facts, reasons and files that are named; of more, their number is told."""
_LABEL: Final = 12
_SCALE: Final = Decimal(10_000)


def run_summary(
    summary: "Summary", given: Mapping[str, str], assumed: Sequence[str], receipt: Sequence[str], width: int
) -> list[Line]:
    """The lines of the summary. `given` says how a fact is given in a table, `assumed` are sentences on what was taken for granted,
    `receipt` what judged."""
    tally = summary.tally
    unknown = sum(part.rows is None for part in summary.bad)
    rejected = (f"{number(summary.rejected)} rejected", "bad" if summary.rejected or unknown else "")
    told = [_label("lines", f"{number(summary.incoming)} in: {number(tally.lines)} decided, ", rejected)]
    if unknown:
        told.append(_label("", (f"and those of {count(unknown, 'file')} that could not be counted", "bad")))
    if tally.lines:
        told.append(_label("", *_by_status(tally.statuses)))
        told += [_label("visits", number(tally.visits))] if tally.visits else []
        told += _units(summary)
    told += _most("statements", _statements(summary), "statement", width)
    missing = [
        f"{fact} would settle {count(lines, 'line')}{f': {given[fact]}' if fact in given else ''}"
        for fact, lines in tally.missing.most_common()
    ]
    told += _most("missing", missing, "fact", width)
    reasons = sorted(tally.reasons.items(), key=lambda one: (-one[1], one[0]))
    told += _most("rejected", [f"{count(lines, 'line')}: {reason}" for reason, lines in reasons], "reason", width)
    told += _files(summary, width)
    for position, sentence in enumerate(assumed):
        told += _wrapped("" if position else "assumed", sentence, width)
    written = [path for path in (summary.out, summary.rejects) if path is not None]
    told += [_label("" if position else "written", str(path)) for position, path in enumerate(written)]
    if not written:
        told += _wrapped("written", "nothing; `--out decisions.parquet` writes the decision on each line", width)
    told += [_label("" if position else "judged by", text) for position, text in enumerate(receipt)]
    return [line(("summary", "title")), *told]


def _units(summary: "Summary") -> list[Line]:
    tally = summary.tally
    billed, supported, allowed = (_number(units) for units in (tally.billed, tally.supported, tally.allowed))
    told = [_label("units", f"{billed} billed, {supported} supported, {allowed} allowed")]
    if tally.unknown:
        told.append(_label("", (f"not known for {count(tally.unknown, 'line')}", "undetermined")))
    if tally.priced:
        told.append(_label("money", f"{dollars(tally.amount)} allowed"))
        if tally.unpriced:
            told.append(_label("", (f"not known for {count(tally.unpriced, 'line')}", "undetermined")))
    told.append(_label("overbilled", f"{_counted(tally.overbilled)} above what the minutes support"))
    told.append(_label("underbilled", f"{_counted(tally.underbilled)} supported but not billed"))
    return told


def _statements(summary: "Summary") -> list[str]:
    tally = summary.tally
    found = []
    for name, lines in sorted(tally.statements.items(), key=lambda one: (-one[1], one[0])):
        taken = tally.taken[name]
        found.append(f"{name}: {count(lines, 'line')}{f', {_counted(taken)} not allowed' if taken else ''}")
    return found


def _files(summary: "Summary", width: int) -> list[Line]:
    read = summary.files - len(summary.bad)
    told = [
        _label(
            "files", f"{number(read)} read", *([(f", {number(len(summary.bad))} not", "bad")] if summary.bad else [])
        )
    ]
    for part in summary.bad[:_SHOWN]:
        lines = "lines not counted" if part.rows is None else count(part.rows, "line")
        told += _wrapped("", f"{part.path}: {part.reason} ({lines})", width, "bad")
    told += _more(len(summary.bad), "file")
    for name, files in summary.filled[:_SHOWN]:
        told += _wrapped("", f"{name} is not in {count(files, 'file')}, and not given there", width, "warn")
    told += _more(len(summary.filled), "column")
    for name, files in summary.unread[:_SHOWN]:
        told += _wrapped(
            "", f"{name} of {count(files, 'file')} is not read: the first file does not have it", width, "warn"
        )
    return told + _more(len(summary.unread), "column")


def _most(label: str, texts: Sequence[str], word: str, width: int) -> list[Line]:
    told: list[Line] = []
    for position, text in enumerate(texts[:_SHOWN]):
        told += _wrapped("" if position else label, text, width)
    return told + _more(len(texts), word)


def _more(number_of: int, word: str) -> list[Line]:
    left = number_of - _SHOWN
    return [_label("", (f"and {count(left, f'more {word}')}", "faint"))] if left > 0 else []


def _by_status(counts: "dict[str, int]") -> list[Piece]:
    pieces: list[Piece] = []
    for status in reversed(STATUSES):
        if counts.get(status):
            pieces += [(", ", "")] if pieces else []
            pieces.append((f"{number(counts[status])} {status}", status))
    return pieces


def _number(units: int) -> str:
    return number(units / _SCALE)


def _counted(units: int) -> str:
    return count(units / _SCALE, "unit")


def _wrapped(label: str, text: str, width: int, style: str = "") -> list[Line]:
    first, *rest = wrapped(text, width - _LABEL - 4, style=style, hang=2) or [line("")]
    return [_label(label, *first), *(_label("", *more) for more in rest)]


def _label(name: str, *pieces: Piece | str) -> Line:
    return (*row([(name, "faint"), ""], (_LABEL, 0), indent=2), *line(*pieces))
