"""The command `policy`: its commands, its version, and how it ends.

Owns: the list of commands and the handling of bad usage.
Never: imports more than Typer before a command is chosen; every command imports what it needs when it runs.
"""

import gc
import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer

from policy.cli import exits
from policy.cli.audit import audit
from policy.cli.check import check
from policy.cli.compare import compare
from policy.cli.direct import read_directly
from policy.cli.docs import docs
from policy.cli.explain import explain
from policy.cli.fmt import fmt
from policy.cli.guard import ending, guarded
from policy.cli.init import init
from policy.cli.list import list_
from policy.cli.run import run
from policy.cli.show import show
from policy.cli.tables import application as tables
from policy.cli.test import run_tests

COMMANDS: Final[dict[str, Callable[..., int]]] = {
    "run": run,
    "explain": explain,
    "check": check,
    "fmt": fmt,
    "test": run_tests,
    "list": list_,
    "show": show,
    "audit": audit,
    "compare": compare,
    "docs": docs,
    "init": init,
}
_UNCOLLECTED: Final = 200_000
"""New objects after which Python looks for cycles. What is imported stays to the end; looking through it again and again takes a fifth of
a short run."""
_USAGE_ERROR: Final = typer.BadParameter.__base__ or typer.BadParameter
"""The class of all usage errors, which Typer does not export by name."""


def _version(wanted: bool) -> None:
    if wanted:
        from policy.version import LANGUAGE, VERSION

        print(f"policy {VERSION} (language {LANGUAGE})")
        raise typer.Exit(exits.FINE)


def _top(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Payer rules for therapy billing: dry-run claims, explain answers, check and test policies."""
    if context.invoked_subcommand is None:
        print(context.get_help())


def application() -> typer.Typer:
    """The Typer application with all commands. Typer's decoration with Rich is off: it costs more time than they do."""
    app = typer.Typer(name="policy", rich_markup_mode=None, pretty_exceptions_enable=False, invoke_without_command=True)
    app.callback()(_top)
    for name, command in COMMANDS.items():
        app.command(name)(guarded(command))
    app.add_typer(tables(), name="tables")
    return app


def main() -> None:
    """Runs the command line and exits: 0 fine, 1 the answer is no, 2 bad usage or unreadable input."""
    gc.set_threshold(_UNCOLLECTED)
    code = _run()
    gc.freeze()  # else Python looks through all objects once more on its way out, which takes as long as judging a day's claims
    sys.exit(code)


def _run() -> int:
    try:
        command = typer.main.get_command(application())
        read_directly(command)
        code = command.main(prog_name="policy", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else exits.FINE
    except BrokenPipeError as error:
        return ending(error)
    except typer.Abort:
        return exits.INTERRUPTED
    except Exception as error:
        if isinstance(error, _USAGE_ERROR):
            return exits.refuse(_usage(error))
        return ending(error)


def _usage(error: Exception) -> str:
    """A usage error in the style of all our messages, with where to read on."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "policy"
    message = f"{message[:1].lower()}{message[1:]}".rstrip(".?")
    return f"{message}; `{command} --help` shows the usage"
