"""The one place where commands touch the engine: policies by name, programs by visit.

Owns: what a policy may be called on the command line (an id or a file), and loading each policy once.
Never: prints; a name that means nothing is a `Refusal` with the nearest name.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policy.claims.problem import shown
from policy.cli.exits import Refusal
from policy.diagnostics import Diagnostic, PolicyError, nearest

if TYPE_CHECKING:
    from policy.claims.visit import Visit
    from policy.program import Program
    from policy.render.examples import Tested
    from policy.resolve.library import Entry

SUFFIX: Final = ".policy"
_ID: Final = re.compile(r"[a-z][a-z0-9_.]*").fullmatch


class Session:
    """Programs for the visits of one command. `policy` judges every visit; without it each visit's own policy does."""

    def __init__(self, policies: Path | None, policy: str | None) -> None:
        self._folder = policies
        self._policy = policy
        self._programs: dict[str, Program | None] = {}
        self._why: dict[str, tuple[str, str | None]] = {}

    def check(self) -> None:
        """Loads the policy that was named. Raises `Refusal` when there is none, `PolicyError` when it has errors."""
        if self._policy is not None:
            self._programs[self._policy] = load(self._policy, self._folder)
        elif self._folder is not None:
            _folder(self._folder)

    def program_for(self, visit: "Visit") -> "Program | None":
        """The program that judges a visit; `None` when it names no policy, or one of which `why_not` says more."""
        name = self._policy or visit.policy
        return self.program_of(name) if name is not None else None

    def named(self, name: str) -> "Program":
        """The policy that the command line names, by id or file. Raises `Refusal`, `PolicyError`."""
        return load(name, self._folder)

    def program_of(self, name: str) -> "Program | None":
        """The policy that a claim names, by id; `None` when there is none that can be used, of which `why_not` says more."""
        if name not in self._programs:
            self._programs[name] = self._load(name)
        return self._programs[name]

    def program_or_refusal(self, visit: "Visit") -> "Program":
        """The program that judges a visit. Raises `Refusal` with the reason when there is none."""
        program = self.program_for(visit)
        if program is not None:
            return program
        if visit.policy is None:
            raise Refusal("the visit names no policy", "pass `--policy medicare.part_b`, or another of `policy list`")
        raise Refusal(*self.why_not(visit.policy))

    def why_not(self, name: str) -> tuple[str, str | None]:
        """Message and help for a visit whose policy cannot be used."""
        return self._why[name]

    def _load(self, name: str) -> "Program | None":
        """A visit names policies by id only: a claims file must not choose files to read."""
        try:
            return load_id(name, self._folder)
        except Refusal as refusal:
            self._why[name] = (refusal.message, refusal.help)
        except PolicyError as error:
            number = sum(d.is_error for d in error.diagnostics)
            self._why[name] = (
                f"policy `{name}` has {number} error{'s' * (number != 1)}",
                f"run `policy check` and `policy show {name}`",
            )
        return None


def load(name: str, folder: Path | None = None) -> "Program":
    """A policy by id or file. Raises `Refusal` when there is none of that name, `PolicyError` when it has errors."""
    if not _is_file_name(name):
        return load_id(name, folder)
    path = Path(name)
    if not path.is_file():
        raise Refusal(f"there is no policy file `{name}`", "name a .policy file, or an id of `policy list`")
    from policy import program

    return program.load(path, policies=_folder(folder))


def load_id(name: str, folder: Path | None = None) -> "Program":
    """A policy by id, never by file. Raises `Refusal` or `PolicyError`."""
    from policy import program
    from policy.resolve.library import Library

    folder = _folder(folder)
    library = Library(*([folder] if folder else []))
    path = library.find(name) if _ID(name) else None
    if path is None:
        near = nearest(name, library.ids())
        help = f"did you mean `{near}`?" if near else "`policy list` shows what there is, such as medicare.part_b"
        raise Refusal(f"there is no policy `{shown(name)}`", help)
    return program.load(path, policies=folder)


def policies(folder: Path | None) -> "list[Entry]":
    """Every policy that can be named, sorted by id."""
    from policy import program

    return program.entries(_folder(folder))


def policy_files(paths: Sequence[Path]) -> list[Path]:
    """The `.policy` files among `paths` and in their folders, each once. Raises `Refusal` when there is none."""
    from policy.resolve import files

    asked = folders_or_files(paths)
    found = files.policy_files(asked)
    if not found:
        names = ", ".join(f"`{path}`" for path in asked)
        raise Refusal(
            f"there is no {SUFFIX} file in {names}", "name files or folders, or write a first policy with `policy init`"
        )
    return found


def folders_or_files(paths: Sequence[Path]) -> list[Path]:
    """The paths asked for; without any, the folder `policies` of this folder, else this folder. Raises `Refusal`."""
    asked = list(paths) or [Path("policies") if Path("policies").is_dir() else Path()]
    for path in asked:
        if not path.exists():
            raise Refusal(f"there is no file or folder `{path}`")
    return asked


def check(paths: Sequence[Path]) -> tuple[list[Diagnostic], int]:
    """All diagnostics of all files, and how many files there were. Raises `Refusal` when there is none."""
    from policy.resolve import files

    policy_files(paths)
    return files.check(folders_or_files(paths))


def formatted(path: Path) -> tuple[str, str]:
    """The text of a policy file as it is and in the canonical layout. Raises `PolicyError` when it has mistakes."""
    from policy.source import SourceFile
    from policy.syntax.format import format_source

    file = SourceFile.read(path)
    return ("\ufeff" if file.had_bom else "") + file.text, format_source(file)


def formatted_text(data: bytes) -> str:
    """Policy text from the standard input in the canonical layout. Raises `PolicyError` or `Refusal`."""
    from policy.source import SourceFile
    from policy.syntax.format import format_source

    try:
        return format_source(SourceFile("<stdin>", data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise Refusal("the standard input is not UTF-8 text") from None


def named(names: Sequence[str]) -> list[str]:
    """Policy ids as they are; files and folders as the files in them. Raises `Refusal` when there is none."""
    if not names:
        return [str(path) for path in policy_files([])]
    found: list[str] = []
    for name in names:
        if _is_file_name(name) or Path(name).is_dir():
            found += [str(path) for path in policy_files([Path(name)])]
        else:
            found.append(name)
    return list(dict.fromkeys(found))


def tested(name: str, folder: Path | None, *, coverage: bool) -> "Tested":
    """The examples of one policy, run. Raises `Refusal` or `PolicyError`."""
    from policy.render.examples import Tested
    from policy.testing import run

    program = load(name, folder)
    results = run.run_examples(program)
    return Tested(program.id, tuple(results), tuple(run.coverage(program, results)) if coverage else None)


def _folder(folder: Path | None) -> Path | None:
    if folder is not None and not folder.is_dir():
        raise Refusal(f"there is no folder `{folder}`", "`--policies` names the folder of your own policies")
    return folder


def _is_file_name(name: str) -> bool:
    return name.endswith(SUFFIX) or os.sep in name or "/" in name
