"""The syntax tree: declarations with their clauses, exactly as written.

Owns: one frozen class per clause and per expression form, a file for each part of the language; every name of every file is a name of
this package, so that a class is added in one place. Equality ignores spans, so a tree that was formatted and parsed again is equal to
itself.
Never: resolves a name, fills a default or judges meaning.
"""

# ruff: noqa: F403

from policy.syntax.ast.codes import *
from policy.syntax.ast.counting import *
from policy.syntax.ast.declarations import *
from policy.syntax.ast.examples import *
from policy.syntax.ast.expressions import *
from policy.syntax.ast.judging import *
from policy.syntax.ast.payment import *
from policy.syntax.ast.stated import *
