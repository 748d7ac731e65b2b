"""Do the names in a policy mean something?

Owns: finding every reference to a code set, value, count, fact, note element, source or statement; code sets in a circle; pairs of a
code with itself; facts that every policy has already.
Never: words what is unknown (`unknown`), compares types (`types`) or dates (`dates`).
"""

from collections.abc import Iterator
from typing import Final

from policy.diagnostics import Diagnostic, Label
from policy.facts import BY_PATH, DOCUMENTATION, NOTE
from policy.resolve.model import Statement
from policy.resolve.scope import Scope
from policy.resolve.unknown import Unknown
from policy.resolve.walk import code_sets, nodes
from policy.source import Span
from policy.syntax import ast
from policy.syntax.shape import SHAPES

TOUCHABLE: Final = ("count", "pair", "pairs", "limit", "require", "rule", "pay", "assistant")
SPEAKING: Final = (*TOUCHABLE, "not modelled")
"""The kinds of statements whose name a decision can hold."""
EXPECTED: Final = (*SPEAKING, "evidence")
"""The kinds that an example may expect: those, and evidence, of which the trace tells."""
HISTORY: Final = frozenset(
    {
        "history",
        "note",
        *(
            f"history.{name}"
            for name in ("units", "minutes", "discipline", "provider", "region", "claim", "group", "facility")
        ),
    }
)
"""What a decision may name as missing that is no fact: the note, the history, and what is not known of earlier lines."""
_HELD: Final = {kind: frozenset(slot.clause for slot in slots) for kind, slots in SHAPES.items()}


def check_names(scope: Scope, unknown: Unknown) -> list[Diagnostic]:
    """The mistakes in what is named; what leads nowhere goes to `unknown`."""
    found: list[Diagnostic] = []
    for statement in scope.statements:
        for clause in statement.declaration.clauses:
            if type(clause) not in _HELD[statement.kind]:
                continue  # told as out of place; what it names is not asked for as well
            for node in nodes(clause):
                _refers(scope, unknown, statement, node)
                found += _wrong_kind(statement, node)
        if statement.kind == "pair":
            found += _pair(statement)
        elif statement.kind == "fact":
            found += _known_already(statement)
    return found + list(_circles(scope))


def _refers(scope: Scope, unknown: Unknown, statement: Statement, node: object) -> None:
    """Reports what a node names and nothing declares. Bare names in expressions are `types`' to judge."""
    match node:
        case ast.CodeSet(name=word):
            _named(scope, unknown, statement, "codes", word, f'declare it: `codes {word} "what these codes are"`')
        case ast.Cite(sources=words):
            for word in words:
                _named(
                    scope, unknown, statement, "source", word, f'declare it: `source {word} "title of the document"`'
                )
        case ast.Order(by="codes", word=name, span=span):
            help_ = "name a code set, or write `last line first`"
            _named(scope, unknown, statement, "codes", ast.Word(name, span), help_)
        case ast.FactRef(path=path, span=span) | ast.FactIs(path=path, span=span):
            if path not in scope.facts:
                unknown.fact(statement, Span(span.start, span.start + len(path)), path)
        case ast.Documented(elements=words) | ast.NeedsDocumented(elements=words) | ast.DocumentedIs(elements=words):
            for word in words:
                if word.text not in scope.elements:
                    unknown.element(statement, word.span, word.text)
        case ast.InField(field=word):
            if word.text not in scope.fields:
                unknown.element(statement, word.span, word.text, scope.fields)
        case ast.NoEvidence(name=word):
            _named(scope, unknown, statement, "evidence", word, "name an evidence of this policy or of a parent")
        case ast.By(counts=words):
            for word in words:
                _named(scope, unknown, statement, "count", word, "declare that count, or name another")
        case (
            ast.Rate(basis=ast.NameRef(name=name, span=span))
            | ast.ConversionFactor(amount=ast.NameRef(name=name, span=span))
        ):
            help_ = "write an amount such as `$42.50`, or declare it with `value`"
            _named(scope, unknown, statement, "value", ast.Word(name, span), help_)
        case ast.After(steps=words):
            for word in words:
                kind = "limit" if scope.has("limit", word.text) and not scope.has("pay", word.text) else "pay"
                _named(scope, unknown, statement, kind, word, "name a step of payment of this policy or of a parent")
        case ast.AtMost(amount=ast.NameRef(name=name, span=span)):
            help_ = "write a number with its measure, such as `4 units`, or declare it with `value`"
            _named(
                scope,
                unknown,
                statement,
                "value",
                ast.Word(name, span),
                help_,
                "name a value, or write a number such as `4 units`",
            )
        case ast.Touches() | ast.Mapped() | ast.ExpectSpoke() | ast.ExpectOutcome():
            kinds = TOUCHABLE if isinstance(node, ast.Mapped) else EXPECTED
            if node.kind is not None and node.name is not None and node.kind in kinds:
                _judged(scope, unknown, statement, node.kind, node.name)
        case ast.ExpectMissing(fact=path, span=span):
            if path.startswith("documentation."):
                element = path.removeprefix("documentation.")
                if element not in scope.elements:
                    unknown.element(statement, span, element)
            elif path not in scope.facts and path not in HISTORY and path.removeprefix("history.") not in scope.facts:
                unknown.fact(statement, span, path)
        case _:
            return


def _named(
    scope: Scope,
    unknown: Unknown,
    statement: Statement,
    kind: str,
    word: ast.Word,
    help_: str,
    instead: str | None = None,
) -> None:
    if not scope.has(kind, word.text):
        unknown.name(statement, word.span, kind, word.text, help_, instead)


def _judged(scope: Scope, unknown: Unknown, statement: Statement, kind: str, word: ast.Word) -> None:
    """A statement that `touches` or `expect` names; one of that name but another kind is likely the one that is meant."""
    other = next((kind for kind in SPEAKING if scope.has(kind, word.text)), None)
    help_ = "name a statement of this policy or of a parent"
    _named(scope, unknown, statement, kind, word, help_, f"write `{other} {word}`" if other else help_)


def _wrong_kind(statement: Statement, node: object) -> Iterator[Diagnostic]:
    """`touches` and `expect` name statements that can speak in a decision."""
    if isinstance(node, ast.Mapped):
        kinds: tuple[str, ...] = TOUCHABLE
        message = f"findings of `{node.kind} {node.name}` carry no reason codes"
    elif isinstance(node, ast.Touches):
        kinds = TOUCHABLE
        message = f"`{node.kind} {node.name}` has no answer that could change"
    elif isinstance(node, (ast.ExpectSpoke, ast.ExpectOutcome)) and node.kind is not None:
        kinds, message = EXPECTED, f"`{node.kind} {node.name}` never speaks in a decision"
    else:
        return
    if node.kind not in kinds:
        help_ = f"name a {', '.join(kinds[:-1])} or {kinds[-1]}"
        yield Diagnostic("wrong-clause", message, Label(statement.file, node.span), help=help_)


def _known_already(statement: Statement) -> Iterator[Diagnostic]:
    """A `fact` that the catalogue has: declared again, it could only come to mean something else."""
    element = statement.name.removeprefix("documentation.")
    what = None
    if statement.name in BY_PATH:
        what, help_ = (
            "fact",
            f"delete this declaration, or choose another name, such as `my.{element.rpartition('.')[2]}`",
        )
    elif element != statement.name and element in DOCUMENTATION:
        what, help_ = "element of the note", "delete this declaration, or choose another name"
    elif statement.name.startswith(NOTE):
        message = f"`{statement.name}` begins like the facts that are read from the note"
        help_ = f"declare an `evidence`, or choose another name, such as `my.{element.rpartition('.')[2]}`"
        yield Diagnostic("known-fact", message, Label(statement.file, statement.declaration.name.span), help=help_)
    if what is not None:
        message = f"every policy has the {what} `{element}` already"
        yield Diagnostic("known-fact", message, Label(statement.file, statement.declaration.name.span), help=help_)


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
            help_ = "name two different codes; to cap the units of one code, write a `limit`"
            yield Diagnostic("pair-itself", message, Label(statement.file, item.span), help=help_)


def _circles(scope: Scope) -> Iterator[Diagnostic]:
    """Code sets that contain themselves, each circle told once, from its first set by name."""
    uses: dict[str, list[str]] = {}
    holders: dict[str, Statement] = {}
    for statement in scope.statements:
        if statement.kind == "codes":
            uses.setdefault(statement.name, []).extend(s.name.text for s in code_sets(statement.declaration))
            holders.setdefault(statement.name, statement)
    done: set[str] = set()
    for root in sorted(uses):
        path: list[str] = []
        rest: list[Iterator[str]] = []
        if root not in done:
            path, rest = [root], [iter(uses[root])]
        on_path = set(path)
        while path:
            following = next(rest[-1], None)
            if following is None:
                on_path.remove(path[-1])
                done.add(path.pop())
                rest.pop()
            elif following in on_path:
                yield _circle(path[path.index(following) :], holders)
            elif following in uses and following not in done:
                path.append(following)
                on_path.add(following)
                rest.append(iter(uses[following]))


def _circle(names: list[str], holders: dict[str, Statement]) -> Diagnostic:
    at = min(range(len(names)), key=names.__getitem__)
    around = [*names[at:], *names[:at]]
    holder = holders[around[0]]
    message = f"`{around[0]}` contains itself"
    if len(around) == 2:
        message = f"`{around[0]}` and `{around[1]}` contain one another"
    elif len(around) > 2:
        shown = [f"`{name}`" for name in (*around[:8], *(["…"] if len(around) > 8 else []), around[0])]
        message = f"code sets contain one another in a circle: {', '.join(shown)}"
    help_ = "list the codes themselves in one of the sets"
    return Diagnostic("codes-cycle", message, Label(holder.file, holder.declaration.name.span), help=help_)
