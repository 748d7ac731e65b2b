"""What a policy declares for its statements, in plain English: code sets, values, facts and sources.

Owns: the sentences of `codes`, `value`, `fact`, `source` and of a file's header.
Never: tells a statement that judges.
"""

from policy.catalogue.sentences.shared import day
from policy.catalogue.telling import Telling
from policy.catalogue.words import Ref, Words, listed, quote, say
from policy.resolve.model import Statement
from policy.syntax import ast
from policy.syntax.words import literal
from policy.values import Type


def codes(t: Telling, s: Statement) -> list[Words]:
    """The members, what is taken out, and how long a unit is."""
    d = s.declaration
    members = ast.CodeList(tuple(item for one in d.all(ast.Members) for item in one.codes.items))
    cut = d.first(ast.ExceptCodes)
    without = say(", without ", t.codes(cut.codes)) if cut is not None else ()
    basis = d.first(ast.UnitBasis)
    out = [say("These codes: ", t.codes(members), without)]
    if basis is not None:
        day_long = "One unit a day is billed, whatever the minutes"
        out.append((day_long,) if basis.minutes is None else (f"One unit is {basis.minutes} minutes long",))
    return out


def value(t: Telling, s: Statement) -> list[Words]:
    """Each row with its dates."""
    return [say(_dates(row), " ", literal(row.literal)) for row in s.declaration.all(ast.ValueRow)]


def _dates(row: ast.ValueRow) -> str:
    if row.start is None:
        return "Always:"
    return f"From {day(row.start)}" + (f" until {day(row.end)}:" if row.end else ":")


def fact(t: Telling, s: Statement) -> list[Words]:
    """What a claim may state beyond the facts that every policy knows."""
    of = s.declaration.fact_type
    path = Ref("fact", s.name, s.name)
    if of is None:
        return [say("A claim may state ", path)]
    kind = say("one of ", listed(of.choices, "or")) if of.type is Type.CHOICE else say(of.type.value)
    return [say("A claim may state ", path, ": ", kind)]


def source(t: Telling, s: Statement) -> list[Words]:
    """Where it can be read, and how well it is known."""
    d = s.declaration
    link, seen, dated, evidence = d.first(ast.Link), d.first(ast.Seen), d.first(ast.Dated), d.first(ast.Evidence)
    parts: list[Words] = [say("A document")]
    parts += [say("dated ", day(dated.date))] if dated else []
    parts += [say("read on ", day(seen.date))] if seen else []
    parts += [say("at ", quote(link.url))] if link else []
    parts += [say("evidence: ", evidence.word)] if evidence else []
    out = parts[0]
    for part in parts[1:]:
        out = say(out, ", ", part)
    return [out]


def header(t: Telling, s: Statement) -> list[Words]:
    """What a file starts from."""
    parent = s.declaration.first(ast.Extends)
    return [say("It starts from ", Ref("written", "", parent.parent.text))] if parent else [say("It stands alone")]
