"""Where policies are found by id.

Owns: the folders that are searched (beside the file asked for, the user's folder, the shipped policies) and reading a file once.
Never: resolves; it hands out parsed modules with their mistakes.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

from policy.diagnostics import Diagnostic, Label
from policy.resources import policies_folder
from policy.source import SourceFile, Span
from policy.syntax import ast

_ID: Final = re.compile(r"^policy[ \t]+([a-z][a-z0-9_.]*)(?:[ \t]+\"([^\"\n]*)\")?", re.MULTILINE)
_EXTENDS: Final = re.compile(r"^[ \t]+extends[ \t]+([a-z][a-z0-9_.]*)", re.MULTILINE)
SUFFIX: Final = ".policy"


@attrs.frozen
class Parsed:
    """One file as parsed."""

    file: SourceFile
    module: ast.Module
    diagnostics: tuple[Diagnostic, ...]


@attrs.frozen
class Entry:
    """What a list of policies shows of one."""

    id: str
    title: str
    parent: str | None
    path: Path
    shipped: bool


class Library:
    """Finds and parses policy files. Files are read once per library; make a new one to see changes."""

    def __init__(self, *folders: Path) -> None:
        self._folders = (*folders, policies_folder())
        self._parsed: dict[Path, Parsed] = {}
        self._index: dict[str, Path] | None = None

    def find(self, policy_id: str) -> Path | None:
        """The file of a policy: by its conventional place first (`medicare.part_b` in `medicare/part_b.policy`), else by looking inside."""
        for folder in self._folders:
            path = folder.joinpath(*policy_id.split(".")).with_suffix(SUFFIX)
            if path.is_file() and _declares(path, policy_id):
                return path
        return self._all().get(policy_id)

    def ids(self) -> list[str]:
        """Every policy id that can be found, sorted."""
        return sorted(self._all())

    def entries(self) -> list[Entry]:
        """Every policy with its title and parent, sorted by id."""
        out = []
        for policy_id, path in sorted(self._all().items()):
            text = _peek(path)
            match, parent = _ID.search(text), _EXTENDS.search(text)
            title = (match and match[2]) or ""
            out.append(Entry(policy_id, title, parent[1] if parent else None, path, policies_folder() in path.parents))
        return out

    def parsed(self, path: Path, shown: str | None = None) -> Parsed:
        """The parsed file. Raises `OSError` when it cannot be read."""
        key = path.absolute()
        if key not in self._parsed:
            self._parsed[key] = parse_path(path, shown or _shown(path))
        return self._parsed[key]

    def _all(self) -> dict[str, Path]:
        if self._index is None:
            self._index = {}
            for folder in self._folders:
                for path in _policy_files(folder):
                    match = _ID.search(_peek(path))
                    if match:
                        self._index.setdefault(match[1], path)
        return self._index


def parse_path(path: Path, shown: str) -> Parsed:
    """Reads and parses one file; text that is not UTF-8 becomes a diagnostic. Raises `OSError`."""
    try:
        file = SourceFile.read(path, shown)
    except UnicodeDecodeError as error:
        file = SourceFile(shown, "")
        message = f"the file is not UTF-8 text (byte {error.start:,})"
        help_ = "save it as UTF-8, or export it as plain text from the word processor"
        return Parsed(file, ast.Module(()), (Diagnostic("encoding", message, Label(file, Span(0, 0)), help=help_),))
    return parse_file(file)


def parse_file(file: SourceFile) -> Parsed:
    """Parses text in hand; an unchanged text is read from the cache on disk."""
    from policy.resolve.cache import cached_parse

    module, found = cached_parse(file)
    return Parsed(file, module, tuple(found))


def _policy_files(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.rglob("*" + SUFFIX)))


def _peek(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            return stream.read(20_000)
    except OSError:
        return ""


def _declares(path: Path, policy_id: str) -> bool:
    match = _ID.search(_peek(path))
    return match is not None and match[1] == policy_id


def _shown(path: Path) -> str:
    """Shipped policies are shown by their place among the policies, others as the user wrote them."""
    folder = policies_folder()
    if folder in path.parents:
        return "policies/" + path.relative_to(folder).as_posix()
    return str(path)
