"""The page of a milestone, its card, and the redirect from an earlier code: HTML from templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base.paths import BUILT_IN, Templates
from milepost.render.html import Translate, english, html_environment
from milepost.web.widgets import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from milepost.views.milestones import MilestoneInfo, Related
    from milepost.views.small_chart import SmallChart


TO_AN_INDEX = 500
"""Milestones on a page of the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A text with the address that it links to, or None."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A predecessor or successor with the address of its page, or None."""

    related: Related
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePage:
    """The contents of the page of a milestone. Addresses are relative to the page.

    Attributes:
        entry: the milestone.
        path: the pages above it, from the first page of the project.
        chart: when it and its neighbours are due; None where no date is known.
        deliveries, predecessors, successors: as in the entry, with addresses.
        first_to_break: of the entry's room, with its address; None where it has none.
        sections: the headings of the sections that deliver it.
        mentions: the headings of other sections in which it is mentioned.
        shown: the documents that have it in a chart or a table.
        data_date: the data date of the document.
        previous, next: the milestones before and after it in the document's order.
    """

    entry: MilestoneInfo
    path: tuple[Linked, ...]
    chart: SmallChart | None
    deliveries: tuple[Neighbour, ...]
    predecessors: tuple[Neighbour, ...]
    successors: tuple[Neighbour, ...]
    first_to_break: Neighbour | None
    sections: tuple[Linked, ...]
    mentions: tuple[Linked, ...]
    shown: tuple[Linked, ...]
    data_date: str
    previous: Linked | None
    next: Linked | None


def milestone(page: MilestonePage, templates: Templates = BUILT_IN, translate: Translate = english) -> str:
    """Return the body of the page of a milestone; `translate` as in `milepost.web.widgets.table`."""
    template = html_environment(templates).get_template("milestones/milestone.html.jinja")
    return template.render(page=page, entry=page.entry, _=translate)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """A page of the index of all milestones.

    Attributes:
        path: the page above it.
        summary: how many milestones there are, and how many of them are in each state.
        entries: the milestones on this page.
        parts: all pages of the index, each with its first and last code; this one has no address.
    """

    path: tuple[Linked, ...]
    summary: str
    entries: Sequence[MilestoneInfo]
    parts: tuple[Linked, ...]


def index(
    page: IndexPage,
    href: Callable[[str], str | None],
    templates: Templates = BUILT_IN,
    translate: Translate = english,
) -> str:
    """Return the body of a page of the index; `href` and `translate` as in `milepost.web.widgets.table`."""
    template = html_environment(templates).get_template("milestones/index.html.jinja")
    rows = table(page.entries, href, translate("All milestones"), templates, translate=translate)
    return template.render(page=page, table=Markup(rows), _=translate)  # noqa: S704 -- escaped by the table's environment


def card(
    entry: MilestoneInfo,
    href: str | None,
    templates: Templates = BUILT_IN,
    *,
    short: bool = False,
    translate: Translate = english,
) -> str:
    """Return the card of a milestone, or a `short` line about it; `href` is the address of its page."""
    template = html_environment(templates).get_template("milestones/card.html.jinja")
    return template.render(entry=entry, href=href, short=short, _=translate)


def redirect(  # noqa: PLR0913, PLR0917 -- the values that the page prints
    code: str,
    entry: MilestoneInfo,
    href: str,
    canonical: str,
    language: str,
    templates: Templates = BUILT_IN,
    translate: Translate = english,
) -> str:
    """Return the page that redirects from an earlier code of a milestone to its page.

    Args:
        code: the earlier code.
        entry: the milestone.
        href: the address of its page, relative to this one.
        canonical: the address of its page for search engines; complete if the address of the site is known.
        language: of the page.
        templates: where templates are looked for.
        translate: as in `milepost.web.widgets.table`.
    """
    template = html_environment(templates).get_template("milestones/redirect.html.jinja")
    return template.render(
        code=code, entry=entry, href=href, canonical=canonical, language=language, _=translate
    )
