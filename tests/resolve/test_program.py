"""Programs travel: through pickles, between threads; so do the errors of policies that are none."""

import datetime as dt
import pickle
import threading

import pytest
from resolve.made import family, rule

from policy import program
from policy.claims.visit import Line, Visit
from policy.diagnostics import PolicyError
from policy.program import Program

TEXT = "policy t.travels\n\ncodes timed\n    97530\n    one unit each day\n\n" + rule(
    "late", 3, "in force from 2026-01-01"
)


def visit(date: str = "2026-03-02", number: int = 5) -> Visit:
    return Visit(dt.date.fromisoformat(date), (Line(1, "97530", units=1),), number=number)


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_a_program_pickles_before_and_after_its_first_answer(engine: str) -> None:
    first = family(TEXT).program(engine)
    again = pickle.loads(pickle.dumps(first))
    assert first.evaluate(visit()).to_dict() == again.evaluate(visit()).to_dict()
    third = pickle.loads(pickle.dumps(again))
    assert (third.id, third.engine, third.diagnostics) == (first.id, engine, first.diagnostics)
    assert third.resolved == first.resolved
    assert third.evaluate(visit()).status == "review"


def test_a_resolved_policy_pickles_after_its_tables_were_read() -> None:
    resolved = program.load("base.therapy").resolved
    assert resolved.versions("codes", "timed")
    again = pickle.loads(pickle.dumps(resolved))
    assert again == resolved
    assert [s.label for s in again.versions("codes", "timed")] == ["codes timed"]


def test_threads_that_meet_build_each_plan_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = family(TEXT).program("compiled")
    built: list[dt.date] = []
    build = Program._build

    def slow(self: Program, date: dt.date) -> object:
        built.append(date)
        threading.Event().wait(0.02)
        return build(self, date)

    monkeypatch.setattr(Program, "_build", slow)
    start, answers = threading.Barrier(8), dict[int, list[str]]()

    def ask(number: int) -> None:
        start.wait()
        answers[number] = [shared.evaluate(visit(date)).status for date in ("2025-03-02", "2026-03-02", "2027-03-02")]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == ["allow", "review", "review"] for answer in answers.values())
    assert len(built) == len(set(built)) == 2


def test_errors_of_a_policy_pickle_with_their_places() -> None:
    with pytest.raises(PolicyError) as caught:
        program.load("policy t.wrong\n\nrule late\n    when line.minutes > 8\n    review\n    cite nothing_at_all\n")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.diagnostics == caught.value.diagnostics
    assert str(again) == str(caught.value)
    assert "E401 `8` is a plain number; the other side is minutes" in str(again)
    assert [d.place() for d in again.diagnostics] == [("<text>", 4, 25), ("<text>", 6, 10)]


def test_the_first_errors_are_told_and_the_others_counted() -> None:
    rules = "".join(
        f"rule wrong_{i}\n    when visit.number > {i}\n    review\n    cite nowhere_{i}\n" for i in range(5)
    )
    with pytest.raises(PolicyError) as caught:
        program.load("policy t.wrong\n\n" + rules)
    assert str(caught.value).endswith("; and 2 more")


def test_a_boundary_on_the_first_day_of_the_calendar_is_no_other_plan() -> None:
    text = "policy t.early\n    in force from 0001-01-01\n\ncodes timed\n    97530\n    one unit each day\n"
    for engine in ("reference", "compiled"):
        assert family(text).program(engine).evaluate(visit("0001-01-01")).status == "allow"
