"""Where policies are found by id.

Owns: the places that are searched (the folders named, then beside the files asked for, then the shipped policies) and reading
a file once.
Never: resolves; it hands out parsed modules with their mistakes.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from policy.diagnostics import Diagnostic, Label
from policy.resources import policies_folder
from policy.source import SourceFile, Span

if TYPE_CHECKING:
    from policy.syntax import ast

_ID: Final = re.compile(r"^policy[ \t]+([a-z][a-z0-9_.]*)(?:[ \t]+\"([^\"\n]*)\")?", re.MULTILINE)
_EXTENDS: Final = re.compile(r"^[ \t]+extends[ \t]+([a-z][a-z0-9_.]*)", re.MULTILINE)
SUFFIX: Final = ".policy"
_PIECE: Final = 20_000


@attrs.frozen
class Parsed:
    """One file as parsed."""

    file: SourceFile
    module: "ast.Module"
    diagnostics: tuple[Diagnostic, ...]


@attrs.frozen
class Entry:
    """What a list of policies shows of one."""

    id: str
    title: str
    parent: str | None
    path: Path
    shipped: bool


@attrs.define
class _Place:
    """A folder in which policies are looked for: by their conventional path, then by what its files declare.

    Only a `deep` folder is searched with all that is below it; beside a file that happens to lie in a home folder, that could take minutes.
    """

    folder: Path
    deep: bool
    _index: dict[str, Path] | None = None

    def find(self, policy_id: str) -> Path | None:
        if not re.fullmatch(r"[a-z][a-z0-9_.]*", policy_id, re.ASCII):
            return None
        path = self.folder.joinpath(*policy_id.split(".")).with_suffix(SUFFIX)
        return path if _declared(path) == policy_id else self.index().get(policy_id)

    def index(self) -> dict[str, Path]:
        """The ids that its files declare; of two files with one id, the first by path."""
        if self._index is None:
            self._index = {}
            for path in self._files():
                policy_id = _declared(path)
                if policy_id is not None:
                    self._index.setdefault(policy_id, path)
        return self._index

    def _files(self) -> Iterator[Path]:
        try:
            found = self.folder.rglob("*" + SUFFIX) if self.deep else self.folder.glob("*" + SUFFIX)
            return iter(sorted(path for path in found if path.is_file()))
        except OSError:
            return iter(())


class Library:
    """Finds and parses policy files. Files are read once per library; make a new one to see changes.

    `folders` are searched first, with everything below them; then the folders of the files `beside` which a parent may lie; then
    the shipped policies.
    """

    def __init__(self, *folders: Path, beside: Iterable[Path] = ()) -> None:
        places = [_Place(folder, deep=True) for folder in folders]
        places += [_Place(folder, deep=False) for file in beside for folder in _around(file)]
        self._places: dict[Path, _Place] = {}
        for place in (*places, _Place(policies_folder(), deep=True)):
            self._places.setdefault(place.folder.absolute(), place)
        self._parsed: dict[Path, Parsed] = {}

    def find(self, policy_id: str) -> Path | None:
        """The file of a policy: place by place, in its conventional path (`medicare.part_b` in `medicare/part_b.policy`) or any other."""
        return next((path for place in self._places.values() if (path := place.find(policy_id))), None)

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

    def lineage(self, path: Path) -> list[tuple[str, SourceFile]] | None:
        """A file with its parents, the root first, by a look at their texts; `None` when a look does not show them all.

        Good enough to name what is in the cache, which the texts themselves then prove.
        """
        found: list[tuple[str, SourceFile]] = []
        following: Path | None = path
        while following is not None:
            try:
                file = SourceFile.read(following, _shown(following))
            except (OSError, UnicodeDecodeError):
                return None
            match, parent = _ID.search(file.text), _EXTENDS.search(file.text)
            if match is None or any(match[1] == known for known, _ in found):
                return None
            found.append((match[1], file))
            if parent is None:
                return found[::-1]
            following = self.find(parent[1])
        return None

    def _all(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for place in reversed(self._places.values()):
            found |= place.index()
        return found


def parse_path(path: Path, shown: str) -> Parsed:
    """Reads and parses one file; text that is not UTF-8 becomes a diagnostic. Raises `OSError`."""
    try:
        file = SourceFile.read(path, shown)
    except UnicodeDecodeError as error:
        from policy.syntax import ast

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


def _around(file: Path) -> Iterator[Path]:
    """The folder of a file, and the folder from which the file's own path is the conventional one of its id."""
    yield file.parent
    path = file.absolute()
    parts = tuple((_declared(path) or "").split("."))
    if len(parts) > 1 and path.with_suffix("").parts[-len(parts) :] == parts:
        yield path.parents[len(parts) - 1]


def _declared(path: Path) -> str | None:
    """The id that a file declares, as far as a look at its text shows; `None` when it cannot be read."""
    match = _ID.search(_peek(path))
    return match[1] if match else None


def _peek(path: Path) -> str:
    """The beginning of a file, up to its `policy` line and a little further."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            text = stream.read(_PIECE)
            while more := stream.read(_PIECE):
                found = _ID.search(text)
                text += more  # a piece may end in the middle of the line that was looked for
                if found:
                    break
            return text
    except (OSError, ValueError):  # not there, or not a name that a file can have
        return ""


def _shown(path: Path) -> str:
    """Shipped policies are shown by their place among the policies, others as the user wrote them."""
    folder = policies_folder()
    if folder in path.parents:
        return "policies/" + path.relative_to(folder).as_posix()
    return str(path)
