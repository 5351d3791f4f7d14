"""The domain `milepost`: milestones as things that can be referred to, also from other projects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from sphinx.domains import Domain, ObjType
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from milepost.sphinx.queries import answered
from milepost.sphinx.source import ProjectMilestones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from milepost.sphinx.queries import Query
    from milepost.sphinx.source import Chart
    from milepost.views.milestones import MilestoneInfo

_logger = logging.getLogger(__name__)

_IN_SEARCH, _HIDDEN = 1, -1
"""Priorities of objects (`sphinx.domains.Domain.get_objects`)."""


class PagesToMake(Protocol):
    """The pages of a build that `milepost.sphinx.pages` makes."""

    def outdated(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Yield the pages that have to be written: name, what the template prints, and the template."""
        ...


class MilepostDomain(Domain):
    """Milestones, where they are, and what each document shows of them.

    Attributes:
        source: what the YAML says.
        builder: what makes the output.
        pages: the directory of the pages of milestones below the output; empty where there are none.
        pages_to_make: the pages of this build, once the documents have been read.
        shared: what is the same on all of these pages, by how it was asked for.
    """

    name = "milepost"
    label = "Milepost"
    object_types: ClassVar[dict[str, ObjType]] = {"milestone": ObjType("milestone", "milestone", "ms")}
    # Kept with the environment: where the cards are, by code and document; what each document has asked, with
    # the digests of the answers; and the digests of the source and of the program at the time.
    initial_data: ClassVar[dict[str, Any]] = {"cards": {}, "asked": {}, "source": "", "program": ""}
    data_version = 2

    source: ProjectMilestones = ProjectMilestones.none()
    builder: Builder
    pages: str = ""

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.pages_to_make: PagesToMake | None = None
        self.shared: dict[str, str] = {}

    def ask(self, docname: str, query: Query) -> None:
        """Note that the document shows the answer to `query`."""
        asked = self.data["asked"].setdefault(docname, {})
        if query not in asked:
            asked[query] = answered(query, self.source)

    def note_card(self, docname: str, code: str, anchor: str) -> None:
        """Note where a document has the card of a milestone."""
        self.data["cards"].setdefault(code, {})[docname] = anchor

    def outdated(self) -> Iterator[str]:
        """Yield the documents that show what is no longer true, or do not show it as they would now."""
        if self.data["source"] == self.source.digest:
            return
        if self.data["program"] != self.source.program:
            yield from self.data["asked"]
            return
        answers: dict[Query, str] = {}
        for docname, asked in self.data["asked"].items():
            for query, answer in asked.items():
                if query not in answers:
                    answers[query] = answered(query, self.source)
                if answers[query] != answer:
                    yield docname
                    break

    def page_of(self, name: str) -> str:
        """Return the page of Sphinx that is the page `name` of a milestone."""
        return f"{self.pages}/{name}"

    def place(self, entry: MilestoneInfo) -> tuple[str, str] | None:
        """Return where references to a milestone lead: the page and the anchor in it, None for nowhere."""
        if self.pages:
            return self.page_of(entry.page), ""
        # Of several cards the first one by the name of its document, in whatever order they were read.
        return min(self.data["cards"].get(entry.code, {}).items(), default=None)

    def address(self, code: str, fromdocname: str) -> str | None:
        """Return the address of the milestone `code`, relative to a page; None where it has no place."""
        entry = self.source.entry(code)
        place = entry and self.place(entry)
        if not place:
            return None
        docname, anchor = place
        address = "" if docname == fromdocname else self.builder.get_relative_uri(fromdocname, docname)
        # Where all documents are one page, the address of each of them is an anchor.
        return f"{address.partition('#')[0]}#{anchor}" if anchor else address

    def drawn(self, chart: Chart, ending: str) -> Path:
        """Return the file with the drawing of `chart`, `svg` or `pdf`."""
        return self.source.drawn(chart, ending, Path(self.env.doctreedir) / "milepost")

    def note_source(self) -> None:
        """Note that all documents show what the source says now."""
        self.data["source"], self.data["program"] = self.source.digest, self.source.program

    def clear_doc(self, docname: str) -> None:
        """Forget what is known of a document."""
        self.data["asked"].pop(docname, None)
        for code, cards in list(self.data["cards"].items()):
            cards.pop(docname, None)
            if not cards:
                del self.data["cards"][code]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has learnt of `docnames`."""
        for docname in sorted(docnames & otherdata["asked"].keys()):
            self.data["asked"][docname] = otherdata["asked"][docname]
        for code, cards in otherdata["cards"].items():
            for docname in sorted(docnames & cards.keys()):
                self.data["cards"].setdefault(code, {})[docname] = cards[docname]

    def resolve_xref(  # noqa: PLR0913, PLR0917
        self,
        env: BuildEnvironment,  # noqa: ARG002 -- Sphinx's interface
        fromdocname: str,
        builder: Builder,
        typ: str,  # noqa: ARG002
        target: str,
        node: pending_xref,  # noqa: ARG002
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Return a reference to the milestone `target`, or the bare text where it has no place."""
        entry = self.source.entry(target)
        if entry is None:
            return None
        place = self.place(entry)
        if place is None:
            return contnode  # type: ignore[return-value]  # any node will do
        return make_refnode(builder, fromdocname, *place, contnode, f"{entry.name} ({entry.status})")

    def resolve_any_xref(  # noqa: PLR0913, PLR0917
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Return what the role `any` may mean."""
        found = self.resolve_xref(env, fromdocname, builder, "milestone", target, node, contnode)
        return [("milepost:milestone", found)] if found is not None else []

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Yield all milestones that have a place, under earlier codes, too.

        The pages are in the search themselves (`milepost.sphinx.search`), so that they are not there twice.
        """
        for entry in self.source.catalogue.entries:
            place = self.place(entry)
            if place is not None:
                priority = _HIDDEN if self.pages else _IN_SEARCH
                yield entry.code, entry.code, "milestone", *place, priority
                for code in entry.aka:
                    yield code, code, "milestone", *place, _HIDDEN


def of(env: BuildEnvironment) -> MilepostDomain:
    """Return the domain of an environment."""
    domain = env.get_domain(MilepostDomain.name)
    if not isinstance(domain, MilepostDomain):
        raise TypeError("another extension has taken the name of the domain")
    return domain


def warn_missing(_app: Sphinx, domain: Domain | None, node: pending_xref) -> bool | None:
    """Warn of a reference to a milestone that nobody knows (event `warn-missing-reference`)."""
    if not isinstance(domain, MilepostDomain):
        return None
    warn_unknown(domain.source, node["reftarget"], node)
    return True


def warn_unknown(source: ProjectMilestones, code: str, location: Any) -> None:
    """Warn that there is no milestone of that code, and say which one may be meant."""
    hint = source.codes.hint(code, "look at its code")
    _logger.warning(
        "there is no milestone %s (%s)", code, hint, location=location, type="milepost", subtype="ref"
    )
