"""The columnar evaluator: a plan as NumPy source, run on some ten thousand visits at a time.

`module.py` writes the function, step by step with `checks.py`, `counting.py`, `pairs.py`, `limits.py` and `questions.py`; `emit.py` writes
expressions through the second emitter of the table of operations; `view.py` shows a frame as a plan reads it, `chunk.py` holds what is
known of the lines while they are evaluated; `kernels.py` holds what the written code calls. Everything that is certain is worked out in
columns. A visit on which something hangs (a fact is missing, one code stands on two lines, a limit must give way line by line) is handed,
as a whole, to the compiled evaluator, once for all visits of the same content (`aside.py`).
"""
