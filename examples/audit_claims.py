"""Writes `audit_claims.parquet`: a quarter of made-up claims of two made-up clinics, for `policy audit` to show what it finds.

    python examples/audit_claims.py [FILE]

Nobody in it exists. Identifiers begin with a 9, which no provider's identifier does. Six clinicians work as most do; what some of them
also do is planted, so that every part of the page has something to show: see `HABITS`. The same rows come out every time.
"""

import datetime as dt
import random
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

CLINICS = {
    "9000000001": ("9100000011", "9100000012", "9100000013"),
    "9000000002": ("9200000021", "9200000022", "9200000023"),
}
HABITS = {
    "9100000012": "short",  # one unit for 8 to 14 minutes, again and again
    "9100000013": "over",  # a unit more than the minutes support
    "9200000021": "double",  # two patients at once
    # 9200000022: on some days more hours than a day's work has, on one more than a day has (`LONG`)
    "9200000023": "bare",  # minutes and elements of the note left out
}
LONG = {
    ("9200000022", dt.date(2026, 1, 21)): 9, ("9200000022", dt.date(2026, 2, 11)): 11, ("9200000022", dt.date(2026, 2, 26)): 30,
    ("9200000022", dt.date(2026, 3, 11)): 10, ("9100000011", dt.date(2026, 3, 4)): 8,
}  # fmt: skip
"""Visits of a long day."""
FIRST, LAST = dt.date(2026, 1, 5), dt.date(2026, 3, 31)
CHARGES = {"97530": "42.00", "97110": "34.50", "97112": "36.00", "97140": "33.00", "97116": "31.25", "97535": "38.00", "97150": "22.00",
           "97161": "110.00", "97014": "18.00", "97010": "9.00"}  # fmt: skip
TIMED = ("97110", "97112", "97140", "97116")
ELEMENTS = {
    "functional_limitation": "cannot rise from a low chair", "activity": "sit to stand", "direct_minutes": "stated with times",
    "assistance": "contact guard", "response": "no loss of balance", "plan_link": "goal 2", "signature": "signed with credentials",
}  # fmt: skip
COLUMNS = (
    "claim_id", "claim_line_number", "person_id", "claim_line_start_date", "billing_npi", "rendering_npi", "place_of_service_code",
    "hcpcs_code", "hcpcs_modifier_1", "hcpcs_modifier_2", "service_unit_quantity", "charge_amount", "x_minutes", "x_start_time",
    "x_end_time", "x_delivery", "x_furnished_by", "x_setting", "x_timed_minutes", "x_total_minutes",
    *(f"x_documentation_{name}" for name in ELEMENTS),
)  # fmt: skip

Row = dict[str, Any]


class Dice:
    """Chances that come out alike with every version of Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def chance(self, percent: int) -> bool:
        return self._random.random() * 100 < percent

    def number(self, low: int, high: int) -> int:
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, words: tuple[str, ...]) -> str:
        return words[self.number(0, len(words) - 1)]


def rows() -> list[Row]:
    """All lines, visit by visit, by date."""
    dice = Dice(97530)
    out: list[Row] = []
    day = FIRST
    while day <= LAST:
        for clinic, clinicians in CLINICS.items():
            for who in clinicians if day.weekday() < 5 else ():
                for lines in _day(dice, day, who):
                    claim = f"C{len(out) + 10_000}"
                    for number, line in enumerate(lines, 1):
                        own = {"claim_id": claim, "claim_line_number": number, "claim_line_start_date": day}
                        out.append(
                            own | {"billing_npi": clinic, "rendering_npi": who, "place_of_service_code": "11"} | line
                        )
        day += dt.timedelta(1)
    out[700]["x_minutes"] = 2_000  # more minutes than a day has: the visit cannot be read
    return [{name: row.get(name) for name in COLUMNS} for row in out]


def _day(dice: Dice, day: dt.date, who: str) -> Iterator[list[Row]]:
    """The visits of a clinician's day."""
    habit = HABITS.get(who, "") if dice.chance(70) else ""
    visits = LONG.get((who, day), 0)
    if not visits and dice.chance(45):
        return
    now = 0 if visits > 20 else 6 * 60 if visits else 8 * 60 + 15 * dice.number(0, 8)
    panel = dice.number(100, 139)
    for k in range(visits or dice.number(1, 2)):
        lines = _visit(dice, habit, now, 23 if visits else 8)
        minutes = sum(line["x_minutes"] or 0 for line in lines)
        yield [line | {"person_id": f"P{who[-2:]}{panel + k}"} for line in lines]
        now += (minutes // 2 if habit == "double" else minutes) + (0 if visits else 5)


def _visit(dice: Dice, habit: str, now: int, least: int) -> list[Row]:
    codes = ["97530", dice.pick(TIMED)] if dice.chance(75) else ["97530"]
    codes += ["97150"] if dice.chance(6) else ["97014"] if dice.chance(3) else ["97161"] if dice.chance(4) else []
    modifier = None if dice.chance(3) else "GP"
    assisted = dice.chance(5)
    lines, begin = [], now
    for code in codes:
        minutes = _minutes(dice, code, habit, least)
        group = code == "97150"
        units = 1 if code in ("97150", "97161", "97014") else max(1, (minutes + 7) // 15)
        if habit == "over" and code == "97530" and dice.chance(50):
            units += 1
        if not habit and units > 1 and dice.chance(4):
            units -= 1
        if least == 8 and code == "97530" and dice.chance(2):
            minutes, units = 110, 7
        line: Row = {
            "hcpcs_code": code, "hcpcs_modifier_1": modifier,
            "hcpcs_modifier_2": "CQ" if assisted else "59" if group and dice.chance(40) else None,
            "service_unit_quantity": units, "charge_amount": units * Decimal(CHARGES[code]), "x_minutes": minutes,
            "x_start_time": _clock(begin), "x_end_time": _clock(begin + minutes),
            "x_delivery": "group" if group else "one_on_one", "x_furnished_by": "assistant" if assisted else "therapist",
            "x_setting": "practitioner",
        }  # fmt: skip
        begin += minutes
        lines.append(line)
    timed = [line for line in lines if line["hcpcs_code"] == "97530" or line["hcpcs_code"] in TIMED]
    record = {f"x_documentation_{name}": text for name, text in ELEMENTS.items()}
    record |= {"x_timed_minutes": sum(line["x_minutes"] for line in timed), "x_total_minutes": begin - now}
    if habit == "bare":
        _leave_out(dice, lines, record)
    return [line | record for line in lines]


def _clock(minutes: int) -> dt.time:
    """A time of day; work that goes on after midnight is written as it would be on a clock."""
    return dt.time(minutes // 60 % 24, minutes % 60)


def _minutes(dice: Dice, code: str, habit: str, least: int) -> int:
    if code in ("97150", "97161", "97014"):
        return dice.number(20, 40)
    if habit == "short" or (least == 8 and dice.chance(12)):
        return dice.number(8, 13)
    return dice.number(max(least, 15), 38 if least == 8 else 45)


def _leave_out(dice: Dice, lines: list[Row], record: Row) -> None:
    """Minutes and totals that nobody wrote down, and elements that the note does not have."""
    if dice.chance(40):
        record |= {"x_timed_minutes": None, "x_total_minutes": None}
        for line in lines:
            line |= {"x_minutes": None, "x_start_time": None, "x_end_time": None}
    for name in ("plan_link", "response", "signature"):
        if dice.chance(35):
            record[f"x_documentation_{name}"] = None


def table() -> Any:
    """The rows as an Arrow table."""
    import pyarrow as pa

    types: dict[str, Any] = dict.fromkeys(COLUMNS, pa.string())
    types |= dict.fromkeys(
        ("claim_line_number", "service_unit_quantity", "x_minutes", "x_timed_minutes", "x_total_minutes"), pa.int32()
    )
    types |= {"claim_line_start_date": pa.date32(), "charge_amount": pa.decimal128(12, 2)}
    types |= {"x_start_time": pa.time32("s"), "x_end_time": pa.time32("s")}
    return pa.Table.from_pylist(rows(), schema=pa.schema([(name, types[name]) for name in COLUMNS]))


if __name__ == "__main__":
    import pyarrow.parquet as pq

    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_suffix(".parquet")
    pq.write_table(table(), target, compression="zstd")
