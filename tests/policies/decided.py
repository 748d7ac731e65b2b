"""Visits of a line or two, written short, and what a policy says of them."""

from typing import Any

import policy


def line(
    code: str, minutes: int | None = None, units: int | None = None, *modifiers: str, **more: Any
) -> dict[str, Any]:
    """A line in the published shape; what is `None` is not given."""
    stated = {"minutes": minutes, "units": units}
    return {"code": code, "modifiers": list(modifiers), **{k: v for k, v in stated.items() if v is not None}, **more}


def decide(engine: str, source: str, date: str, *lines: dict[str, Any], **more: Any) -> policy.Decision:
    """The decision of a shipped policy, or of a policy's text, on one visit."""
    return policy.load(source, engine=engine).evaluate({"date": date, "lines": list(lines), **more})
