"""Records: frozen attrs classes whose methods are written once for all of them.

Owns: construction, equality, hash and repr of records. attrs would write them for each class anew, which for the hundred classes of
the syntax tree and the plan would cost the start of every command, and every read of a cached policy, tens of milliseconds.
Never: holds a field. To a type checker a record is an ordinary `attrs.frozen` class.
"""

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

C = TypeVar("C")


class Record:
    """The base of all records. Fields with `eq=False` are left out of equality, those with `repr=False` out of the repr."""

    if not TYPE_CHECKING:
        _names: ClassVar[tuple[str, ...]] = ()
        _defaults: ClassVar[dict[str, Any]] = {}
        _compared: ClassVar[tuple[str, ...]] = ()

        def __init__(self, *args: Any, **fields: Any) -> None:
            own = self.__dict__
            own.update(self._defaults)
            own.update(zip(self._names, args, strict=False))
            own.update(fields)
            if len(own) != len(self._names) or len(args) > len(self._names):
                raise TypeError(f"{type(self).__name__} takes {', '.join(self._names)}")

        def __eq__(self, other: object) -> bool:
            if type(self) is not type(other):
                return NotImplemented
            mine, theirs = self.__dict__, other.__dict__
            return all(mine[name] == theirs[name] for name in self._compared)

        def __hash__(self) -> int:
            return hash((type(self).__name__, *(self.__dict__[name] for name in self._compared)))

        def __repr__(self) -> str:
            shown = (field.name for field in self.__attrs_attrs__ if field.repr)
            return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


if TYPE_CHECKING:
    from attrs import frozen as record
else:

    def record(cls: type[C]) -> type[C]:
        """Makes a class a record."""
        cls = attrs.frozen(init=False, repr=False, eq=False, slots=False)(cls)
        fields = cls.__attrs_attrs__
        cls._names = tuple(field.name for field in fields)
        cls._defaults = {field.name: field.default for field in fields if field.default is not attrs.NOTHING}
        cls._compared = tuple(field.name for field in fields if field.eq)
        return cls


__all__ = ["Record", "record"]
