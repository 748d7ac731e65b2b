"""The problems of one visit, gathered while it is read.

Owns: putting a place together (file, visit, line, key), and "did you mean".
Never: repeats a value of the input.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from policy.claims import fields
from policy.claims.fields import Refused
from policy.claims.problem import ERROR, WARNING, Problem, shown

_MAX_WARNINGS: Final = 20
_MAX_PROBLEMS: Final = 100


class Report:
    """The problems of one visit. Its place is worked out when there is something to say."""

    __slots__ = ("data", "place", "problems", "unknown")

    def __init__(self, data: Mapping[str, Any], place: str) -> None:
        self.data = data
        self.place = place
        self.problems: list[Problem] = []
        self.unknown = 0

    def error(self, where: str, message: str, help: str | None = None) -> None:
        """An error at `where` (line and key, as far as known)."""
        self._add(ERROR, where, message, help)

    def refuse(self, where: str, key: str, refused: Refused) -> None:
        """The error of a key whose value was refused."""
        key = shown(key)
        self._add(ERROR, f"{where}, {key}" if where else key, f"`{key}` {refused.message}", refused.help)

    def unknown_key(self, where: str, key: object, known: Iterable[str]) -> None:
        """A warning with the nearest known key; past the first few only their count is kept."""
        self.unknown += 1
        if self.unknown > _MAX_WARNINGS:
            return
        near = nearest(str(key), known)
        help = f"did you mean `{near}`" if near else "write `x_…` for a fact that the policy declares"
        self._add(WARNING, where, f"`{shown(key)}` is not a key that is read", help)

    def done(self) -> list[Problem]:
        """All problems; past the limits only their number is told."""
        if self.unknown > _MAX_WARNINGS:
            self._add(WARNING, "", f"{self.unknown - _MAX_WARNINGS} more keys are not read", None)
        if len(self.problems) > _MAX_PROBLEMS:
            more = Problem(ERROR, f"{len(self.problems) - _MAX_PROBLEMS} more problems of this visit", self.place)
            self.problems[_MAX_PROBLEMS:] = [more]
        return self.problems

    def _add(self, severity: str, where: str, message: str, help: str | None) -> None:
        visit = _visit_id(self.data)
        place = self.place
        if visit is not None:
            place = f"visit {visit}" if place == "visit" else f"{place}, visit {visit}"
        self.problems.append(Problem(severity, message, f"{place}, {where}" if where else place, help, visit))


def _visit_id(data: Mapping[str, Any]) -> str | None:
    try:
        return fields.text(data.get("visit"))
    except Refused:
        return None


def nearest(key: str, known: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The known name most like `key`, for a "did you mean"."""
    from difflib import get_close_matches

    found = get_close_matches(key[:60].lower(), sorted(known), 1, cutoff)
    return found[0] if found else None
