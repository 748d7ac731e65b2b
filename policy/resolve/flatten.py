"""A chain of policies made into one list of statements.

Owns: `replace`, `remove`, shadowing, and what each statement carries from its own file (dates, sources, assumptions).
Never: checks references (`names`), dates (`dates`) or types (`types`).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Edit, Label
from policy.resolve.chain import Chain, Link
from policy.resolve.model import Cited, Statement, source_info
from policy.resolve.scope import Spelling
from policy.source import Span
from policy.syntax import ast
from policy.values import DateRange

SPEAKING: Final = frozenset(
    {
        "source", "codes", "value", "fact", "evidence", "count", "pair", "pairs", "limit", "require", "rule", "pay", "assistant",
        "not modelled", "reasons", "example",
    }
)  # fmt: skip
UNDATED: Final[Mapping[str, str]] = {
    "source": "give one of them another name",
    "value": "put all rows into one declaration, each with its `from`",
    "fact": "keep one of them",
    "example": "give one of them another name",
}
"""Kinds of which there is one declaration for a name, with the remedy when there are two."""
Key = tuple[str, str]
"""Kind and name of a declaration."""


@attrs.frozen
class Flat:
    """The statements of a chain."""

    statements: tuple[Statement, ...]
    removed: Mapping[Key, Label]
    """What was removed, and where."""


def flatten(chain: Chain, spelling: Spelling) -> tuple[Flat, list[Diagnostic]]:
    """The statements of a chain. A replacement takes the place of what it replaces; examples are not inherited."""
    layers = _Layers(chain, spelling)
    for link in chain.links:
        layers.add(link)
    flat = Flat(tuple(_cited(layers.statements)), layers.removed)
    return flat, layers.found


@attrs.define
class _Layers:
    """The statements so far, policy by policy from the root."""

    chain: Chain
    spelling: Spelling
    statements: list[Statement] = attrs.field(factory=list)
    removed: dict[Key, Label] = attrs.field(factory=dict)
    found: list[Diagnostic] = attrs.field(factory=list)

    def add(self, link: Link) -> None:
        """Lays one policy over its parents."""
        inherited: dict[Key, Statement] = {}
        for statement in self.statements:
            if statement.kind != "example":
                inherited.setdefault(statement.key, statement)
        names = _Names(inherited)
        own: dict[Key, list[Statement]] = {}
        removed: set[Key] = set()
        for declaration in link.parsed.module.declarations:
            if declaration.kind not in SPEAKING and declaration.kind != "remove":
                continue
            key = (declaration.target or declaration.kind, declaration.name.text)
            at = Label(link.parsed.file, declaration.name.span)
            if (declaration.kind == "remove" or declaration.replace) and key not in inherited:
                self.nothing(declaration, key, at, names, own.get(key))
                if key in own:
                    continue  # told already; that it is there twice would be the same mistake again
            if declaration.kind == "remove":
                if key in inherited:
                    removed.add(key)
                    self.removed[key] = at
                continue
            twice = key in own and key[0] in UNDATED  # told as that
            if not declaration.replace and key in inherited and not twice and key[1].lower() not in self.chain.lost:
                self.found.append(_shadows(declaration, inherited[key], at))
            own.setdefault(key, []).append(_statement(link, declaration, key))
        for key in own:
            self.removed.pop(key, None)
        out: list[Statement] = []
        # A replacement that is only announced, paused, withdrawn or unverified puts nothing out of force.
        idle = {key for key, versions in own.items() if all(s.inert for s in versions)} & inherited.keys()
        for statement in self.statements:
            if statement.key in idle and statement.key not in removed:
                out.append(statement)
            if statement.key in own and statement.key in inherited:
                holder = inherited.pop(statement.key)
                out += [attrs.evolve(s, replaces=holder.policy) for s in own[statement.key]]
            elif statement.key in inherited and statement.key not in removed:
                out.append(statement)
        placed = {s.key for s in out}
        self.statements = [*out, *(s for key, versions in own.items() if key not in placed for s in versions)]

    def nothing(
        self, declaration: ast.Declaration, key: Key, at: Label, names: "_Names", own: Sequence[Statement] | None
    ) -> None:
        """Reports a replacement or a removal of nothing, unless something that could not be read may hold it."""
        if not self.chain.whole or key[1].lower() in self.chain.lost:
            return
        verb = "remove" if declaration.kind == "remove" else "replace"
        message = f"there is no inherited `{declaration.label}` to {verb}"
        close = self.spelling.nearest(key[1], names.of(key[0]))
        other = names.kind_of(key[1])
        if own:
            message = f"`{declaration.label}` is this policy's own; only what a parent declares can be {verb}d"
            help_ = "change the declaration itself" if verb == "replace" else "delete the declaration itself"
        elif close:
            help_ = f"did you mean `{verb} {key[0]} {close}`?"
        elif other:
            help_ = f"did you mean `{verb} {other} {key[1]}`?"
        else:
            help_ = "write it without `replace` to declare a new one" if verb == "replace" else "delete this line"
            help_ = help_ if self.statements or self.chain.links[1:] else f"this policy extends no other; {help_}"
        fix = Edit(at.span, close) if close and not own else None
        also = (Label(own[0].file, own[0].declaration.head, "declared here"),) if own else ()
        self.found.append(Diagnostic("replaces-nothing", message, at, help=help_, fix=fix, also=also))


@attrs.define
class _Names:
    """The names of what a policy inherits, by kind, gathered when first asked for."""

    inherited: Mapping[Key, object]
    _by_kind: dict[str, frozenset[str]] = attrs.field(factory=dict)

    def of(self, kind: str) -> frozenset[str]:
        if kind not in self._by_kind:
            self._by_kind[kind] = frozenset(name for one, name in self.inherited if one == kind)
        return self._by_kind[kind]

    def kind_of(self, name: str) -> str | None:
        return next((kind for kind in sorted(SPEAKING) if (kind, name) in self.inherited), None)


def _shadows(declaration: ast.Declaration, holder: Statement, at: Label) -> Diagnostic:
    message = f"`{declaration.label}` is already declared by `{holder.policy}`"
    also = (Label(holder.file, holder.declaration.name.span, "declared here"),)
    help_ = f"write `replace {declaration.label}` to put this one in its place, or choose another name"
    fix = Edit(Span(declaration.head.start, declaration.head.start), "replace ")
    return Diagnostic("shadows", message, at, help=help_, also=also, fix=fix)


def _statement(link: Link, declaration: ast.Declaration, key: Key) -> Statement:
    force, status = declaration.first(ast.InForce), declaration.first(ast.Status)
    dates = DateRange(force.start, force.end) if force else link.dates
    basis = force.basis if force else "service"
    word = status.word if status else "in force"
    return Statement(
        kind=key[0], name=key[1], title=declaration.title, policy=link.id, file=link.parsed.file, declaration=declaration,
        dates=dates, basis=basis, status=word if link.status == "in force" else link.status,
        assumptions=tuple(a.text for a in declaration.all(ast.Assume)),
        reasons=tuple(code.text for reason in declaration.all(ast.Reason) for code in reason.codes),
    )  # fmt: skip


def _cited(statements: Sequence[Statement]) -> list[Statement]:
    sources = {s.name: source_info(s) for s in statements if s.kind == "source"}
    out = []
    for statement in statements:
        cites = tuple(
            Cited(sources[word.text], cite.where)
            for cite in statement.declaration.all(ast.Cite)
            for word in cite.sources
            if word.text in sources
        )
        out.append(attrs.evolve(statement, cites=cites) if cites else statement)
    return out
