"""A statement in plain English: one file per group of kinds, one table that joins them (`sentences/table.py`)."""
