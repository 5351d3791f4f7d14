"""Each page of a site at each width: accessible, no wider than the window, with targets that can be hit.

The page is loaded once for all of them: most of the time goes into loading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.test_site_browser import PAGES, WIDTHS, site, visit
from tests.support.accessibility import COLOURS, accessibility

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

__all__ = ("site",)

pytestmark = pytest.mark.slow

Fault = tuple[Any, ...]
EDGES = (WIDTHS[0], WIDTHS[-1])
DRAWERS = {"__navigation": ".sidebar-drawer", "__toc": ".toc-drawer"}
BESIDE_DRAWERS = (".mobile-header", ".content-icon-container", ".sidebar-overlay", ".toc-overlay")


@pytest.mark.parametrize("name", PAGES)
def test_each_page_at_each_width(browser: Browser, site: str, name: str) -> None:
    faults: list[Fault] = []
    with visit(browser, site + name, reduced_motion="reduce") as visited:
        page = visited.page
        for width in WIDTHS:
            resize(page, width)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append((width, "is wider than the window"))
            # WCAG 2.2, 2.5.8: each target that is not in a line of text.
            faults += [(width, "small target", each) for each in page.evaluate(SMALL)]
            # Colours do not depend on the width; a phone and a wide screen show all of them.
            faults += violations(page, width, without=() if width in EDGES else COLOURS)
            # Nothing is hidden, beyond the edge, or below a header that stays in view.
            faults += [(width, "focus not seen", each) for each in page.evaluate(HIDDEN, WALKED)]
        light = ground(page)
        page.emulate_media(color_scheme="dark")
        for width in EDGES:
            resize(page, width)
            faults += violations(page, width, only=COLOURS)
        dark = ground(page)
        empty = page.locator(":is(ul, ol, dl, table):empty, ul:not(:has(li))").all()

    assert faults == []
    assert empty == []
    assert light > 600
    assert dark < 200


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def ground(page: Page) -> int:
    """Return how light the background is, up to 765."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3]))


def violations(page: Page, width: int, **rules: Any) -> Iterator[Fault]:
    """Yield what axe finds in the page with its drawers closed, and in each drawer when it is open."""
    for each in accessibility(page, **rules).violations:
        yield width, *each
    for name, drawer in DRAWERS.items():
        opener = page.locator(f"label[for={name}]:visible").first
        if opener.count():
            opener.click()
            for each in accessibility(page, within=(drawer, *BESIDE_DRAWERS), **rules).violations:
                yield width, name, *each
            page.evaluate("name => { document.getElementById(name).checked = false; }", name)


WALKED = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const box = element.getBoundingClientRect();
  // The middle of what is seen of it: a table may be higher than the window, and wider than its box.
  const outer = element.parentElement.closest(".milepost-scroll");
  const { left, right, top, bottom } = outer?.getBoundingClientRect()
    ?? { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const middle = (...ends) => (Math.max(0, ends[0], ends[1]) + Math.min(...ends.slice(2))) / 2;
  const x = middle(box.left, left, box.right, right, innerWidth);
  const y = middle(box.top, top, box.bottom, bottom, innerHeight);
  const above = document.elementFromPoint(x, y);
  return {
    html: element.cloneNode(false).outerHTML,
    seen: box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === "visible"
      && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
      && (element.contains(above) || above?.contains(element) || above?.tagName === "LABEL"),
    marked: getComputedStyle(element).outlineStyle !== "none" || element.matches("input"),
  };
}"""

"""What has the focus, and whether it is seen."""
HIDDEN = """seen => {
  const look = eval(seen);
  const stops = "a[href], button, input, select, summary, [tabindex='0']";
  const all = [...document.querySelectorAll(stops)]
    .filter(each => each.tabIndex >= 0 && !each.closest("[hidden]"));
  const found = [];
  for (const each of [...all, ...all.reverse()]) {
    each.focus({ focusVisible: true });
    if (document.activeElement !== each) continue; // not in the order of the Tab key
    if (!look().seen) found.push(each.cloneNode(false).outerHTML);
  }
  return found.slice(0, 5);
}"""
"""Move the focus forwards and backwards, and give what is not seen when it has it."""

SMALL = """() => {
  const inText = (element) => {
    const line = element.closest("p, dd, td, th, figcaption, blockquote, .highlight, h1, h2, h3, li");
    if (getComputedStyle(element).display !== "inline" || !line) return false;
    return line.textContent.trim() !== element.textContent.trim();
  };
  const all = [...document.querySelectorAll("a[href], button, input, select, summary, [role=button]")]
    .filter(each => each.checkVisibility({ visibilityProperty: true }))
    .filter(each => !inText(each) && !each.closest("svg"))
    .filter(each => !each.matches(".headerlink, .skip-to-content, .milepost-shows input, .sidebar-toggle"));
  const box = each => each.getBoundingClientRect();
  const isInView = each => { // of the box that scrolls
    const outer = each.parentElement.closest(".milepost-scroll");
    return !outer || (box(each).bottom <= box(outer).bottom && box(each).right <= box(outer).right);
  };
  const isSmall = ({ width, height }) => width > 0 && Math.min(width, height) < 23.9;
  const small = all.filter(each => isInView(each) && isSmall(box(each)));
  const middle = each => [box(each).left + box(each).width / 2, box(each).top + box(each).height / 2];
  return small.filter(each => {
    const [x, y] = middle(each);
    return all.some(other => {
      if (other === each || other.contains(each) || each.contains(other)) return false;
      const { left, right, top, bottom } = box(other);
      const [dx, dy] = [Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom)];
      return Math.hypot(dx, dy) < 12;
    });
  }).map(each => `${each.outerHTML.slice(0, 120)} ${box(each).width} ${box(each).height}`);
}"""
