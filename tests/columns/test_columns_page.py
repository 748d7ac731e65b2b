"""docs/columns.md names every field and every standard column, and its map is one that can be read."""

import re
from pathlib import Path

from policy.columns.layout import FIELDS, LISTS
from policy.columns.map_file import read_map

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "columns.md").read_text("utf-8")


def told() -> dict[str, list[str]]:
    """Fields and their columns, as the tables of the page say."""
    found = {}
    for line in PAGE.splitlines():
        if line.startswith("| `"):
            fields, columns = (re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:3])
            found |= (
                {fields[0]: columns} if len(fields) == 1 else {f: [c] for f, c in zip(fields, columns, strict=True)}
            )
    return found


def test_every_field_stands_on_the_page_with_its_columns() -> None:
    said = told()
    for field, columns in FIELDS.items():
        assert said[field] == ([columns[0], columns[-1]] if field in LISTS else list(columns)), field


def test_the_map_on_the_page_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    block = re.search(r"```toml\n(.*?)```", PAGE, re.S)
    assert block is not None
    path.write_text(block[1], "utf-8")
    found = read_map(path)
    assert found.columns["injury.date"] == "doi" and found.policies["MEDICARE B"] == "medicare.part_b"


def test_the_map_of_the_how_to_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    block = re.search(r"```toml\n(.*?)```", (DOCS / "how-to" / "run_over_parquet.md").read_text("utf-8"), re.S)
    assert block is not None
    path.write_text(block[1], "utf-8")
    assert read_map(path).columns["modifiers"] == ("mod1", "mod2")
