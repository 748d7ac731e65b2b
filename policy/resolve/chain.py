"""The chain of parents of a policy.

Owns: reading each file's `policy` declaration and following `extends` to the root; the mistakes of that path.
Never: looks at other statements.
"""

from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Label, nearest
from policy.resolve.library import Library, Parsed
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.values import DateRange

MAX_PARENTS: Final = 20


@attrs.frozen
class Link:
    """One policy of a chain with its file."""

    id: str
    title: str
    parsed: Parsed
    header: ast.Declaration
    dates: DateRange
    basis: str
    status: str


def chain(library: Library, parsed: Parsed) -> tuple[list[Link], list[Diagnostic]]:
    """The policy of a file with its parents, the root first. The list is empty when the file holds no policy."""
    links: list[Link] = []
    found: list[Diagnostic] = []
    while True:
        link = _link(parsed, found)
        if link is None:
            return links[::-1], found
        links.append(link)
        extends = link.header.first(ast.Extends)
        if extends is None:
            return links[::-1], found
        name, at = extends.parent.text, Label(parsed.file, extends.parent.span)
        if any(name == known.id for known in links):
            circle = " extends ".join([known.id for known in links[[k.id for k in links].index(name) :]] + [name])
            found.append(
                Diagnostic(
                    "extends-cycle",
                    f"policies extend one another in a circle: {circle}",
                    at,
                    help="remove one of the `extends`",
                )
            )
            return links[::-1], found
        path = library.find(name) if len(links) < MAX_PARENTS else None
        if path is None:
            close = nearest(name, library.ids())
            help_ = (
                f"did you mean `{close}`?"
                if close
                else "put the parent's file in the same folder, or name its folder with --policies"
            )
            found.append(Diagnostic("unknown-policy", f"there is no policy `{name}`", at, help=help_))
            return links[::-1], found
        try:
            parsed = library.parsed(path)
        except OSError:
            found.append(Diagnostic("unknown-policy", f"the file of `{name}` cannot be read", at))
            return links[::-1], found
        found += [d for d in parsed.diagnostics if d.is_error]


def _link(parsed: Parsed, found: list[Diagnostic]) -> Link | None:
    headers = [d for d in parsed.module.declarations if d.kind == "policy"]
    if not headers:
        if not any(d.is_error for d in parsed.diagnostics):
            message = "the file declares no policy"
            help_ = 'begin it with a line such as `policy my.payer "My payer"`'
            found.append(Diagnostic("policy-header", message, Label(parsed.file, _start(parsed.file)), help=help_))
        return None
    for extra in headers[1:]:
        message = f"a second policy in one file; `{headers[0].name}` is declared above"
        found.append(
            Diagnostic(
                "policy-header", message, Label(parsed.file, extra.head), help="give each policy a file of its own"
            )
        )
    header = headers[0]
    force, status = header.first(ast.InForce), header.first(ast.Status)
    dates = DateRange(force.start, force.end) if force else DateRange()
    return Link(
        header.name.text, header.title or header.name.text, parsed, header, dates,
        force.basis if force else "service", status.word if status else "in force",
    )  # fmt: skip


def _start(file: SourceFile) -> Span:
    end = file.text.find("\n")
    return Span(0, len(file.text) if end < 0 else end)
