"""Reference tables: what CMS publishes every quarter, as it comes, checked, dated and looked up.

A release is read by the file of its kind (`ptp`, `mue`, `rvu`, `gpci`, `fee`), checked as a whole (`checks`), stored as one
Parquet file (`store`) and asked by date of service (`lookup`). A small therapy subset travels with the package (`data/`), so that
questions about it need neither an import nor PyArrow.

Never: a descriptor of a code (they are not ours to copy), a guess. A date outside a table, or a code outside a subset, is answered
with `NoTable`, which is not the same as "there is no such edit".
"""
