"""The domain `milepost`: milestones as targets of references, also from other projects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from sphinx.domains import Domain, ObjType
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from milepost.base.files import digest
from milepost.render.html import Translate, english
from milepost.sphinx.queries import answer_digest
from milepost.sphinx.source import ProjectMilestones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Set

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


class Mention(NamedTuple):
    """A word or the target of a reference in a section with these identifiers and this title."""

    word: str
    section: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What another extension changes from page to page of milestones; nothing else of their frame differs.

    Attributes:
        head: returns the markup that the page of that name has in its head.
        body: returns the body as it is on the page.
    """

    head: Callable[[str], str]
    body: Callable[[str], str]


class PagesToMake(Protocol):
    """The pages that `milepost.sphinx.pages.making` makes in a build."""

    def outdated(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Yield the pages to write: name, context of the template, and template."""
        ...


class MilepostDomain(Domain):
    """Milestones, where references to them lead, and what each document shows of them.

    Attributes:
        source: the milestones of the YAML.
        builder: the builder of this build.
        pages: the directory of the milestones' pages below the output; empty if there are none.
        words: returns words in the language of the project.
        pages_to_make: the pages of this build, after the documents have been read.
        shared: parts that are the same on all of these pages, by the call that made them.
        differences: what else differs on these pages, where that is known; None where anything may.
    """

    name = "milepost"
    label = "Milepost"
    object_types: ClassVar[dict[str, ObjType]] = {"milestone": ObjType("milestone", "milestone", "ms")}
    # Pickled with the environment: the anchors of cards by code and document; the queries of each document
    # with digests of the answers; what it may mention; the labels that `milepost.sphinx.links` has added;
    # digests of the source and of the program at that time.
    initial_data: ClassVar[dict[str, Any]] = {
        "cards": {},
        "asked": {},
        "mentions": {},
        "labels": [],
        "source": "",
        "program": "",
    }
    data_version = 4

    source: ProjectMilestones = ProjectMilestones.none()
    builder: Builder
    pages: str = ""
    words: Translate = staticmethod(english)

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.pages_to_make: PagesToMake | None = None
        self.shared: dict[str, str] = {}
        self.differences: Differences | None = None

    def record(self, docname: str, query: Query) -> None:
        """Record that a document shows the answer to `query`."""
        queries = self.data["asked"].setdefault(docname, {})
        if query not in queries:
            queries[query] = answer_digest(query, self.source)

    def add_card(self, docname: str, code: str, anchor: str) -> None:
        """Record where a document has the card of a milestone."""
        self.data["cards"].setdefault(code, {})[docname] = anchor

    def outdated(self) -> Iterator[str]:
        """Yield the documents whose milestones, or whose templates, have changed."""
        if self.data["source"] == self.source.digest:
            return
        if self.data["program"] != self.source.program:
            yield from self.data["asked"]
            return
        answers: dict[Query, str] = {}
        for docname, queries in self.data["asked"].items():
            for query, answer in queries.items():
                if query not in answers:
                    answers[query] = answer_digest(query, self.source)
                if answers[query] != answer:
                    yield docname
                    break

    def answers(self) -> dict[str, str]:
        """Return a digest of all that each document shows of the milestones."""
        program = self.data["program"]
        return {
            name: digest(program, *sorted(queries.values())) for name, queries in self.data["asked"].items()
        }

    def page_name(self, name: str) -> str:
        """Return Sphinx's name of the milestone page `name`."""
        return f"{self.pages}/{name}"

    def place(self, entry: MilestoneInfo) -> tuple[str, str] | None:
        """Return the page and the anchor that references to a milestone lead to, or None."""
        if self.pages:
            return self.page_name(entry.page), ""
        # Of several cards the one whose document comes first by name, independent of the order of reading.
        return min(self.data["cards"].get(entry.code, {}).items(), default=None)

    def address(self, code: str, fromdocname: str) -> str | None:
        """Return the address of the milestone `code` relative to a page, or None if it has no place."""
        entry = self.source.entry(code)
        place = entry and self.place(entry)
        if not place:
            return None
        docname, anchor = place
        address = "" if docname == fromdocname else self.builder.get_relative_uri(fromdocname, docname)
        # If all documents are on one page, the address of each of them is an anchor.
        return f"{address.partition('#')[0]}#{anchor}" if anchor else address

    def index_address(self, fromdocname: str) -> str | None:
        """Return the address of the index of milestones relative to a page; None if there is none."""
        if not self.pages:
            return None
        is_taken = any(entry.page == "index" for entry in self.source.milestones.entries)
        return self.builder.get_relative_uri(fromdocname, self.page_name("index.1" if is_taken else "index"))

    def chart_files(self, chart: Chart, ending: str) -> list[Path]:
        """Return the files with the parts of the drawing of `chart`, as `svg` or `pdf`."""
        return self.source.chart_files(chart, ending, Path(self.env.doctreedir) / "milepost")

    def note_source(self) -> None:
        """Record that all documents are up to date with the source."""
        self.data["source"], self.data["program"] = self.source.digest, self.source.program

    def clear_doc(self, docname: str) -> None:
        """Remove the data of a document."""
        self.data["asked"].pop(docname, None)
        self.data["mentions"].pop(docname, None)
        for code, cards in list(self.data["cards"].items()):
            cards.pop(docname, None)
            if not cards:
                del self.data["cards"][code]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Add the data of `docnames`, which another process has read."""
        for kind in ("asked", "mentions"):
            for docname in sorted(docnames & otherdata[kind].keys()):
                self.data[kind][docname] = otherdata[kind][docname]
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
        """Return a reference to the milestone `target`, or only its text if it has no place."""
        entry = self.source.entry(target)
        if entry is None:
            return None
        place = self.place(entry)
        if place is None:
            return contnode  # type: ignore[return-value]  # any node will do
        docname, anchor = place
        if builder.get_relative_uri(fromdocname, docname).startswith("#"):
            docname = fromdocname  # all documents are on one page
        return make_refnode(
            builder, fromdocname, docname, anchor, contnode, f"{entry.name} ({self.words(entry.status)})"
        )

    def resolve_any_xref(  # noqa: PLR0913, PLR0917
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Return the milestones that the role `any` may mean."""
        reference = self.resolve_xref(env, fromdocname, builder, "milestone", target, node, contnode)
        return [] if reference is None else [("milepost:milestone", reference)]

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Yield all milestones that have a place, also under their earlier codes.

        They are hidden from the search if they have pages: those are in it (`milepost.sphinx.pages.search`).
        """
        for entry in self.source.milestones.entries:
            place = self.place(entry)
            if place is not None:
                priority = _HIDDEN if self.pages else _IN_SEARCH
                yield entry.code, entry.code, "milestone", *place, priority
                for code in entry.aka:
                    yield code, code, "milestone", *place, _HIDDEN


def milepost_domain(env: BuildEnvironment) -> MilepostDomain:
    """Return the domain `milepost` of an environment."""
    domain = env.get_domain(MilepostDomain.name)
    if not isinstance(domain, MilepostDomain):
        raise TypeError("another extension has registered the domain 'milepost'")
    return domain


def warn_missing(_app: Sphinx, domain: Domain | None, node: pending_xref) -> bool | None:
    """Warn of a reference to an unknown milestone (event `warn-missing-reference`)."""
    if not isinstance(domain, MilepostDomain):
        return None
    warn_unknown(domain.source, node["reftarget"], node)
    return True


def warn_unknown(source: ProjectMilestones, code: str, location: Any) -> None:
    """Warn that there is no milestone `code`, and suggest a similar one."""
    hint = source.codes.hint(code, "check the code")
    _logger.warning(
        "there is no milestone %s (%s)", code, hint, location=location, type="milepost", subtype="ref"
    )
