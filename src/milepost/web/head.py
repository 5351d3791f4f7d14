"""Metadata in the heads of pages, for search engines, citation managers and link previews.

The landing page is described as a Report (schema.org), with the tags that Google Scholar and Zotero read
("Highwire Press tags"); other pages as parts of it. All have the properties of the Open Graph protocol. What
the document has no field for, such as a licence, is left out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from milepost.base import escape, paths
from milepost.base.addresses import absolute, uri
from milepost.base.paths import BUILT_IN, Templates
from milepost.charts.cards import SIZE
from milepost.prose.values import Footnote, Text, lines_of, mapped, plain
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.views.document import DocumentView
    from milepost.views.milestones import MilestoneInfo
    from milepost.web.preview import Preview

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TERRITORY = re.compile(r"([a-z]{2,3})-([A-Z]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """A `meta` element: `attribute` is `name` or, for Open Graph, `property`."""

    attribute: str
    key: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """A `link` to the same content in another format; `href` is relative to the page."""

    media_type: str
    title: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The metadata of a page.

    Attributes:
        metas: in the order in which they are printed.
        alternates: the files beside the landing page; other pages have none.
        json_ld: JSON, safe in a `script` element.
    """

    metas: tuple[Meta, ...]
    alternates: tuple[Alternate, ...]
    json_ld: Markup


def document_metadata(
    view: DocumentView, address: str | None, pdf: str | None = None, picture: Preview | None = None
) -> Head:
    """Return the metadata of the landing page, which describes the document.

    Args:
        view: the document.
        address: of the site; None if it is not known.
        pdf: the name of the PDF beside the page; None if there is none.
        picture: for link previews.
    """
    description = abstract(view) or view.title
    pdf_address = None if address is None or pdf is None else absolute(address, pdf)
    title = f"{view.handle}: {view.title}"
    return Head(
        metas=(
            Meta(attribute="name", key="description", content=description),
            *(Meta(attribute="name", key="author", content=author) for author in view.authors),
            *_open_graph(view, title, description, address, picture),
            # Not on other pages: they would change with every revision.
            Meta(attribute="property", key="article:modified_time", content=view.source_date),
            *_citation(view, address, pdf_address),
        ),
        alternates=_alternates(view),
        json_ld=_json_ld(
            {
                **_report(view, address),
                "abstract": abstract(view) or None,
                "author": [{"@type": "Person", "name": author} for author in view.authors],
                "publisher": _publisher(view),
                # A draft has no version yet, but a revision.
                "version": view.revision if view.status == "draft" else view.version,
                "creativeWorkStatus": view.status.capitalize(),
                "datePublished": view.revision_date,
                "dateModified": view.source_date,
                "inLanguage": view.language,
                "isBasedOn": view.source and uri(view.source),
                "encoding": pdf_address
                and {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": pdf_address},
            }
        ),
    )


def page_metadata(
    view: DocumentView, title: str, description: str, address: str | None, picture: Preview | None = None
) -> Head:
    """Return the metadata of another page of the site.

    Args:
        view: the document.
        title: of the page.
        description: of the page, one sentence.
        address: of the page; None if it is not known.
        picture: for link previews.
    """
    return _page(view, title, description, address, None, picture)


def milestone_metadata(
    view: DocumentView, entry: MilestoneInfo, address: str | None, picture: Preview | None = None
) -> Head:
    """Return the metadata of the page of a milestone.

    It is described as a term with a code that the document defines. The type for events of schema.org is not
    suitable: events have a place and people who attend.

    Args:
        view: the document.
        entry: the milestone.
        address: of its page; None if it is not known.
        picture: for link previews.
    """
    outcome = [entry.status]
    if entry.meaning == "forecast":
        # The slip comes last, after what it is measured at: the forecast, or "overdue" for the data date.
        outcome.insert(0 if entry.state == "overdue" else 1, f"forecast {entry.forecast}")
    if entry.slip != "none":
        outcome.append(entry.slip)
    level = "" if entry.level is None else f" of level {entry.level}"
    description = f"Milestone{level} in {view.handle}: due {entry.due}, {', '.join(outcome)}."
    term = {
        "@type": "DefinedTerm",
        "termCode": entry.code,
        "name": entry.name,
        "alternateName": list(entry.aka) or None,
        "inDefinedTermSet": {"@type": "DefinedTermSet", "name": f"Milestones of {view.handle}"},
    }
    return _page(view, entry.heading, description, address, term, picture)


def head_html(head: Head, templates: Templates = BUILT_IN) -> Markup:
    """Return `head` as elements for the head of a page."""
    template = html_environment(templates).get_template("site/head.html.jinja")
    return Markup(template.render(head=head))  # noqa: S704 -- escaped by the template's environment


def abstract(view: DocumentView) -> str:
    """Return the abstract as plain text in one line, without its footnotes."""
    prose = mapped(view.abstract, lambda inline: Text("") if isinstance(inline, Footnote) else inline)
    return " ".join(" ".join(plain(line) for line in lines_of(prose)).split())


def _page(  # noqa: PLR0913, PLR0917 -- what the page says of itself
    view: DocumentView,
    title: str,
    description: str,
    address: str | None,
    about: dict[str, Any] | None,
    picture: Preview | None,
) -> Head:
    return Head(
        metas=(
            Meta(attribute="name", key="description", content=description),
            *_open_graph(view, title, description, address, picture),
        ),
        alternates=(),
        json_ld=_json_ld(
            {
                "@type": "WebPage",
                "name": title,
                "description": description,
                "url": address and uri(address),
                "inLanguage": view.language,
                "isPartOf": _given(_report(view, view.site)),
                "mainEntity": about and _given(about),
            }
        ),
    )


def _report(view: DocumentView, address: str | None) -> dict[str, Any]:
    """Return the names and numbers of the document."""
    return {
        "@type": "Report",
        "name": view.title,
        "reportNumber": view.handle,
        "identifier": view.handle,
        "url": address and uri(address),
    }


def _publisher(view: DocumentView) -> dict[str, Any]:
    group = view.group and {"@type": "Organization", "name": view.group}
    return _given({"@type": "Organization", "name": view.organisation, "department": group})


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _json_ld(values: dict[str, Any]) -> Markup:
    graph = {"@context": "https://schema.org", **_given(values)}
    return escape.script_json(json.dumps(graph, ensure_ascii=False, separators=(",", ":")))


def _open_graph(
    view: DocumentView, title: str, description: str, address: str | None, picture: Preview | None
) -> Iterator[Meta]:
    """Yield the properties of the Open Graph protocol (ogp.me) for a page, and the kind of its card for X."""
    locale = _TERRITORY.fullmatch(view.language)
    properties = {
        "og:type": "article",
        "og:title": title,
        "og:description": description,
        "og:url": address and uri(address),
        "og:site_name": f"{view.handle}: {view.title}",
        "og:locale": locale and f"{locale[1]}_{locale[2]}",
    }
    if picture is not None:
        width, height = SIZE
        properties |= {
            "og:image": picture.address,
            "og:image:type": "image/png",
            "og:image:width": str(width),
            "og:image:height": str(height),
            "og:image:alt": picture.words,
        }
    for key, content in properties.items():
        if content is not None:
            yield Meta(attribute="property", key=key, content=content)
    # The rest of what X reads is taken from Open Graph.
    yield Meta(attribute="name", key="twitter:card", content="summary_large_image" if picture else "summary")


def _citation(view: DocumentView, address: str | None, pdf_address: str | None) -> Iterator[Meta]:
    """Yield the Highwire Press tags for a report, as Google Scholar's guidelines for webmasters list them."""
    pairs = [
        ("citation_title", view.title),
        *(("citation_author", author) for author in view.authors),
        ("citation_publication_date", view.revision_date.replace("-", "/")),
        ("citation_technical_report_institution", view.publisher),
        ("citation_technical_report_number", view.handle),
        ("citation_language", view.language),
        ("citation_abstract_html_url", address and uri(address)),
        ("citation_pdf_url", pdf_address),
    ]
    for key, content in pairs:
        if content is not None:
            yield Meta(attribute="name", key=key, content=content)


def _alternates(view: DocumentView) -> tuple[Alternate, ...]:
    return (
        Alternate(media_type="application/atom+xml", title=f"{view.handle}: Change Record", href=paths.FEED),
        Alternate(media_type="text/calendar", title=f"{view.handle}: Open Milestones", href=paths.CALENDAR),
        Alternate(media_type="text/calendar", title=f"{view.handle}: Forecasts", href=paths.FORECASTS),
        Alternate(media_type="application/json", title=f"{view.handle}: Milestones", href=paths.DATA),
        Alternate(media_type="text/csv", title=f"{view.handle}: Milestones", href=paths.TABLE),
        Alternate(media_type=_XLSX, title=f"{view.handle}: Milestones", href=paths.WORKBOOK),
    )
