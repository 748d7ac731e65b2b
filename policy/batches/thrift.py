"""The compact protocol of Apache Thrift, as far as the footer of a Parquet file needs it.

A structure is read into a list of fields without knowing its meaning, and written back byte for byte where nothing was changed.

Owns: reading and writing structures, lists, numbers and bytes (the protocol's public specification, thrift-compact-protocol.md).
Never: knows Parquet.
"""

from typing import Any, Final

import attrs

TRUE: Final = 1
FALSE: Final = 2
BYTE: Final = 3
I16: Final = 4
I32: Final = 5
I64: Final = 6
DOUBLE: Final = 7
BINARY: Final = 8
LIST: Final = 9
SET: Final = 10
STRUCT: Final = 12
_WHOLE: Final = frozenset({I16, I32, I64})


class BadThrift(ValueError):
    """The bytes are not what the protocol says."""


@attrs.define
class Items:
    """A list: the type of its items, and the items."""

    kind: int
    values: list[Any]


@attrs.define
class Struct:
    """A structure: field numbers with type and value, in the order in which they were written."""

    fields: dict[int, tuple[int, Any]] = attrs.field(factory=dict)

    def get(self, number: int) -> Any:
        """The value of a field; `None` when it is not there."""
        found = self.fields.get(number)
        return found[1] if found is not None else None

    def set(self, number: int, value: Any) -> None:
        """Another value for a field that is there; its type stays."""
        self.fields[number] = (self.fields[number][0], value)

    def drop(self, number: int) -> None:
        """The structure without a field."""
        self.fields.pop(number, None)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise BadThrift("the bytes end too early")
        self.at += 1
        return self.data[self.at - 1]

    def varint(self) -> int:
        out = shift = 0
        while True:
            byte = self.byte()
            out |= (byte & 0x7F) << shift
            if byte < 0x80:
                return out
            shift += 7
            if shift > 63:
                raise BadThrift("a number is too long")

    def zigzag(self) -> int:
        number = self.varint()
        return (number >> 1) ^ -(number & 1)

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise BadThrift("the bytes end too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def struct(self) -> Struct:
        out = Struct()
        last = 0
        while head := self.byte():
            kind, step = head & 0x0F, head >> 4
            last = last + step if step else self.zigzag()
            out.fields[last] = (TRUE, kind == TRUE) if kind in (TRUE, FALSE) else (kind, self.value(kind))
        return out

    def value(self, kind: int) -> Any:
        if kind in _WHOLE:
            return self.zigzag()
        match kind:
            case 3:
                return self.take(1)
            case 7:
                return self.take(8)
            case 8:
                return self.take(self.varint())
            case 9 | 10:
                return self.items()
            case 12:
                return self.struct()
            case 1 | 2:
                return self.byte() == TRUE
        raise BadThrift(f"type {kind} is not known")

    def items(self) -> Items:
        head = self.byte()
        kind, size = head & 0x0F, head >> 4
        if size == 15:
            size = self.varint()
        if size > len(self.data):
            raise BadThrift("a list is longer than the bytes")
        return Items(kind, [self.value(kind) for _ in range(size)])


def read(data: bytes) -> Struct:
    """The structure that the bytes hold. Raises `BadThrift`."""
    return _Reader(data).struct()


def written(struct: Struct) -> bytes:
    """The structure as bytes."""
    out = bytearray()
    _struct(out, struct)
    return bytes(out)


def _struct(out: bytearray, struct: Struct) -> None:
    last = 0
    for number, (kind, value) in struct.fields.items():
        if kind == TRUE:
            kind = TRUE if value else FALSE
        step = number - last
        if 0 < step < 16:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            _varint(out, _zigzagged(number))
        last = number
        if kind not in (TRUE, FALSE):
            _value(out, kind, value)
    out.append(0)


def _value(out: bytearray, kind: int, value: Any) -> None:
    if kind in _WHOLE:
        _varint(out, _zigzagged(value))
    elif kind in (BYTE, DOUBLE):
        out += value
    elif kind == BINARY:
        _varint(out, len(value))
        out += value
    elif kind in (LIST, SET):
        _items(out, value)
    elif kind == STRUCT:
        _struct(out, value)
    else:
        out.append(TRUE if value else FALSE)


def _items(out: bytearray, items: Items) -> None:
    size = len(items.values)
    out.append(min(size, 15) << 4 | items.kind)
    if size >= 15:
        _varint(out, size)
    for value in items.values:
        _value(out, items.kind, value)


def _zigzagged(number: int) -> int:
    return (number << 1) ^ (number >> 63)


def _varint(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
