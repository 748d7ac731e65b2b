"""The catalogue: what policies say, in sentences, tables and pages that people read, print and compare.

Reads resolved policies and nothing else; `policy docs` writes its pages, `policy compare` its tables.
"""
