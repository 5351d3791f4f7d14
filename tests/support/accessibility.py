"""Axe in a page: what it finds against WCAG 2.2, levels A and AA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose result depends on the colours of a page; they take most of the time."""
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Only what is asked for is sent from the browser: all results of a page are megabytes.
_RUN = """async ([within, options]) => {
  const context = within.length ? { include: within.map(each => [each]) } : document;
  const { violations, passes } = await axe.run(context, options);
  const html = each => each.nodes.map(node => node.html.slice(0, 120));
  return [violations.map(each => [each.id, html(each)]), passes.map(each => each.id)];
}"""


@dataclass(frozen=True)
class Report:
    """What axe finds: the violations of rules with the elements, and the rules that others keep."""

    violations: list[tuple[str, list[str]]]
    kept: set[str]


def accessibility(
    page: Page, *, within: Sequence[str] = (), only: Sequence[str] = (), without: Sequence[str] = ()
) -> Report:
    """Check a page, or what is `within` some selectors, by all rules, by `only` some, or `without` some."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {
        "runOnly": {"type": "rule", "values": list(only)} if only else list(_TAGS),
        "rules": {"target-size": {"enabled": True}} | {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations"],
        # A script cannot load the style sheets of a page in a file again; no rule of these needs them.
        "preload": False,
    }
    if only:
        del options["rules"]
    violations, kept = page.evaluate(_RUN, [list(within), options])
    return Report([(rule, elements) for rule, elements in violations], set(kept))
