"""How a cell of each field is read: the readers of `claims.fields`, handed what JSON would hold of the cell.

Owns: what a cell of an Arrow type is as JSON, and which reader and type a field has.
Never: has a rule about values of its own, and never repeats a value.
"""

import datetime as dt
import functools
from decimal import Decimal
from typing import Final

import attrs

from policy.claims import fields
from policy.claims.fields import Reader, Refused
from policy.claims.from_csv import documented, value
from policy.facts import BY_PATH, Fact
from policy.values import Type

_KEY: Final = {"line.provider": "provider", "line.place": "place"}
_PATHS: Final = {"age": "patient.age", "line": "line.number"}
_TYPES: Final = {"amount": Type.MONEY}


@attrs.frozen
class Reading:
    """How the cells of a column are read. `read` takes what JSON would hold and raises `Refused`."""

    type: Type
    read: Reader
    whole: bool = False
    """Whether only whole numbers are taken."""
    name: str = ""
    """The field, for cells that hold a number as text."""
    raw: bool = False
    """Whether values are kept as they came (declared facts)."""

    def cell(self, item: object) -> object:
        """A cell's value, or `None` for an empty one. Raises `Refused`."""
        given = plain(item)
        if given is None:
            return None
        if isinstance(given, str):
            return self.read(value(self.name, given))
        if self.type in _TEXTS and isinstance(given, int) and not isinstance(given, bool):
            return self.read(str(given))
        if isinstance(given, dt.date) and (self.raw or self.type is not Type.DATE):
            return self.read(given.isoformat())
        return self.read(given)


_TEXTS: Final = frozenset({Type.TEXT, Type.CODE, Type.CHOICE, Type.MODIFIERS})


def plain(item: object) -> object:
    """A cell of any Arrow type as JSON would hold it; blank text is not given. Dates stay dates."""
    match item:
        case str():
            return item.strip() or None
        case dt.datetime():
            finer = getattr(item, "nanosecond", 0)  # where pandas is installed, Arrow gives its moments
            midnight = item.time() == dt.time() and not finer
            return item.date() if midnight else item.isoformat()
        case dt.time():
            return item.isoformat("minutes") if not item.second and not item.microsecond else item.isoformat()
        case float():
            return int(item) if item.is_integer() else Decimal(repr(item))
        case Decimal() if item.is_finite() and item.adjusted() < 30:
            # Arrow gives every cell of a column as many places as its type has; those that are 0 say nothing.
            return int(item) if item == item.to_integral_value() else item.normalize()
        case _:
            return item


def of_line(field: str) -> Reading:
    """How a field of a line is read."""
    key = _KEY.get(field, field)
    path = _PATHS.get(field, f"line.{key}")
    reader = fields.PAST[key] if field in ("amount", "claim") else fields.LINE[key]
    return _reading(field, _TYPES.get(field) or _type(path), reader)


def of_visit(field: str) -> Reading:
    """How a field of the visit is read."""
    own = {"patient": "id", "age": "age"}.get(field)
    reader = fields.VISIT[field] if own is None else fields.PATIENT[own]
    return _reading(field, _type(_PATHS.get(field, f"visit.{field}")), reader)


def _type(path: str) -> Type:
    known = BY_PATH.get(path)
    return known.type if known else Type.TEXT


def _reading(field: str, type_: Type, reader: Reader) -> Reading:
    return Reading(type_, reader, type_ in (Type.MINUTES, Type.NUMBER), field)


def of_fact(fact: Fact) -> Reading:
    """How a fact without a field is read: one of the catalogue by its type, a declared one as it came."""
    if fact.path in BY_PATH:
        return Reading(fact.type, functools.partial(fields.fact, fact))
    return Reading(fact.type, fields.raw_fact, raw=True)


MODIFIER: Final = Reading(Type.MODIFIERS, lambda given: fields.modifiers([given])[0])
DIAGNOSIS: Final = Reading(Type.TEXT, fields.text)


def _element(given: object) -> object:
    """An element of the record: its text, or an empty one for "not documented"."""
    if isinstance(given, str):
        given = documented(given)
    if isinstance(given, bool):
        return "yes" if given else ""
    if isinstance(given, str) or (isinstance(given, int) and abs(given) < 10**15):
        return str(given)
    raise Refused("must be text, true or false")


ELEMENT: Final = Reading(Type.TEXT, _element)
