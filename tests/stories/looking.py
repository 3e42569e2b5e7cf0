"""What is wrong with an open page for somebody who needs it large, or who hears it; in words, none when all is well."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

FOUR_TIMES = {"width": 320, "height": 256}  # 1280 x 1024 at 400 % (WCAG 1.4.10)
TWO_TIMES = {"width": 640, "height": 512}  # text twice as large (1.4.4) on top of 1280 x 1024 at 200 %
NAMED = {"button", "checkbox", "combobox", "image", "link", "listbox", "radio", "searchbox", "slider", "textbox"}
# WCAG 1.4.12: lines 1.5, paragraphs 2, letters 0.12, words 0.16 times the size of the text.
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }\n"
SPACING += "p { margin-block-end: 2em !important }"
WORDS = ["cat.language", "cat.name-role-value", "cat.text-alternatives", "cat.forms"]
LOST = ("scrolls sideways", "outside", "cut off")
TWICE = "html { font-size: 200% !important }"

_LOOK = r"""() => {
  const faults = [], say = (what, e) => faults.push(what + ": " + (e ? e.outerHTML.slice(0, 120) : ""));
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".skip, .unseen");
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) say("scrolls sideways by " + (page.scrollWidth - page.clientWidth));
  for (const e of all("body *")) {
    if (!seen(e) || e.closest("svg")) continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const inTable = e.parentElement.closest(".wide-table, .figures-table"); // may scroll (1.4.10)
    if (!inTable && box.width && (box.left < -1 || box.right > page.clientWidth + 1)) say("outside of the page", e);
    const field = /^(INPUT|SELECT|AUDIO|VIDEO)$/.test(e.tagName);
    const clips = !field && !["visible", "auto", "scroll"].includes(style.overflowX);
    if (clips && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) say("cut off", e);
  }
  if (all("h1").filter(seen).length !== 1) say("not one h1");
  if (all("main").length !== 1) say("not one main");
  if (!all("header, [role=banner]").length) say("no banner");
  if (!document.title.trim() || !page.lang) say("no title or language");
  let last = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6").filter(seen)) {
    const level = Number(heading.tagName[1]);
    if (level > last + 1) say("a heading's level is left out", heading);
    if (!heading.textContent.trim()) say("empty heading", heading);
    last = level;
  }
  for (const e of all("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!seen(e)) continue;
    const inSentence = e.tagName === "A" && getComputedStyle(e).display === "inline";
    const label = e.type === "radio" || e.type === "checkbox" ? e.closest("label") || e : e;
    const box = label.getBoundingClientRect();
    if (!inSentence && (box.width < 24 || box.height < 24)) say("smaller than 24 px", e);
  }
  for (const e of all("[aria-describedby], [aria-labelledby]")) {
    const named = ["aria-describedby", "aria-labelledby"].map((kind) => e.getAttribute(kind) || "").join(" ");
    const missing = named.split(/\s+/).filter((id) => id && !document.getElementById(id));
    if (missing.length) say("names nothing, #" + missing, e);
  }
  for (const e of all("[tabindex]")) if (e.tabIndex > 0) say("out of order", e);
  const ids = all("[id]").map((e) => e.id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) say("id twice, #" + id);
  const live = "[role=alert], [role=status]";
  for (const e of all("p.alert, div.alert, .status")) if (!e.closest(live)) say("said to nobody", e);
  return faults;
}"""
_STYLE = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""


def faults_of(page: Page) -> list[str]:
    """At the present size: what is cut, sideways, small, out of order, or tied to nothing; what has no name."""
    found: list[str] = page.evaluate(_LOOK)
    found += [f"{role} without a name" for role, name in names_in(page) if not name.strip()]
    return [f"{page.url} {fault}" for fault in found]


def large_and_spaced(page: Page) -> list[str]:
    """The same, and what gets lost with text apart (1.4.12), and with text twice as large (1.4.4)."""
    found = faults_of(page)
    usual = page.viewport_size
    for css, size in ((SPACING, FOUR_TIMES), (TWICE, TWO_TIMES)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        restyle(page, css)
        lost: list[str] = page.evaluate(_LOOK)
        found += [f"{page.url} {fault} ({css[:30]})" for fault in lost if fault.startswith(LOST)]
    restyle(page, "")
    if usual:
        page.set_viewport_size(usual)
    return found


def names_in(page: Page) -> list[tuple[str, str]]:
    """Role and name of each control and picture, as the browser gives them to a screen reader."""
    cdp = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = cdp.send("Accessibility.getFullAXTree")["nodes"]
    cdp.detach()
    told = [node for node in nodes if not node.get("ignored") and node.get("role", {}).get("value") in NAMED]
    return [(node["role"]["value"], str(node.get("name", {}).get("value", ""))) for node in told]


def restyle(page: Page, css: str) -> None:
    """A person's own style sheet; an empty one takes it away."""
    page.evaluate(_STYLE, css)


def axe_faults(page: Page, *, words_only: bool = False) -> list[str]:
    """What axe finds (WCAG 2.2 AA and best practices); or only what other words on the same page could break."""
    found = Axe().run(page, options={"runOnly": WORDS} if words_only else None)
    return [f"{page.url} axe {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]]


def speak(context: BrowserContext, url: str, language: str) -> None:
    """From now on the pages are in this language."""
    context.add_cookies([{"name": "adsum_language", "value": language, "url": url}])
