"""What holds of any text at all, for the property tests and the fuzzer.

Owns: the one list of promises that the parser, the table of clauses and the formatter make about text no author would write.
Never: makes text.
"""

import re

from policy.diagnostics import REGISTRY, PolicyError
from policy.source import SourceFile
from policy.syntax.format import format_source
from policy.syntax.layout import MAX_LINE
from policy.syntax.parse import parse
from policy.syntax.shape import check_shape

TYPE_NAMES = re.compile(r"\b(str|int|NoneType|Decimal|Token|Tree|Exception|tuple|dict|None|Traceback)\b")


def holds_of_any_text(text: str) -> None:
    """Nothing raises, every place lies in the text, every message is fit for an author, a readable file can be formatted."""
    file = SourceFile("any", text)
    module, found = parse(file)
    for diagnostic in [*found, *(d for one in module.declarations for d in check_shape(file, one))]:
        assert diagnostic.slug in REGISTRY
        assert 0 <= diagnostic.at.span.start <= diagnostic.at.span.end <= max(len(text), 1)
        assert not diagnostic.message.endswith(".")
        assert not TYPE_NAMES.search(
            re.sub(r"`[^`]*`", "", f"{diagnostic.message} {diagnostic.help}".replace(" None", ""))
        )
    for declaration in module.declarations:
        assert declaration.name.text
        assert declaration.complete or found
    try:
        formatted = format_source(file)
    except PolicyError:
        assert any(d.is_error for d in found)
        return
    assert all(len(line) <= MAX_LINE for line in re.sub(r"#.*", "", formatted).split("\n"))
    assert all(declaration.complete for declaration in module.declarations)
    again, found = parse(SourceFile("formatted", formatted))
    assert [d for d in found if d.is_error] == []
    assert again == module
    assert sorted(c.text for c in again.comments) == sorted(c.text for c in module.comments)
    assert format_source(SourceFile("formatted", formatted)) == formatted
