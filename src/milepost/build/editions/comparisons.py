"""Compare editions with each other: a page for each pair, made once and then kept.

A page depends on its two editions alone, and on the program; it is kept with a digest until an edition, the
program or the address of the site changes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from milepost.base import files
from milepost.base.addresses import absolute
from milepost.build.diff import page_of
from milepost.build.editions.edition import LANDING_FILE
from milepost.build.editions.sealed import sealed, unsealed
from milepost.diff.changes import MilestoneRemoved
from milepost.diff.comparison import Edition, compare
from milepost.git.source_state import COMMIT_LENGTH
from milepost.history.folder import drawn_states
from milepost.history.names import drawn_from
from milepost.loading.load import loads
from milepost.redline.edition import mark
from milepost.render.diff_page import Published

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from milepost.base.paths import Templates, Workspace
    from milepost.build.editions.edition import SiteEdition
    from milepost.diff.comparison import Comparison
    from milepost.redline.edition import MarkedEdition

ALL_PAIRS = 10
"""So many of the newest editions are compared with each other.

Older ones are compared with those beside them and the current one.
"""
FOLDER = "compare"
"""The directory of the comparisons."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change between two editions.

    Attributes:
        code: the new code of the milestone that it is about, or the old one where it is gone; else empty.
        sentence: the change in words.
        anchor: where it is marked on the page; empty if it is printed nowhere.
        is_removal: whether the milestone is gone.
        removed_by: in that case, the new entries of the change record that authorise it.
    """

    code: str
    sentence: str
    anchor: str
    is_removal: bool
    removed_by: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What has changed between two editions.

    Attributes:
        old, new: their names.
        directory: of its page, from the top of the site.
        headline: the difference in one sentence.
        changes: all changes, in the order in which they are listed.
        record: the file with these facts and the page.
    """

    old: str
    new: str
    directory: str
    headline: str
    changes: tuple[Change, ...]
    record: Path

    @property
    def file(self) -> str:
        """The name of its page, from the top of the site."""
        return f"{self.directory}/{LANDING_FILE}"

    def page(self) -> str:
        """Return the page."""
        page: str = unsealed(self.record)["page"]
        return page

    def of(self, codes: Collection[str]) -> tuple[Change, ...]:
        """Return the changes of the milestone with these codes."""
        places = sorted(place for code in set(codes) for place in self._places.get(code, ()))
        return tuple(self.changes[place] for place in places)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The places in the list of the changes of each milestone, by its code."""
        found: dict[str, list[int]] = {}
        for place, change in enumerate(self.changes):
            if change.code:
                found.setdefault(change.code, []).append(place)
        return found


class Comparisons:
    """The differences between editions."""

    def __init__(self, differences: Sequence[Difference] = (), order: Sequence[str] = ()) -> None:
        """Hold `differences`; `order` are the names of the editions, from the oldest to the newest."""
        self.all = {(each.old, each.new): each for each in differences}
        self.by_file = {each.file: each for each in differences}
        self._order = {name: position for position, name in enumerate(order)}

    def between(self, one: str, other: str) -> Difference | None:
        """Return the difference of two editions in the order of time, or None if they are not compared."""
        old, new = sorted((one, other), key=lambda name: self._order.get(name, -1))
        return self.all.get((old, new))


def pairs(names: Sequence[str], current: str, most: int = ALL_PAIRS) -> list[tuple[str, str]]:
    """Return which editions are compared, the older one first.

    Each of the newest `most` is compared with every other of these, and each older one with those beside it
    and with the current edition, so that the number of pages grows with that of editions.

    Args:
        names: of the editions, from the oldest to the newest.
        current: the name of the current edition.
        most: how many of the newest editions are compared with each other.
    """
    if most < 1:
        return []
    wanted = {*combinations(names[-most:], 2), *pairwise(names)}
    position = {name: number for number, name in enumerate(names)}
    if current in position:
        both = ((name, current) for name in names if name != current)
        wanted |= {(one, other) if position[one] < position[other] else (other, one) for one, other in both}
    return sorted(wanted, key=lambda pair: (position[pair[0]], position[pair[1]]))


def make_comparisons(  # noqa: PLR0913 -- all but the first three by name
    editions: Sequence[SiteEdition],
    directories: Mapping[str, str],
    workspace: Workspace,
    *,
    wanted: Sequence[tuple[str, str]],
    site: str | None,
    made_by: str,
    on_made: Callable[[int], None] = lambda _: None,
) -> Comparisons:
    """Make the pages that are wanted and not in the cache; forget those that are not wanted.

    Args:
        editions: from the oldest to the newest.
        directories: of each edition, from the top of the site.
        workspace: where pages are kept, and templates and earlier states are looked for.
        wanted: the names of the editions to compare, the older one first.
        site: the address of the site; None if it is not known.
        made_by: a digest of the program and its templates.
        on_made: called with the number of pages before they are made.

    Raises:
        MilepostError: a template of the project has errors.
    """
    by_name = {edition.name: edition for edition in editions}
    cache_directory, templates = workspace.comparisons, workspace.templates
    read = cache(lambda name: _edition(by_name[name], workspace))
    files.remove_temporary_files(cache_directory)
    planned = []
    for old, new in wanted:
        directory = f"{FOLDER}/{_stem(directories[old])}...{_stem(directories[new])}"
        published = Published(
            home=f"../../{LANDING_FILE}",
            others=f"../{LANDING_FILE}",
            old=f"../../{directories[old]}/{LANDING_FILE}",
            new=f"../../{directories[new]}/{LANDING_FILE}",
            canonical=site and absolute(site, f"{directory}/{LANDING_FILE}"),
        )
        sources = [
            part
            for edition in (by_name[old], by_name[new])
            for part in (edition.label, edition.revision.commit, edition.revision.content)
        ]
        sources += [drawn_from(workspace, by_name[name].revision.content) for name in (old, new)]
        key = files.digest(*sources, made_by, json.dumps(asdict(published)))[:24]
        planned.append((old, new, directory, published, cache_directory / f"{key}.json"))
    missing = sum(_values(path) is None for *_, path in planned)
    if missing:
        on_made(missing)
    found = []
    for old, new, directory, published, path in planned:
        values = _values(path)
        if values is None:
            values = _made(compare(read(old), read(new)), published, templates)
            files.write_if_changed(path, sealed(values))
        changes = tuple(Change(*change) for change in values["changes"])
        found.append(
            Difference(
                old=old,
                new=new,
                directory=directory,
                headline=values["headline"],
                changes=changes,
                record=path,
            )
        )
    for path in set(cache_directory.glob("*")) - {each.record for each in found}:
        path.unlink()
    return Comparisons(found, [edition.name for edition in editions])


def _stem(directory: str) -> str:
    return directory.rstrip("/").rpartition("/")[2]


def _edition(edition: SiteEdition, workspace: Workspace) -> Edition:
    revision = edition.revision
    loaded = loads(revision.content, revision.file)
    return Edition(
        name=edition.label,
        file=revision.file,
        commit=revision.commit[:COMMIT_LENGTH],
        loaded=loaded,
        states=drawn_states(workspace, loaded.document)[0],
    )


def _made(comparison: Comparison, published: Published, templates: Templates) -> dict[str, Any]:
    """Return the facts about a pair of editions, and their page."""
    marked = mark(comparison)
    return {
        "headline": comparison.sentence,
        "changes": [list(asdict(change).values()) for change in _changes(comparison, marked)],
        # Without authors: their names are for those who read the repository.
        "page": page_of(comparison, marked, templates, published=published),
    }


def _changes(comparison: Comparison, marked: MarkedEdition) -> Iterator[Change]:
    anchors = marked.merged.anchors | marked.merged.part_anchors
    for explained, (sentence, anchor, _) in zip(comparison.explained, marked.listing, strict=True):
        removed = isinstance(explained.change, MilestoneRemoved)
        yield Change(
            code=explained.code or "",
            sentence=sentence,
            anchor=anchor if anchor and anchor in anchors else "",
            is_removal=removed,
            removed_by=", ".join(comparison.authorised_by[explained.change]) if removed else "",
        )


def _values(path: Path) -> dict[str, Any] | None:
    """Return what is kept at `path`; None if nothing is, or it is not as it was written."""
    try:
        return unsealed(path)
    except (OSError, ValueError):
        return None
