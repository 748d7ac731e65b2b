"""A count in plain English: whose minutes, how they become units, and who gets the unit that is left.

Owns: the sentences of `count`.
Never: counts.
"""

from typing import Final

from policy.catalogue.telling import Telling, spaced
from policy.catalogue.words import Ref, Words, listed, say
from policy.resolve.model import Statement
from policy.syntax import ast

_PARTS: Final = {count: name for name, count in ast.PARTS.items()}
_PRINTED: Final = 4
_LEFT: Final = {
    "largest remainder": "the code with the most minutes over its full units",
    "most minutes": "the code with the most minutes in all",
    "first line": "the code that stands first on the claim",
    "no code": "no code: it is lost",
}
_TIES: Final = {
    "provider": "Between codes that are equal in this the provider chooses",
    "most minutes": "Between codes that are equal in this, the one with the most minutes has it",
    "first line": "Between codes that are equal in this, the first on the claim has it",
    "last line": "Between codes that are equal in this, the last on the claim has it",
}


def count(t: Telling, s: Statement) -> list[Words]:
    """The method."""
    d = s.declaration
    codes = t.applied(d) or ("every timed code",)
    by = d.first(ast.By)
    if by is None:
        return [say("Minutes of ", codes, " become units")]
    return [_method(by, codes, _pool(d.first(ast.Pool)), "applies to" if d.first(ast.AppliesTo) else "")]


def _method(by: ast.By, codes: Words, pool: str, scope: str) -> Words:
    if by.counts:
        counts = listed(Ref("statement", f"count {word.text}", f"“{spaced(word.text)}”") for word in by.counts)
        of = say(" for ", codes) if scope else ()
        return say(
            "Both ", counts, f" are worked out{pool}", of, f"; the one that allows {by.method} units in all holds"
        )
    match by.method:
        case "total time":
            return say(
                "The minutes of ", codes, f" are added up{pool}, and their total decides how many units there are"
            )
        case "each code":
            return say("Each code of ", codes, f" is counted by its own minutes{pool}")
        case "flat":
            units = "is 1 unit" if by.units == 1 else f"are {by.units} units"
            return say(f"There {units} a visit for ", codes, f", whatever the minutes,{pool}")
        case method:
            return say("Units of ", codes, f" are counted by {method}{pool}")


def _pool(pool: ast.Pool | None) -> str:
    return f" for each {', '.join(pool.keys[:-1])}{' and ' if pool.keys[1:] else ''}{pool.keys[-1]}" if pool else ""


def unit_at(t: Telling, c: ast.UnitAt) -> Words:
    """At how many minutes units are reached."""
    reached = list(c.thresholds)
    if c.every is not None:
        while len(reached) < _PRINTED:
            reached.append(reached[-1] + c.every)
    text = ", ".join(map(str, reached))
    if c.every is None:
        only = "is the only one" if len(reached) == 1 else "there are no more"
        return say(f"A unit is {c.of} minutes long; units are reached at {text} minutes, and {only}")
    return say(f"A unit is {c.of} minutes long; units are reached at {text} minutes, and so on every {c.every}")


def decimal_units(t: Telling, c: ast.DecimalUnits) -> Words:
    """Units in parts."""
    return say(f"A unit is {c.of} minutes long and is counted in {_PARTS[c.parts]}, rounded {c.rounding}")


def leftover(t: Telling, c: ast.Leftover) -> Words:
    """Who gets a unit that no code filled alone."""
    return say(f"A unit that no code fills alone goes to {_LEFT[c.to]}")


def ties(t: Telling, c: ast.Ties) -> Words:
    """Who decides between equals."""
    return (_TIES[c.to],)
