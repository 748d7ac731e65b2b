"""Where policies are found: by path, by what a file declares, in which folder first."""

from pathlib import Path

import pytest

from policy import program
from policy.diagnostics import PolicyError
from policy.resolve.files import check
from policy.resolve.library import Library
from policy.resources import policies_folder

CHILD = "policy {id}\n    extends {parent}\n"


def write(folder: Path, path: str, text: str) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def declaring(policy_id: str, title: str = "Title") -> str:
    return f'policy {policy_id} "{title}"\n\ncodes timed\n    97530\n'


def test_by_its_conventional_path(tmp_path: Path) -> None:
    file = write(tmp_path, "payers/northern/plan.policy", declaring("payers.northern.plan"))
    assert Library(tmp_path).find("payers.northern.plan") == file


def test_by_what_a_file_declares(tmp_path: Path) -> None:
    file = write(tmp_path, "anywhere/else.policy", "# a comment\n\n" + declaring("payers.plan"))
    write(tmp_path, "payers/plan.policy", declaring("payers.another"))
    assert Library(tmp_path).find("payers.plan") == file
    assert Library(tmp_path).find("payers.another") == tmp_path / "payers/plan.policy"


def test_far_down_in_a_long_file(tmp_path: Path) -> None:
    """The `policy` line may stand below any amount of comments, also across two pieces of what is read."""
    for length in (19_985, 20_000, 45_000):
        file = write(tmp_path, f"long_{length}.policy", "#" * length + "\n" + declaring(f"payers.long_{length}"))
        assert Library(tmp_path).find(f"payers.long_{length}") == file


@pytest.mark.parametrize("path", ["base/therapy.policy", "mine/of_my_own.policy"])
def test_a_named_folder_comes_before_the_shipped_policies(tmp_path: Path, path: str) -> None:
    file = write(tmp_path, path, declaring("base.therapy"))
    assert Library(tmp_path).find("base.therapy") == file
    assert Library().find("base.therapy") == policies_folder() / "base/therapy.policy"


def test_folders_come_in_the_order_named(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "x.policy", declaring("payers.plan", "one"))
    two = write(tmp_path / "two", "payers/plan.policy", declaring("payers.plan", "two"))
    assert Library(tmp_path / "one", tmp_path / "two").find("payers.plan") == one
    assert Library(tmp_path / "two", tmp_path / "one").find("payers.plan") == two
    assert [
        entry.title for entry in Library(tmp_path / "two", tmp_path / "one").entries() if entry.id == "payers.plan"
    ] == ["two"]


def test_a_parent_in_the_same_folder(tmp_path: Path) -> None:
    write(tmp_path, "parent_file.policy", declaring("own.parent"))
    child = write(tmp_path, "child.policy", CHILD.format(id="own.child", parent="own.parent"))
    assert program.load(child).resolved.parents == ("own.parent",)
    assert check([child]) == ([], 1)


def test_a_parent_in_the_tree_that_the_files_own_path_shows(tmp_path: Path) -> None:
    """`own/plans/child.policy` declares `own.plans.child`, so its tree begins above `own`."""
    write(tmp_path, "own/base/parent.policy", declaring("own.base.parent"))
    child = write(tmp_path, "own/plans/child.policy", CHILD.format(id="own.plans.child", parent="own.base.parent"))
    assert program.load(child).resolved.parents == ("own.base.parent",)
    stray = write(tmp_path, "own/plans/stray.policy", CHILD.format(id="somewhere.else", parent="own.base.parent"))
    with pytest.raises(PolicyError):
        program.load(stray)
    assert program.load(stray, policies=tmp_path).resolved.parents == ("own.base.parent",)


def test_beside_a_file_only_its_folder_is_searched(tmp_path: Path) -> None:
    """A file in a home folder must not make the whole home be read."""
    write(tmp_path, "deep/down/parent.policy", declaring("own.parent"))
    child = write(tmp_path, "child.policy", CHILD.format(id="child", parent="own.parent"))
    with pytest.raises(PolicyError) as caught:
        program.load(child)
    assert [d.code for d in caught.value.diagnostics] == ["E201"]
    assert check([tmp_path]) == ([], 2)


def test_a_misspelt_parent_is_sought_among_all_that_can_be_found(tmp_path: Path) -> None:
    write(tmp_path, "parent.policy", declaring("own.parent"))
    child = write(tmp_path, "child.policy", CHILD.format(id="child", parent="own.parnet"))
    with pytest.raises(PolicyError) as caught:
        program.load(child)
    assert caught.value.diagnostics[0].help == "did you mean `own.parent`?"


@pytest.mark.parametrize(
    "name", ["", "..", "/", "/etc/passwd", "a/b", "UPPER", "a b", "\0", "x" * 5000, "ä", "-", "a..b", "a.", "1"]
)
def test_what_is_no_id_is_no_file(name: str) -> None:
    assert Library().find(name) is None
    with pytest.raises(PolicyError):
        program.load(name)


def test_entries_know_title_parent_and_whether_they_are_shipped(tmp_path: Path) -> None:
    write(tmp_path, "child.policy", 'policy own.child "A child"\n    extends   base.therapy\n')
    write(tmp_path, "plain.policy", "policy own.plain\n")
    entries = {entry.id: entry for entry in Library(tmp_path).entries()}
    assert (entries["own.child"].title, entries["own.child"].parent, entries["own.child"].shipped) == (
        "A child",
        "base.therapy",
        False,
    )
    assert (entries["own.plain"].title, entries["own.plain"].parent) == ("", None)
    assert entries["base.therapy"].shipped
    assert [entry.id for entry in Library(tmp_path).entries()] == Library(tmp_path).ids() == sorted(entries)


def test_a_file_that_cannot_be_read_is_told_where_it_is_extended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = write(tmp_path, "parent.policy", declaring("own.parent"))
    child = write(tmp_path, "child.policy", CHILD.format(id="child", parent="own.parent"))
    read = Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path == parent:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    with pytest.raises(PolicyError) as caught:
        program.load(child)
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("E201", "the file of `own.parent` cannot be read: permission denied")
    assert found.place()[1:] == (2, 13)


def test_a_folder_of_that_name_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "own" / "parent.policy").mkdir(parents=True)
    assert Library(tmp_path).find("own.parent") is None
