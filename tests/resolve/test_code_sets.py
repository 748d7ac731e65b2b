"""Sets of codes as ranges behave as sets of codes."""

from hypothesis import given
from hypothesis import strategies as st

from policy.codes import CodeSet, code_at, ordinal
from policy.resolve.slices import _Codes, _meeting

NUMBERS = st.integers(0, 60)
RANGES = st.lists(st.tuples(NUMBERS, st.integers(0, 9)), max_size=8)


def codes(ranges: list[tuple[int, int]]) -> CodeSet:
    return CodeSet.of((f"{low:05d}", f"{low + more:05d}") for low, more in ranges)


def plain(ranges: list[tuple[int, int]]) -> set[str]:
    return {f"{number:05d}" for low, more in ranges for number in range(low, low + more + 1)}


@given(RANGES, RANGES, RANGES)
def test_set_arithmetic(a: list[tuple[int, int]], b: list[tuple[int, int]], c: list[tuple[int, int]]) -> None:
    assert set(codes(a) | codes(b)) == plain(a) | plain(b)
    assert set(codes(a) - codes(b)) == plain(a) - plain(b)
    assert set(codes(a) & codes(b)) == plain(a) & plain(b)
    assert set(CodeSet.union(codes(a), codes(b), codes(c))) == plain(a) | plain(b) | plain(c)
    assert len(codes(a)) == len(plain(a))
    assert all((f"{number:05d}" in codes(a)) == (f"{number:05d}" in plain(a)) for number in range(80))


@given(RANGES, RANGES)
def test_one_set_has_one_form(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    """Ranges are sorted and never touch, so equal sets are equal objects."""
    whole = codes(a) | codes(b)
    assert all(one[1] + 1 < other[0] for one, other in zip(whole.ranges, whole.ranges[1:], strict=False))
    assert (codes(a) - codes(b)) | (codes(a) & codes(b)) == codes(a)


@given(st.from_regex(r"\d{5}|\d{4}[A-Z]|[A-Z]\d{4}", fullmatch=True).filter(str.isascii))
def test_every_code_has_its_place(code: str) -> None:
    assert code_at(ordinal(code)) == code


@given(st.lists(st.tuples(st.integers(0, 3), RANGES), max_size=6))
def test_shared_codes_are_found_wherever_they_are(sets: list[tuple[int, list[tuple[int, int]]]]) -> None:
    """Every code that two groups share is in some reported pair, and every reported pair shares a code."""
    items = [_Codes(None, group, codes(ranges)) for group, ranges in sets]  # type: ignore[arg-type]
    pairs = _meeting(items)
    for later, earlier in pairs:
        assert later.group != earlier.group
        assert later.codes & earlier.codes
    for number in range(80):
        code = f"{number:05d}"
        groups = {item.group for item in items if code in item.codes}
        assert (len(groups) > 1) <= any(code in one.codes and code in other.codes for one, other in pairs)
