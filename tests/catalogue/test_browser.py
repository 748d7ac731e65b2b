"""The site in a real browser, where one is installed, and its colours, which need none.

The browser is Chromium, without a window or a network. A page of the test frames a page of the site in a given width, looks at it, and
leaves what it saw in its own text.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import policy.catalogue

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
PAGES = (
    "index.html",
    "compare.html",
    "pairs.html",
    "codes/97530.html",
    "policies/medicare.part_b.html",
    "sources.html",
)
LOOK = """<!doctype html><title>look</title><iframe src="{page}" style="width:{width}px;height:900px;border:0"></iframe><p id="seen"></p>
<script>
const frame = document.querySelector("iframe");
frame.addEventListener("load", () => {{
  const page = frame.contentDocument, view = frame.contentWindow;
  const field = page.querySelector(".filter input");
  const entries = [...page.querySelectorAll("[data-filter] > tbody > tr, [data-filter] > li")];
  if (field) {{ field.value = "medicare"; field.dispatchEvent(new view.Event("input")); }}
  const small = [...page.querySelectorAll("main td, main p, main li")].filter((e) => parseFloat(view.getComputedStyle(e).fontSize) < 12);
  document.querySelector("#seen").textContent = JSON.stringify({{
    wide: page.documentElement.scrollWidth, view: view.innerWidth, entries: entries.length, left: entries.filter((e) => !e.hidden).length,
    small: small.length, styled: view.getComputedStyle(page.body).margin, skip: page.querySelector("a").getAttribute("href"),
    errors: performance.getEntriesByType("resource").filter((r) => r.name.startsWith("http")).length,
  }});
}});
</script>"""


def look(folder: Path, page: Path, width: int) -> dict[str, object]:
    """What a frame of some width shows of a page, after `medicare` was typed into its filter."""
    harness = folder / f"look-{page.stem}-{width}.html"
    harness.write_text(LOOK.format(page=page.as_uri(), width=width), encoding="utf-8")
    words = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--disable-background-networking",
        f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=10000", "--window-size=1400,1000", "--dump-dom", harness.as_uri(),
    ]  # fmt: skip
    shown = subprocess.run(map(str, words), capture_output=True, text=True, timeout=120).stdout
    found = re.search(r'<p id="seen">(\{.*?\})</p>', shown)
    assert found is not None, f"the browser showed nothing of {page.name}"
    return json.loads(found[1].replace("&quot;", '"'))


@needs_browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_the_screen_and_its_filter_works(site: Path, tmp_path: Path, name: str, width: int) -> None:
    seen = look(tmp_path, site / name, width)
    assert seen["wide"] <= seen["view"] == width, "the page is wider than the screen"
    assert seen["styled"] == "0px" and seen["small"] == 0 and seen["skip"] == "#main" and seen["errors"] == 0
    if seen["entries"]:
        assert 0 < seen["left"] < seen["entries"]


# ------------------------------------------------------------------------------------------------- colours

STYLE = (Path(policy.catalogue.__file__).parent / "templates" / "site" / "style.css").read_text("utf-8")
SCHEMES = re.findall(r":root \{\n\s+--paper(.*?)\}", STYLE, re.S)
PAIRS = [(ink, paper) for ink in ("ink", "faint", "link", "good", "bad", "wait") for paper in ("paper", "wash")] + [
    ("mark-ink", "mark")
]


def test_there_are_two_schemes() -> None:
    assert len(SCHEMES) == 2


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_text_stands_out(scheme: int, ink: str, paper: str) -> None:
    """The contrast that WCAG asks of text, 4.5 to 1."""
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", "--paper" + SCHEMES[scheme]))
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c + c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
