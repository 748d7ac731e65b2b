"""What the conformance runners share: the evaluators, the programs, and reading the case files.

Owns: loading each policy once per evaluator.
Never: knows a case's meaning.
"""

import functools
import json
from pathlib import Path
from typing import Any

import policy

HERE = Path(__file__).parent
ENGINES = ("reference", "compiled")


@functools.cache
def program(source: str, engine: str) -> policy.Program:
    """A policy by shipped id, or by its place in this folder."""
    path = HERE / source
    return policy.load(path if path.is_file() else source, engine=engine)


@functools.cache
def cases(name: str) -> dict[str, Any]:
    """A case file of this folder."""
    data: dict[str, Any] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return data
