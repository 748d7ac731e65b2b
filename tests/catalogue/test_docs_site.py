"""The site that `policy docs` writes: whole, valid, linked, usable without a mouse or eyes, and the same every time."""

from pathlib import Path

import browse
import pytest

import policy
from policy.catalogue.coded import codes
from policy.catalogue.model import Catalogue
from policy.program import entries

HERE = Path(__file__).parent
HOSTILE = """\
policy hostile.one "<script>alert('title')</script> & more"
    extends test.parent

source bad "<img src=x onerror=alert(1)>](javascript:alert(2))"
    link "javascript:alert(3)"
    seen 2026-01-05

source odd "[a](b) `c` *d* | e"
    link "https://example.com/?q=<b>&x='y'"
    seen 2026-01-05

rule shout "</title></head><b>"
    applies to 97530
    when   line.place is "<i>11</i>"
    deny   "<u>no</u>"
    fix    "a | b </table>"
    cite   bad "<s>"
    cite   odd
    assume "<blink>so</blink> | _that_"

example x "<h1>"
    visit 2026-03-02
        97530  billed 1
    expect 97530 undetermined
"""


def test_every_page_is_valid_html(site: Path) -> None:
    assert len(browse.pages(site)) > 100
    for page in browse.pages(site):
        browse.tree(page)


def test_every_link_leads_somewhere(site: Path) -> None:
    assert list(browse.broken_links(site)) == []


def test_every_page_can_be_used_without_eyes_or_a_mouse(site: Path) -> None:
    assert {page.name: found for page in browse.pages(site) if (found := list(browse.faults(page)))} == {}


def test_every_policy_and_statement_has_its_place(site: Path) -> None:
    for entry in entries():
        page = browse.tree(site / "policies" / f"{entry.id}.html")
        places = set(browse.ids(page))
        resolved = policy.load(entry.id).resolved
        own = {f"{s.kind}-{s.name}".replace(" ", "-") for s in resolved.statements if s.policy == entry.id}
        assert own <= places, entry.id
        (title,) = browse.elements(page, "h1")
        assert browse.text(title).startswith(entry.title)


def test_every_source_and_assumption_is_told(site: Path) -> None:
    sources, assumptions = (browse.text(browse.tree(site / f"{name}.html")) for name in ("sources", "assumptions"))
    for entry in entries():
        for statement in policy.load(entry.id).resolved.statements:
            if statement.policy == entry.id:
                for cited in statement.cites:
                    assert cited.source.title in sources
                if statement.kind != "example":
                    assert all(text in assumptions for text in statement.assumptions)


def test_the_comparison_has_every_payer_that_counts(site: Path) -> None:
    (table,) = browse.elements(browse.tree(site / "compare.html"), "table")
    rows = [browse.text(next(browse.elements(row, "th"))) for row in list(browse.elements(table, "tr"))[1:]]
    catalogue = Catalogue.of([policy.load(entry.id).resolved for entry in entries()])
    assert [row.endswith(doc.id) for row, doc in zip(rows, catalogue.payers, strict=True)] == [True] * len(rows)
    assert "medicare.ncci_pairs" not in {doc.id for doc in catalogue.payers}


def test_every_code_has_its_page(site: Path) -> None:
    catalogue = Catalogue.of([policy.load(entry.id).resolved for entry in entries()])
    assert {page.stem for page in (site / "codes").iterdir()} == set(codes(catalogue)) >= {"97530", "97140", "97161"}


def test_what_is_not_in_force_says_so(site: Path) -> None:
    page = browse.tree(site / "policies" / "medicaid.texas_2012.html")
    assert "no longer in force on" in browse.text(next(browse.elements(page, "main")))
    assert "ended" in browse.text(next(browse.elements(page, "h1")))


def test_the_same_policies_give_the_same_bytes(command, tmp_path: Path) -> None:
    for hash_seed, name in (("1", "one"), ("2", "two")):
        ended = command("docs", HERE / "every_clause.policy", "--out", name, PYTHONHASHSEED=hash_seed)
        assert (ended.code, ended.err) == (0, "")
    files = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*.*")}
    again = {path.relative_to(tmp_path / "two"): path.read_bytes() for path in (tmp_path / "two").rglob("*.*")}
    assert files == again


@pytest.fixture
def hostile(command, tmp_path: Path) -> Path:
    """A site of a policy whose texts are markup."""
    (tmp_path / "hostile.policy").write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "parent.policy").write_text((HERE / "parent.policy").read_text("utf-8"), encoding="utf-8")
    for format in ("site", "markdown"):
        ended = command("docs", "hostile.policy", "parent.policy", "--out", format, "--format", format)
        assert (ended.code, ended.err) == (0, "")
    return tmp_path


def test_texts_of_a_policy_are_never_markup(hostile: Path) -> None:
    pages = browse.pages(hostile / "site")
    assert pages
    for page in pages:
        parsed = browse.tree(page)
        assert not list(browse.elements(parsed, "img", "u", "i", "s", "blink"))
        assert [e.attrib["src"] for e in browse.elements(parsed, "script")] in (["filter.js"], ["../filter.js"])
        links = [e.attrib["href"] for e in browse.elements(parsed, "a")]
        assert not [link for link in links if link.startswith("javascript") or "<" in link]
    assert list(browse.broken_links(hostile / "site")) == []
    page = browse.text(browse.tree(hostile / "site" / "policies" / "hostile.one.html"))
    assert "<script>alert('title')</script> & more" in page and "<blink>so</blink>" in page


def test_texts_of_a_policy_are_never_markdown(hostile: Path) -> None:
    for page in (hostile / "markdown").rglob("*.md"):
        written = page.read_text("utf-8")
        ours = ("<a id=",)
        assert [part for part in written.split("<")[1:] if not f"<{part}".startswith((*ours, "</a>"))] == [], page.name
        assert "](javascript" not in written.replace("\\]", "")


def test_what_an_earlier_run_wrote_goes_and_the_rest_stays(command, tmp_path: Path) -> None:
    assert command("docs", HERE / "every_clause.policy", HERE / "parent.policy", "--out", "site").code == 0
    (tmp_path / "site" / "mine.txt").write_text("mine")
    assert (tmp_path / "site" / "policies" / "test.parent.html").exists()
    assert command("docs", HERE / "every_clause.policy", "--out", "site").code == 0
    assert not (tmp_path / "site" / "policies" / "test.parent.html").exists()
    assert (tmp_path / "site" / "mine.txt").read_text() == "mine"


def test_a_folder_of_other_files_is_left_alone(command, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("mine")
    ended = command("docs", HERE / "every_clause.policy", "--out", "site")
    assert ended.code == 2 and "holds other files" in ended.err
    assert (tmp_path / "site" / "index.html").read_text() == "mine"


def test_a_date_shows_what_held_then(command, tmp_path: Path) -> None:
    command("docs", "commercial.anthem", "--out", "then", "--on", "2021-03-31")
    command("docs", "commercial.anthem", "--out", "now")
    then, now = ((tmp_path / name / "compare.html").read_text("utf-8") for name in ("then", "now"))
    assert "limit-four_units" in now and "limit-four_units" not in then


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("docs", "medicare.part_b"), "--out"),
        (("docs", "medicare.part_x", "--out", "x"), "there is no policy `medicare.part_x`"),
        (("docs", "--out", "x", "--on", "tomorrow"), "`tomorrow` is not a date"),
        (("docs", "undated.policy", "--out", "x"), "no source states when it was seen"),
    ],
)
def test_bad_usage_is_told(command, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "undated.policy").write_text(
        'policy my.own "Mine"\n\nrule r\n    applies to 97530\n    deny\n    assume "so"\n'
    )
    ended = command(*words)
    assert (ended.code, ended.out) == (2, "") and said in ended.err and "Traceback" not in ended.err
    assert not (tmp_path / "x").exists()


def test_without_jinja_it_says_what_to_install(command, tmp_path: Path) -> None:
    (tmp_path / "jinja2.py").write_text('raise ModuleNotFoundError("no jinja", name="jinja2")\n')
    ended = command("docs", "base.therapy", "--out", "x", PYTHONPATH=f"{tmp_path}:{HERE.parents[1]}")
    assert ended.code == 2 and "payer-policy[docs]" in ended.err


def test_markdown_of_every_clause(command, tmp_path: Path, rewrite: bool) -> None:
    """The page of a small policy that has everything, as Markdown."""
    words = (HERE / "every_clause.policy", HERE / "parent.policy", "--format", "markdown", "--out", "md")
    assert command("docs", *words).code == 0
    for name in ("policies/test.every.md", "index.md", "compare.md", "codes/97530.md", "inert.md"):
        golden = HERE / "golden" / name.replace("/", "_")
        written = (tmp_path / "md" / name).read_text("utf-8")
        if rewrite:
            golden.write_text(written, encoding="utf-8")
        assert written == golden.read_text("utf-8"), name
