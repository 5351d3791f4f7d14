"""The page of a milestone, its card, the page that leads from an earlier code to it: HTML from templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.paths import BUILT_IN, Templates
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from milepost.views.milestones import MilestoneInfo, Related


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A text with the address that it leads to; None where it leads nowhere."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A predecessor or successor with the address of its page."""

    related: Related
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePage:
    """What the page of a milestone says. Addresses are relative to the page.

    Attributes:
        entry: the milestone.
        predecessors, successors: as in the entry, with addresses.
        sections: the headings of the sections in which it is delivered.
        data_date: the day as of which all dates are known.
        previous, next: the milestones before and after it in the document's order.
    """

    entry: MilestoneInfo
    predecessors: tuple[Neighbour, ...]
    successors: tuple[Neighbour, ...]
    sections: tuple[Linked, ...]
    data_date: str
    previous: Linked | None
    next: Linked | None


def milestone(page: MilestonePage, templates: Templates = BUILT_IN) -> str:
    """Return the body of the page of a milestone.

    Args:
        page: what it says.
        templates: where templates are looked for.
    """
    template = html_environment(templates).get_template("milestones/milestone.html.jinja")
    return template.render(page=page, entry=page.entry)


def card(entry: MilestoneInfo, href: str | None, templates: Templates = BUILT_IN) -> str:
    """Return the card of a milestone.

    Args:
        entry: the milestone.
        href: the address of its page.
        templates: as in `milestone`.
    """
    template = html_environment(templates).get_template("milestones/card.html.jinja")
    return template.render(entry=entry, href=href)


def redirect(  # noqa: PLR0913, PLR0917 -- what the page says, each thing by itself
    code: str, entry: MilestoneInfo, href: str, canonical: str, language: str, templates: Templates = BUILT_IN
) -> str:
    """Return the page that leads from an earlier code of a milestone to its page.

    Args:
        code: the earlier code.
        entry: the milestone.
        href: the address of its page, relative to this one.
        canonical: the address of its page for machines: complete where the site's own address is known.
        language: of the page.
        templates: as in `milestone`.
    """
    template = html_environment(templates).get_template("milestones/redirect.html.jinja")
    return template.render(code=code, entry=entry, href=href, canonical=canonical, language=language)
