"""Where the grammar, the shipped policies and the caches lie.

Owns: the two layouts (source tree; wheel, where they travel inside the package) and the user's cache folder.
Never: reads what is in them.
"""

import functools
import os
from pathlib import Path

_PACKAGE = Path(__file__).parent


@functools.cache
def grammar_folder() -> Path:
    """The folder of `policy.lark`."""
    shipped = _PACKAGE / "_grammars"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "grammars"


@functools.cache
def policies_folder() -> Path:
    """The folder of the shipped policies."""
    shipped = _PACKAGE / "_policies"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "policies"


@functools.cache
def cache_folder() -> Path | None:
    """A folder for caches that may be deleted at any time; `None` when the machine has no place for one.

    `POLICY_CACHE` names another folder; empty, it turns caching off.
    """
    named = os.environ.get("POLICY_CACHE")
    if named == "":
        return None
    if named:
        folder = Path(named)
    else:
        from platformdirs import user_cache_path

        folder = user_cache_path("payer-policy", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None
