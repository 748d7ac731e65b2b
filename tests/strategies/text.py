"""Policy text of every shape: syntax trees of every kind and clause, tokens in any order, good files changed at random.

Owns: strategies for `ast.Module` (what the parser could have made, nothing else) and for text that no author would write.
Never: names that resolve; `strategies/policies.py` generates policies that mean something.
"""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from policy.resources import grammar_folder
from policy.syntax import ast
from policy.syntax.grammar import reserved
from policy.syntax.parse import STAND_ALONE
from policy.syntax.shape import SHAPES
from policy.values import Type

GOOD = Path(__file__).parent.parent / "language" / "syntax" / "good"
KINDS = (
    "source",
    "codes",
    "value",
    "evidence",
    "count",
    "pair",
    "limit",
    "require",
    "rule",
    "pay",
    "assistant",
    "not modelled",
    "example",
)
MEASURES = (Type.UNITS, Type.MINUTES, Type.DAYS, Type.VISITS, Type.LINES, Type.CODES, Type.RVUS)


def _is_name(text: str) -> bool:
    return text not in reserved() and not re.fullmatch(r"[a-z][0-9]{4}", text)


names = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True).filter(_is_name)
labels = names | st.sampled_from(sorted(reserved()))
"""Names that always stand behind the word of their kind, or behind `cite`, may be words of the language."""
dotted = st.from_regex(r"[a-z][a-z0-9_]{0,5}(\.[a-z0-9_]{1,6}){1,2}", fullmatch=True)
texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters='"\n'), max_size=20)
dates = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
small = st.integers(0, 9999)
modifiers = st.from_regex(r"[A-Z0-9]{2}", fullmatch=True)
uppers = st.from_regex(r"[A-Z][A-Z0-9]{0,3}", fullmatch=True)
decimals = st.decimals(0, 9999, places=2) | st.decimals(0, 9, places=7)
money = st.decimals(0, 999_999_999, places=2) | st.integers(0, 9_999_999).map(Decimal)
rvus = st.decimals(0, 9999, places=4) | st.decimals(0, 99, places=2)
codes = st.from_regex(r"[0-9]{5}|[0-9]{4}[A-Z]|[A-Z][0-9]{4}", fullmatch=True)


def words(of: SearchStrategy[str]) -> SearchStrategy[ast.Word]:
    """The strategy's texts as words of the tree."""
    return st.builds(ast.Word, of)


def several(of: SearchStrategy, least: int = 1, most: int = 4) -> SearchStrategy[tuple]:
    """A tuple of a few."""
    return st.lists(of, min_size=least, max_size=most).map(tuple)


def _range(pair: tuple[int, int]) -> ast.CodeRange:
    first, last = sorted(pair)
    return ast.CodeRange(ast.Word(f"{first:05d}"), ast.Word(f"{last:05d}"))


numbers = st.integers(0, 99_999)
code_items = st.one_of(
    codes.map(lambda code: ast.CodeRange(ast.Word(code), ast.Word(code))),
    st.tuples(numbers, numbers).map(_range),
    words(names).map(ast.CodeSet),
)
code_lists = several(code_items).map(ast.CodeList) | several(code_items, 20, 40).map(ast.CodeList)

# ------------------------------------------------------------------------------------------------- expressions

literals = st.one_of(
    st.builds(ast.Literal, st.sampled_from((Type.NUMBER, *MEASURES)), small),
    st.builds(ast.Literal, st.just(Type.NUMBER), decimals),
    st.builds(ast.Literal, st.just(Type.MONEY), money),
    st.builds(ast.Literal, st.just(Type.PERCENT), decimals | small.map(Decimal)),
    st.builds(ast.Literal, st.just(Type.TIME), st.integers(0, 1439)),
    st.builds(ast.Literal, st.just(Type.DATE), dates),
    st.builds(ast.Literal, st.just(Type.TEXT), texts),
    st.builds(ast.Literal, st.just(Type.CODE), codes),
    st.builds(ast.Literal, st.just(Type.CHOICE), uppers),
    st.builds(ast.Literal, st.just(Type.YES_NO), st.booleans()),
)
facts = st.builds(ast.FactRef, dotted)
name_refs = st.builds(ast.NameRef, names)
simple = facts | literals | name_refs
operands = simple | st.one_of(
    st.builds(ast.SumOf, st.sampled_from(("billed units", "minutes", "charges")), code_lists),
    st.builds(ast.DaysBetween, facts, facts),
)
sums = st.recursive(
    operands, lambda left: st.builds(ast.Arithmetic, st.sampled_from("+-"), left, operands), max_leaves=3
)
comparisons = st.one_of(
    st.builds(ast.Given, sums, st.booleans()),
    st.builds(ast.Compare, st.sampled_from(("is", "is not", "<", "<=", ">", ">=")), sums, sums),
    st.builds(ast.OneOf, sums, several(simple)),
    st.builds(ast.InCodes, sums, code_lists, st.booleans()),
    st.builds(ast.HasModifier, facts, several(modifiers.map(ast.Word))),
    st.builds(ast.Documented, several(words(names))),
    st.builds(ast.VisitHas, code_lists, several(modifiers.map(ast.Word), 0)),
    st.just(ast.DocumentationGiven()),
    sums,
)
conditions = st.recursive(
    comparisons,
    lambda item: st.one_of(
        st.builds(ast.Not, item),
        st.builds(ast.And, several(item, 2, 3)),
        st.builds(ast.Or, several(item, 2, 3)),
    ),
    max_leaves=5,
)

# ------------------------------------------------------------------------------------------------------ clauses

starts_and_ends = st.tuples(dates, st.none() | dates) | st.tuples(st.none(), dates)
maybe_text = st.none() | texts
effects = st.sampled_from(("deny", "review", "authorize", "warn", "note"))
orders = st.one_of(
    st.builds(ast.Order, st.just("line"), st.sampled_from(("first", "last"))),
    st.builds(ast.Order, st.just("minutes"), st.sampled_from(("fewest", "most"))),
    st.builds(ast.Order, st.just("charge"), st.sampled_from(("lowest", "highest"))),
    st.builds(ast.Order, st.just("codes"), names),
)
per_words = [
    "patient",
    "provider",
    "discipline",
    "code",
    "region",
    "claim",
    "line",
    "visit",
    "day",
    "week",
    "month",
    "episode",
    "injury",
    "authorization",
]
per_keys = st.one_of(
    st.builds(ast.PerKey, st.sampled_from((*per_words, "calendar year", "benefit year"))),
    st.builds(ast.PerKey, st.just("rolling"), small),
    st.builds(ast.PerKey, st.just("fiscal year"), st.none(), st.integers(1, 12)),
    st.builds(ast.PerKey, st.sampled_from(("group", "facility", "lifetime"))),
    st.builds(ast.PerKey, st.just("fact"), st.none(), st.none(), facts),
    st.builds(ast.PerKey, st.sampled_from(("since", "after")), st.none(), st.none(), facts),
)
amounts = st.one_of(
    st.builds(ast.Literal, st.sampled_from(MEASURES), st.integers(0, 999_999_999)),
    st.builds(ast.Literal, st.sampled_from(MEASURES), decimals),
    st.builds(ast.Literal, st.just(Type.MONEY), money),
    name_refs,
    facts,
)
dollars = st.builds(ast.Literal, st.just(Type.MONEY), money)
percents = st.builds(ast.Literal, st.just(Type.PERCENT), decimals | small.map(Decimal))
modifier_words = several(modifiers.map(ast.Word))

# ----------------------------------------------------------------------------------------------------- examples

units = small | decimals
values = literals | name_refs
fact_is = st.builds(ast.FactIs, dotted, values)
visit_facts = st.one_of(
    fact_is,
    st.builds(ast.DocumentedIs, several(words(names), 0)),
    st.just(ast.HistoryNone()),
    st.builds(ast.NoteIs, texts),
    st.builds(ast.EarlierNote, dates, texts),
    st.builds(
        ast.HistoryLine, dates, words(codes), st.none() | units, st.none() | small, st.none() | uppers,
        st.none() | money, st.none() | rvus, *[maybe_text] * 4,
        st.lists(fact_is, max_size=2).map(tuple),
    ),
)  # fmt: skip


@st.composite
def example_lines(draw: st.DrawFn) -> ast.ExampleLine:
    """A line of an example with some of the things that may be stated of it."""
    times = draw(st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439))) or (None, None)
    return ast.ExampleLine(
        draw(words(codes)),
        minutes=draw(st.none() | small),
        billed=draw(st.none() | units),
        modifiers=draw(st.none() | several(modifiers.map(ast.Word), 0, 3)),
        start=times[0],
        end=times[1],
        charge=draw(st.none() | money),
        discipline=draw(st.none() | uppers.filter(lambda word: not re.fullmatch(r"[A-Z][0-9]{4}", word))),
        facts=draw(several(fact_is, 0, 2)),
    )


outcomes = st.sampled_from(("allow", "reduce", "deny", "review", "authorize", "undetermined"))
kinds = st.sampled_from(KINDS)
expectations = st.one_of(
    st.just(ast.NoFindings()),
    st.builds(ast.NoEvidence, words(names)),
    st.builds(ast.ExpectStatus, outcomes),
    st.builds(ast.ExpectTotal, units),
    st.builds(ast.ExpectMissing, dotted | names),
    st.builds(ast.ExpectUnits, words(codes), units, st.none() | units),
    st.builds(ast.ExpectPays, st.none() | words(codes), money),
    st.builds(ast.ExpectOutcome, words(codes), outcomes),
    st.builds(ast.ExpectOutcome, words(codes), outcomes, kinds, words(labels)),
    st.builds(ast.ExpectSpoke, kinds, words(labels)),
)

CLAUSES: dict[type, SearchStrategy] = {
    ast.Extends: st.builds(ast.Extends, words(names | dotted)),
    ast.InForce: st.builds(
        lambda dates_, basis, stated: ast.InForce(*dates_, basis=basis, stated=stated),
        starts_and_ends, st.sampled_from(("service", "receipt", "processing", "injury")), st.booleans(),
    ),
    ast.Status: st.builds(ast.Status, st.sampled_from(("announced", "paused", "withdrawn", "unverified"))),
    ast.Link: st.builds(ast.Link, texts),
    ast.Seen: st.builds(ast.Seen, dates),
    ast.Dated: st.builds(ast.Dated, dates),
    ast.Evidence: st.builds(ast.Evidence, st.sampled_from(("published", "reported", "derived", "recalled"))),
    ast.InField: st.builds(ast.InField, words(names)),
    ast.NoteSays: st.builds(ast.NoteSays, several(words(texts)), joined=st.booleans()),
    ast.ButNot: st.builds(ast.ButNot, several(words(texts))),
    ast.Cite: st.builds(ast.Cite, several(words(labels)), maybe_text),
    ast.Assume: st.builds(ast.Assume, texts),
    ast.Fix: st.builds(ast.Fix, texts),
    ast.AppliesTo: st.builds(ast.AppliesTo, code_lists, st.none() | code_lists),
    ast.Members: st.builds(ast.Members, code_lists),
    ast.Columns: st.builds(ast.Columns, code_lists, code_lists),
    ast.ExceptCodes: st.builds(ast.ExceptCodes, code_lists, st.none() | conditions),
    ast.ExceptPair: st.builds(ast.ExceptPair, code_lists, code_lists),
    ast.FromTable: st.builds(
        ast.FromTable, words(names), st.none() | words(names), st.none() | words(st.sampled_from(("2024Q3", "2026Q1")))
    ),
    ast.Among: st.builds(ast.Among, code_lists),
    ast.Mapped: st.builds(
        ast.Mapped, kinds, words(names), several(words(st.sampled_from(("CO-119", "N362"))))
    ),
    ast.UnitBasis: st.builds(ast.UnitBasis, st.none() | small),
    ast.ValueRow: st.one_of(
        st.builds(ast.ValueRow, st.none(), st.none(), literals),
        st.builds(ast.ValueRow, dates, st.none() | dates, literals),
    ),
    ast.By: st.one_of(
        st.builds(ast.By, st.sampled_from(("total time", "each code"))),
        st.builds(ast.By, st.just("flat"), small),
        st.builds(ast.By, st.sampled_from(("more", "fewer")), st.none(), several(words(labels), 2, 2)),
    ),
    ast.Pool: st.builds(ast.Pool, several(st.sampled_from(("patient", "provider", "discipline", "day")))),
    ast.UnitAt: st.builds(ast.UnitAt, several(small), small, st.none() | small),
    ast.DecimalUnits: st.builds(
        ast.DecimalUnits, small, st.sampled_from((2, 4, 10, 100)), st.sampled_from(("up", "down", "half up", "half down"))
    ),
    ast.Leftover: st.builds(
        ast.Leftover, st.sampled_from(("largest remainder", "most minutes", "first line", "no code"))
    ),
    ast.Ties: st.builds(ast.Ties, st.sampled_from(("provider", "most minutes", "first line", "last line"))),
    ast.DenySide: st.builds(ast.DenySide, st.sampled_from(("first", "second"))),
    ast.UnlessModifier: st.builds(
        ast.UnlessModifier, modifier_words, st.sampled_from(("either", "first", "second", "both"))
    ),
    ast.Unless: st.builds(ast.Unless, conditions),
    ast.TimesOverlap: st.just(ast.TimesOverlap()),
    ast.OnlyGiven: st.builds(ast.OnlyGiven, several(facts)),
    ast.Same: st.builds(ast.Same, st.sampled_from(("discipline", "provider", "region"))),
    ast.Reason: st.builds(ast.Reason, several(words(st.sampled_from(("CO-119", "PR-1", "N362", "M20", "CO-B7"))))),
    ast.AtMost: st.one_of(
        st.builds(ast.AtMost, amounts, when=st.none() | conditions),
        st.builds(ast.AtMost, amounts, small, facts, st.none() | conditions),
    ),
    ast.Per: st.builds(ast.Per, several(per_keys)),
    ast.Counting: st.builds(
        ast.Counting, st.sampled_from(("billed", "allowed", "supported")), st.sampled_from((*MEASURES, Type.MONEY))
    ),
    ast.OnExcess: st.one_of(
        st.builds(ast.OnExcess, st.just("deny the excess"), several(orders, 0)),
        st.builds(ast.OnExcess, st.sampled_from(("deny every unit", "authorize", "review", "warn", "note"))),
        st.builds(ast.OnExcess, st.just("modifier"), st.just(()), modifier_words),
    ),
    ast.When: st.builds(ast.When, conditions),
    ast.NeedsModifier: st.builds(
        ast.NeedsModifier, st.sampled_from(("exactly one", "some", "every", "none")), modifier_words
    ),
    ast.NeedsDocumented: st.builds(ast.NeedsDocumented, several(words(names))),
    ast.NeedsThat: st.builds(ast.NeedsThat, conditions),
    ast.Otherwise: st.builds(ast.Otherwise, effects, maybe_text),
    ast.Effect: st.builds(ast.Effect, effects, maybe_text) | st.builds(ast.Effect, st.just("reduce"), maybe_text, small),
    ast.BeforeCounting: st.just(ast.BeforeCounting()),
    ast.Marks: st.builds(ast.Marks, several(st.builds(ast.Mark, words(modifiers), words(modifiers)))),
    ast.Above: st.builds(ast.Above, decimals | small.map(Decimal), st.sampled_from(("unit", "code", "day"))),
    ast.LastUnit: st.builds(ast.LastUnit, small),
    ast.LastTwo: st.tuples(small, small, small, small).map(lambda n: ast.LastTwo(*sorted(n[:2]), *sorted(n[2:]))),
    ast.Touches: st.builds(ast.Touches, kinds, words(labels)),
    ast.ExampleVisit: st.builds(ast.ExampleVisit, dates, several(visit_facts, 0), several(example_lines(), 0)),
    ast.Expect: st.builds(ast.Expect, several(expectations)),
    ast.Rate: st.builds(
        ast.Rate, st.none() | dollars | name_refs | facts | words(names), st.sampled_from(("unit", "visit")), st.none() | percents,
        st.none() | facts, st.none() | facts, st.none() | words(names),
    ),
    ast.PriceRow: st.one_of(
        st.builds(ast.PriceRow, code_lists, st.just(Type.MONEY), money, st.none() | money),
        st.builds(ast.PriceRow, code_lists, st.just(Type.RVUS), rvus, st.none() | rvus),
        st.builds(
            lambda listed, parts: ast.PriceRow(listed, Type.RVUS, sum(parts, Decimal(0)), parts[1], parts),
            code_lists, st.tuples(rvus, rvus, rvus),
        ),
    ),
    ast.ConversionFactor: st.builds(ast.ConversionFactor, dollars | name_refs),
    ast.ReduceBy: st.builds(ast.ReduceBy, st.sampled_from(("practice expense", "rate")), percents),
    ast.ExceptFirst: st.builds(ast.ExceptFirst, st.sampled_from(("unit", "code"))),
    ast.RankedBy: st.builds(ast.RankedBy, st.sampled_from(("practice expense", "rate", "allowance"))),
    ast.Across: st.builds(ast.Across, several(st.sampled_from(("patient", "provider", "discipline", "day")))),
    ast.PayShare: st.builds(ast.PayShare, percents),
    ast.AtCharge: st.just(ast.AtCharge()),
    ast.ToTheCent: st.builds(ast.ToTheCent, st.sampled_from(("up", "down", "half up", "half down"))),
    ast.After: st.builds(ast.After, several(words(names))),
}  # fmt: skip
"""A strategy for every clause of the language."""

# ------------------------------------------------------------------------------------------------- declarations

types = [
    type_
    for type_ in Type
    if type_.value
    in ["date", "time", "number", "minutes", "units", "days", "visits", "money", "RVUs", "percent", "text", "yes/no"]
]
fact_types = st.one_of(
    st.builds(ast.FactType, st.sampled_from(types)),
    st.builds(ast.FactType, st.just(Type.CHOICE), several(names | uppers)),
)


@st.composite
def declarations(draw: st.DrawFn) -> ast.Declaration:
    """A declaration of any kind, with clauses of its kind most of the time and any clause at times."""
    kind = draw(st.sampled_from(tuple(SHAPES)))
    belongs = [slot.clause for slot in SHAPES[kind]]
    others = [clause for clause in CLAUSES if clause is not ast.Members]  # a lone name is taken for a misspelt clause
    classes = st.sampled_from(belongs) if belongs and draw(st.integers(0, 3)) else st.sampled_from(others)
    alone = names if kind in STAND_ALONE else labels
    name = draw(words(names | dotted if kind == "policy" else dotted if kind == "fact" else alone))
    plain = kind not in {"policy", "remove"}
    return ast.Declaration(
        kind,
        name,
        title=draw(maybe_text) if kind != "remove" else None,
        replace=draw(st.booleans()) if plain else False,
        clauses=draw(several(classes.flatmap(CLAUSES.__getitem__), 0, 6)),
        fact_type=draw(fact_types) if kind == "fact" else None,
        target=draw(kinds) if kind == "remove" else None,
    )


modules = several(declarations(), 0, 4).map(ast.Module)
"""Every kind of declaration and clause, as the parser could have made them."""

# -------------------------------------------------------------------------------------------- text of any shape

WORDS = sorted({*re.findall(r'"([^"\n]+)"', (grammar_folder() / "policy.lark").read_text(encoding="utf-8"))})
SAMPLES = (
    '"a text"', '"', "97530", "97161-97168", "timed", "line.minutes", "2026-03-02", "09:24", "4", "2.5", "$2,480.00", "50%",
    "59", "GP", "CO-119", "PT", "# comment", "\n", "\n    ", "\n        ", "\n\t", "\n  ", "\r\n", "\u201c", "\u201d", "\u2013",
    "\u00a0", "\ufeff", "\u200b", "\x00", "\\", ";", "=", "é",
)  # fmt: skip
soup = st.lists(st.sampled_from((*WORDS, *SAMPLES)), max_size=60).map(" ".join)
"""Words of the language and other tokens in any order."""


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good file with a few places changed."""
    text = draw(st.sampled_from(_good_texts()))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 12)))
        put = draw(st.sampled_from((*WORDS, *SAMPLES, "")) | st.text(max_size=3))
        text = text[:at] + put + text[end:]
    return text


def _good_texts() -> list[str]:
    found = [path.read_text(encoding="utf-8-sig") for path in sorted(GOOD.glob("*.policy"))]
    assert found
    return found
