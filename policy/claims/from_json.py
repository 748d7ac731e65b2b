"""Visits from JSON: `{"visits": [...]}`, an array, a single visit, or JSON Lines with one visit a line.

Owns: finding where one visit ends and the next begins, so that a file of any size is streamed, and JSON's own
mistakes: broken syntax, repeated keys, endless nesting, numbers without a value.
Never: checks what a visit holds (`from_mapping` does).
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from policy.claims.from_mapping import visit_from_mapping
from policy.claims.problem import ERROR, WARNING, Problem, shown
from policy.claims.text import MAX_LINE, Broken, Text
from policy.claims.visit import Visit

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_TOO_LARGE: Final = f"is larger than {MAX_LINE // 2**20} MB, the most that is read of one visit"


class Malformed(Exception):
    """Text that is not JSON; `at` is the character where reading stopped, when known."""

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.at = at


class _Decoder:
    """JSON with exact numbers. Repeated keys of the value read last are in `repeated`."""

    def __init__(self) -> None:
        self.repeated: list[str] = []
        hooks: dict[str, Any] = {
            "object_pairs_hook": self._object,
            "parse_float": _decimal,
            "parse_constant": lambda word: Decimal("NaN"),
        }
        self._fast = json.JSONDecoder(**hooks)
        self._large = json.JSONDecoder(**hooks, parse_int=_whole)

    def decode(self, text: str, at: int = 0) -> tuple[Any, int]:
        """The value at `at` and the position after it. Raises `Malformed`."""
        self.repeated = []
        try:
            return self._decode(self._fast, text, at)
        except ValueError:
            self.repeated = []
            return self._decode(self._large, text, at)

    def _decode(self, decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int]:
        try:
            return decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise Malformed(_words(error.msg), error.pos) from None
        except RecursionError:
            raise Malformed("brackets are nested too deeply") from None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            self._note_repeated([key for key, _ in pairs])
        return found

    def _note_repeated(self, keys: list[str]) -> None:
        seen: set[str] = set()
        for key in keys:
            if key in seen and len(self.repeated) < 20:
                self.repeated.append(key)
            seen.add(key)


def is_json_lines(head: bytes, suffixes: list[str]) -> bool:
    """True for `.jsonl` and `.ndjson`, and for a file whose first line is a whole visit with more lines after it."""
    if ".jsonl" in suffixes or ".ndjson" in suffixes:
        return True
    first, more, rest = head.lstrip().partition(b"\n")
    if not more or not rest.strip() or not first.startswith(b"{"):
        return False
    try:
        value, end = _Decoder().decode(line := first.decode("utf-8", "replace"))
    except Malformed:
        return False
    return "visits" not in value and not line[end:].strip()


def read_lines(text: Text) -> Iterator[Visit | Problem]:
    """Visits of a JSON Lines file; a bad line is a problem, the next line goes on."""
    decoder = _Decoder()
    number = 0
    try:
        for number, line in text.lines():
            place = f"{text.name} line {number}"
            if line is None:
                yield Problem(ERROR, f"the line {_TOO_LARGE}", place)
                continue
            start = _past_space(line, 0)
            if start == len(line):
                continue
            try:
                value, end = decoder.decode(line, start)
                if (end := _past_space(line, end)) < len(line):
                    raise Malformed("more text follows the visit", end)
            except Malformed as error:
                column = f", column {error.at + 1}" if error.at is not None else ""
                yield Problem(ERROR, f"the line is not JSON: {error}", f"{place}{column}", "write one visit a line")
                continue
            yield from _visit(value, decoder.repeated, place)
    except Broken as error:
        yield text.broken(error, f"{text.name} line {number + 1}")


def read_document(text: Text) -> Iterator[Visit | Problem]:
    """Visits of one JSON document. Where its syntax breaks, reading stops and the place is named."""
    cursor = _Cursor(text)
    try:
        if cursor.peek() == "[":
            yield from _array(cursor, text.name)
        else:
            yield from _object(cursor, text.name)
        if cursor.peek():
            raise Malformed("more text follows the end of the document", cursor.at)
    except Malformed as error:
        message = f"the file is not JSON from here: {error}; visits after this place were not read"
        yield Problem(ERROR, message, f"{text.name} {cursor.position(error.at)}")
    except Broken as error:
        yield text.broken(error, f"{text.name} {cursor.position(cursor.at)}")


def _array(cursor: "_Cursor", name: str) -> Iterator[Visit | Problem]:
    """The visits of the array that begins here."""
    cursor.expect("[")
    item = 0
    if cursor.peek() == "]":
        cursor.expect("]")
        return
    while True:
        item += 1
        value = cursor.value()
        yield from _visit(value, cursor.decoder.repeated, f"{name} item {item}")
        if cursor.peek() == "]":
            cursor.expect("]")
            return
        cursor.expect(",")


def _object(cursor: "_Cursor", name: str) -> Iterator[Visit | Problem]:
    """An object at the top: the one that holds `visits`, or a single visit."""
    cursor.expect("{")
    found: dict[str, Any] = {}
    repeated: list[str] = []
    streamed = False
    more = cursor.peek() != "}"
    while more:
        if cursor.peek() != '"':
            raise Malformed("a key in double quotes is expected", cursor.at)
        key = cursor.value()
        cursor.expect(":")
        if key in found or (key == "visits" and streamed):
            repeated.append(key)
        if key == "visits" and cursor.peek() == "[":
            streamed = True
            yield from _array(cursor, name)
        else:
            found[key] = cursor.value()
            repeated += cursor.decoder.repeated
        more = cursor.peek() == ","
        if more:
            cursor.expect(",")
    cursor.expect("}")
    if "visits" in found and not streamed:
        yield Problem(ERROR, "`visits` must be a list", name, 'write {"visits": [...]}')
        return
    if not streamed:
        yield from _visit(found, repeated, name)
        return
    for key in repeated:
        yield Problem(ERROR, f"the key `{shown(key)}` is repeated", name, "write each key once")
    for key in found:
        yield Problem(WARNING, f"`{shown(key)}` is not a key that is read", name, "beside `visits` nothing is read")


def _visit(value: Any, repeated: list[str], place: str) -> Iterator[Visit | Problem]:
    visit, problems = visit_from_mapping(value, place=place)
    yield from problems
    if repeated:
        name = visit.visit if visit is not None else None
        at = f"{place}, visit {name}" if name is not None else place
        for key in repeated:
            yield Problem(ERROR, f"the key `{shown(key)}` is repeated", at, "write each key once", name)
    elif visit is not None:
        yield visit


class _Cursor:
    """A place in a JSON text that is read piece by piece; what lies before the place is forgotten."""

    def __init__(self, text: Text) -> None:
        self.decoder = _Decoder()
        self.at = 0
        self._pieces = text.pieces()
        self._buffer = ""
        self._lines = 1
        self._column = 1

    def peek(self) -> str:
        """The next character that is not space; empty at the end."""
        while True:
            self.at = _past_space(self._buffer, self.at)
            if self.at < len(self._buffer):
                return self._buffer[self.at]
            if not self._more():
                return ""

    def expect(self, mark: str) -> None:
        """Steps over `mark`. Raises `Malformed` when something else is there."""
        found = self.peek()
        if found != mark:
            raise Malformed(f"`{mark}` is expected" if found else "the file ends too early", self.at)
        self.at += 1

    def value(self) -> Any:
        """Steps over one value and returns it. Raises `Malformed`, also for a value above the size limit."""
        if not self.peek():
            raise Malformed("the file ends too early", self.at)
        while True:
            try:
                value, end = self.decoder.decode(self._buffer, self.at)
                if end < len(self._buffer) or not self._more():
                    self.at = end
                    return value
            except Malformed as error:
                cut_off = error.at is not None and (
                    error.at > len(self._buffer) - 16 or "is not closed" in str(error)
                )  # fmt: skip
                if not cut_off or not self._more():
                    raise
            if len(self._buffer) - self.at > MAX_LINE:
                raise Malformed(f"a visit {_TOO_LARGE}", self.at)

    def position(self, at: int | None) -> str:
        """`line 3, column 14` of a place in the buffer."""
        at = self.at if at is None else at
        lines = self._buffer.count("\n", 0, at)
        column = at - self._buffer.rfind("\n", 0, at) if lines else at + self._column
        return f"line {self._lines + lines}, column {column}"

    def _more(self) -> bool:
        """Reads at least as much again as is unread, so that a long value is not tried too often."""
        wanted = len(self._buffer) - self.at
        pieces = []
        while wanted >= 0 and (piece := next(self._pieces, None)) is not None:
            pieces.append(piece)
            wanted -= max(len(piece), 1)
        if not pieces:
            return False
        passed = self._buffer.count("\n", 0, self.at)
        self._column = self.at - self._buffer.rfind("\n", 0, self.at) if passed else self._column + self.at
        self._lines += passed
        self._buffer = "".join((self._buffer[self.at :], *pieces))
        self.at = 0
        return True


def _past_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _whole(text: str) -> int | Decimal:
    """A whole number; one of absurd length has no value here, and every key refuses it."""
    return int(text) if len(text) < 30 else Decimal("NaN")


_WORDS: Final = {
    "Expecting value": "a value is expected",
    "Expecting property name enclosed in double quotes": "a key in double quotes is expected",
    "Expecting ':' delimiter": "`:` is expected",
    "Expecting ',' delimiter": "`,` is expected",
    "Unterminated string starting at": "the text that begins here is not closed",
    "Invalid control character at": "a line break or control character stands inside a text",
    "Illegal trailing comma before end of object": "a comma stands before `}`",
    "Illegal trailing comma before end of array": "a comma stands before `]`",
}


def _words(message: str) -> str:
    return _WORDS.get(message, message[:1].lower() + message[1:])
