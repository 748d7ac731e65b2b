"""Every code a diagnostic can carry.

Owns: code, severity, title, and the text of its page (why it matters, what to avoid, what to write). `docs/diagnostics/` is
printed from here.
Never: holds a message; messages are written where the mistake is found.
"""

from typing import Final

import attrs


@attrs.frozen
class Entry:
    code: str
    severity: str
    title: str
    why: str
    avoid: str
    prefer: str


def _e(code: str, title: str, why: str, avoid: str, prefer: str) -> Entry:
    severity = {"E": "error", "W": "warning", "A": "advice"}[code[0]]
    return Entry(code, severity, title, why, avoid, prefer)


REGISTRY: Final[dict[str, Entry]] = {
    "syntax": _e("E101", "not understood", "", "", ""),
    "unclosed-text": _e("E102", "a text that is not closed", "", "", ""),
    "tab": _e("E103", "a tab in the indentation", "", "", ""),
    "indented-first": _e("E104", "an indented line above the first declaration", "", "", ""),
    "keyword-name": _e("E105", "a word of the language used as a name", "", "", ""),
    "modifier": _e("E106", "a modifier that is not two characters", "", "", ""),
    "range-backwards": _e("E107", "a code range that runs backwards", "", "", ""),
    "date": _e("E108", "a date or time that does not exist", "", "", ""),
    "money": _e("E109", "an amount that cannot be read", "", "", ""),
    "number-size": _e("E110", "a number that is too large", "", "", ""),
    "repeated": _e("E111", "the same thing stated twice", "", "", ""),
    "too-large": _e("E112", "too large", "", "", ""),
    "too-deep": _e("E113", "nested too deeply", "", "", ""),
    "encoding": _e("E115", "a file that is not UTF-8", "", "", ""),
    "indentation": _e("E116", "a line indented to no column", "", "", ""),
    "name": _e("E117", "a name that cannot be one", "", "", ""),
    "code": _e("E118", "a code that cannot be one", "", "", ""),
    "kind": _e("E119", "a kind of declaration that is not there", "", "", ""),
    "typography": _e("A114", "characters from a word processor", "", "", ""),
    "unknown-policy": _e("E201", "a policy that is not there", "", "", ""),
    "extends-cycle": _e("E202", "policies that extend one another in a circle", "", "", ""),
    "policy-header": _e("E203", "a file without exactly one policy", "", "", ""),
    "unknown-name": _e("E204", "a name that nothing declares", "", "", ""),
    "unknown-source": _e("E205", "a source that nothing declares", "", "", ""),
    "unknown-fact": _e("E206", "a fact that nothing declares", "", "", ""),
    "replaces-nothing": _e("E207", "a replacement of nothing", "", "", ""),
    "shadows": _e("E208", "a parent's statement declared again without `replace`", "", "", ""),
    "codes-cycle": _e("E209", "code sets that contain one another", "", "", ""),
    "pair-itself": _e("E210", "a pair of a code with itself", "", "", ""),
    "two-counts": _e("E211", "two counts for one code", "", "", ""),
    "unknown-element": _e("E212", "an element of the note that nothing declares", "", "", ""),
    "empty-codes": _e("E213", "a code set without codes", "", "", ""),
    "whichever": _e("E214", "a combination of counts that cannot be combined", "", "", ""),
    "two-bases": _e("E215", "one code with two lengths of unit", "", "", ""),
    "removed-in-use": _e("E216", "a removal of something that is still used", "", "", ""),
    "declared-twice": _e("E217", "one name declared twice", "", "", ""),
    "known-fact": _e("E218", "a fact that every policy has already", "", "", ""),
    "overlap": _e("E301", "two versions in force at once", "", "", ""),
    "range-empty": _e("E302", "a range of dates that ends before it begins", "", "", ""),
    "gap": _e("W303", "dates without a version", "", "", ""),
    "example-date": _e("E304", "an example on a date with no version in force", "", "", ""),
    "basis": _e("E305", "a statement that only the date of service can judge", "", "", ""),
    "mixed-basis": _e("E306", "versions judged by different dates", "", "", ""),
    "types-differ": _e("E401", "things compared that do not measure the same", "", "", ""),
    "not-a-condition": _e("E402", "a condition that is neither true nor false", "", "", ""),
    "choice": _e("E403", "a word that the fact does not have", "", "", ""),
    "not-ordered": _e("E404", "an order among things that have none", "", "", ""),
    "threshold": _e("E405", "thresholds that cannot be counted by", "", "", ""),
    "measure": _e("E406", "a limit that counts one thing and caps another", "", "", ""),
    "two-windows": _e("E408", "a limit over two windows", "", "", ""),
    "gate-effect": _e("E409", "a gate that does not deny", "", "", ""),
    "example-fact": _e("E410", "a fact stated where it does not belong", "", "", ""),
    "example-code": _e("E407", "an expectation about a code that the visit does not have", "", "", ""),
    "wrong-clause": _e("E501", "a clause that does not belong here", "", "", ""),
    "repeated-clause": _e("E502", "a clause stated twice", "", "", ""),
    "missing-clause": _e("E503", "a clause that is missing", "", "", ""),
    "excess-order": _e("E504", "a limit with no order for the excess", "", "", ""),
    "no-source": _e("E505", "a statement with neither source nor assumption", "", "", ""),
}
