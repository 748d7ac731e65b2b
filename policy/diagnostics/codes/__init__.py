"""The codes by what they are about, each with the text of its page.

Owns: nothing but the order; `policy/diagnostics/registry.py` puts the parts together.
Never: holds a message.
"""
