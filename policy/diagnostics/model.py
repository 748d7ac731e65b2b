"""The one diagnostic type.

Owns: a diagnostic's place, words and remedy; their order; the nearest-name suggestion.
Never: knows how it will be shown. Messages are lower case, without a final period, user text in backticks; `help` says what to write.
"""

import difflib
from collections.abc import Iterable

import attrs

from policy.diagnostics.registry import REGISTRY
from policy.source import SourceFile, Span


@attrs.frozen
class Label:
    """A place that a diagnostic points at, with the words under its underline."""

    file: SourceFile
    span: Span
    text: str = ""


@attrs.frozen
class Edit:
    """A change of text that would put the matter right."""

    span: Span
    text: str


@attrs.frozen
class Diagnostic:
    """One mistake: `slug` names its entry in the registry (which gives code and severity)."""

    slug: str
    message: str
    at: Label
    help: str | None = None
    also: tuple[Label, ...] = ()
    fix: Edit | None = None

    @property
    def code(self) -> str:
        """The stable code, such as `E201`."""
        return REGISTRY[self.slug].code

    @property
    def severity(self) -> str:
        """`error`, `warning` or `advice`."""
        return REGISTRY[self.slug].severity

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def place(self) -> tuple[str, int, int]:
        """Path, line and column, counted from 1."""
        return (self.at.file.path, *self.at.file.position(self.at.span.start))


class PolicyError(Exception):
    """A policy that cannot be used. `diagnostics` holds everything that was found, in order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        errors = [d for d in self.diagnostics if d.is_error]
        shown = "; ".join(
            f"{path}:{line}:{column}: {d.code} {d.message}" for d in errors[:3] for path, line, column in [d.place()]
        )
        super().__init__(shown + (f"; and {len(errors) - 3} more" if len(errors) > 3 else ""))

    def __reduce__(self) -> tuple[type["PolicyError"], tuple[tuple[Diagnostic, ...]]]:
        return PolicyError, (self.diagnostics,)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file and place, each mistake once."""
    unique = {(d.at.file.path, d.at.span.start, d.at.span.end, d.slug, d.message): d for d in diagnostics}
    return [unique[key] for key in sorted(unique)]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` most likely meant, or `None` when nothing is close."""
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)), None)
