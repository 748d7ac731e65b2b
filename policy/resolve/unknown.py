"""Names that lead nowhere.

Owns: the words of "there is no …", what was most likely meant, and telling a misspelt name from one that the policy removed.
Never: finds the references (`names` and `types` do). A name that a broken line or a missing parent may declare is not reported.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Edit, Label
from policy.resolve.model import Statement
from policy.resolve.scope import Scope
from policy.source import Span

WORDS: Final = {"codes": "code set", "not modelled": "clause that is not modelled", "pairs": "`pairs` declaration"}
"""What a kind is called in a sentence, where it is not the word itself."""
_SHOWN: Final = 60


@attrs.define
class Unknown:
    """Gathers the references of one policy that lead nowhere."""

    scope: Scope
    removed: Mapping[tuple[str, str], Label]
    _found: list[Diagnostic] = attrs.field(factory=list)
    _used: dict[tuple[str, str], list[tuple[Statement, Label]]] = attrs.field(factory=dict)

    def name(
        self, statement: Statement, span: Span, kind: str, name: str, otherwise: str, instead: str | None = None
    ) -> None:
        """A statement of a kind that is not there.

        `otherwise` is the help when no name is near, `instead` when the name belongs to a statement of another kind.
        """
        at = Label(statement.file, span)
        if (kind, name) in self.removed:
            self._used.setdefault((kind, name), []).append((statement, at))
            return
        if self.scope.doubtful(name):
            return
        slug = "unknown-source" if kind == "source" else "unknown-name"
        what = WORDS.get(kind, kind)
        other = self.scope.kind_of(name)
        if other is not None:
            message = f"`{name}` is {article(WORDS.get(other, other))}, not {article(what)}"
            self._found.append(Diagnostic(slug, message, at, help=instead or f"name {article(what)}"))
            return
        self.report(statement, span, slug, what, name, self.scope.names.get(kind, frozenset()), otherwise)

    def fact(self, statement: Statement, span: Span, path: str) -> None:
        """A fact that is not there."""
        if self.scope.doubtful(path):
            return
        if path.startswith("documentation."):
            element = path.removeprefix("documentation.")
            message = f"`{_short(path)}` is an element of the note, which is documented or not"
            help_ = f"write `documented {_short(element)}`"
            self._found.append(Diagnostic("unknown-fact", message, Label(statement.file, span), help=help_))
            return
        known = self.scope.fact_paths
        last = path.rpartition(".")[2]
        alike = frozenset(other for other in known if other.rpartition(".")[2] == last)
        help_ = f"declare it with its type, such as `fact {_short(path)} : number`"
        if "." not in path:
            alike, help_ = frozenset({"history"}), "name a fact, such as line.minutes, or `history`"
        elif alike and self.scope.spelling.nearest(path, alike) is None:
            help_ = f"did you mean `{min(alike)}`?"
        self.report(statement, span, "unknown-fact", "fact", path, alike or known, help_)

    def element(self, statement: Statement, span: Span, name: str, known: frozenset[str] | None = None) -> None:
        """An element of the note that is not there."""
        if self.scope.doubtful(name) or self.scope.doubtful(f"documentation.{name}"):
            return
        help_ = f"declare it: `fact documentation.{_short(name)} : text`"
        self.report(
            statement, span, "unknown-element", "element of the note", name, known or self.scope.elements, help_
        )

    def report(
        self, statement: Statement, span: Span, slug: str, what: str, name: str, known: frozenset[str], otherwise: str
    ) -> None:
        """Says that there is nothing of that name, with the nearest name or what to write `otherwise`."""
        close = self.scope.spelling.nearest(name, known)
        at = Label(statement.file, span)
        fix = Edit(span, close) if close and span.end - span.start == len(name) else None
        help_ = f"did you mean `{close}`?" if close else otherwise
        self._found.append(Diagnostic(slug, f"there is no {what} `{_short(name)}`", at, help=help_, fix=fix))

    def diagnostics(self) -> list[Diagnostic]:
        """Everything that was reported; a removal of something that is still used is one mistake, however often it is used."""
        found = list(self._found)
        for key, uses in self._used.items():
            label = " ".join(key)
            first = uses[0][0]
            message = f"`{label}` is removed here, but `{first.label}` of `{first.policy}` still uses it"
            ordered = sorted(uses, key=lambda use: (use[1].file.path, use[1].span.start))
            also = tuple(Label(at.file, at.span, f"used by {user.label}") for user, at in ordered[:5])
            help_ = f"write `replace {label}` in its place, or remove or replace `{first.label}` as well"
            found.append(Diagnostic("removed-in-use", message, self.removed[key], help=help_, also=also))
        return found


def article(word: str) -> str:
    """`a limit`, `an example`."""
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _short(name: str) -> str:
    return name if len(name) <= _SHOWN else name[:_SHOWN] + "…"
