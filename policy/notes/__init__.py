"""Reading a visit's free-text note: phrases with their places, numbers, and likeness to earlier notes.

`words.py` cuts a text into words and sentences, `phrases.py` reads what an author writes, `matcher.py` finds many phrases in one pass,
`reading.py` says what a note shows in the terms of `shown.py`, `similarity.py` how alike two notes are. Nothing here knows a policy,
a visit or an engine, nothing asks a model or a network, and nothing that is handed out holds a word of a note.
"""
