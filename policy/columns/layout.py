"""Which column of a table is which field of a claim: the names of the Tuva project's `medical_claim`, `x_…` for what claims lack.

Owns: `FIELDS`, the standard names, and `Layout`, the columns that one table has.
Never: reads a cell.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from policy.claims.problem import Unreadable, shown
from policy.claims.report import nearest
from policy.columns.asked import Asked

if TYPE_CHECKING:
    import pyarrow as pa


def _x(*names: str) -> dict[str, tuple[str, ...]]:
    return {name: (f"x_{name}",) for name in names}


OF_VISIT: Final[Mapping[str, tuple[str, ...]]] = {
    "visit": ("x_visit",),
    "policy": ("x_policy",),
    "patient": ("person_id", "member_id"),
    "date": ("claim_line_start_date", "claim_start_date"),
    "provider": ("billing_npi",),
    "facility": ("facility_npi",),
    "claim_type": ("claim_type",),
    **_x("received", "processed", "number", "timed_minutes", "total_minutes", "setting", "locality", "group", "place", "age", "note"),
}  # fmt: skip
"""Fields of the visit, which stand on each of its lines: name → columns, of which the first that a table has is read."""

OF_LINE: Final[Mapping[str, tuple[str, ...]]] = {
    "claim": ("claim_id",),
    "line": ("claim_line_number",),
    "code": ("hcpcs_code",),
    "units": ("service_unit_quantity",),
    "charge": ("charge_amount",),
    "amount": ("allowed_amount",),
    "line.provider": ("rendering_npi",),
    "line.place": ("place_of_service_code",),
    "revenue_code": ("revenue_center_code",),
    "start": ("x_start_time",),
    "end": ("x_end_time",),
    **_x("minutes", "delivery", "furnished_by", "discipline", "region", "assistant_minutes", "fee", "practice_expense", "rvu"),
}  # fmt: skip
"""Fields of each line."""

LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "modifiers": tuple(f"hcpcs_modifier_{k}" for k in range(1, 6)),
    "diagnoses": tuple(f"diagnosis_code_{k}" for k in range(1, 26)),
}
"""Fields that take several columns, in order."""

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {**OF_VISIT, **OF_LINE, **LISTS}
"""Every field with its standard columns."""

_ELEMENT: Final = "documentation."
_EVERY: Final = frozenset({*LISTS, "date"})
"""Fields of which every column counts; of the others the first that is there."""


@attrs.frozen
class Layout:
    """The columns of one table by field. A field or fact without a column is not given in the table."""

    columns: Mapping[str, tuple[str, ...]]
    """Field → its columns: those of `date` are read cell by cell until one is filled."""
    facts: Mapping[str, str]
    """Path → column, for facts without a field that a map names, and every other `x_…` column by what follows the `x_`."""
    elements: Mapping[str, str]
    """Element of the record → column."""
    policies: Mapping[str, str] = attrs.field(factory=dict)
    """What a line names as its policy → the policy's id, where the two differ."""

    @staticmethod
    def of(
        schema: "pa.Schema",
        columns: Mapping[str, str | Sequence[str]] | None = None,
        policies: Mapping[str, str] | None = None,
    ) -> "Layout":
        """The layout of a table with this schema; `columns` names those that are called otherwise (field → column or columns).

        Raises `Unreadable` when `columns` names a field or a column that does not exist, and for a column that is there twice.
        """
        names = list(schema.names)
        mapped = {field: _listed(field, given, names) for field, given in (columns or {}).items()}
        found: dict[str, tuple[str, ...]] = {}
        for field, standard in FIELDS.items():
            own = mapped[field] if field in mapped else tuple(name for name in standard if name in names)
            if own:
                found[field] = own if field in _EVERY else own[:1]
        taken = {name for standard in FIELDS.values() for name in standard}
        other = [name for name in names if name.startswith("x_") and name not in taken]
        start = "x_" + _ELEMENT.replace(".", "_")
        elements = {name.removeprefix(start): name for name in other if name.startswith(start)}
        elements |= {f.removeprefix(_ELEMENT): own[0] for f, own in mapped.items() if f.startswith(_ELEMENT)}
        facts = {name.removeprefix("x_"): name for name in other if not name.startswith(start)}
        facts |= {f: own[0] for f, own in mapped.items() if f not in FIELDS and not f.startswith(_ELEMENT)}
        _check(found, names)
        _check_once({name for own in (*found.values(), facts.values(), elements.values()) for name in own}, names)
        return Layout(found, facts, elements, dict(policies or {}))

    def column(self, field: str) -> str | None:
        """The column of a field, the first where there are several."""
        found = self.columns.get(field)
        return found[0] if found else None

    def fact(self, path: str) -> str | None:
        """The column of a fact without a field: as a map names it, else `x_` and its path with underscores."""
        return self.facts.get(path) or self.facts.get(path.replace(".", "_"))

    def needed(self, asked: Asked) -> tuple[str, ...]:
        """The columns that are read of the table, each once."""
        names = [name for field, own in self.columns.items() if asked.reads(field) for name in own]
        names += [name for fact in asked.facts if (name := self.fact(fact.path))]
        names += self.elements.values() if asked.elements else ()
        return tuple(dict.fromkeys(names))


def _check(found: Mapping[str, tuple[str, ...]], names: Sequence[str]) -> None:
    """Raises `Unreadable` without a code, a date, and something that tells visits apart."""
    for needed in (("code",), ("date",), ("patient", "visit")):
        if not any(field in found for field in needed):
            lacking = " or ".join(f"`{FIELDS[field][0]}`" for field in needed)
            own = {name.lower(): name for name in names}
            near = next((own[close] for name in FIELDS[needed[0]] if (close := nearest(name, own))), "…")
            raise Unreadable(
                f"the table has no column {lacking}; say which column is the {' or the '.join(needed)}, as "
                f'`{needed[0]} = "{shown(near)}"` in a map of columns (`--columns map.toml`)'
            )


def _check_once(used: Collection[str], names: Sequence[str]) -> None:
    """Raises `Unreadable` where a name that is used stands over two columns."""
    if len(set(names)) < len(names):
        twice = next((name for name in names if name in used and names.count(name) > 1), None)
        if twice is not None:
            raise Unreadable(f"the table has two columns `{shown(twice)}`; drop or rename one")


def column_for(path: str, columns: Mapping[str, str | Sequence[str]] | None = None) -> str:
    """The column that gives a fact: as `columns` name it, else the standard one."""
    plain = {"patient.age": "age", "line.provider": "line.provider", "line.place": "line.place"}
    field = plain.get(path, path.removeprefix("line.").removeprefix("visit."))
    mapped = (columns or {}).get(field) or (columns or {}).get(path)
    if mapped is not None:
        return mapped if isinstance(mapped, str) else mapped[0]
    if field == "modifiers":
        return "hcpcs_modifier_1 …"
    return FIELDS[field][0] if field in FIELDS else "x_" + path.replace(".", "_")


def no_field(name: str) -> str | None:
    """Why nothing of a claim is called so, with what to write instead; `None` when something is."""
    own = name.removeprefix("line.").removeprefix("visit.").removeprefix("patient.")
    if name in FIELDS or ("." in name and (own == name or own not in FIELDS)):
        return None
    near = own if own in FIELDS else nearest(name, FIELDS)
    hint = (
        f"did you mean `{near}`"
        if near
        else "the fields stand in docs/columns.md, and facts have paths such as `injury.date`"
    )
    return f"there is no field `{shown(name)}`; {hint}"


def _listed(field: str, given: str | Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The columns that a map gives a field. Raises `Unreadable` where the field or a column does not exist."""
    wrong = no_field(field)
    if wrong is not None:
        raise Unreadable(wrong)
    listed = (given,) if isinstance(given, str) else tuple(given)
    if len(listed) != 1 and field not in _EVERY:
        raise Unreadable(f"`{field}` takes one column, not {len(listed)}")
    for name in listed:
        if name not in names:
            near = nearest(name, names)
            hint = f"did you mean `{shown(near)}`" if near else "leave the field out when the table lacks it"
            raise Unreadable(f"the table has no column `{shown(name)}` for `{field}`; {hint}")
    return listed
