"""Two payers on the same visits: where their decisions differ, and which statements make the difference."""
