"""The sentences about reference tables.

Owns: what is said of a pair and of a limit that stand in a table, and of a table that is not there.
Never: says what is not in the event: indicator, units, table and quarter come from there.
"""

from collections.abc import Mapping
from typing import Any, Final

INDICATORS: Final[Mapping[object, str]] = {
    0: "no modifier releases it (indicator 0",
    1: "a modifier releases it (indicator 1",
    None: "whether a modifier releases it hangs on the setting (",
}
"""What the modifier indicator of a pair means (NCCI policy manual, chapter 1)."""
_ABSOLUTE: Final = 2


def pair_text(denied: str, partner: str, args: tuple[Any, ...], *, certain: bool) -> str:
    """A pair of the table."""
    indicator, names = args[1], args[2]
    meaning = INDICATORS.get(indicator, INDICATORS[None])
    known = f"{meaning}{'' if meaning.endswith('(') else ', '}{names})"
    if certain:
        return f"{denied} is not paid with {partner} on the same day; {known}"
    return f"{denied} is billed with {partner}; {known}"


def limit_text(keys: str, args: tuple[Any, ...], *, certain: bool) -> str:
    """A maximum of the table; `keys` says per whom and when."""
    measured, most, mai, names = args[:4]
    if most is None:
        return f"the maximum of the table {keys} hangs on the setting"
    cap = f"at most {most} {'unit' if most == 1 else 'units'} {keys}"
    have = f", here {measured}" if certain and measured is not None else ""
    indicator = f"MAI {mai}, absolute" if mai == _ABSOLUTE else f"MAI {mai}" if mai is not None else "no MAI"
    return f"{cap}{have} ({indicator}, {names})"


def missing_text(args: tuple[Any, ...]) -> str:
    """No table answers for the date, or the part of it that is here does not hold the codes."""
    kind, setting, part, here = args[:4]
    if part:
        return f"no table for this date holds these codes (of {kind}, {setting}, only a part is here: {here})"
    return f"there is no table for this date ({kind}, {setting}: {here})"


def missing_fix(args: tuple[Any, ...]) -> str:
    """What to do about it."""
    return f"import the table of that date: `policy tables import {args[0]} FILE`"


def limit_fix(args: tuple[Any, ...]) -> str | None:
    """What a biller can do, by the indicator; `None` where the maximum is not known."""
    most, mai = args[1], args[2]
    if most is None:
        return None
    units = f"{most} {'unit' if most == 1 else 'units'}"
    if mai == _ABSOLUTE:
        return f"bill at most {units}; this maximum is absolute"
    if mai in {1, None}:
        return f"bill at most {units} on one line"
    return f"bill at most {units}; if every unit was given, appeal with the record"
