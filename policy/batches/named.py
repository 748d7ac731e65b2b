"""Which policies the lines of some files name, before any of them is judged.

Owns: the distinct words of one column.
Never: loads a policy.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from policy.batches.clusters import array_of
from policy.batches.contract import is_text
from policy.batches.parts import Part, open_part, opened_part
from policy.claims.problem import Unreadable
from policy.claims.table_files import files
from policy.columns.decode import decoded
from policy.columns.reading import of_visit

_POLICY: Final = of_visit("policy")


def policies_named(paths: Sequence[Path], column: str) -> list[str]:
    """The words of a column over all files that can be read, as lines are read, sorted."""
    found: set[str] = set()
    for file in files(paths):
        found |= {word.strip() for name, word in file.stated if name == column and word is not None and word.strip()}
        part = open_part(file)
        if isinstance(part, Part) and column in part.schema.names:
            found |= _words(part, column)
    return sorted(found)


def _words(part: Part, column: str) -> set[str]:
    found: set[str] = set()
    try:
        opened = opened_part(part.path, part.kind, [column] if is_text(part.schema.field(column).type) else ())
        for batch in opened.batches(range(len(part.groups)), [column]):
            words = array_of(pa.chunked_array([batch.column(0)])).unique()
            words = words.dictionary_decode() if pa.types.is_dictionary(words.type) else words
            found.update(decoded(column, pa.chunked_array([words]), _POLICY).column.words or ())
    except (OSError, pa.ArrowException, Unreadable):  # the run will say so
        return found
    return found
