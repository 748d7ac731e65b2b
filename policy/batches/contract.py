"""The columns of a run: those of its first file that can be read. Every other file is read as if it had these.

Owns: their types, and how a file with other columns is fitted: a missing column is empty, another type is cast without loss, further
columns are not read.
Never: guesses a column of another name.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from policy.batches.parts import BadPart, Part
from policy.batches.stream import Evaluator
from policy.claims.problem import Unreadable, shown

WORDS: Final = pa.dictionary(pa.int32(), pa.string())


@attrs.frozen
class Contract:
    """The incoming columns of a run, and which of them are read as words and numbers."""

    schema: pa.Schema

    @classmethod
    def of(cls, part: Part, evaluator: Evaluator, left_out: Collection[str] = ()) -> "Contract":
        """The columns of a part that can matter to the evaluator. Raises what the evaluator raises for columns it cannot use."""
        schema = pa.schema([field for field in whole_schema(part) if field.name not in left_out])
        try:
            carried = set(evaluator.schema(schema).names)
            needed = set(needed_of(evaluator, schema))
        except Unreadable as error:
            raise Unreadable(f"`{shown(part.path)}`: {error}") from None
        return cls(
            pa.schema(
                [
                    pa.field(field.name, _type(field, part, field.name in carried))
                    for field in schema
                    if field.name in needed or field.name in carried
                ]
            )
        )

    def only(self, names: Sequence[str]) -> "Contract":
        """Some of the columns, in this order."""
        return Contract(pa.schema([self.schema.field(name) for name in names]))

    def missing(self, part: Part) -> list[str]:
        """Columns that a part does not have."""
        names = whole_schema(part).names
        return [name for name in self.schema.names if name not in names]

    def unread(self, part: Part, evaluator: Evaluator) -> list[str]:
        """Columns that a part has, that would matter, and that the first part does not have."""
        schema = whole_schema(part)
        return [name for name in needed_of(evaluator, schema) if name not in self.schema.names]

    def misfit(self, part: Part) -> BadPart | None:
        """Why a part cannot be read as the first one: a column whose type can never be cast."""
        for field in self.schema:
            if field.name in part.schema.names:
                own = part.schema.field(field.name).type
                if not _castable(own, field.type):
                    reason = f"`{field.name}` is of type {own}, in the first file of type {_named(field.type)}"
                    return BadPart(part.path, reason, part.rows)
        return None

    def columns(self, part: Part) -> list[str]:
        """The columns that are read from a part."""
        return [name for name in self.schema.names if name in part.schema.names]

    def words(self) -> list[str]:
        """Text columns that are read as words and numbers."""
        return [field.name for field in self.schema if pa.types.is_dictionary(field.type)]

    def fitted(self, batch: Any, part: Part) -> pa.Table:
        """A batch with the columns of the run. Raises `ArrowException` for a cell that cannot be cast."""
        stated = dict(part.stated)
        own = part.schema.names
        return pa.table(
            [
                as_type(batch.column(field.name), field.type)
                if field.name in own
                else _constant(stated.get(field.name), field.type, batch.num_rows)
                for field in self.schema
            ],
            schema=self.schema,
        )

    def unfitted(self, batch: Any, part: Part) -> pa.Field | None:
        """The first column of a batch with a cell that cannot be cast, as it should be."""
        for field in self.schema:
            if field.name in part.schema.names:
                try:
                    as_type(batch.column(field.name), field.type)
                except pa.ArrowException:
                    return field.with_type(pa.string()) if is_text(field.type) else field
        return None


def whole_schema(part: Part) -> pa.Schema:
    """A part's own columns, and those that the names of its folders state."""
    more = [pa.field(name, WORDS) for name, _ in part.stated if name not in part.schema.names]
    return pa.schema([*part.schema, *more])


def needed_of(evaluator: Evaluator, schema: pa.Schema) -> Sequence[str]:
    """The columns that can matter; all of them for an evaluator that does not tell."""
    tell = getattr(evaluator, "needed", None)
    return schema.names if tell is None else [name for name in tell(schema) if name in schema.names]


def _type(field: pa.Field, part: Part, carried: bool) -> pa.DataType:
    """Text that stands in the answer as it came is text; other text of few words is read as words and numbers."""
    if not is_text(field.type):
        return field.type
    if carried:
        return pa.string()
    return WORDS if pa.types.is_dictionary(field.type) or field.name in part.repeating else pa.string()


def is_text(type_: pa.DataType) -> bool:
    """Whether a column holds text, plain or as words and numbers."""
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_))


def _named(type_: pa.DataType) -> str:
    return "string" if is_text(type_) else str(type_)


def _castable(own: pa.DataType, wanted: pa.DataType) -> bool:
    if is_text(own) and is_text(wanted):
        return True
    try:
        as_type(pa.nulls(1, own), wanted)
    except pa.ArrowException:
        return False
    return True


def as_type(array: Any, wanted: pa.DataType) -> Any:
    """The same cells in another type. Raises `ArrowException` when one does not fit."""
    if array.type.equals(wanted):
        return array
    if pa.types.is_integer(array.type) and pa.types.is_decimal(wanted):
        array = array.cast(pa.decimal128(38, wanted.scale))  # the widest, so that the values decide, and not their type
    if pa.types.is_timestamp(array.type) and pa.types.is_date(wanted):
        return _days(array, wanted)
    told = is_text(array.type) or is_text(wanted)
    if pa.types.is_boolean(array.type) != pa.types.is_boolean(wanted) and not told:  # Arrow takes yes for 1
        raise pa.ArrowInvalid("yes and no are no numbers")
    if not pa.types.is_dictionary(wanted):
        return (array.dictionary_decode() if pa.types.is_dictionary(array.type) else array).cast(wanted)
    if not pa.types.is_dictionary(array.type):
        array = array.cast(wanted.value_type).dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        as_type(array.indices, wanted.index_type), as_type(array.dictionary, wanted.value_type)
    )


def _days(array: Any, wanted: pa.DataType) -> Any:
    """Points in time as dates. Raises `ArrowInvalid` for one that is not midnight, which Arrow would cut off."""
    if array.type.tz is not None:
        import pyarrow.compute as pc

        array = pc.local_timestamp(array)
    days = array.cast(wanted)
    if not days.cast(array.type).equals(array):
        raise pa.ArrowInvalid("a point in time is no date")
    return days


def _constant(word: str | None, type_: pa.DataType, rows: int) -> Any:
    if word is None:
        return pa.nulls(rows, type_)
    if pa.types.is_dictionary(type_):
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([word]))
    return as_type(pa.array([word] * rows, pa.string()), type_)
