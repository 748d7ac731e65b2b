"""Examples inside policies, run as tests, and which statements they reach."""
