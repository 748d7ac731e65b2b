"""From grammar rules to syntax-tree nodes; runs inside the parser, one method per grammar alternative.

Owns: the only knowledge of the order of a rule's children, a file for each part of the language. Clauses are built in two steps: the
method returns a function that takes the clause's span, because only the layout knows where a clause begins and ends. A header is a
function of its clauses.
Never: resolves names. What cannot be read (a date that does not exist, a modifier of three characters) raises `Mistake`.
"""

from lark import Token, v_args

from policy.syntax import ast
from policy.syntax.build.codes import Codes
from policy.syntax.build.counting import Counting
from policy.syntax.build.declarations import Headers
from policy.syntax.build.examples import Examples
from policy.syntax.build.expressions import Expressions
from policy.syntax.build.judging import Judging
from policy.syntax.build.payment import Payment
from policy.syntax.build.stated import Stated
from policy.syntax.build.tokens import Header, Mistake, NotAName, span_of

__all__ = ["Build", "Header", "Mistake", "NotAName"]


class Build(Headers, Stated, Codes, Counting, Judging, Payment, Expressions, Examples):
    """A method for each alias of `grammars/policy.lark`."""


def _keyword(self: Build, word: Token) -> ast.Word:
    return ast.Word(str(word), span_of(word))


for _name in (
    "replace", "or_word", "basis", "evidence_word", "grain", "side", "side_or_last", "same_word", "counted", "outcome_word", "outcome",
    "more_or_fewer", "parts", "few_or_most", "low_or_high", "pool_key", "past_key", "per_word", "month", "minutes", "units",
    "codes", "lines", "visits", "days", "type_name", "status_word", "effect_word", "rvus", "rate_grain", "first_grain",
):  # fmt: skip
    setattr(Build, _name, v_args(inline=True)(_keyword))
