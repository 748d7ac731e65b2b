"""The files a user names, opened: plain or in a zip, each part with its digest.

Owns: what is inside a zip, telling text from workbooks, and the encodings CMS has used.
Never: knows a layout, beyond what the members of its zip are called.
"""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import attrs

from policy.tables.model import Kind, Source
from policy.tables.problem import bad, quoted

MEMBERS: Final = {
    Kind.PTP: r"cci(pra|oph)|ptp",
    Kind.MUE: r"mue",
    Kind.RVU: r"pprrvu",
    Kind.GPCI: r"gpci",
    Kind.FEE: r"pf(all|rev)",
}
"""What the right member of a published zip is called."""
_SUFFIXES: Final = (".txt", ".csv", ".xlsx")
"""Text comes first: it says exactly what was published. Kinds with a heading prefer `.csv`, see `_suffixes`."""
_LARGEST: Final = 2_000_000_000
DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    KeyError,
)
"""What reading a damaged zip may raise."""


@attrs.frozen
class Part:
    """One published file. `name` is its own name, `shown` what messages call it."""

    name: str
    shown: str
    data: bytes = attrs.field(repr=False)
    source: Source

    @property
    def is_workbook(self) -> bool:
        """True for `.xlsx`."""
        return self.data.startswith(b"PK")

    @property
    def text(self) -> str:
        """Its text. UTF-8 where it is that, else Latin-1, as CMS writes."""
        if self.data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return self.data.decode("utf-16", "replace")
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return self.data.decode("latin-1")


def parts(kind: Kind, paths: Sequence[Path]) -> Iterator[Part]:
    """The published files in the files named, one at a time. Raises `BadTable`."""
    seen: dict[str, str] = {}
    for path in paths:
        data = _read(path)
        source = Source(path.name, "sha256:" + hashlib.sha256(data).hexdigest(), 0)
        if source.digest in seen:
            raise bad(path.name, f"this is the same file as `{seen[source.digest]}`", "name each part once")
        seen[source.digest] = path.name
        if data[:2] == b"PK":
            yield from _unzipped(kind, path, data, source)
        elif path.suffix.lower() in (".zip", ".xlsx"):
            raise bad(path.name, f"this is not a {path.suffix.lower()} file", _not_a_table(data) or "download it again")
        elif (help := _not_a_table(data)) is not None:
            raise bad(path.name, "this is not a table", help)
        else:
            yield Part(path.name, path.name, data, source)


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise bad(path.name, (error.strerror or "cannot be read").lower()) from None
    if not data.strip(b"\0 \r\n\t"):
        raise bad(path.name, "the file is empty", "download it again")
    return data


def _not_a_table(data: bytes) -> str | None:
    head = data[:2000].lstrip().lower()
    if head.startswith((b"<!doctype", b"<html")):
        return "it is a web page, probably the licence page: accept the licence in a browser and save what follows"
    if head.startswith(b"%pdf"):
        return "it is a PDF; the table is beside it, as text or CSV"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "it is a workbook of the old .xls form; use the .txt, .csv or .xlsx file"
    if b"\0" in data[:2000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is not text"
    return None


def _unzipped(kind: Kind, path: Path, data: bytes, source: Source) -> Iterator[Part]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                yield Part(path.name, path.name, data, source)
                return
            for name in _members(kind, path, names):
                shown = f"{path.name}: {PurePosixPath(name).name}"
                if archive.getinfo(name).file_size > _LARGEST:
                    raise bad(shown, "the file is too large to be one of these tables")
                try:
                    content = archive.read(name)
                except RuntimeError:
                    raise bad(shown, "the file is encrypted", "use the zip as it was published") from None
                yield Part(PurePosixPath(name).name, shown, content, source)
    except DAMAGED:
        raise bad(path.name, "the zip file is cut off or damaged", "download it again") from None


def _members(kind: Kind, path: Path, names: Sequence[str]) -> list[str]:
    """The members that hold the table, each in its best form, in order of name."""
    order = [".csv", ".txt", ".xlsx"] if kind in (Kind.MUE, Kind.RVU, Kind.GPCI) else list(_SUFFIXES)
    tables = [name for name in names if PurePosixPath(name).suffix.lower() in order]
    right = [name for name in tables if re.search(MEMBERS[kind], PurePosixPath(name).name, re.IGNORECASE)]
    if not right and len(tables) == 1:
        right = tables
    if not right:
        held = ", ".join(quoted(PurePosixPath(name).name) for name in names[:5]) or "nothing"
        raise bad(path.name, f"there is no {kind} table in it", f"it holds {held}")
    best: dict[str, str] = {}
    for name in sorted(right, key=lambda name: order.index(PurePosixPath(name).suffix.lower())):
        best.setdefault(PurePosixPath(name).stem.lower(), name)
    return [best[stem] for stem in sorted(best)]
