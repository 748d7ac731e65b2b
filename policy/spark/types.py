"""Types of columns on their way into Spark, and names as its expressions write them.

Owns: which Arrow types Spark takes from Python workers.
Never: touches a cell.
"""

from typing import Final

import pyarrow as pa

_BITS: Final = {8: "tinyint", 16: "smallint", 32: "int", 64: "bigint"}
_NAMES: Final = {pa.bool_(): "boolean", pa.date32(): "date", pa.float32(): "float", pa.float64(): "double"}


def plain(schema: pa.Schema) -> pa.Schema:
    """The schema in types that Spark has: text instead of words and numbers, signed numbers; what it lacks becomes text."""
    return pa.schema([pa.field(field.name, _plain(field.type)) for field in schema])


def _plain(of: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(of):
        return _plain(of.value_type)
    if pa.types.is_unsigned_integer(of):
        return pa.decimal128(20, 0) if of.bit_width == 64 else pa.int64()
    kept = pa.types.is_integer(of) or pa.types.is_decimal128(of) or of in _NAMES
    return of if kept else pa.string()


def ddl(schema: pa.Schema) -> str:
    """A schema that `plain` made, as Spark's words for it."""
    return ", ".join(f"{quoted(field.name)} {_name(field.type)}" for field in schema)


def _name(of: pa.DataType) -> str:
    if pa.types.is_integer(of):
        return _BITS[of.bit_width]
    if pa.types.is_decimal(of):
        return f"decimal({of.precision},{of.scale})"
    return _NAMES.get(of, "string")


def quoted(name: str) -> str:
    """A column's name as Spark's expressions write it."""
    return "`" + name.replace("`", "``") + "`"
