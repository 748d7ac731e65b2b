"""What could not be read, as lines for the error stream.

Owns: the layout of a problem of the input.
Never: adds a value of the input to what the reader of the file said.
"""

from policy.claims.problem import Problem
from policy.render.page import Line, line, wrapped


def problem_lines(problem: Problem, width: int) -> list[Line]:
    """Place and message, then the remedy."""
    head = (f"{problem.severity}: ", "bad" if problem.is_error else "warn")
    text = f"{problem.place}: {problem.message}"
    found = wrapped(text, width, hang=2, first=head)
    if problem.help:
        found += wrapped(problem.help, width, indent=2, hang=6, first=("help: ", "good"))
    return found or [line(head)]
