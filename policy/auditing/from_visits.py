"""Visits with their decisions as the two tables that figures read, so that claims in JSON, CSV and X12 are audited like any table.

Owns: which facts of a visit an audit reads, as columns of the standard layout.
Never: judges, and never makes up what a visit does not say.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from policy.claims.visit import Line, Visit
from policy.columns.layout import Layout
from policy.engine.decision import Decision
from policy.engine.told import amounts, told
from policy.values import Units, format_time

_UNITS: Final = pa.decimal128(22, 4)
_CLAIMS: Final = pa.schema(
    [
        ("x_visit", pa.string()), ("claim_id", pa.string()), ("claim_line_number", pa.int32()), ("person_id", pa.string()),
        ("claim_line_start_date", pa.date32()), ("billing_npi", pa.string()), ("rendering_npi", pa.string()), ("hcpcs_code", pa.string()),
        ("hcpcs_modifier_1", pa.string()), ("service_unit_quantity", _UNITS), ("charge_amount", _UNITS), ("x_minutes", pa.int32()),
        ("x_start_time", pa.string()), ("x_end_time", pa.string()), ("x_delivery", pa.string()), ("x_furnished_by", pa.string()),
    ]
)  # fmt: skip
_DECISIONS: Final = pa.schema(
    [
        ("policy", pa.string()), ("supported_units", _UNITS), ("allowed_units", _UNITS), ("allowed_amount", _UNITS),
        ("status", pa.string()), ("findings", pa.string()), ("statements", pa.string()), ("missing", pa.string()), ("tie", pa.bool_()),
        ("rejected", pa.string()),
    ]
)  # fmt: skip
COLUMNS: Final = Layout.of(_CLAIMS).columns
"""The columns of each field."""
_ASSISTANTS: Final = frozenset({"CQ", "CO"})


def tables(judged: Iterable[tuple[str, Visit, Decision]]) -> tuple[pa.Table, pa.Table]:
    """Claims and decisions, a row a line. Each visit comes with the name that a reader knows it by."""
    claims: list[dict[str, Any]] = []
    decisions: list[dict[str, Any]] = []
    visits = 0
    for name, visit, decision in judged:
        visits += 1
        claims += [_claim(name, visit, line) for line in visit.lines]
        decisions += _decided(decision)
    answers = pa.Table.from_pylist(decisions, _DECISIONS)
    return pa.Table.from_pylist(claims, _CLAIMS), answers.replace_schema_metadata({"visits": str(visits)})


def _claim(name: str, visit: Visit, line: Line) -> dict[str, Any]:
    return {
        "x_visit": name, "claim_id": visit.claim, "claim_line_number": line.number, "person_id": visit.patient,
        "claim_line_start_date": visit.date, "billing_npi": visit.provider, "rendering_npi": line.provider, "hcpcs_code": line.code,
        "hcpcs_modifier_1": next((modifier for modifier in line.modifiers or () if modifier in _ASSISTANTS), None),
        "service_unit_quantity": _exact(line.units), "charge_amount": _exact(line.charge), "x_minutes": line.minutes,
        "x_start_time": format_time(line.start) if line.start is not None else None,
        "x_end_time": format_time(line.end) if line.end is not None else None,
        "x_delivery": line.delivery, "x_furnished_by": line.furnished_by,
    }  # fmt: skip


def _decided(decision: Decision) -> list[dict[str, Any]]:
    money = decision.outcome.money
    paid = money.amounts if money is not None else (None,) * len(decision.lines)
    return [
        {
            "policy": decision.policy, "supported_units": _exact(supported), "allowed_units": _exact(allowed),
            "allowed_amount": _cut(amount), "status": line.status, "findings": line.findings, "statements": line.statements,
            "missing": line.missing, "tie": line.tie, "rejected": None,
        }
        for line, (supported, allowed), amount in zip(told(decision), amounts(decision), paid, strict=True)
    ]  # fmt: skip


def _exact(value: Units | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _cut(amount: Decimal | None) -> Decimal | None:
    """An amount to four places, as tables of decisions hold it."""
    return None if amount is None else amount.quantize(Decimal("0.0001"))
