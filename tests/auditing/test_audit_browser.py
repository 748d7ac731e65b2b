"""The page in a real browser, where one is installed: widths, light and dark, sorting, focus; and its colours, which need none."""

import json
import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import policy.auditing
import policy.catalogue

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
LOOK = """<!doctype html><title>look</title><iframe src="{page}" style="width:{width}px;height:900px;border:0"></iframe><p id="seen"></p>
<script>
const frame = document.querySelector("iframe");
frame.addEventListener("load", () => {{
  const page = frame.contentDocument, view = frame.contentWindow;
  const shown = (e) => e.getClientRects().length > 0 && e.checkVisibility();
  const texts = [...page.querySelectorAll("main :is(td, th, p, li, dd, dt, span, summary)")].filter(shown);
  const small = texts.filter((e) => parseFloat(view.getComputedStyle(e).fontSize) < 12);
  const stops = [...page.querySelectorAll("a[href], button, summary, [tabindex='0']")].filter(shown);
  const outlines = stops.map((e) => {{ e.focus(); return view.getComputedStyle(e).outlineStyle; }});
  const table = page.querySelector("#by-code"), button = table.querySelectorAll("thead button")[1];
  const column = () => [...table.tBodies[0].rows].map((row) => Number(row.cells[1].dataset.by));
  const before = column();
  button.click();
  const down = column(), said = table.tHead.rows[0].cells[1].getAttribute("aria-sort");
  button.click();
  const up = column();
  page.querySelectorAll("details").forEach((e) => (e.open = true));
  const outside = (e) => e.getBoundingClientRect().right > view.innerWidth + 1;
  const crossing = [...page.querySelectorAll("main *")].filter((e) => !e.closest(".scroll, svg, .heard") && shown(e) && outside(e));
  document.querySelector("#seen").textContent = JSON.stringify({{
    wide: page.documentElement.scrollWidth, view: view.innerWidth, small: small.length, stops: stops.length,
    first: stops[0].getAttribute("href"), unmarked: outlines.filter((o) => o === "none").length, before, down, up, said,
    crossing: crossing.map((e) => e.tagName + "." + e.className), dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
    paper: view.getComputedStyle(page.body).backgroundColor,
    fetched: performance.getEntriesByType("resource").filter((r) => r.name.startsWith("http")).length,
    bars: [...page.querySelectorAll(".bar .taken")].filter(shown).length, chart: shown(page.querySelector(".chart svg")),
    sortable: shown(button),
  }});
}});
</script>"""


def browser(folder: Path, *words: str) -> str:
    """What the browser prints, without a window or a network."""
    own = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--disable-background-networking",
           f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=10000", *words]  # fmt: skip
    return subprocess.run(list(map(str, own)), capture_output=True, text=True, timeout=120).stdout


def look(folder: Path, page: Path, width: int, *more: str) -> dict[str, object]:
    """What a frame of some width shows of the page."""
    harness = folder / f"look-{width}.html"
    harness.write_text(LOOK.format(page=page.as_uri(), width=width), encoding="utf-8")
    shown = browser(folder, "--window-size=1400,1000", *more, "--dump-dom", harness.as_uri())
    found = re.search(r'<p id="seen">(\{.*?\})</p>', shown)
    assert found is not None, "the browser showed nothing"
    return json.loads(found[1].replace("&quot;", '"').replace("&amp;", "&"))


@needs_browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_is_sorted_and_shows_where_the_focus_is(
    example_page: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    wanted = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    seen = look(tmp_path, example_page, width, wanted)
    assert seen["dark"] == (scheme == "dark") and seen["paper"] == (
        "rgb(15, 20, 25)" if seen["dark"] else "rgb(255, 255, 255)"
    )
    assert seen["wide"] <= seen["view"] == width, "the page is wider than the screen"
    assert seen["crossing"] == [] and seen["small"] == 0 and seen["fetched"] == 0
    assert seen["first"] == "#main" and seen["stops"] > 30 and seen["unmarked"] == 0
    assert seen["bars"] > 10 and seen["chart"]
    assert seen["sortable"] == (width > 700), "headings that are not shown take no focus"
    assert (seen["down"], seen["up"], seen["said"]) == (
        sorted(seen["before"], reverse=True),
        sorted(seen["before"]),
        "descending",
    )


@needs_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_a_picture_of_the_page_is_not_blank(example_page: Path, tmp_path: Path, width: int) -> None:
    target = tmp_path / "page.png"
    browser(
        tmp_path, f"--window-size={width},1600", "--hide-scrollbars", f"--screenshot={target}", example_page.as_uri()
    )
    data = target.read_bytes()
    assert struct.unpack(">II", data[16:24])[1] == 1600 and len(data) > 30_000


@needs_browser
def test_the_page_can_be_printed(example_page: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.pdf"
    browser(tmp_path, f"--print-to-pdf={target}", "--no-pdf-header-footer", example_page.as_uri())
    assert target.read_bytes().startswith(b"%PDF")


# ------------------------------------------------------------------------------------------------- colours

BASE = (Path(policy.catalogue.__file__).parent / "templates" / "site" / "style.css").read_text("utf-8")
OWN = (Path(policy.auditing.__file__).parent / "templates" / "report.css").read_text("utf-8")
SCHEMES = re.findall(r":root \{\n\s+--paper(.*?)\}", BASE, re.S)


def test_every_colour_is_a_colour_of_the_catalogue() -> None:
    """So that the catalogue's own test of contrast holds for this page too; paper has colours of its own."""
    screen = OWN.partition("@media print")[0]
    assert not re.findall(r"#[0-9a-f]{3,6}\b", screen)
    names = set(re.findall(r"var\(--([a-z-]+)\)", screen)) - {"taken", "waiting", "unbilled", "rest"}
    assert names <= {"bad", "wait", "link", "line", "ink", "faint", "wash", "paper", "good", "mark", "mark-ink"}
    assert len(SCHEMES) == 2


def test_kinds_differ_by_more_than_their_colour() -> None:
    for kind in ("waiting", "unbilled"):
        assert f".line.{kind} {{ stroke-dasharray" in OWN and f".tiles > .{kind} {{" in OWN
