"""`map.toml`: which column of a claim table holds which field, and which policy its words for payers mean.

Owns: the form of the file, and what is wrong with one.
Never: knows a table; whether a column is there, `Layout.of` says.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from policy.claims.problem import Unreadable, shown
from policy.claims.report import nearest
from policy.columns.layout import no_field

_FORM: Final = 'each field once, the column in quotes, as in `minutes = "mins"`'
_TABLES: Final = ("columns", "policies")


@attrs.frozen
class ColumnMap:
    """What a map says: `columns` field → column or columns, `policies` word in the column of policies → policy id."""

    columns: Mapping[str, str | tuple[str, ...]] = attrs.field(factory=dict)
    policies: Mapping[str, str] = attrs.field(factory=dict)


def read_map(path: Path) -> ColumnMap:
    """Reads a map. Raises `Unreadable` naming the file, the place in it and what to write."""
    name = shown(path.name or path)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Unreadable(f"{name}: the file cannot be read: {(error.strerror or 'input error').lower()}") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{name}: the file is not text; a map is a text file in UTF-8, {_FORM}") from None
    except tomllib.TOMLDecodeError as error:
        said = f"{str(error)[:1].lower()}{str(error)[1:]}"
        raise Unreadable(f"{name}: the file is not TOML: {said}; write {_FORM}") from None
    for key, value in data.items():
        if key not in _TABLES or not isinstance(value, dict):
            near = nearest(key, _TABLES) if isinstance(value, dict) else None
            help = f"did you mean `[{near}]`" if near else 'write `[columns]` above `minutes = "mins"`'
            raise Unreadable(f"{name}: `{shown(key)}` is not a part of a map; {help}")
    columns = {field: _columns(name, field, value) for field, value in _flat(data.get("columns", {}))}
    return ColumnMap(columns, dict(_policies(name, data.get("policies", {}))))


def _flat(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Facts have paths: `injury.date = "doi"` is a table to TOML."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def _columns(name: str, field: str, value: Any) -> str | tuple[str, ...]:
    wrong = no_field(field)
    if wrong is not None:
        raise Unreadable(f"{name}, [columns]: {wrong}")
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise Unreadable(f'{name}, [columns]: `{shown(field)}` must name a column, as in `minutes = "mins"`')


def _policies(name: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word, value in _flat(data):
        if not isinstance(value, str):
            message = "each word must name a policy's id"
            raise Unreadable(f'{name}, [policies]: {message}, as in `"MEDICARE B" = "medicare.part_b"`')
        yield word, value
