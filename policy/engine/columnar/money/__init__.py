"""Payment in columns, exact to the cent: prices and amounts are whole numbers at a scale at which every product is exact.

What is written: `payment.py` writes the stage, `prices.py` where prices come from, `caps.py` limits on money; `ledger.py` holds what is
written and what the lines of a chunk come to so far. What it calls: `paying.py` takes the steps in order, `pricing.py` prices lines,
`reducing.py` reduces them, `worth.py` proves that a limit is not passed, `cents.py` rounds.
"""
