"""The physician fee schedule's payment amounts by locality, as published: quoted CSV without a heading, then trailer records.

Owns: the layout (one record for each contractor, locality, code and modifier; a million of them), and that none is missing.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from policy.tables import cells, checks
from policy.tables.columns import BULK, Origins, plain, read
from policy.tables.files import Part
from policy.tables.model import Kind, Quarter
from policy.tables.naming import Evidence
from policy.tables.problem import AS_PUBLISHED, Problems, bad, quoted
from policy.tables.reading import Read

COLUMNS: Final = (
    "Year", "Carrier Number", "Locality", "HCPCS Code", "Modifier", "Non Facility Fee", "Facility Fee", "filler", "PCTC Indicator",
    "Status Code", "Multiple Surgery Indicator", "Therapy Reduction Amount, office", "Therapy Reduction Amount, institution",
    "OPPS Indicator", "OPPS Non Facility Fee", "OPPS Facility Fee",
)  # fmt: skip
TRAILER: Final = "TRL"
Known = Callable[[int], frozenset[str] | None]


def read_fee(parts: list[Part], known: Known = lambda year: None) -> Read:
    """The one file of a year, or of a quarter's changes. `known` gives the localities of a year. Raises `BadTable`."""
    part, *more = parts
    if more:
        raise bad(more[0].shown, "a fee schedule is one file", "import one file at a time")
    problems = Problems()
    raw = _records(part, problems)
    problems.end()
    origins = Origins((0,), (part.shown,), (lambda index: index + 1,))

    def column(at: int, reader: Any, type_: Any) -> Any:
        return read(raw.column(at), reader, type_, COLUMNS[at], origins, problems)

    def money(text: str) -> Any:
        return cells.amount(text, 2)

    years = plain(raw.column(0))
    contractor, place = column(1, cells.contractor, pa.string()), column(2, cells.locality, pa.string())
    amount = pa.decimal128(12, 2)
    table = pa.table(
        {
            "locality": pc.binary_join_element_wise(contractor, place, "-"),
            "code": column(3, cells.code, pa.string()),
            "modifier": column(4, cells.modifier, pa.string()),
            "nonfacility": column(5, money, amount),
            "facility": column(6, money, amount),
            "status": column(9, str.strip, pa.string()),
            "multiple": column(10, str.strip, pa.string()),
            "reduced_office": column(11, money, amount),
            "reduced_institution": column(12, money, amount),
        }
    )
    problems.end()
    partial = "pfrev" in part.shown.lower()
    says = tuple((part.shown, evidence) for evidence in _years(years, part))
    localities = known(int(plain(raw.column(0)).dictionary[0].as_py()))
    _localities(table["locality"], origins, problems, localities)
    problems.end()
    if not partial:
        _complete(table["locality"], part)
    table = checks.once(Kind.FEE, table, origins, problems)
    problems.end()
    notes = () if localities is not None else ("localities were not checked: import pfs-gpci of the same year first",)
    return Read(table, (attrs.evolve(part.source, rows=len(table)),), quarters=says, notes=notes, partial=partial)


def _records(part: Part, problems: Problems) -> Any:
    """The records above the trailer."""
    if part.is_workbook:
        raise bad(part.shown, "payment amounts are published as text", "use the PFALL….txt file")
    data = part.data if part.data.isascii() else part.text.encode()
    trailer: list[int] = []
    ragged: list[tuple[int, int]] = []

    def odd(row: Any) -> str:
        if row.text.lstrip('" ').startswith(TRAILER) or trailer:
            trailer.append(row.number)
        else:
            ragged.append((row.number, row.actual_columns))
        return "skip"

    names = list(COLUMNS)
    table = pa_csv.read_csv(
        pa.BufferReader(data.rstrip(b"\r\n\x1a\0")),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 24),
        parse_options=pa_csv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=odd),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, BULK)),
    )
    if not trailer:
        problems.add(part.shown, None, "the trailer record is missing: the file is cut off", "download it again")
    elif trailer[0] <= len(table) + len(ragged):
        problems.add(part.shown, trailer[0], "there are records after the trailer", "import one file at a time")
    for number, count in ragged:
        if trailer or number < len(table) + len(ragged):
            message = f"the record has {count} fields, not {len(COLUMNS)}: columns have moved"
            problems.add(part.shown, number, message, AS_PUBLISHED)
    if not len(table):
        problems.add(part.shown, None, "there is no record in it")
    return table


def _localities(column: Any, origins: Origins, problems: Problems, known: frozenset[str] | None) -> None:
    if known is None:
        return
    coded = plain(column)
    for number, name in enumerate(coded.dictionary.to_pylist()):
        if name not in known:
            at = pc.index(coded.indices, pa.scalar(number, coded.indices.type)).as_py()
            contractor, _, place = name.partition("-")
            problems.add(
                *origins.place(at),
                f"there is no locality `{place}` of contractor `{contractor}` that year",
                "is it the file of another year? the localities are those of pfs-gpci",
            )


def _complete(column: Any, part: Part) -> None:
    """Every locality has a price for every code. Raises `BadTable` when one has fewer."""
    found = {one["values"]: one["counts"] for one in pc.value_counts(plain(column).cast(pa.string())).to_pylist()}
    usual = Counter(found.values()).most_common(1)[0][0]
    few = sorted((count, name) for name, count in found.items() if count != usual)
    if few:
        count, name = few[0]
        message = f"locality `{name}` has {count:,} records, the others {usual:,}"
        raise bad(part.shown, message, "the file is cut off or mixed; download it again")


def _years(years: Any, part: Part) -> list[Evidence]:
    found = []
    for text in sorted(set(years.dictionary.to_pylist())):
        try:
            found.append(Evidence(Quarter.parse(text[:4] if text.strip().isdigit() else text), f"year {text.strip()}"))
        except ValueError:
            raise bad(part.shown, f"{quoted(text.strip())} is not a year: columns have moved", AS_PUBLISHED) from None
    return found
