"""What the examples of policies came to: failures side by side, and statements that no example reaches.

Owns: the layout of `policy test`, as text and as JSON.
Never: runs an example.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import attrs

from policy.render.page import BLANK, Line, Piece, line, table, wrapped
from policy.render.words import count, number

if TYPE_CHECKING:
    from policy.testing.run import Covered, ExampleResult

_INDENT: Final = 4


@attrs.frozen
class Tested:
    """One policy with its examples. `coverage` is `None` when it was not asked for."""

    policy: str
    results: "tuple[ExampleResult, ...]"
    coverage: "tuple[Covered, ...] | None" = None

    @property
    def failed(self) -> int:
        """How many examples failed."""
        return sum(not result.passed for result in self.results)


def tested_lines(found: Sequence[Tested], broken: int, width: int) -> list[Line]:
    """One row for each policy, its failures and gaps below it, and the sum at the end."""
    lines: list[Line] = []
    for tested in found:
        lines += _policy(tested, width)
    examples = sum(len(tested.results) for tested in found)
    failed = sum(tested.failed for tested in found)
    pieces: list[Piece | str] = [f"{count(examples, 'example')} in {count(len(found), 'policy', 'policies')}: "]
    pieces.append((f"{number(examples - failed)} passed", "good"))
    pieces += [", ", (f"{number(failed)} failed", "bad")] if failed else []
    pieces += [", ", (f"{number(broken)} not run because of mistakes", "bad")] if broken else []
    return [*lines, BLANK, line(*pieces)] if lines else [line(*pieces)]


def _policy(tested: Tested, width: int) -> list[Line]:
    passed = len(tested.results) - tested.failed
    told = f"{number(passed)} of {count(len(tested.results), 'example')} passed" if tested.results else "no examples"
    lines = [
        line((tested.policy, "title"), ": ", (told, "bad" if tested.failed else "good" if tested.results else "faint"))
    ]
    for result in tested.results:
        if not result.passed:
            lines.append(line("  ", ("failed ", "bad"), result.name, (f"  {result.place}", "faint")))
            lines += wrapped(result.title, width, indent=_INDENT, style="faint") if result.title != result.name else []
            rows: list[list[Piece | str]] = [
                [difference.what, (difference.expected, "good"), (difference.got, "bad")]
                for difference in result.differences
            ]
            lines += table(rows, ("", "expected", "got"), width, indent=_INDENT)
    if tested.coverage is not None:
        lines += _coverage(tested.coverage)
    return lines


def _coverage(statements: "Sequence[Covered]") -> list[Line]:
    missed = [item for item in statements if not item.reached]
    if not statements:
        return []
    lines = [line("  ", f"{number(len(statements) - len(missed))} of {count(len(statements), 'statement')} reached")]
    room = max((len(item.label) for item in missed), default=0)
    for item in missed:
        lines.append(
            line(" " * _INDENT, ("no example reaches ", "warn"), f"{item.label:<{room}}  ", (item.place, "faint"))
        )
    return lines


def tested_json(found: Sequence[Tested], broken: int) -> bytes:
    """The same as one JSON object."""
    import msgspec

    policies = []
    for tested in found:
        entry: dict[str, object] = {
            "policy": tested.policy,
            "examples": [
                {
                    "name": result.name,
                    "title": result.title,
                    "place": result.place,
                    "passed": result.passed,
                    "differences": [attrs.asdict(difference) for difference in result.differences],
                }
                for result in tested.results
            ],
        }
        if tested.coverage is not None:
            entry["coverage"] = [attrs.asdict(item) for item in tested.coverage]
        policies.append(entry)
    whole = {"policies": policies, "failed": sum(tested.failed for tested in found), "with_mistakes": broken}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
