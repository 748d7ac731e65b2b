"""The compiled evaluator: a plan as straight-line Python.

`module.py` writes the function, step by step with `checks.py`, `counting.py` and `rules.py`; `emit.py` writes expressions through the
table of operations; `codebook.py` knows what each code is asked; `runtime.py` and `pairs.py` hold what the written code calls. The
common shapes of a visit are written out; a step that meets an uncommon one (minutes missing, one code on several lines, a limit that
looks back or is exceeded) is handed, for that visit, to the same step of the reference (`handed.py`).
"""

from policy.engine.compiled.module import compile_plan, source

__all__ = ["compile_plan", "source"]
