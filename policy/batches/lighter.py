"""PyArrow without pandas, for processes that are all our own.

Where pandas is installed, PyArrow loads it with the first array that it makes, to ask whether what it was given is a pandas object. That
takes half a second, longer than a small run. Nothing here ever gives it one.

Owns: keeping pandas out of a process. Never: does so in a program that embeds this package.
"""

import sys
from importlib.abc import MetaPathFinder
from typing import Any


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used here", name=name)


def leave_out_pandas() -> None:
    """From here on pandas cannot be imported; where it is loaded already, it stays."""
    if not is_left_out():
        sys.meta_path.insert(0, _NoPandas())


def is_left_out() -> bool:
    """Whether this process does without pandas."""
    return any(isinstance(finder, _NoPandas) for finder in sys.meta_path)
