"""Do the names in a policy mean something?

Owns: unknown code sets, values, counts, facts, note elements and statements, each with the nearest name; code sets in a circle;
pairs of a code with itself.
Never: compares types or dates.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from policy.diagnostics import Diagnostic, Label, nearest
from policy.resolve.model import Statement
from policy.resolve.scope import Scope, code_sets, nodes
from policy.source import Span
from policy.syntax import ast

MAX_SETS_DEEP: Final = 40


def check_names(scope: Scope) -> list[Diagnostic]:
    """Every reference that leads nowhere."""
    found: list[Diagnostic] = []
    for statement in scope.statements:
        found += _code_sets(scope, statement)
        found += _facts(scope, statement)
        found += _others(scope, statement)
        if statement.kind == "pair":
            found += _pair(statement)
    return found + list(_circles(scope))


def unknown(
    statement: Statement,
    span: Span,
    what: str,
    name: str,
    known: Iterable[str],
    otherwise: str,
    slug: str = "unknown-name",
) -> Diagnostic:
    """The diagnostic for a name that nothing declares."""
    close = nearest(name, known)
    help_ = f"did you mean `{close}`?" if close else otherwise
    return Diagnostic(slug, f"there is no {what} `{name}`", Label(statement.file, span), help=help_)


def _code_sets(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    known = scope.names.get("codes", frozenset())
    for reference in code_sets(statement.declaration):
        if reference.name.text not in known:
            help_ = f'declare it: `codes {reference.name} "what these codes are"`'
            yield unknown(statement, reference.span, "code set", reference.name.text, known, help_)
    for clause in statement.declaration.all(ast.OnExcess):
        for order in clause.orders:
            if order.by == "codes" and order.word not in known:
                yield unknown(
                    statement, order.span, "code set", order.word, known, "name a code set, or write `last line first`"
                )


def _facts(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    for node in nodes(statement.declaration):
        if isinstance(node, (ast.FactRef, ast.FactIs)):
            if node.path in scope.facts or node.path == "line.units":
                continue
            if node.path.startswith("documentation."):
                element = node.path.removeprefix("documentation.")
                help_ = f"write `documented {element}` to ask whether the note holds it"
                yield Diagnostic(
                    "unknown-fact",
                    f"`{node.path}` is not a fact that can be compared",
                    Label(statement.file, node.span),
                    help=help_,
                )
                continue
            help_ = f'declare it: `fact {node.path} : number "what it is"`'
            yield unknown(statement, node.span, "fact", node.path, scope.facts, help_, "unknown-fact")
        elif isinstance(node, (ast.Documented, ast.NeedsDocumented, ast.DocumentedIs)):
            for word in node.elements:
                if word.text not in scope.elements:
                    help_ = f'declare it: `fact documentation.{word} : text "what it is"`'
                    yield unknown(
                        statement, word.span, "element of the note", word.text, scope.elements, help_, "unknown-element"
                    )


def _others(scope: Scope, statement: Statement) -> Iterator[Diagnostic]:
    for node in nodes(statement.declaration):
        if isinstance(node, ast.By):
            for word in node.counts:
                if not scope.has("count", word.text):
                    yield unknown(
                        statement,
                        word.span,
                        "count",
                        word.text,
                        scope.names.get("count", ()),
                        "declare that count in this policy",
                    )
        elif isinstance(node, (ast.Touches, ast.ExpectSpoke, ast.ExpectOutcome)) and node.kind and node.name:
            if not scope.has(node.kind, node.name.text):
                known = scope.names.get(node.kind, frozenset())
                help_ = f"this policy has no {node.kind} of that name"
                yield unknown(statement, node.name.span, node.kind, node.name.text, known, help_)
        elif (
            isinstance(node, ast.AtMost)
            and isinstance(node.amount, ast.NameRef)
            and not scope.has("value", node.amount.name)
        ):
            known = scope.names.get("value", frozenset())
            yield unknown(
                statement,
                node.amount.span,
                "value",
                node.amount.name,
                known,
                "write a number with its measure, such as `4 units`",
            )


def _pair(statement: Statement) -> Iterator[Diagnostic]:
    columns = statement.declaration.first(ast.Columns)
    if columns is None:
        return
    first = {
        item.first.text
        for item in columns.first.items
        if isinstance(item, ast.CodeRange) and item.first.text == item.last.text
    }
    for item in columns.second.items:
        if isinstance(item, ast.CodeRange) and item.first.text == item.last.text and item.first.text in first:
            message = f"`{item.first}` is paired with itself"
            yield Diagnostic(
                "pair-itself",
                message,
                Label(statement.file, item.span),
                help="name two different codes; a limit caps one code's units",
            )


def _circles(scope: Scope) -> Iterator[Diagnostic]:
    uses: dict[str, list[str]] = {}
    holders: dict[str, Statement] = {}
    for statement in scope.of("codes"):
        uses.setdefault(statement.name, []).extend(s.name.text for s in code_sets(statement.declaration))
        holders.setdefault(statement.name, statement)
    state: dict[str, int] = {}
    for root in sorted(uses):
        path: list[tuple[str, Iterator[str]]] = [(root, iter(uses[root]))] if root not in state else []
        state.setdefault(root, 1)
        while path:
            name, rest = path[-1]
            following = next(rest, None)
            if following is None:
                state[name] = 2
                path.pop()
            elif (following in uses and state.get(following) == 1) or len(path) > MAX_SETS_DEEP:
                holder = holders[name]
                message = (
                    f"`{name}` contains itself"
                    if following == name
                    else f"`{name}` and `{following}` contain one another"
                )
                if len(path) > MAX_SETS_DEEP:
                    message = "code sets are nested too deeply"
                yield Diagnostic(
                    "codes-cycle",
                    message,
                    Label(holder.file, holder.declaration.name.span),
                    help="list the codes themselves in one of the sets",
                )
                if len(path) > MAX_SETS_DEEP:
                    return
            elif following in uses and following not in state:
                state[following] = 1
                path.append((following, iter(uses[following])))
