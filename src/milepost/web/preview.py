"""The pictures that go with links to a site: which cards there are, what they say, and where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.addresses import absolute
from milepost.charts.cards import Card

if TYPE_CHECKING:
    from milepost.views.document import DocumentView
    from milepost.views.milestones import MilestoneInfo, Milestones

MOST_CARDS = 150
"""With more milestones, their pages have the card of the document. Each takes 16 ms to draw, and 25 kB."""

OF_DOCUMENT = "card.png"


@dataclass(frozen=True, slots=True)
class Preview:
    """The picture of a page: its complete address, and what it says."""

    address: str
    words: str


def cards(view: DocumentView, milestones: Milestones, edition: str) -> dict[str, Card]:
    """Return the cards of a site by the names of their files; without the address of the site there are none.

    Args:
        view: the document.
        milestones: those of the document.
        edition: its version, status and data date in one line.
    """
    if view.site is None:
        return {}
    found = {OF_DOCUMENT: Card(view.handle, view.title, edition, view.publisher)}
    if len(milestones.entries) <= MOST_CARDS:
        source = f"{view.handle}: {view.title}"
        found |= {card_file(entry.page): _card(entry, source) for entry in milestones.entries}
    return found


def card_file(page: str) -> str:
    """Return the name of the card of the milestone that has that page."""
    return f"cards/{page}.png"


def preview(view: DocumentView, cards: dict[str, Card], page: str | None = None) -> Preview | None:
    """Return the picture of the page of a milestone, or of another one; None without the site's address."""
    name = OF_DOCUMENT if page is None or card_file(page) not in cards else card_file(page)
    if view.site is None or name not in cards:
        return None
    card = cards[name]
    return Preview(absolute(view.site, name), f"{card.heading}: {card.name}. {card.facts}")


def _card(entry: MilestoneInfo, source: str) -> Card:
    facts = [f"Due {entry.due}"]
    if entry.meaning == "forecast":
        facts.append(f"forecast {entry.forecast}")
    facts.append(entry.status)
    if entry.slip != "none":
        facts.append(entry.slip)
    colour = "overdue" if entry.state == "overdue" else "late" if entry.late else ""
    return Card(
        entry.code, entry.name, ", ".join(facts), source, "set aside" if entry.state.is_set_aside else colour
    )
