"""Parts that workers read by themselves: which may be judged apart, how they are found, read and written."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cluster_claims import payers, rows, table

from policy.batches import part_files
from policy.batches.boundaries import SplitVisits, part_numbers, refuse, shared, suspects
from policy.batches.part_work import PartWork
from policy.batches.shipping import Shipment, Unlike, evaluator_of
from policy.batches.together import Key

PATIENT = (Key(("person_id",)),)


def written(folder: Path, **columns: list[object]) -> str:
    path = folder / f"{len(list(folder.iterdir()))}.parquet"
    pq.write_table(pa.table(columns), path)
    return str(path)


def test_footers_tell_apart_what_does_not_meet(tmp_path: Path) -> None:
    one, two = written(tmp_path, person_id=["a", "c"]), written(tmp_path, person_id=["d", "f", None])
    assert suspects([two, one], PATIENT) == []
    three = written(tmp_path, person_id=["f", "g"])
    (found,) = suspects([one, two, three], PATIENT)
    assert found == (two, three)


def test_a_part_is_told_apart_by_any_of_its_keys(tmp_path: Path) -> None:
    days = [[dt.date(2026, month, 2), dt.date(2026, month, 9)] for month in (1, 1, 2)]
    names = [["a", "m"], ["n", "z"], ["a", "z"]]
    paths = [written(tmp_path, person_id=p, day=d) for p, d in zip(names, days, strict=True)]
    assert suspects(paths, (Key(("person_id",)), Key(("day",)))) == []
    assert suspects(paths, PATIENT) == [(paths[0], paths[1], paths[2])]


def test_what_a_footer_does_not_tell_is_suspected(tmp_path: Path) -> None:
    one, two = written(tmp_path, person_id=["a"]), str(tmp_path / "two.parquet")
    pq.write_table(pa.table({"person_id": ["b"]}), two, write_statistics=False)
    assert suspects([one, two], PATIENT) == [(one, two)]
    none = written(tmp_path, person_id=pa.array([None, None], pa.string()))  # type: ignore[arg-type]
    assert len(suspects([one, none], PATIENT)) == 1


def test_an_unnamed_policy_reaches_to_the_default(tmp_path: Path) -> None:
    """A part without a policy may hold lines of a visit whose other lines name the default."""
    paths = [written(tmp_path, x_policy=["b.one", None]), written(tmp_path, x_policy=["y.two"])]
    assert suspects(paths, (Key(("x_policy",), "a.zero"),)) == []
    assert len(suspects(paths, (Key(("x_policy",), "z.last"),))) == 1


def test_blanks_around_a_name_do_not_hide_it(tmp_path: Path) -> None:
    """As texts ` m` comes before `a`, and `m` behind it; both are read as `m`."""
    paths = [written(tmp_path, person_id=[" m"]), written(tmp_path, person_id=["a", "m"])]
    assert len(suspects(paths, PATIENT)) == 1


def test_a_part_without_the_column_of_a_key_holds_no_visit(tmp_path: Path) -> None:
    one, two = written(tmp_path, person_id=["a"]), written(tmp_path, other=["a"])
    assert [len(part_numbers(path, PATIENT)) for path in (one, two)] == [1, 0]


def test_numbers_in_common_are_looked_at_before_parts_are_refused(tmp_path: Path) -> None:
    one, two = written(tmp_path, person_id=["a", "c"]), written(tmp_path, person_id=["b", " c", None])
    numbers = {path: part_numbers(path, PATIENT) for path in (one, two)}
    assert list(shared(numbers)) == [(one, two)]
    with pytest.raises(
        SplitVisits, match="hold lines with the same `person_id`, which must be judged together: give the lines as"
    ):
        refuse(PATIENT, one, two)
    refuse(PATIENT, one, written(tmp_path, person_id=["b"]))


def test_parts_of_a_folder_are_found_in_order(tmp_path: Path) -> None:
    for name in ("b.parquet", "a/z.parquet", "_SUCCESS", "_temporary/x.parquet", ".hidden.parquet", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "empty").mkdir()
    assert part_files.listed(tmp_path) == (f"{tmp_path}/a/z.parquet", f"{tmp_path}/b.parquet")
    named = [f"file://{tmp_path}/a", f"{tmp_path}/b.parquet"]
    assert part_files.listed(named) == (f"file://{tmp_path}/a/z.parquet", named[1])
    for none in ([], tmp_path / "empty"):
        with pytest.raises(ValueError, match="there are no parts: name Parquet files"):
            part_files.listed(none)


def test_a_part_by_its_address_is_read_and_written(tmp_path: Path) -> None:
    part_files.write(f"file://{tmp_path}/deep/one.parquet", pa.table({"n": [1, 2]}))
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["one.parquet"]
    assert part_files.read(f"file://{tmp_path}/deep/one.parquet", pa.schema([("n", pa.int64())])).to_pydict() == {
        "n": [1, 2]
    }


def test_what_must_be_filled_in_the_first_part_may_lack_in_a_later_one(tmp_path: Path) -> None:
    lines = table(rows(3, 8), without=("x_policy",))
    filled = pa.schema([field.with_nullable(field.name != "claim_id") for field in lines.schema])
    half = lines.num_rows // 2
    (tmp_path / "in").mkdir()
    pq.write_table(lines.slice(0, half).cast(filled), tmp_path / "in" / "0.parquet")
    pq.write_table(lines.slice(half).drop_columns(["claim_id"]), tmp_path / "in" / "1.parquet")
    work = PartWork.of(str(tmp_path / "in"), payers(history=True)["acme.eight"], None, None, False)
    work = work.into(str(tmp_path / "out"))
    told = [work.write(path) for path in work.paths]
    assert sum(one.lines for one in told) == lines.num_rows
    assert pq.read_table(told[1].decisions)["claim_id"].null_count == lines.num_rows - half


def test_an_empty_column_without_a_type_has_that_of_a_later_part(tmp_path: Path) -> None:
    lines = table(rows(3, 8), without=("x_policy",))
    minutes = lines.column_names.index("x_minutes")
    half = lines.num_rows // 2
    empty = lines.slice(0, half).set_column(minutes, "x_minutes", pa.nulls(half))
    for name, part in (("0", empty), ("1", lines.slice(half).drop_columns(["x_minutes"])), ("2", lines.slice(half))):
        pq.write_table(part, tmp_path / f"{name}.parquet")
    work = PartWork.of(str(tmp_path), payers(history=True)["acme.eight"], None, None, False)
    assert work.incoming.field("x_minutes").type == lines.schema.field("x_minutes").type
    program = payers(history=True)["acme.eight"]
    for path, part in zip(work.paths[::2], (empty, lines.slice(half)), strict=True):
        assert work.decide(path).to_pylist() == program.evaluate_table(part).to_pylist()


def test_a_part_is_read_as_the_first_one(tmp_path: Path) -> None:
    schema = pa.schema(
        [("code", pa.dictionary(pa.int32(), pa.string())), ("minutes", pa.int32()), ("place", pa.string())]
    )
    found = part_files.read(written(tmp_path, minutes=[15, None], code=["97530", "97110"], more=[1, 2]), schema)
    assert found.schema == schema
    assert found.to_pylist() == [
        {"code": "97530", "minutes": 15, "place": None},
        {"code": "97110", "minutes": None, "place": None},
    ]
    with pytest.raises(ValueError, match="`minutes` is of type string, in the first part of type int32"):
        part_files.read(written(tmp_path, minutes=["fifteen"]), schema)


BAD = {"damaged": (b"PAR1 and no more", "it is damaged"), "missing": (None, "there is no such file")}


@pytest.mark.parametrize(("content", "why"), BAD.values(), ids=BAD)
def test_a_part_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, why: str) -> None:
    path = tmp_path / "bad.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad.parquet` cannot be read: {why}"):
        PartWork.of([path], "medicare.part_b", None, None, False)


def test_decisions_never_replace_the_parts(tmp_path: Path) -> None:
    pq.write_table(table(rows(1, 2)), tmp_path / "one.parquet")
    work = PartWork.of(tmp_path, payers(), None, None, False)
    with pytest.raises(ValueError, match=r"the decisions on `.*one.parquet` would replace it: name another folder"):
        work.into(str(tmp_path))
    assert work.into(f"{tmp_path}/out/").target(work.paths[0]) == f"{tmp_path}/out/one.parquet"


def test_a_column_in_the_names_of_folders_is_not_overlooked(tmp_path: Path) -> None:
    folder = tmp_path / "x_policy=acme.eight"
    folder.mkdir()
    pq.write_table(table(rows(1, 2), without=("x_policy",)), folder / "one.parquet")
    with pytest.raises(ValueError, match="`x_policy` stands in the names of folders only"):
        PartWork.of(tmp_path, payers(), None, None, False)
    (tmp_path / "month=3").mkdir()
    pq.write_table(table(rows(1, 2)), tmp_path / "month=3" / "one.parquet")
    assert len(PartWork.of(tmp_path / "month=3", payers(), None, None, False).paths) == 1


def test_an_evaluator_arrives_once_in_each_worker() -> None:
    import pickle

    shipment = Shipment.of(evaluator_of("medicare.part_b"))
    assert pickle.loads(pickle.dumps(shipment)).arrived() is pickle.loads(pickle.dumps(shipment)).arrived()
    assert shipment.arrived().programs["medicare.part_b"].id == "medicare.part_b"


def test_a_worker_with_other_reference_tables_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipment = Shipment.of(evaluator_of("medicare.part_b_by_table"))
    assert shipment.tables
    assert shipment.arrived().default == "medicare.part_b_by_table"
    monkeypatch.setattr("policy.tables.store.shipped", lambda: ())
    other = Shipment(shipment.evaluator + b"", shipment.version, ("sha256:other",))
    with pytest.raises(
        Unlike, match=r"the worker has other reference tables than the sender: keep the folder of tables where"
    ):
        other.arrived()


def test_policies_are_named_by_the_id_that_the_table_gives() -> None:
    given = evaluator_of({"acme": "medicare.part_b", "acme.midpoint": payers()["acme.midpoint"]})
    assert (sorted(given.programs), given.default) == (["acme", "acme.midpoint"], None)
    assert evaluator_of({"only": "medicare.part_b"}).default == "only"
