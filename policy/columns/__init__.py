"""The claim in columns, as `policy.claims` is the claim in objects: an Arrow table of claim lines, decoded and grouped into visits.

`layout` says which column is which field, `asked` which of them are read at all, `decode*` turn Arrow columns into NumPy values,
`grouping` gathers lines into visits, `frame` is the result, and `visits` and `history` give one visit back as an object.
Nothing here knows a plan or an engine.
"""
