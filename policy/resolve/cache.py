"""Parsed, resolved and lowered policies kept on disk by digest, so that unchanged text is not worked through twice.

Owns: the keys (the texts, the version, Python, and the sizes and times of our own source files, which change while it is developed)
and reading a damaged cache as an empty one.
Never: keeps anything with an error in it. The folder may be deleted at any time; `POLICY_CACHE=""` turns it off.
"""

import functools
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from policy.diagnostics import Diagnostic
from policy.resources import cache_folder, grammar_folder
from policy.source import SourceFile
from policy.version import VERSION

if TYPE_CHECKING:
    from policy.syntax import ast

T = TypeVar("T")
_RESOLVED: Final = ("syntax", "resolve", "diagnostics", "notes")
STAGES: Final = {"ast": ("syntax",), "resolved": _RESOLVED, "lowered": (*_RESOLVED, "plan")}
"""The packages whose code decides what is kept, beside the modules of facts, values and codes."""


def cached_parse(file: SourceFile) -> "tuple[ast.Module, list[Diagnostic]]":
    """`parse(file)`; a text without mistakes is taken from the cache when it is there."""
    from policy.syntax import ast

    key = key_of("ast", [file.text])
    module = fetch("ast", key, ast.Module)
    if module is not None:
        return module, []
    from policy.syntax.parse import parse

    module, found = parse(file)
    if not found:
        keep("ast", key, module)
    return module, found


def key_of(stage: str, texts: Iterable[str]) -> str:
    """The key of what a stage makes of some texts."""
    digest = hashlib.sha256(_code(stage).encode())
    for text in texts:
        digest.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()[:32]


@functools.cache
def _code(stage: str) -> str:
    package = Path(__file__).parent.parent
    files = [grammar_folder() / "policy.lark", *sorted(package.glob("*.py"))]
    for folder in STAGES[stage]:
        files += sorted((package / folder).rglob("*.py"))
    stats = [(file.name, file.stat()) for file in files]
    return f"{VERSION} {sys.version_info[:2]} {[(name, s.st_size, s.st_mtime_ns) for name, s in stats]}"


def fetch(stage: str, key: str, type_: type[T]) -> T | None:
    """What was kept under a key, or `None`."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        with (folder / f"{stage}-{key}.pickle").open("rb") as stream:
            found = pickle.load(stream)
    except Exception:  # a damaged or foreign cache is no cache
        return None
    return found if isinstance(found, type_) else None


def keep(stage: str, key: str, value: Any) -> None:
    """Keeps a value under a key; a full or read-only disk is no mistake."""
    folder = cache_folder()
    if folder is None:
        return
    name = None
    try:
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as stream:
            pickle.dump(value, stream, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(name, folder / f"{stage}-{key}.pickle")
    except (OSError, RecursionError, pickle.PicklingError):
        if name is not None:
            Path(name).unlink(missing_ok=True)
