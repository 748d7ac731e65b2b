"""What people and programs read: decisions, explanations, diagnostics and listings, as text and as records.

Owns: layout and words.
Never: runs a pass; it knows the models only.
"""
