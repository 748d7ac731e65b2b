"""Parsed files kept on disk by digest, so that unchanged text is not parsed twice.

Owns: the cache's key (text, grammar, engine version, Python) and reading a damaged cache as an empty one.
Never: decides anything by time stamps. The folder may be deleted at any time.
"""

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
from pathlib import Path

from policy.diagnostics import Diagnostic
from policy.resources import cache_folder, grammar_folder
from policy.source import SourceFile
from policy.syntax import ast
from policy.version import VERSION


def cached_parse(file: SourceFile) -> tuple[ast.Module, list[Diagnostic]]:
    """`parse(file)`; a text without mistakes is taken from the cache when it is there."""
    folder = cache_folder()
    path = folder / f"ast-{_key(file.text)}.pickle" if folder else None
    if path is not None:
        module = _load(path)
        if module is not None:
            return module, []
    from policy.syntax.parse import parse

    module, found = parse(file)
    if path is not None and not found:
        _store(path, module)
    return module, found


def _key(text: str) -> str:
    digest = hashlib.sha256(f"{VERSION} {sys.version_info[:2]} ".encode())
    package = Path(__file__).parent.parent
    read_by = (package / "values.py", package / "source.py", *sorted((package / "syntax").rglob("*.py")))
    for source in (grammar_folder() / "policy.lark", *read_by):
        stat = source.stat()
        digest.update(f"{source.name} {stat.st_size} {stat.st_mtime_ns} ".encode())
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _load(path: Path) -> ast.Module | None:
    try:
        with path.open("rb") as stream:
            module = pickle.load(stream)
    except Exception:  # a damaged or foreign cache is no cache
        return None
    return module if isinstance(module, ast.Module) else None


def _store(path: Path, module: ast.Module) -> None:
    name = None
    try:
        data = pickle.dumps(module, protocol=pickle.HIGHEST_PROTOCOL)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(name, path)
    except (OSError, RecursionError, pickle.PicklingError):  # a full disk, a folder that is gone: no cache, no harm
        if name is not None:
            with contextlib.suppress(OSError):
                os.unlink(name)
