"""The chain of parents of a policy.

Owns: reading each file's `policy` declaration and following `extends` to the root; the mistakes of that path.
Never: looks at other statements.
"""

from collections.abc import Sequence
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Label, nearest
from policy.resolve.library import Library, Parsed
from policy.resolve.lost import lost_names
from policy.source import SourceFile, Span
from policy.syntax import ast
from policy.values import ALWAYS, DateRange

MAX_PARENTS: Final = 20


@attrs.frozen
class Link:
    """One policy of a chain with its file."""

    id: str
    title: str
    parsed: Parsed
    header: ast.Declaration
    dates: DateRange
    """The dates it states, else those of its parent."""
    status: str


@attrs.frozen
class Chain:
    """A policy with its parents, the root first; no links when the file declares no policy.

    `whole` is false when a parent is missing or cannot be read: names that it may declare are then not mistakes.
    `lost` holds the words of first lines that could not be read: a name among them may have been declared there.
    """

    links: tuple[Link, ...]
    whole: bool
    lost: frozenset[str]


def chain(library: Library, parsed: Parsed) -> tuple[Chain, list[Diagnostic]]:
    """The policy of a file with its parents."""
    links: list[Link] = []
    found: list[Diagnostic] = []
    lost: set[str] = set()
    whole = True
    here: Parsed | None = parsed
    while here is not None:
        names = lost_names(here)
        lost |= names or frozenset()
        link = _link(here, found)
        if link is None or names is None:
            whole = False
        if link is None:
            break
        links.append(link)
        here, mistake = _parent(library, links)
        if mistake is not None:
            found.append(mistake)
            whole = False
            if mistake.slug == "extends-cycle":
                links = links[:1]  # which of the circle is above which cannot be said
        elif here is not None:
            found += [d for d in here.diagnostics if d.is_error]
    return Chain(_dated(links[::-1]), whole, frozenset(lost)), found


def _parent(library: Library, links: Sequence[Link]) -> tuple[Parsed | None, Diagnostic | None]:
    """The file that the last link extends, or the mistake that keeps it from being found; neither at the root."""
    extends = links[-1].header.first(ast.Extends)
    if extends is None:
        return None, None
    name = extends.parent.text
    known = [link.id for link in links]
    if name in known:
        return None, _circle(links[known.index(name) :])
    at = Label(links[-1].parsed.file, extends.parent.span)
    if len(links) > MAX_PARENTS:
        message = f"`{links[0].id}` has more than {MAX_PARENTS} parents above one another"
        return None, Diagnostic("too-deep", message, at, help="let it extend a policy that is nearer to the root")
    path = library.find(name)
    if path is None:
        return None, Diagnostic("unknown-policy", f"there is no policy `{name[:80]}`", at, help=_unknown(library, name))
    try:
        return library.parsed(path), None
    except OSError as error:
        message = f"the file of `{name}` cannot be read: {(error.strerror or 'input error').lower()}"
        return None, Diagnostic("unknown-policy", message, at, help=f"look at `{path}`")


def _unknown(library: Library, name: str) -> str:
    close = nearest(name[:80], library.ids())
    if close:
        return f"did you mean `{close}`?"
    return "put the parent's file in the same folder, or name its folder with --policies"


def _circle(links: Sequence[Link]) -> Diagnostic:
    """Told from the same policy wherever the circle was entered, so that it is one mistake however many files are checked."""
    first = min(range(len(links)), key=lambda i: links[i].id)
    around = [*links[first:], *links[:first]]
    ids = [f"`{link.id}`" for link in (*around, around[0])]
    extends = around[0].header.first(ast.Extends)
    span = extends.parent.span if extends is not None else around[0].header.head
    message = f"policies extend one another in a circle: {' extends '.join(ids)}"
    if len(links) == 1:
        message = f"{ids[0]} extends itself"
    at = Label(around[0].parsed.file, span)
    return Diagnostic("extends-cycle", message, at, help="remove one of the `extends`")


def _dated(links: Sequence[Link]) -> tuple[Link, ...]:
    """A policy that states no dates is in force on those of its parent."""
    out: list[Link] = []
    for link in links:
        if out and link.header.first(ast.InForce) is None:
            link = attrs.evolve(link, dates=out[-1].dates)
        out.append(link)
    return tuple(out)


def _link(parsed: Parsed, found: list[Diagnostic]) -> Link | None:
    headers = [d for d in parsed.module.declarations if d.kind == "policy"]
    if not headers:
        if not any(d.is_error for d in parsed.diagnostics):
            message = "the file declares no policy"
            help_ = 'begin it with a line such as `policy my.payer "My payer"`'
            found.append(Diagnostic("policy-header", message, Label(parsed.file, _start(parsed.file)), help=help_))
        return None
    header = headers[0]
    for extra in headers[1:]:
        message = f"a second policy in one file; `{header.name}` is declared above"
        also = (Label(parsed.file, header.head, "the first one"),)
        help_ = "give each policy a file of its own"
        found.append(Diagnostic("policy-header", message, Label(parsed.file, extra.head), help=help_, also=also))
    force, status = header.first(ast.InForce), header.first(ast.Status)
    dates = DateRange(force.start, force.end) if force else ALWAYS
    word = status.word if status else "in force"
    return Link(header.name.text, header.title or header.name.text, parsed, header, dates, word)


def _start(file: SourceFile) -> Span:
    end = file.text.find("\n")
    return Span(0, len(file.text) if end < 0 else end)
