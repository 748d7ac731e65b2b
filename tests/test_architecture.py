"""Imports run downward, heavy libraries load where they are used. Read from the source, also inside functions."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import policy

PACKAGE = Path(policy.__file__).parent

GROUND = {"source", "values", "codes", "facts", "version", "resources", "record"}
MAY_IMPORT: dict[str, set[str]] = {
    "source": set(),
    "version": set(),
    "resources": set(),
    "record": set(),
    "values": set(),
    "codes": set(),
    "facts": {"values"},
    "diagnostics": {"source"},
    "syntax": GROUND | {"diagnostics"},
    "resolve": GROUND | {"diagnostics", "syntax", "notes"},
    "plan": GROUND | {"diagnostics", "syntax", "resolve", "notes"},
    "notes": {"record"},
    "claims": {"values", "facts", "codes", "notes"},
    "tables": {"values", "codes", "resources", "version"},
    "engine": GROUND | {"plan", "claims", "columns", "tables", "notes"},
    "program": GROUND | {"diagnostics", "syntax", "resolve", "plan", "engine", "claims", "tables"},
    "columns": {"values", "facts", "codes", "claims"},
    "batches": GROUND | {"plan", "engine", "claims", "columns", "tables", "program"},
    "spark": {"values", "batches"},
    "dask": {"claims", "batches"},
    "testing": GROUND | {"diagnostics", "syntax", "resolve", "engine", "claims", "program"},
    "comparing": {"values", "engine"},
    "render": GROUND
    | {
        "diagnostics",
        "syntax",
        "resolve",
        "plan",
        "engine",
        "claims",
        "tables",
        "program",
        "testing",
        "comparing",
        "batches",
    },
    "catalogue": GROUND | {"diagnostics", "syntax", "resolve", "render"},
    "auditing": {
        "values",
        "facts",
        "version",
        "plan",
        "engine",
        "claims",
        "columns",
        "program",
        "batches",
        "render",
        "catalogue",
    },
    "cli": GROUND
    | {
        "diagnostics",
        "syntax",
        "resolve",
        "engine",
        "claims",
        "tables",
        "notes",
        "program",
        "testing",
        "render",
        "catalogue",
        "comparing",
        "batches",
        "auditing",
        "columns",
    },
    "__init__": {"claims", "diagnostics", "engine", "program", "resolve", "version"},
    "__main__": {"cli"},
}
"""What each part of the package may import besides itself; later parts (`lint`, `analyze`, …) add their own line."""

ABOVE = {("engine.decision", "render.explain"), ("program", "batches")}
"""The ways up: `Decision.explain()` prints, so it asks for the printer when it is called; `Program.evaluate_table` is the short way
to what tables are evaluated with."""

PASSES = {
    "syntax.parse", "syntax.build", "syntax.layout", "resolve.resolve", "resolve.flatten", "resolve.names", "resolve.types",
    "resolve.dates", "resolve.chain", "plan.lower", "plan.statements", "plan.limits", "plan.spoken", "plan.expressions", "engine.reference",
    "engine.compiled", "engine.expressions", "engine.telling", "engine.unsettled",
}  # fmt: skip
"""Modules that do a stage's work. Pages are made from models, commands from `program`: neither calls a stage."""

HEAVY = {
    "numpy",
    "pyarrow",
    "pandas",
    "polars",
    "duckdb",
    "x12sdk",
    "openx12",
    "rapidfuzz",
    "pydantic",
    "pyspark",
    "dask",
    "distributed",
    "jinja2",
}


COLUMNAR = ("tables.", "columns", "engine.columnar", "batches", "auditing.", "spark", "dask")
"""Parts that work on columns."""


@attrs.frozen
class Import:
    """One import: who, what, whether when the module loads, and whether only for the type checker."""

    module: str
    target: str
    at_load: bool
    for_types: bool

    @property
    def parts(self) -> tuple[str, str]:
        """The parts of the package on both sides."""
        return self.module.partition(".")[0], self.target.removeprefix("policy.").partition(".")[0]


def modules() -> dict[str, Path]:
    """Every module of the package, by its name below `policy`."""
    out = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        out[name.removesuffix(".__init__") if name != "__init__" else name] = path
    return out


MODULES = modules()


def imports(module: str) -> Iterator[Import]:
    """The imports of a module."""
    yield from _imports(module, ast.parse(MODULES[module].read_text("utf-8")).body, True, False)


def _imports(module: str, body: list[ast.stmt], at_load: bool, for_types: bool) -> Iterator[Import]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from (Import(module, _home(alias.name), at_load, for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            base = node.module or ""
            yield from (Import(module, _home(f"{base}.{alias.name}"), at_load, for_types) for alias in node.names)
        else:
            checking = isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
            inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                for part in getattr(node, field, []):
                    inner = part.body if isinstance(part, (ast.ExceptHandler, ast.match_case)) else [part]
                    yield from _imports(
                        module, inner, at_load and not inside, for_types or (checking and field == "body")
                    )


def _home(name: str) -> str:
    """The module that an imported name lies in: `policy.values.Type` is in `policy.values`."""
    if name == "policy" or not name.startswith("policy."):
        return name
    below = name.removeprefix("policy.")
    return name if below in MODULES else name.rpartition(".")[0]


OWN = [one for module in MODULES for one in imports(module) if one.target.partition(".")[0] == "policy"]
OTHERS = [one for module in MODULES for one in imports(module) if one.target.partition(".")[0] != "policy"]


def test_every_part_of_the_package_has_its_line() -> None:
    assert {module.partition(".")[0] for module in MODULES} - set(MAY_IMPORT) == set()


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_imports_run_downward(part: str) -> None:
    for one in OWN:
        own, target = one.parts
        if (
            own == part != target
            and (one.module, one.target.removeprefix("policy.")) not in ABOVE
            and target != "policy"
        ):
            assert target in MAY_IMPORT[part], f"{one.module} imports {one.target}"


def test_the_layers_have_no_circle() -> None:
    left = {part: set(below) for part, below in MAY_IMPORT.items()}
    while left:
        lowest = {part for part, below in left.items() if not below & set(left)}
        assert lowest, f"a circle among {sorted(left)}"
        left = {part: below for part, below in left.items() if part not in lowest}


@pytest.mark.parametrize("part", ["render", "catalogue", "cli"])
def test_pages_and_commands_call_no_stage(part: str) -> None:
    for one in OWN:
        if one.parts[0] == part and not one.for_types:
            stage = next((p for p in PASSES if one.target.removeprefix("policy.").startswith(p)), None)
            assert stage is None, f"{one.module} imports {one.target}"


def test_pages_know_programs_only_as_types() -> None:
    assert [
        one
        for one in OWN
        if one.parts[0] == "render" and one.parts[1] in {"program", "testing", "batches"} and not one.for_types
    ] == []


def test_lark_stays_in_the_syntax() -> None:
    assert {one.module for one in OTHERS if one.target.startswith("lark")} <= {
        m for m in MODULES if m.startswith("syntax.")
    }


def test_heavy_libraries_load_where_they_are_used() -> None:
    """Only what works on columns, which nothing loads before it needs it, names a heavy library at its top."""
    loaded = {
        one.module for one in OTHERS if one.at_load and not one.for_types and one.target.partition(".")[0] in HEAVY
    }
    while True:
        more = {
            one.module for one in OWN if one.at_load and not one.for_types and one.target.removeprefix("policy.") in loaded
        }  # fmt: skip
        if more <= loaded:
            break
        loaded |= more
    assert {module for module in loaded if not module.startswith(COLUMNAR)} == set()


def test_a_policy_is_judged_without_heavy_libraries() -> None:
    """Loads the command line and decides a visit in a fresh interpreter."""
    script = f"""
import sys, datetime as dt
import policy.cli.main
from policy.claims.visit import Line, Visit
text = '''policy my.payer "Mine"
require gp
    applies to 97530
    modifier GP
    otherwise deny
    assume "so"
'''
decision = policy.load(text).evaluate(Visit(dt.date(2026, 3, 2), (Line(1, "97530", 20, 1, ("GP",)),)))
decision.explain()
loaded = sorted({{name.partition(".")[0] for name in sys.modules}} & {HEAVY!r})
sys.exit(f"loaded: {{loaded}}" if loaded else 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=PACKAGE.parent, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
