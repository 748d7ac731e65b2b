"""A chain of policies made into one list of statements.

Owns: `replace`, `remove`, shadowing, and what each statement carries from its own file (dates, sources, assumptions).
Never: checks references (`names`), dates (`dates`) or types (`types`).
"""

from collections.abc import Sequence

import attrs

from policy.diagnostics import Diagnostic, Label, nearest
from policy.resolve.chain import Link
from policy.resolve.model import Cited, SourceInfo, Statement
from policy.syntax import ast
from policy.values import DateRange

SPEAKING = ("source", "codes", "value", "fact", "count", "pair", "limit", "require", "rule", "not modelled", "example")


def flatten(links: Sequence[Link]) -> tuple[list[Statement], list[Diagnostic]]:
    """The statements of a chain (root first). A replacement takes the place of what it replaces; examples are not inherited."""
    found: list[Diagnostic] = []
    statements: list[Statement] = []
    for link in links:
        inherited = [s for s in statements if s.kind != "example"]
        statements = _layer(link, inherited, found)
    return _cited(statements, found), found


def _layer(link: Link, inherited: list[Statement], found: list[Diagnostic]) -> list[Statement]:
    known = {(s.kind, s.name) for s in inherited}
    own: dict[tuple[str, str], list[Statement]] = {}
    removed: set[tuple[str, str]] = set()
    for declaration in link.parsed.module.declarations:
        if declaration.kind == "policy" or (declaration.kind not in SPEAKING and declaration.kind != "remove"):
            continue
        key = (declaration.target or declaration.kind, declaration.name.text)
        at = Label(link.parsed.file, declaration.name.span)
        if declaration.kind == "remove" or declaration.replace:
            if key not in known:
                verb = "remove" if declaration.kind == "remove" else "replace"
                found.append(_nothing(verb, declaration, key, at, known))
            if declaration.kind == "remove":
                removed.add(key)
                continue
        elif key in known:
            holder = next(s for s in inherited if (s.kind, s.name) == key)
            message = f"`{declaration.label}` is already declared by `{holder.policy}`"
            also = (Label(holder.file, holder.declaration.name.span, "declared here"),)
            help_ = f"write `replace {declaration.label}` to put this one in its place, or choose another name"
            found.append(Diagnostic("shadows", message, at, help=help_, also=also))
        own.setdefault(key, []).append(_statement(link, declaration, key))
    out: list[Statement] = []
    placed: set[tuple[str, str]] = set()
    for statement in inherited:
        key = (statement.kind, statement.name)
        if key in removed:
            continue
        if key not in own:
            out.append(statement)
        elif key not in placed:
            placed.add(key)
            out += [attrs.evolve(s, replaces=statement.policy) for s in own[key]]
    for key, versions in own.items():
        if key not in placed:
            out += versions
    return out


def _nothing(
    verb: str, declaration: ast.Declaration, key: tuple[str, str], at: Label, known: set[tuple[str, str]]
) -> Diagnostic:
    slug = "replaces-nothing"
    names = [name for kind, name in known if kind == key[0]]
    close = nearest(key[1], names)
    other = next((kind for kind, name in sorted(known) if name == key[1]), None)
    if close:
        help_: str | None = f"did you mean `{verb} {key[0]} {close}`?"
    elif other:
        help_ = f"the parent has a {other} of that name: `{verb} {other} {key[1]}`"
    else:
        help_ = "write it without `replace`" if verb == "replace" else "remove this line"
    return Diagnostic(slug, f"there is no inherited `{declaration.label}` to {verb}", at, help=help_)


def _statement(link: Link, declaration: ast.Declaration, key: tuple[str, str]) -> Statement:
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


def _cited(statements: list[Statement], found: list[Diagnostic]) -> list[Statement]:
    sources = {s.name: source_info(s) for s in statements if s.kind == "source"}
    out = []
    for statement in statements:
        cites = []
        for cite in statement.declaration.all(ast.Cite):
            for word in cite.sources:
                info = sources.get(word.text)
                if info is None:
                    close = nearest(word.text, sources)
                    help_ = (
                        f"did you mean `{close}`?"
                        if close
                        else f'declare it: `source {word.text} "title of the document"`'
                    )
                    found.append(
                        Diagnostic(
                            "unknown-source",
                            f"there is no source `{word}`",
                            Label(statement.file, word.span),
                            help=help_,
                        )
                    )
                else:
                    cites.append(Cited(info, cite.where))
        out.append(attrs.evolve(statement, cites=tuple(cites)))
    return out


def source_info(statement: Statement) -> SourceInfo:
    """What a `source` declaration says."""
    declaration = statement.declaration
    link, seen, dated = declaration.first(ast.Link), declaration.first(ast.Seen), declaration.first(ast.Dated)
    evidence = declaration.first(ast.Evidence)
    return SourceInfo(
        statement.name, statement.title or statement.name, link.url if link else None,
        seen.date if seen else None, dated.date if dated else None, evidence.word if evidence else None,
    )  # fmt: skip
