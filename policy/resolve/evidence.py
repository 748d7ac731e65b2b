"""Can the phrases of an evidence be read, and do its numbers measure one thing?

Owns: what an evidence's numbers measure, and the mistakes in its phrases, its name and its versions.
Never: reads a note.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from policy.diagnostics import Diagnostic, Label
from policy.facts import BY_PATH, NOTE
from policy.resolve.model import Statement
from policy.resolve.words import a_type
from policy.syntax import ast
from policy.values import Type

if TYPE_CHECKING:
    from policy.notes.phrases import Phrase


def measure_of(declaration: ast.Declaration) -> Type | None:
    """What the numbers of an evidence measure, minutes or a plain number; `None` when its phrases have none."""
    return next((_measure(phrase) for _, phrase in _read(declaration.all(ast.NoteSays)) if phrase.has_number), None)


def check_evidence(statements: Sequence[Statement]) -> list[Diagnostic]:
    """Every evidence that could not be looked for, or whose numbers could not be added up."""
    found: list[Diagnostic] = []
    measures: dict[str, tuple[Type, Label]] = {}
    for statement in statements:
        if statement.kind == "evidence":
            found += _phrases(statement)
            found += _measures(statement, measures)
            if f"{NOTE}{statement.name}" in BY_PATH:
                message = f"every policy has the fact `{NOTE}{statement.name}` already"
                at = Label(statement.file, statement.declaration.name.span)
                found.append(Diagnostic("known-fact", message, at, help="choose another name"))
    return found


def _measure(phrase: "Phrase") -> Type:
    return Type.MINUTES if phrase.counts_minutes else Type.NUMBER


def _read(clauses: "Iterator[ast.NoteSays]") -> "Iterator[tuple[ast.Word, Phrase]]":
    """The phrases that can be read, each with its place."""
    from policy.notes.phrases import PhraseError, read_phrase  # only policies with evidence need them

    for clause in clauses:
        for word in clause.phrases:
            try:
                yield word, read_phrase(word.text)
            except PhraseError:
                continue


def _phrases(statement: Statement) -> Iterator[Diagnostic]:
    from policy.notes.phrases import PhraseError, read_phrase

    for clause in statement.declaration.clauses:
        if not isinstance(clause, (ast.NoteSays, ast.ButNot)):
            continue
        for word in clause.phrases:
            try:
                read_phrase(word.text)
            except PhraseError as error:
                yield Diagnostic("phrase", str(error), Label(statement.file, word.span), help=error.help)


def _measures(statement: Statement, measures: dict[str, tuple[Type, Label]]) -> Iterator[Diagnostic]:
    """All numbers of an evidence, in all its versions, measure the same."""
    for word, phrase in _read(statement.declaration.all(ast.NoteSays)):
        if not phrase.has_number:
            continue
        at = Label(statement.file, word.span)
        measure, first = measures.setdefault(statement.name, (_measure(phrase), at))
        if _measure(phrase) is not measure:
            message = f"this phrase counts {a_type(_measure(phrase))}, another of `{statement.label}` counts {a_type(measure)}"
            help_ = "declare an evidence for each"
            also = (Label(first.file, first.span, "the other one"),)
            yield Diagnostic("phrase-measures", message, at, help=help_, also=also)
            return
