"""Option values without a schema library.

Typer builds a Pydantic adapter for each parameter of a command before it runs, which takes longer than parsing a
policy does. Our parameters are text, paths, flags, words of a list, and lists of these: read here in a line each.

Owns: reading these values. Where a Typer version does not work this way, nothing changes but the time.
Never: reads a kind of parameter that it does not know; those stay with Typer.
"""

from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

import typer


class Direct:
    """Reads the values of one parameter. `annotation` is one that `is_known`."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """What Typer calls with the words of the command line. Raises `typer.BadParameter`."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        of = get_args(self.annotation)
        try:
            return [_one(of[0], item) for item in value] if of else _one(self.annotation, value)
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from None


def read_directly(command: Any) -> None:
    """Gives every parameter of a command, and of its commands, a direct reader."""
    for param in command.get_params(typer.Context(command)):
        descriptor = getattr(param, "type_descriptor", None)
        if descriptor is not None and is_known(descriptor.annotation):
            param._runtime_param = Direct(descriptor.annotation)
        if getattr(param, "param_type_name", "") == "argument":
            param.display_type_rich = _untyped
    for part in getattr(command, "commands", {}).values():
        read_directly(part)


def _untyped(ctx: Any) -> str:
    """Help pages name no type of the host language after an argument."""
    return ""


def is_known(annotation: Any) -> bool:
    """True for text, paths, flags, words of a list, and lists of these."""
    if get_origin(annotation) is list:
        return is_known(get_args(annotation)[0])
    return isinstance(annotation, type) and issubclass(annotation, (str, Path, Enum, bool))


def _one(annotation: Any, value: Any) -> Any:
    if isinstance(value, annotation):
        return value
    if annotation is bool:
        raise ValueError("is a flag and takes no value")
    if not issubclass(annotation, Enum):
        return annotation(value)
    if value in (words := [member.value for member in annotation]):
        return annotation(value)
    raise ValueError(f"`{value}` is not one of {', '.join(words)}")
