"""Writes the steps in their fixed order: gates, counting, pairs, limits, assistants, checks, questions.

Owns: the source text of one function for one plan and one shape of tables.
Never: the arithmetic (`kernels`), or what an operation means (`engine/ops.py`). What has no form in columns is written as "set aside".
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import attrs

from policy.engine.columnar.bits import PERHAPS
from policy.engine.columnar.by_code import Asking, Billing, Days, Slots
from policy.engine.columnar.emit import Expressions, NotWritten, Shape
from policy.engine.columnar.limits import ONE_GROUP, SPLITTING, WrittenLimit
from policy.engine.columnar.pairs import WrittenPair, not_written, positions
from policy.engine.ops import Kleene
from policy.engine.outcome import NOBODY
from policy.facts import BY_PATH
from policy.plan.model import Assistant, Check, Count, Limit, Op, Open, Plan
from policy.values import Type, Units

if TYPE_CHECKING:
    from policy.engine.columnar.module import Written

POOLS: Final = frozenset({"patient", "day", "claim", "visit", "group", "facility"}) | SPLITTING


@attrs.define
class Text:
    """Source lines with their indentation."""

    lines: list[str] = attrs.field(factory=list)
    depth: int = 0

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        self.line(head)
        self.depth += 1
        yield
        self.depth -= 1


def write(written: "Written", shapes: Mapping[str, Shape], modifiers: bool) -> tuple[str, dict[str, object]]:
    """The source, and the constants that it names."""
    steps = _Steps(written, written.plan, shapes, modifiers)
    steps.write()
    return "\n".join((*steps.functions.lines, *steps.text.lines)) + "\n", steps.constants


@attrs.define
class _Steps:
    written: "Written"
    plan: Plan
    shapes: Mapping[str, Shape]
    modifiers: bool
    constants: dict[str, object] = attrs.field(factory=dict)
    text: Text = attrs.field(factory=Text)
    functions: Text = attrs.field(factory=Text)

    def write(self) -> None:
        plan, text = self.plan, self.text
        with text.block("def evaluate(chunk):"):
            self._stage("gates", plan.gates, [(check, self._check) for check in plan.gates])
            self._counting()
            if plan.pairs:
                self._pairs()
            for rule in plan.limits:
                self._limit(rule)
            for share in plan.assistants:
                self._assistant(share)
            later = [
                *((check, self._check) for check in plan.checks),
                *((question, self._question) for question in plan.open),
            ]
            self._stage("checks", (*plan.checks, *plan.open), later)
            self._idle_advice()
            text.line("return None")

    # ------------------------------------------------------------------------------------- gates and checks
    def _stage(self, name: str, asked: Sequence[Check | Open], statements: Sequence[tuple[object, object]]) -> None:
        """The statements of a stage, run over the lines gathered by what their codes are asked."""
        body = Text(depth=self.text.depth)
        for bit, (statement, write_one) in enumerate(statements):
            write_one(body, statement, bit)  # type: ignore[operator]
        if not body.lines:
            return
        constant = f"ASKED_{name.upper()}"
        self.constants[constant] = Asking([one.codes for one in asked])
        self.text.line(f"asked = gathered(chunk, {constant})")
        self.text.lines += body.lines
        self.text.line("asked.give_back()")

    def _comment(self, text: Text, at: int) -> None:
        text.line(f"# {self.plan.spoken[at].label}")

    def _check(self, text: Text, check: Check, bit: int) -> None:
        of_line = [fact for fact in check.given if fact.of_line]
        if of_line and not check.per_line:
            return
        expressions = self._expressions(check.per_line, "asked")
        try:
            held = [expressions.read(fact).known for fact in check.given]
            if "False" in held:
                return
            verdict = expressions.truth(check.violated)
        except NotWritten as why:
            self._comment(text, check.at)
            self._aside(text, bit, check.at, str(why))
            return
        open_ = _undetermined(verdict)
        judged = [known for known in held if known != "True"]
        true = _joined([verdict.true, *judged])
        open_ = _joined([open_, *judged])
        if true == "False" and open_ == "False":
            return
        self._comment(text, check.at)
        gate = check.stage == "gate"
        kept = "None"
        if check.units is not None:
            kept = f"{_exactly(check.units)} * chunk.view.scale // {1 if isinstance(check.units, int) else 10_000}"
        above = "" if check.units is None else f" & (asked.allowed[s] > {kept})"
        event = self.written.event(check.at, "gate" if gate else "check", check.effect)
        with text.block(f"for s in asked.stretches({bit}):"):
            if open_ != "False" and gate:
                hangs = expressions.depends(check.violated, *check.given)
                text.line(f"asked.set_aside(s, {_mask(open_)}, {check.at}, {hangs!r})")
            elif open_ != "False":
                self._perhaps(text, check, expressions, _mask(open_) + above, kept)
            if true != "False":
                text.line(f"found = asked.say(s, {_mask(true)}{above}, {event})")
                if gate:
                    text.line("asked.gate(s, found)")
                elif check.effect == "deny" or (check.effect == "reduce" and check.units is not None):
                    text.line(f"asked.cut(s, found, {0 if check.effect == 'deny' else kept})")

    def _perhaps(self, text: Text, check: Check, expressions: Expressions, open_: str, kept: str) -> None:
        """What is said where a check is undetermined: that, and which facts are missing."""
        text.line(f"open_ = {open_}")
        with text.block(
            f"if len(found := asked.say(s, open_, {self.written.doubt(check.at, 'check', check.effect)})):"
        ):
            if check.effect == "deny" or (check.effect == "reduce" and check.units is not None):
                text.line(f"asked.perhaps(s, found, {0 if check.effect == 'deny' else kept})")
            for path, mask in expressions.lacking(check.violated).items():
                hit = "open_" if mask == "True" else f"open_ & {mask}"
                text.line(f"asked.say(s, {hit}, {self.written.lack(path)})")

    def _question(self, text: Text, question: Open, bit: int) -> None:
        event = self.written.event(question.at, "not modelled", "note")
        about = "full(True, asked.at[s])"
        if question.when is not None:
            try:
                false = self._expressions(True, "asked").truth(question.when).false
            except NotWritten as why:
                self._comment(text, question.at)
                self._aside(text, bit, question.at, str(why))
                return
            if false == "True":
                return
            about = about if false == "False" else f"~{false}"
        if question.touches or question.touches_any:
            touched = self._touched(question)
            if not touched:
                return
            about = f"asked.any_bit(s, {touched!r})" + ("" if about.startswith("full") else f" & {about}")
        self._comment(text, question.at)
        with text.block(f"for s in asked.stretches({bit}):"):
            text.line(f"asked.say(s, {about}, {event})")

    def _touched(self, question: Open) -> dict[int, int]:
        """The bits of the events that a question is about, by word."""
        return self.written.bits.places(
            k
            for k, (at, _, effect) in enumerate(self.written.events)
            if (effect in {"deny", "reduce", "authorize"} if question.touches_any else at in question.touches)
        )

    def _aside(self, text: Text, bit: int, at: int, why: str) -> None:
        with text.block(f"for s in asked.stretches({bit}):"):
            text.line(f"asked.set_aside(s, slice(None), {at}, {why!r})")

    # ------------------------------------------------------------------------------------------------ counting
    def _counting(self) -> None:
        text, plan = self.text, self.plan
        self.constants["SLOT"] = Slots(plan)
        text.line(f"chunk.set_visits_aside(chunk.repeated(), {NOBODY}, 'a code on several lines')")
        text.line("none = np.flatnonzero(chunk.of_slot(SLOT, -2))")
        with text.block("if len(none):"):
            text.line(
                f"chunk.support_unknown(none, [{self.written.doubt(NOBODY, 'unclassified', 'deny')}], always=True)"
            )
        if plan.days:
            text.line("chunk.by_day(chunk.of_slot(SLOT, -1))")
        for slot, count in enumerate(plan.counts):
            self._comment(text, count.at)
            text.line(f"mine = chunk.of_slot(SLOT, {slot})")
            if count.method == "flat" or not set(count.pool) <= POOLS or _long(count):
                why = "counted by what is not written in columns"
                text.line(f"chunk.set_aside(np.flatnonzero(mine), {count.at}, {why!r})")
                continue
            keys = tuple(key for key in count.pool if key in SPLITTING)
            self.constants[f"COUNT{slot}"] = count
            with text.block("if mine.any():"):
                text.line(f"count(chunk, COUNT{slot}, mine, {keys!r}, {self._unknown(count.at)})")
        if "visit.timed_minutes" in self.shapes:
            text.line("stated_total(chunk)")
        self.constants["BILLING"] = Billing(self.written)
        text.line("billed_against(chunk, BILLING(chunk.view))")

    def _unknown(self, at: int) -> list[int]:
        """What is said of a line whose minutes are missing."""
        return [self.written.doubt(at, "units unknown", "deny"), self.written.lack("line.minutes")]

    # ------------------------------------------------------------------------------------------- pairs, limits
    def _pairs(self) -> None:
        out, conditions = [], []
        for rule in self.plan.pairs:
            expressions = self._expressions(True, "space")
            handed = not_written(rule)
            if rule.releases and not self.modifiers:
                handed = handed or "line.modifiers missing"
            silent = False
            try:
                held = [expressions.read(fact).known for fact in rule.given]
                silent = "False" in held
                if any(known != "True" for known in held):
                    handed = handed or expressions.depends(None, *rule.given)
                if rule.condition is not None and not (handed or silent):
                    verdict = expressions.truth(rule.condition)
                    silent = verdict.false == "True"
                    if verdict.true != "True" and not silent:
                        holds, lacks = (
                            self._function("condition", rule.at, verdict),
                            self._lacking(rule.at, rule.condition),
                        )
                        conditions.append(f"{rule.at}: Condition({holds}, {lacks})")
            except NotWritten as why:
                handed = str(why)
            event, perhaps = self.written.event(rule.at, "pair", "deny"), self.written.doubt(rule.at, "pair", "deny")
            releases = () if handed else positions(rule, self.written.mask)
            out.append(WrittenPair(rule, event, handed, perhaps, silent, releases))
        self.constants["PAIRS"] = tuple(out)
        self.text.line(f"pairs(chunk, PAIRS, {{{', '.join(conditions)}}})")

    def _function(self, name: str, at: int, verdict: Kleene) -> str:
        """A function that gives what a truth is of some lines."""
        called = f"{name}_{at}"
        with self.functions.block(f"def {called}(chunk, s):  # {self.plan.spoken[at].label}"):
            self.functions.line("space = chunk.line_space")
            self.functions.line(f"return full({verdict.true}, s), full({verdict.false}, s)")
        return called

    def _limit(self, rule: Limit) -> None:
        text = self.text
        expressions = self._expressions(True, "space")
        handed = self._unlike(rule)
        member = given = maxima = lacks = "None"
        try:
            held = [expressions.read(fact).known for fact in rule.given]
            if "False" in held:
                return
            partly = [fact for fact, known in zip(rule.given, held, strict=True) if known != "True"]
            if any(fact.of_line for fact in partly):
                raise NotWritten("a fact of the line")
            if partly:
                given = f"given_{rule.at}"
                with self.functions.block(f"def {given}(chunk, s):  # {self.plan.spoken[rule.at].label}"):
                    self.functions.line("space = chunk.line_space")
                    self.functions.line(f"return {_joined([known for known in held if known != 'True'])}")
            verdict = self._member(expressions, rule)
            if verdict.false == "True":
                return
            if verdict.true != "True":
                member = self._function("member", rule.at, verdict)
            if not handed and (len(rule.maxima) > 1 or rule.maxima[0].when is not None):
                maxima = self._maxima(rule)
            if not handed:
                lacks = self._lacks(rule)
        except NotWritten as why:
            handed = str(why)
        event = self.written.event
        would = "deny" if rule.excess in {"deny the excess", "deny every unit", "modifier"} else rule.excess
        scaled = rule.measure is Type.UNITS
        most = tuple(int(m.amount * 10_000) if m.amount is not None else 0 for m in rule.maxima)
        self.constants[f"LIMIT{rule.at}"] = WrittenLimit(
            rule, event(rule.at, "limit", "deny"), event(rule.at, "limit", "reduce"), event(rule.at, "limit", would),
            self.written.doubt(rule.at, "limit", would), self.written.mask(rule.modifiers), most, scaled,
            rule.window.word != "visit" and "line" not in rule.keys, handed,
        )  # fmt: skip
        self._comment(text, rule.at)
        text.line(f"limit(chunk, LIMIT{rule.at}, Conditions({member}, {given}, {maxima}, {lacks}))")

    def _maxima(self, rule: Limit) -> str:
        """A function that gives the conditions of a limit's maxima, which are about the visit."""
        expressions = self._expressions(False, "space")
        truths = [expressions.truth(maximum.when) for maximum in rule.maxima]
        called = f"maxima_{rule.at}"
        with self.functions.block(f"def {called}(chunk, s):  # {self.plan.spoken[rule.at].label}"):
            self.functions.line("space = chunk.line_space")
            given = ", ".join(f"(full({one.true}, s), full({one.false}, s))" for one in truths)
            self.functions.line(f"return ({given},)")
        return called

    def _lacks(self, rule: Limit) -> str:
        """A function that gives the facts which a limit hangs on where it is undetermined (`unsettled.py`)."""
        expressions = self._expressions(True, "space")
        unknown = {
            name: _opposite(expressions.read(BY_PATH[f"line.{name}"]).known) for name in ("minutes", "units", "charge")
        }
        timed = _joined([unknown["minutes"], "~space.by_day(DAYS, s)"])
        masks: list[tuple[str, str]] = []
        if rule.measure is Type.MINUTES:
            masks.append(("line.minutes", unknown["minutes"]))
        elif rule.counting != "billed":
            masks.append(("line.minutes", timed))
        elif rule.measure is Type.UNITS:
            masks.append(("line.minutes", _joined([timed, unknown["units"]])))
        masks += [(f"line.{by}", unknown[by]) for by, _, _ in rule.orders if by in unknown]
        self.constants["DAYS"] = Days(self.plan)
        conditions = (rule.member, *(m.when for m in rule.maxima), *(exempt.when for exempt in rule.exempt))
        return self._lacking(rule.at, *conditions, more=masks)

    def _lacking(self, at: int, *asked: Op | None, more: Sequence[tuple[str, str]] = ()) -> str:
        """A function that gives the missing facts on which some expressions hang, and `more` of them, by their numbers."""
        lacking = (*self._expressions(True, "space").lacking(*asked).items(), *more)
        given = [f"({self.written.lack(path)}, full({mask}, s))" for path, mask in lacking if mask != "False"]
        called = f"lacks_{at}"
        with self.functions.block(f"def {called}(chunk, s):  # {self.plan.spoken[at].label}"):
            self.functions.line("space = chunk.line_space")
            self.functions.line(f"return [{', '.join(given)}]")
        return called

    def _unlike(self, rule: Limit) -> str:
        """Why a limit is not written in columns; empty: it is."""
        if not set(rule.keys) <= ONE_GROUP | SPLITTING | {"code", "line"} or rule.measure in {Type.MONEY, Type.RVUS}:
            return f"a limit of {rule.measure.name.lower()} per {', '.join(rule.keys)} is not written in columns"
        if rule.excess == "modifier" and not self.modifiers:
            return "line.modifiers missing"
        apart = [fact.path for fact in rule.by if fact.of_line and fact.path in self.shapes]
        if apart:
            return f"kept apart by {', '.join(apart)}"
        odd = any(one.amount is None or one.since is not None or one.fact is not None for one in rule.maxima)
        return "the maximum is not written in the policy" if odd or not rule.maxima else ""

    def _member(self, expressions: Expressions, rule: Limit) -> Kleene:
        """Whether a line is counted: the limit's condition, and no exemption."""
        parts = [expressions.truth(rule.member)]
        for exempt in rule.exempt:
            inside = f"space.in_codes({expressions.name('CODES', exempt.codes)}, s)"
            when = expressions.truth(exempt.when)
            free = inside if when.true == "True" else "False" if when.true == "False" else f"({inside} & {when.true})"
            kept = (
                f"(~{inside})"
                if when.false == "False"
                else "True"
                if when.false == "True"
                else f"(~{inside} | {when.false})"
            )
            parts.append(Kleene(kept, free, when.total))
        true = _joined([part.true for part in parts])
        falses = [part.false for part in parts if part.false != "False"]
        false = "True" if "True" in falses else f"({' | '.join(falses)})" if falses else "False"
        return Kleene(true, false, all(part.total for part in parts))

    # ------------------------------------------------------------------------------------------- assistants
    def _assistant(self, rule: Assistant) -> None:
        """Silent where every line was a therapist's and is not marked, or nothing is asked of it; else the visit is set aside."""
        text = self.text
        self._comment(text, rule.at)
        asked = f"np.flatnonzero(chunk.about(CODES_{rule.at}))" if rule.codes is not None else "np.arange(chunk.lines)"
        if rule.codes is not None:
            self.constants[f"CODES_{rule.at}"] = rule.codes
        text.line(f"s = {asked}")
        text.line("space = chunk.line_space")
        told = "full(False, s)"
        if "line.assistant_minutes" in self.shapes:
            told = "(space.cells('line.assistant_minutes', s) == 0) & space.known('line.assistant_minutes', s)"
            if "line.furnished_by" in self.shapes:
                told += " & (space.cells('line.furnished_by', s) != chunk.word('line.furnished_by', 'assistant'))"
        if self.modifiers:
            told += f" & ((space.marks(s) & {self.written.mask(rule.modifiers):#x}) == 0)"
        text.line(f"told = {told}")
        text.line("if chunk.unknown is not None:")
        text.line("    told &= ~chunk.unknown[s]")
        try:
            false = self._expressions(True, "space").truth(rule.condition).false
        except NotWritten:
            false = "False"
        text.line(f"untold = ~told & full({false}, s)")
        text.line(f"chunk.set_aside(s[~told & ~untold], {rule.at}, 'an assistant may have given some of it')")
        if rule.grain == "day":
            text.line("partly = chunk.any_of_lines(s[told]) & chunk.any_of_lines(s[untold])")
            text.line(f"chunk.set_visits_aside(partly, {rule.at}, 'some lines say who gave them, some do not')")
        text.line("if chunk.gated is not None:")
        text.line(f"    chunk.set_aside(s[chunk.gated[s]], {rule.at}, 'a line does not count')")

    def _idle_advice(self) -> None:
        """Advice to bill more is left out on lines that something reduces or denies."""
        events, places = list(enumerate(self.written.events)), self.written.bits.places
        under = places(k for k, (_, tag, _) in events if tag == "underbilled")
        worse = places(k for k, (_, _, effect) in events if effect.removeprefix(PERHAPS) in {"deny", "reduce"})
        if under and worse:
            self.text.line(f"chunk.without({under!r}, {worse!r})")

    def _expressions(self, of_line: bool, space: str) -> Expressions:
        made = self.written.expressions(self.shapes, self.modifiers, self.constants)
        made.of_line, made.space = of_line, space
        return made


def _long(count: Count) -> bool:
    """Whether a method has no blocks, or blocks of a length that does not fit a key."""
    return any(
        one.method == "total" and (one.steps is None or not 9 <= one.steps.of <= 60) for one in (count, *count.methods)
    )


def _undetermined(verdict: Kleene) -> str:
    if verdict.total or "True" in (verdict.true, verdict.false):
        return "False"
    held = [text for text in (verdict.true, verdict.false) if text != "False"]
    return f"(~({' | '.join(held)}))" if held else "True"


def _opposite(mask: str) -> str:
    return {"True": "False", "False": "True"}.get(mask, f"~{mask}")


def _joined(masks: Sequence[str]) -> str:
    if "False" in masks:
        return "False"
    left = [mask for mask in masks if mask != "True"]
    return f"({' & '.join(left)})" if left else "True"


def _mask(text: str) -> str:
    return f"full({text}, asked.at[s])" if text in {"True", "False"} else text


def _exactly(units: Units) -> int:
    """A number of units as it is, or, with decimals, ten thousand times it."""
    return units if isinstance(units, int) else int(units * 10_000)
