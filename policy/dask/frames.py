"""pandas frames, of which Dask's DataFrames are made, to Arrow and back.

Owns: types on both ways. A cell that is not given stays so: pandas' NaN of a number is no number, and an answer has no NaN.
Never: guesses the type of a column from its cells; partitions could differ.
"""

from typing import Any

import pyarrow as pa

from policy.claims.problem import shown


def plain(schema: pa.Schema) -> pa.Schema:
    """The schema with text instead of words and numbers: partitions have different words."""
    return pa.schema(
        [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in schema]
    )


def incoming(meta: Any) -> pa.Schema:
    """The columns of a DataFrame, from a frame without rows. Raises `ValueError` for a column of Python objects."""
    for name, of in meta.dtypes.items():
        if of.kind == "O" and of.name == "object":
            raise ValueError(
                f"the type of `{shown(name)}` is not known before its cells are read; give it one, such as "
                "`astype('date32[day][pyarrow]')` or `astype('string[pyarrow]')`"
            )
    return plain(pa.Schema.from_pandas(meta, preserve_index=False).remove_metadata())


def as_table(frame: Any, schema: pa.Schema) -> pa.Table:
    """A partition as a table."""
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)


def as_frame(answer: pa.Table, index: Any = None) -> Any:
    """Answers as a partition, with the index of the lines that they answer."""
    import pandas as pd

    frame = answer.cast(plain(answer.schema)).to_pandas(types_mapper=pd.ArrowDtype)
    return frame if index is None else frame.set_axis(index)


def empty(answer: pa.Schema, index: Any = None) -> Any:
    """A frame of answers without rows, by which Dask knows their columns."""
    return as_frame(answer.empty_table(), index)
