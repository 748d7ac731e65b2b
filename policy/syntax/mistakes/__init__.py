"""What is wrong with a header or clause that could not be read, in the author's words.

Owns: one mistake, one diagnostic: `stop` finds the place, the likely mistakes are tried in order (`clause`,
`header`), each by a small function that knows or does not (`signs`, `numbers`, `names`, `words`).
Never: changes how text is read.
"""
