"""The builder: what each alternative of the grammar becomes is said once, in one of its parts."""

from lark import Transformer

from policy.syntax.build import Build
from policy.syntax.grammar import parser


def aliases() -> set[str]:
    """The alternatives that build a node, by alias or rule; those that pass on their only child build none."""
    rules = parser().rules
    named = {rule.alias or str(rule.origin.name) for rule in rules if rule.alias or not rule.options.expand1}
    return {name for name in named if not name.startswith("_")}


def methods() -> list[str]:
    """The public methods of the builder and its parts."""
    parts = [part for part in Build.__mro__ if issubclass(part, Transformer) and part is not Transformer]
    return sorted(name for part in parts for name in vars(part) if not name.startswith("_"))


def test_every_alternative_has_one_method_and_every_method_an_alternative() -> None:
    assert methods() == sorted(aliases())
