"""Which policies the lines of some files name, before any of them is judged.

Owns: the distinct words of one column.
Never: loads a policy.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from policy.batches.clusters import array_of
from policy.batches.contract import is_text
from policy.batches.parts import Part, open_part, opened_part
from policy.claims.table_files import files


def policies_named(paths: Sequence[Path], column: str) -> list[str]:
    """The words of a column over all files that can be read, sorted."""
    found: set[str] = set()
    for file in files(paths):
        found.update(word for name, word in file.stated if name == column and word is not None)
        part = open_part(file)
        if isinstance(part, Part) and column in part.schema.names and is_text(part.schema.field(column).type):
            found |= _words(part, column)
    return sorted(found)


def _words(part: Part, column: str) -> set[str]:
    found: set[str] = set()
    try:
        opened = opened_part(part.path, part.kind, [column])
        for batch in opened.batches(range(len(part.groups)), [column]):
            cells = array_of(pa.chunked_array([batch.column(0)]))
            words = cells.unique()
            words = words.dictionary_decode() if pa.types.is_dictionary(words.type) else words
            found.update(word for word in words.to_pylist() if word is not None)
    except (OSError, pa.ArrowException):
        return found
    return found
