"""The report as one HTML page: style and script inside, nothing fetched.

Owns: the template environment.
Never: uses the network or a clock. The same report gives the same bytes.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import policy.catalogue
from policy.auditing.model import Report, clock
from policy.catalogue.html import Html, breakable

_HERE = Path(__file__).parent / "templates"
_CATALOGUE = Path(policy.catalogue.__file__).parent / "templates" / "site"


def page(report: Report) -> str:
    """The page, as text."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"breakable": breakable, "clock": clock}
    style = "".join(
        (folder / name).read_text("utf-8") for folder, name in ((_CATALOGUE, "style.css"), (_HERE, "report.css"))
    )
    script = (_HERE / "sort.js").read_text("utf-8")
    return environment.get_template("report.html").render(report=report, style=Html(style), script=Html(script))
