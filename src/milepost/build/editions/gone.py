"""Find the milestones that an edition does not have any more, so that their addresses stay good."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base import addresses
from milepost.build.editions.edition import Gone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.build.editions.edition import SiteEdition


def with_gone(editions: Sequence[SiteEdition]) -> list[SiteEdition]:
    """Return the editions, each with the milestones that it does not have any more.

    These are the milestones of earlier editions, under every code that they had there. Previews and editions
    that are not listed say nothing to others.

    Args:
        editions: from the oldest to the newest.
    """
    found: list[SiteEdition] = []
    earlier: list[SiteEdition] = []
    for edition in editions:
        found.append(replace(edition, gone=_gone(edition, earlier)))
        if edition.revision.listed and not edition.revision.preview:
            earlier.insert(0, edition)
    return found


def _gone(edition: SiteEdition, earlier: Sequence[SiteEdition]) -> dict[str, Gone]:
    """Return what is gone by the names of pages; `earlier` are the editions before, the newest first."""
    gone: dict[str, Gone] = {}
    for other in earlier:
        for page, codes in other.facts.milestones.items():
            became = edition.same(other, page)
            for code in codes:
                name = addresses.milestone_file(addresses.milestone_page(code))
                if name not in edition.names:
                    fact = Gone(asked=code, codes=tuple(codes), last=other.name, page=page, became=became)
                    gone.setdefault(name, fact)
    return gone
