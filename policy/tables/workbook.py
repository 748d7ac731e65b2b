"""The cells of a workbook's first sheet, as text.

Owns: the little of the .xlsx format that these tables use: shared and inline strings, numbers as they are stored.
Never: formats. A date that Excel made out of a code comes out as Excel's number, and is refused as such later on.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator

from policy.tables.files import DAMAGED, Part
from policy.tables.problem import bad

_STRING = re.compile(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*?(?:/>|>(.*?)</t>)", re.DOTALL)
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)
_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r'<c\b(?:[^>]*?\br="([A-Z]+)\d+")?([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_VALUE = re.compile(r"<v>(.*?)</v>", re.DOTALL)
_SIMPLE = re.compile(r'<c r="([A-Z])\d+"(?: s="\d+")?(?: t="(s|n)")?><v>([^<&]*)</v></c>')
"""Nearly all cells of a published workbook: a shared string or a number, in one of the first 26 columns."""
_NUMBER = re.compile(r'\br="(\d+)"')
_PIECE = 1 << 24


def records(part: Part) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, empty cells as empty text. Raises `BadTable`."""
    try:
        with zipfile.ZipFile(io.BytesIO(part.data)) as archive:
            names = archive.namelist()
            sheets = sorted((n for n in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)), key=_sheet_number)
            if not sheets:
                raise bad(part.shown, "the workbook has no sheet that can be read", "use the text file instead")
            strings = _strings(archive) if "xl/sharedStrings.xml" in names else []
            with archive.open(sheets[0]) as sheet:
                yield from _rows(io.TextIOWrapper(io.BufferedReader(sheet), "utf-8"), strings)  # type: ignore[type-var]
    except (*DAMAGED, IndexError, RuntimeError):
        raise bad(part.shown, "the workbook is damaged", "download it again, or use the text file") from None


def _sheet_number(name: str) -> int:
    return int("".join(c for c in name if c.isdigit()))


def _strings(archive: zipfile.ZipFile) -> list[str]:
    xml = archive.read("xl/sharedStrings.xml").decode("utf-8")
    return ["".join(map(_plain, _TEXT.findall(_PHONETIC.sub("", entry)))) for entry in _STRING.findall(xml)]


def _rows(sheet: io.TextIOWrapper, strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    rest = ""
    number = 0
    while piece := sheet.read(_PIECE):
        text = rest + piece
        end = 0
        for match in _ROW.finditer(text):
            end = match.end()
            named = _NUMBER.search(match[1])
            number = int(named[1]) if named else number + 1
            yield number, _cells(match[2] or "", strings)
        rest = text[end:]


def _cells(xml: str, strings: list[str]) -> list[str]:
    cells: list[str] = []
    simple = _SIMPLE.findall(xml)
    if len(simple) == xml.count("<c "):
        for letter, kind, value in simple:
            at = ord(letter) - 65
            if at > len(cells):
                cells.extend([""] * (at - len(cells)))
            cells.append(strings[int(value)] if kind == "s" else value)
        return cells
    for column, attributes, inner in _CELL.findall(xml):
        at = _column(column) if column else len(cells)
        if at > len(cells):
            cells.extend([""] * (at - len(cells)))
        if 't="s"' in attributes:
            value = _VALUE.search(inner)
            cells.append(strings[int(value[1])] if value else "")
        elif 't="inlineStr"' in attributes:
            cells.append("".join(map(_plain, _TEXT.findall(inner))))
        else:
            value = _VALUE.search(inner)
            cells.append(_plain(value[1]) if value else "")
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _plain(xml: str) -> str:
    return html.unescape(xml) if "&" in xml else xml
