"""What stands between a command and the shell: every ending is quiet, one line long, and has its exit code.

Owns: turning exceptions into lines on stderr and exit codes.
Never: shows a traceback, unless `POLICY_DEBUG` is set.
"""

import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

from policy.cli import exits

P = ParamSpec("P")


def guarded(command: Callable[P, int]) -> Callable[P, int]:
    """The command, never raising: its exit code, or that of the exception it ended with."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
            return code
        except Exception as error:
            return ending(error)
        except KeyboardInterrupt:
            return exits.INTERRUPTED

    return run


def ending(error: Exception) -> int:
    """The exit code for an exception, its line printed."""
    match error:
        case exits.Refusal():
            return exits.refuse(str(error))
        case exits.Ended():
            return error.code
        case BrokenPipeError():
            _let_go()
            return exits.CLOSED
    from policy.claims.problem import Unreadable
    from policy.diagnostics import PolicyError
    from policy.notes.similarity import NeedsExtra
    from policy.tables.problem import BadTable

    if isinstance(error, (Unreadable, NeedsExtra)):
        return exits.refuse(str(error))
    if isinstance(error, BadTable):
        return exits.refuse(str(error.problems[0]))
    if isinstance(error, PolicyError):
        from policy.cli.diagnostics import to_stderr

        to_stderr(error.diagnostics)
        return exits.NO
    if os.environ.get("POLICY_DEBUG"):
        raise error
    if isinstance(error, OSError):
        named = f"{error.filename}: " if error.filename else ""
        return exits.refuse(f"{named}{(error.strerror or 'cannot be read or written').lower()}")
    return exits.refuse(_internal(error))


def _internal(error: Exception) -> str:
    """Where our own code failed, without the exception's text: it might hold a value of the input."""
    from policy.version import VERSION

    trace = error.__traceback__
    place = "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        if f"{os.sep}policy{os.sep}" in code.co_filename:
            place = f"{code.co_filename.rpartition(f'{os.sep}policy{os.sep}')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"internal error in {place} ({type(error).__name__}, version {VERSION}); this is a fault of the program: "
        "please report this line and the command; POLICY_DEBUG=1 shows the traceback"
    )


def _let_go() -> None:
    """Points stdout at nothing, so that the interpreter's own last flush does not complain."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
