"""The columnar evaluator: a plan as NumPy source, run on some ten thousand visits at a time.

What is written: `module.py` holds what is written of a plan, once for each shape of tables; `steps.py` writes the function step by step,
with `joining.py` for checks that are judged together, `stages.py` for gates and those that are judged one by one, and `ceilings.py` for
limits; `writer.py` is where they write, `emit.py` and `masks.py` write expressions through the second emitter of the table of operations.

What it calls: `runtime.py` names it all; `kernels.py` and `total_time.py` count in `pools.py`, `repeats.py` counts codes on several
lines, `billing.py` compares with what was billed, `pairs.py` judges pairs in groups (`pair_groups.py`), `amounts.py`, `limits.py`,
`lookback.py`, `earlier.py`, `verdicts.py` and `giving_way.py` limits, `together.py` checks; `money/` pays; `by_code.py` is worked out once
for each code.

What it reads and writes: `view.py` shows a frame as a plan reads it, `selection.py` some of its visits, `large.py` those of them that
come to much, `spaces.py` their lines; `chunk.py` holds what is found out about them, `bits.py` says by which bits, `patterns.py` and
`run.py` make answers of them.

What is certain is worked out in columns, and what is undetermined because a fact is missing is told there too. A visit of which that is
not enough (minutes above a limit are to be counted anew, an earlier line does not say of which discipline it is, an assistant may have
helped) is handed, as a whole, to the compiled evaluator, once for all visits of the same content (`aside.py`).
"""
