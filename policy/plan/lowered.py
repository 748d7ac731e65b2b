"""A policy as evaluators need it: the plan of every span of dates, without the syntax that it was written in.

Owns: `Lowered`, and keeping it on disk, so that an unchanged policy judges claims without being resolved or lowered again. Medicare's
has 21 spans, and to lower them takes longer than to judge a day's claims.
Never: holds a statement. What shows statements asks for `resolved()`, which is read when it is asked for.
"""

import datetime as dt
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from policy.diagnostics import Diagnostic
from policy.resolve.cache import fetch, keep, key_of
from policy.resolve.library import Library
from policy.resources import cache_folder

if TYPE_CHECKING:
    from policy.plan.model import Plan
    from policy.resolve.model import ResolvedPolicy

STAGE: Final = "lowered"


@attrs.frozen
class Lowered:
    """One policy. Its plans and its statements are read when they are asked for."""

    id: str
    title: str
    files: tuple[tuple[str, str], ...]
    diagnostics: tuple[Diagnostic, ...]
    """Warnings and advice; a policy that is lowered has no errors."""
    starts: tuple[dt.date, ...]
    """The dates on which another plan comes into force, after the first."""
    _plans: bytes = attrs.field(repr=False)
    _resolved: bytes = attrs.field(repr=False)

    def boundaries(self) -> list[dt.date]:
        """As of a resolved policy."""
        return list(self.starts)

    def plans(self) -> "tuple[Plan, ...]":
        """The plan in force before the first boundary, and that from each of them on."""
        found: tuple[Plan, ...] = pickle.loads(self._plans)
        return found

    def resolved(self) -> "ResolvedPolicy":
        """The policy with its statements."""
        found: ResolvedPolicy = pickle.loads(self._resolved)
        return found


def key(library: Library, path: Path) -> str | None:
    """What a file's policy is kept under; `None` when a look at the texts of its chain does not show them all."""
    lineage = library.lineage(path)
    if lineage is None:
        return None
    return key_of(STAGE, [text for name, file in lineage for text in (name, file.path, file.text)])


def kept(under: str) -> Lowered | None:
    """What was kept under a key."""
    return fetch(STAGE, under, Lowered)


def keep_lowered(
    under: str, resolved: "ResolvedPolicy", diagnostics: Sequence[Diagnostic], plans: "Sequence[Plan]"
) -> None:
    """Keeps a policy of which every plan was made; one that cannot be kept, as conditions are nested too deep, is made anew each time."""
    if cache_folder() is None:
        return
    try:
        plans_, whole = (pickle.dumps(one, protocol=pickle.HIGHEST_PROTOCOL) for one in (tuple(plans), resolved))
    except (RecursionError, pickle.PicklingError):
        return
    starts = tuple(resolved.boundaries())
    keep(STAGE, under, Lowered(resolved.id, resolved.title, resolved.files, tuple(diagnostics), starts, plans_, whole))
