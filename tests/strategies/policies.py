"""Policies of every kind of statement, with their parents, as text that resolves without a mistake.

Owns: `Family` (a policy with its parents), the declarations that every generated policy shares, and replacing and removing in children.
Never: writes a file; `Family.program` resolves from memory.
"""

import functools
from pathlib import Path

import attrs
from hypothesis import strategies as st
from strategies.choice import Choices, strategy
from strategies.counts import counts
from strategies.payment import payment
from strategies.reference_tables import TABLES
from strategies.statements import RANGES, Declared, Style, assistant, limit, not_modelled, pair, pairs, require, rule

from policy.diagnostics import PolicyError
from policy.program import Program
from policy.resolve.library import Library, Parsed
from policy.resolve.model import ResolvedPolicy
from policy.resolve.resolve import resolve
from policy.source import SourceFile
from policy.syntax.parse import parse

MAKERS = {"pair": pair, "pairs": pairs, "limit": limit, "require": require, "rule": rule, "assistant": assistant}
LIVES = ("from 2025-01-01", "until 2026-12-31", "from 2024-01-01 until 2026-03-02")
NAMES = ("generated.base", "generated.middle", "generated.payer")

SHARED = """
source manual "A manual"
    link "https://example.org/manual"
    seen 2026-01-01

fact case.severity : number "how severe it is"
fact case.open : yes/no "whether the case is open"
fact case.cap : money
fact case.phase : one of acute, chronic
fact line.side : one of left, right
fact line.level : number
fact line.onset : date
fact documentation.home_program : text "a home program"

evidence activity
    in field activity
    or note says "gait training", "transfer* ...", "sit to stand"
    but not "no transfer*"
    cite manual

evidence response
    in field response
    note says "tolerated ..."
    assume "so"

evidence stated_minutes "minutes that the note states"
    note says "# minutes", "# min"
    {noted}
    assume "the note's minutes are added up"

value units_cap
    {units}
    cite manual

value money_cap
    from 2025-01-01  $2,410.00
    from 2026-01-01  $2,480.00
    cite manual

value unit_price
    from 2025-01-01  $40.00
    from 2026-01-01  $41.25
    cite manual

value day_maximum
    from 2026-01-01  $100.00
    cite manual

value case_cap
    is 3
    assume "three"

codes timed_codes
    97032-97112, 97140, 97530
    97535, 97750
    except 97039
    one unit each {length} minutes

codes day_codes
    97161-97168, 97150, G0283
    one unit each day

"""


@attrs.frozen
class Family:
    """Policies, the root first, each with its text; the last one is the policy, the others its parents."""

    files: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "\n".join(text for _, text in self.files)

    @functools.cached_property
    def resolved(self) -> ResolvedPolicy:
        """The resolved policy. Raises `PolicyError` when the generator wrote something that the language refuses."""
        library = _Memory(dict(self.files))
        policy, found = resolve(library, library.parsed(Path(self.files[-1][0])))
        if policy is None:
            raise PolicyError(found)
        return policy

    def program(self, engine: str = "reference") -> Program:
        return Program(self.resolved, engine=engine, tables=TABLES)


class _Memory(Library):
    """A library of texts in memory, by policy id."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def find(self, policy_id: str) -> Path | None:
        return Path(policy_id) if policy_id in self._texts else None

    def parsed(self, path: Path, shown: str | None = None) -> Parsed:
        file = SourceFile(str(path), self._texts[str(path)])
        module, found = parse(file)
        return Parsed(file, module, tuple(found))


def policies(style: Style | None = None) -> st.SearchStrategy[Family]:
    """Families of one to three policies."""
    return strategy(lambda choices: family(choices, style or Style()))


def family(choices: Choices, style: Style | None = None) -> Family:
    """A policy, in a third of the cases with parents."""
    style = attrs.evolve(style or Style(), plain=choices.chance(35))
    statements = [*counts(choices, style), *_statements(choices, style, "base")]
    statements += payment(choices, style) if choices.chance(35) else []
    files = [(NAMES[0], _file(choices, style, NAMES[0], None, [_shared(choices), *(s.text for s in statements)]))]
    for depth in range(1, choices.pick((1, 1, 1, 1, 2, 3))):
        parent, name = NAMES[depth - 1], NAMES[depth]
        changes, statements = _child(choices, style, name.rpartition(".")[2], statements)
        files.append((name, _file(choices, style, name, parent, changes)))
    name, text = files[-1]
    return Family((*files[:-1], (name, "\n".join([text, *_reasons(choices, statements)]))))


def _file(choices: Choices, style: Style, name: str, parent: str | None, parts: list[str]) -> str:
    header = f'policy {name} "Generated"\n' + (f"    extends {parent}\n" if parent else "")
    if not style.columns and choices.chance(15):
        header += f"    in force {choices.pick(LIVES)}, by service date\n"
    return "\n".join([header, *parts])


def _shared(choices: Choices) -> str:
    units = choices.pick(
        (
            "is 3 units",
            "from 2025-01-01 2 units\n    from 2026-01-01 4 units",
            "from 2026-02-01 until 2026-06-30 1 unit",
        )
    )
    special = (
        "codes special\n    97530, 97161\n",
        "codes special\n    timed_codes\n    except 97110, 97112\n",
        _SPECIAL_TWICE,
    )
    noted = choices.pick(("", "in force from 2026-01-01", "status paused"))
    return SHARED.format(units=units, noted=noted, length=choices.pick((15, 15, 10))) + choices.pick(special)


_SPECIAL_TWICE = """codes special
    97530, 97110
    in force until 2025-12-31

codes special
    97535, 97150
    in force from 2026-01-01
"""


def _statements(choices: Choices, style: Style, suffix: str) -> list[Declared]:
    """Pairs, limits, requirements and rules in any order, and now and then an open question about them."""
    rare = {"pairs", "assistant"} if style.columns and not choices.chance(15) else {"pairs"}
    kinds = [kind for kind in MAKERS if kind not in rare for _ in range(choices.pick((1, 0, 2)))]
    kinds += ["limit"] * style.columns
    kinds += ["pairs"] * (not style.columns and choices.chance(12))
    made = [
        MAKERS[kind](choices, f"{kind}_{number}_{suffix}", style) for number, kind in enumerate(choices.shuffled(kinds))
    ]
    if choices.chance(30):
        made.append(not_modelled(choices, f"open_{suffix}", style, [f"{one.kind} {one.name}" for one in made]))
    return made


def _reasons(choices: Choices, made: list[Declared]) -> list[str]:
    """Reason codes that stand beside the statements."""
    named = [one for one in made if one.kind in MAKERS]
    if not named or not choices.chance(15):
        return []
    one = choices.pick(named)
    clauses = (f"{one.kind} {one.name} CO-97, N20", f"in force {choices.pick(RANGES)}", "cite manual")
    return [Declared("reasons", "codes_of_payer", clauses).text]


def _child(choices: Choices, style: Style, suffix: str, inherited: list[Declared]) -> tuple[list[str], list[Declared]]:
    """A child's declarations, and the statements that then stand."""
    texts: list[str] = []
    standing: list[Declared] = []
    touched = " ".join(one.text for one in inherited if one.kind == "not modelled")
    for one in inherited:
        change = choices.number(0, 9)
        steps = one.kind in MAKERS and not one.name.startswith(("money_", "rvus_"))
        if steps and change >= 8 and one.name not in touched:
            texts.append(f"remove {one.kind} {one.name}\n")
            continue
        if steps and change >= 6:
            one = attrs.evolve(MAKERS[one.kind](choices, one.name, style), word="replace")
            texts.append(one.text)
        standing.append(one)
    if choices.chance(30):
        texts.append(Declared("codes", "special", ("97140, 97150",), word="replace").text)
    new = _statements(choices, style, suffix) if choices.chance(60) else []
    return [*texts, *(one.text for one in new)], [*standing, *new]
