"""Diagnostics for people and for machines: text with the line underlined, JSON, SARIF 2.1.0, annotations for GitHub.

Owns: the four layouts, and how much of a long line is shown.
Never: sorts, filters or judges; what it is given is what it shows. What could steer a terminal is replaced.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import quote

from policy.diagnostics import REGISTRY, Diagnostic, Label
from policy.render.page import BLANK, Line, columns, line, plain, printable
from policy.source import SourceFile, Span
from policy.version import VERSION

_STYLES: Final = {"error": "bad", "warning": "warn", "advice": "note"}
_LEVELS: Final = {"error": "error", "warning": "warning", "advice": "note"}
_SHOWN: Final = 160
"""Characters shown of a long line, around the place."""


def diagnostic_lines(diagnostics: Iterable[Diagnostic]) -> list[Line]:
    """Every diagnostic as styled lines: message, place, the line underlined, help; an empty line between two."""
    lines: list[Line] = []
    for diagnostic in diagnostics:
        lines += [*([BLANK] if lines else []), *_one(diagnostic)]
    return lines


def to_text(diagnostics: Iterable[Diagnostic]) -> str:
    """The same lines without style."""
    return plain(diagnostic_lines(diagnostics))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty when there is nothing to tell."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = [(severities.count("error"), "error"), (severities.count("warning"), "warning")]
    told = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
    return ", ".join(told + ([f"{severities.count('advice')} advice"] if "advice" in severities else []))


def to_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON array with one object for each diagnostic; lines and columns count from 1, ends are exclusive."""
    return json.dumps([_record(diagnostic) for diagnostic in diagnostics], indent=2) + "\n"


def to_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands that GitHub shows beside the lines of a change."""
    return "".join(map(_annotation, diagnostics))


def to_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """A SARIF 2.1.0 log with one run."""
    slugs = sorted({diagnostic.slug for diagnostic in diagnostics}, key=lambda slug: REGISTRY[slug].code)
    driver = {"name": "policy", "version": VERSION, "rules": [_rule(slug) for slug in slugs]}
    results = [_result(diagnostic, slugs.index(diagnostic.slug)) for diagnostic in diagnostics]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


# ------------------------------------------------------------------------------------------------------- text


def _one(diagnostic: Diagnostic) -> list[Line]:
    style = _STYLES[diagnostic.severity]
    path, number, column = diagnostic.place()
    labels = [diagnostic.at, *diagnostic.also]
    gutter = max(len(str(label.file.position(label.span.start)[0])) for label in labels)
    margin = " " * gutter
    lines = [
        line((f"{diagnostic.severity}[{diagnostic.code}]", style), (f": {diagnostic.message}", "title")),
        line((f"{margin}--> ", "faint"), f"{path}:{number}:{column}"),
        line((f"{margin} |", "faint")),
        *_excerpt(diagnostic.at, gutter, "^", style),
    ]
    for label in diagnostic.also:
        other, row, at = label.file.path, *label.file.position(label.span.start)
        place = [line((f"{margin}::: ", "faint"), f"{other}:{row}:{at}")] if label.file != diagnostic.at.file else []
        lines += [*place, line((f"{margin} |", "faint")), *_excerpt(label, gutter, "-", "note")]
    if diagnostic.help is not None:
        lines.append(line((f"{margin} = ", "faint"), ("help", "good"), f": {diagnostic.help}"))
    return lines


def _excerpt(label: Label, gutter: int, mark: str, style: str) -> list[Line]:
    """The line of a place, and the underline below it."""
    number, column = label.file.position(label.span.start)
    text = label.file.line(number)
    start = column - 1
    end = max(min(start + label.span.end - label.span.start, len(text)), start + 1)
    first = max(0, start - _SHOWN // 2) if len(text) > _SHOWN else 0
    shown = printable(text[first : first + _SHOWN])
    cut = ("…" if first else "") + shown + ("…" if first + _SHOWN < len(text) else "")
    before = columns(("…" if first else "") + printable(text[first:start]))
    under = mark * max(1, columns(printable(text[start : min(end, first + _SHOWN)])))
    words = f" {label.text}" if label.text else ""
    return [
        line((f"{number:>{gutter}} | ", "faint"), cut),
        line((f"{' ' * gutter} | ", "faint"), " " * before, (under + words, style)),
    ]


# --------------------------------------------------------------------------------------------------- machines


def _region(file: SourceFile, span: Span) -> dict[str, int]:
    row, column = file.position(span.start)
    end_row, end_column = file.position(max(span.end, span.start))
    return {"startLine": row, "startColumn": column, "endLine": end_row, "endColumn": end_column}


def _place(label: Label) -> dict[str, Any]:
    region = _region(label.file, label.span)
    return {
        "path": label.file.path,
        "line": region["startLine"],
        "column": region["startColumn"],
        "end_line": region["endLine"],
        "end_column": region["endColumn"],
    }


def _record(diagnostic: Diagnostic) -> dict[str, Any]:
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "slug": diagnostic.slug,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.at),
        "help": diagnostic.help,
        "also": [{**_place(label), "text": label.text} for label in diagnostic.also],
        "fix": None if fix is None else {**_place(Label(diagnostic.at.file, fix.span)), "text": fix.text},
    }


def _annotation(diagnostic: Diagnostic) -> str:
    region = _region(diagnostic.at.file, diagnostic.at.span)
    fields = {"file": diagnostic.at.file.path, "line": region["startLine"], "col": region["startColumn"]}
    if region["endLine"] == region["startLine"]:
        fields["endColumn"] = region["endColumn"]
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in fields.items())
    message = diagnostic.message + (f"\nhelp: {diagnostic.help}" if diagnostic.help else "")
    command = {"error": "error", "warning": "warning", "advice": "notice"}[diagnostic.severity]
    return f"::{command} {properties},title={diagnostic.code}::{_escaped(message)}\n"


def _escaped(text: str, also: str = "") -> str:
    for char in "%\r\n" + also:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _rule(slug: str) -> dict[str, Any]:
    entry = REGISTRY[slug]
    return {
        "id": entry.code,
        "name": slug,
        "shortDescription": {"text": entry.title},
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
        **({"fullDescription": {"text": entry.why}} if entry.why else {}),
    }


def _location(label: Label) -> dict[str, Any]:
    artifact = {"uri": quote(label.file.path.replace("\\", "/"), errors="replace")}
    return {"physicalLocation": {"artifactLocation": artifact, "region": _region(label.file, label.span)}}


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": diagnostic.message + (f"\nhelp: {diagnostic.help}" if diagnostic.help else "")},
        "locations": [_location(diagnostic.at)],
    }
    if diagnostic.also:
        related = [{"id": i, **_location(label)} for i, label in enumerate(diagnostic.also, 1)]
        for place, label in zip(related, diagnostic.also, strict=True):
            place["message"] = {"text": label.text or "see here"}
        result["relatedLocations"] = related
    if diagnostic.fix is not None:
        place = _location(Label(diagnostic.at.file, diagnostic.fix.span))["physicalLocation"]
        change = {"deletedRegion": place["region"], "insertedContent": {"text": diagnostic.fix.text}}
        changes = [{"artifactLocation": place["artifactLocation"], "replacements": [change]}]
        result["fixes"] = [{"description": {"text": diagnostic.help or diagnostic.message}, "artifactChanges": changes}]
    return result
