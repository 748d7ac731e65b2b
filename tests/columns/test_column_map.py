"""Maps of columns: fields by other names, payers by theirs, and what is wrong with a map."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from policy.claims.problem import Unreadable
from policy.columns.asked import Asked
from policy.columns.frame import Frame
from policy.columns.layout import Layout
from policy.columns.map_file import read_map
from policy.facts import BY_PATH

MAP = """
[columns]
patient = "who"
date = ["day", "first day"]
code = "cpt"
minutes = "mins"
modifiers = ["m1", "m2"]
policy = "payer"
injury.date = "doi"
"line.provider" = "therapist"
"documentation.activity" = "did"

[policies]
"MEDICARE B" = "medicare.part_b"
"""
DAY = dt.date(2026, 3, 2)


def written(folder: Path, text: str) -> Path:
    """A map in a file."""
    path = folder / "map.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_mapped_table_is_read_as_one_with_standard_names(tmp_path: Path) -> None:
    found = read_map(written(tmp_path, MAP))
    claims = pa.table(
        {"who": ["P"], "day": pa.array([None], pa.date32()), "first day": [DAY], "cpt": ["97530"], "mins": [15], "m1": ["GP"],
         "m2": pa.nulls(1), "payer": ["MEDICARE B"], "doi": ["2026-01-01"], "therapist": ["7"], "did": ["steps"]}
    )  # fmt: skip
    layout = Layout.of(claims.schema, found.columns, found.policies)
    asked = Asked(frozenset({"line.provider"}), (BY_PATH["injury.date"],), elements=True)
    visit = Frame.of(claims, layout, asked).as_visit(0)
    assert (visit.patient, visit.date, visit.policy) == ("P", DAY, "medicare.part_b")
    assert (visit.lines[0].minutes, visit.lines[0].modifiers, visit.lines[0].provider) == (15, ("GP",), "7")
    assert visit.facts == {"injury.date": dt.date(2026, 1, 1)} and visit.documentation == {"activity": "steps"}
    assert set(layout.needed(asked)) == set(claims.column_names)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns]\nminuts = 'm'", "map.toml, [columns]: there is no field `minuts`; did you mean `minutes`"),
        ("[columns]\nline.minutes = 'm'", "there is no field `line.minutes`; did you mean `minutes`"),
        ("[columns]\nminutes = 3", '`minutes` must name a column, as in `minutes = "mins"`'),
        ("[colums]\nminutes = 'm'", "`colums` is not a part of a map; did you mean `[columns]`"),
        ("minutes = 'm'", "`minutes` is not a part of a map; write `[columns]` above"),
        ("[policies]\nA = 1", "map.toml, [policies]: each word must name a policy's id"),
        ("[columns", "map.toml: the file is not TOML"),
        ("[columns]\ncode = proc", 'the column in quotes, as in `minutes = "mins"`'),
    ],
)
def test_a_wrong_map_is_refused_with_place_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_map(written(tmp_path, text))
    assert said in str(refused.value)


def test_a_map_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_bytes(b"PAR1\xb4\xff")
    with pytest.raises(Unreadable, match=r"map\.toml: the file is not text; a map is a text file in UTF-8"):
        read_map(tmp_path / "map.toml")


def test_a_needed_column_of_another_name_is_guessed() -> None:
    for name, meant in (("HCPCS_CODE", "HCPCS_CODE"), ("q", "…")):
        schema = pa.schema([(one, pa.string()) for one in ("person_id", "claim_line_start_date", name)])
        with pytest.raises(Unreadable, match=f'as `code = "{meant}"` in a map of columns'):
            Layout.of(schema)


def test_a_map_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"map\.toml: the file cannot be read"):
        read_map(tmp_path / "map.toml")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"minutes": "mines"}, "the table has no column `mines` for `minutes`; did you mean `mins`"),
        ({"minutes": ("mins", "other")}, "`minutes` takes one column, not 2"),
        ({"nonsense": "mins"}, "there is no field `nonsense`"),
    ],
)
def test_a_map_is_held_against_the_table(columns: dict[str, str], said: str) -> None:
    names = ("person_id", "claim_line_start_date", "hcpcs_code", "mins")
    with pytest.raises(Unreadable) as refused:
        Layout.of(pa.schema([(name, pa.string()) for name in names]), columns)
    assert said in str(refused.value)


def test_two_fields_may_be_one_column() -> None:
    names = ("person_id", "claim_line_start_date", "hcpcs_code")
    schema = pa.schema([(name, pa.string()) for name in names])
    layout = Layout.of(schema, {"visit": "person_id", "claim": "person_id"})
    assert layout.column("visit") == layout.column("claim") == layout.column("patient") == "person_id"


def test_a_column_that_is_there_twice_is_told_where_it_is_used() -> None:
    names = ["person_id", "claim_line_start_date", "hcpcs_code", "x_minutes", "other", "other"]
    schema = pa.schema([(name, pa.string()) for name in names])
    assert Layout.of(schema).column("minutes") == "x_minutes"
    with pytest.raises(Unreadable, match="the table has two columns `x_minutes`; drop or rename one"):
        Layout.of(schema.append(pa.field("x_minutes", pa.int32())))
