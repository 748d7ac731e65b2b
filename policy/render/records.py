"""Decisions for programs: JSON Lines, one visit a line, and CSV, one claim line a row.

Owns: the bytes of both. Exact decimals come out as numbers, dates as ISO text, under the keys of `Decision.to_dict`.
Never: leaves a finding out. In CSV, what concerns no line in particular gets a row of its own with `line` empty.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from policy.engine.answer import Finding
from policy.engine.money import plain
from policy.values import Units

if TYPE_CHECKING:
    import msgspec

    from policy.engine.decision import Decision

COLUMNS: Final = (
    "visit", "claim", "policy", "line", "code", "billed", "supported", "allowed", "allowed_amount", "status",
    "reasons", "rules", "message",
)  # fmt: skip


def json_encoder() -> "msgspec.json.Encoder":
    """The one encoder of decisions; it may be used again and again."""
    import msgspec

    return msgspec.json.Encoder(decimal_format="number")


def csv_head() -> str:
    """The first row of the CSV output."""
    return _csv([COLUMNS])


def csv_rows(decision: "Decision") -> str:
    """The rows of one decision. An empty number is one that is not known or was not given; `; ` joins lists."""
    return _csv(_rows(decision))


def _rows(decision: "Decision") -> Iterator[Sequence[str]]:
    visit = [decision.visit or "", decision.claim or "", decision.policy]
    by_line = {index for item in decision.lines for index in item.findings}
    whole = [finding for index, finding in enumerate(decision.findings) if index not in by_line]
    if whole:
        yield [*visit, "", "", "", "", "", _money(decision.allowed_amount), decision.status, *_told(whole)]
    for item in decision.lines:
        units = [_cell(item.billed_units), _cell(item.supported_units), _cell(item.allowed_units)]
        yield [
            *visit,
            str(item.line),
            item.code,
            *units,
            _money(item.allowed_amount),
            item.status,
            *_told([decision.findings[i] for i in item.findings]),
        ]


def _told(findings: Sequence[Finding]) -> list[str]:
    reasons = list(dict.fromkeys(reason for finding in findings for reason in finding.reasons))
    rules = list(dict.fromkeys(finding.rule for finding in findings))
    return ["; ".join(reasons), "; ".join(rules), "; ".join(finding.message for finding in findings)]


def _cell(units: Units | None) -> str:
    return "" if units is None else format(units, "f") if not isinstance(units, int) else str(units)


def _money(amount: Decimal | None) -> str:
    """Dollars; empty where they are not known, or the policy states no payment."""
    return "" if amount is None else plain(amount)


def _csv(rows: "Iterator[Sequence[str]] | Sequence[Sequence[str]]") -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
