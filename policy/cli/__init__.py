"""The command line: one small file per command, all contact with the engine in `session`.

Owns: options, exit codes, where output goes.
Never: judges, and never lays out what it prints (`render/` does).
"""
