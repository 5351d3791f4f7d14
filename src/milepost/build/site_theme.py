"""A Sphinx extension for sites: the frame of each page, and no line breaks inside of dates and codes."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from docutils import nodes

from milepost.base import files
from milepost.base.paths import FIGURES
from milepost.sphinx.domain import Differences, milepost_domain
from milepost.sphinx.pages.frame import HEAD, PLACE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from milepost.build.site_extras import Heads
    from milepost.web.frame import Frame

# A date, or a name with a number among its parts such as a code or a handle.
_WHOLE = re.compile(r"(\d{4}-\d{2}-\d{2}|\b[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*-\d\w*)")

# What Sphinx writes, and what WCAG 2.2 requires: 4.1.2 (a heading has a level), 2.1.1 (what scrolls can be
# scrolled by keyboard) and 1.3.1 (a list has items).
_ACCESSIBLE = (
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="3">'),
    ("<pre>", '<pre tabindex="0">'),
    (
        '<div class="table-wrapper',
        '<div role="region" tabindex="0" aria-label="Table, can be scrolled" class="table-wrapper',
    ),
    ("<ul>\n</ul>\n", ""),  # what the contents of a page have of a table of contents on it
)
# Drawings keep their size on narrow screens, and scroll.
_DRAWING = re.compile(r'(<figure [^>]*>\s*(?:<span [^>]*></span>)?)(<img [^>]*\bsrc="[^"]*\.svg"[^>]*>)')
_SCROLLING = (
    r'\1<div class="milepost-scroll milepost-figure" role="region" tabindex="0"'
    r' aria-label="Figure, can be scrolled">\2</div>'
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the settings that only a site has.

    `milepost_frame` makes Sphinx write all pages when it changes; `milepost_templates` are the directories of
    the document's own templates.
    """
    app.add_config_value("milepost_frame", "", "html", types=(str,))
    app.add_config_value("milepost_templates", [], "", types=(list,))
    app.connect("builder-inited", _forget_pages_of_indices)
    app.connect("doctree-resolved", _keep_names_whole)
    app.connect("env-get-updated", _write_all_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _forget_pages_of_indices(app: Sphinx) -> None:
    """Remove the labels of pages that a site does not have, so that its inventory does not list them."""
    standard = app.env.domains.standard_domain
    for name in ("genindex", "modindex", "py-modindex"):
        standard.labels.pop(name, None)
        standard.anonlabels.pop(name, None)


def frame_pages(app: Sphinx, frame: Frame, heads: Heads, *, has_index: bool) -> None:
    """Give each page that `app` writes its frame and the metadata in its head.

    Only a site with milestones has an index of them.
    """
    values = {**asdict(frame), "has_index": has_index}
    milepost_domain(app.env).differences = Differences(heads.of, _finished)

    def add_frame(_app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
        context["milepost"] = {**values, "head": HEAD if page.endswith(f"/{PLACE}") else heads.of(page)}
        if page == app.config.root_doc and context.get("pageurl"):
            context["pageurl"] = app.config.html_baseurl  # as everything else names the landing page
        for part in ("furo_navigation_tree", "toc"):
            context[part] = _accessible(context.get(part, ""))
        context["body"] = _finished(context.get("body", ""))

    app.connect("html-page-context", add_frame)


def _finished(body: str) -> str:
    """Return what Sphinx writes as the body of a page, as it is on the page."""
    return _DRAWING.sub(_SCROLLING, _accessible(body))


def _accessible(text: str) -> str:
    for written, required in _ACCESSIBLE:
        text = text.replace(written, required)
    return text


def add_page(app: Sphinx, name: str, title: str, body: str, script: str) -> None:
    """Let `app` write a page that has no source file, with a script of its own."""

    def page(_app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
        yield name, {"title": title, "body": body, "script_of_page": script}, "page.html"

    def add_script(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
        if "script_of_page" in context:
            app.add_js_file(context["script_of_page"])
            context["pageurl"] = None  # no canonical address

    app.connect("html-collect-pages", page)
    app.connect("html-page-context", add_script)


def read_again(app: Sphinx, changed: Collection[str]) -> None:
    """Let `app` read the documents whose source or figure has changed; the times of files can mislead."""

    def outdated(_app: Sphinx, env: BuildEnvironment, *_found: set[str]) -> list[str]:
        figures = {name for name in changed if name.startswith(f"{FIGURES}/")}
        return [
            name
            for name in env.all_docs
            if f"{name}.rst" in changed or figures & set(map(str, env.dependencies.get(name, ())))
        ]

    app.connect("env-get-outdated", outdated)


def _write_all_pages(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return all documents if a page can show something else of another one than before.

    That is the tree of contents with titles and numbers, and the targets of references. Sphinx itself writes
    only the documents that it has read.
    """
    standard = env.domains.standard_domain
    tables: tuple[Mapping[Any, Any], ...] = (
        *(env.titles, env.longtitles, env.tocs, env.toctree_includes, env.toc_secnumbers, env.toc_fignumbers),
        *(standard.labels, standard.anonlabels, standard.objects, env.domains.citation_domain.citations),
    )
    shared = files.digest(*map(_in_order, tables))
    before = vars(env).get("milepost_shared")
    vars(env)["milepost_shared"] = shared  # Sphinx keeps it with the rest
    return [] if shared == before else sorted(env.found_docs)


def _in_order(values: Mapping[Any, Any]) -> str:
    texts = {
        repr(key): value.pformat() if isinstance(value, nodes.Node) else repr(value)
        for key, value in values.items()
    }
    return repr(sorted(texts.items()))


def _keep_names_whole(_app: Sphinx, tree: nodes.document, _name: str) -> None:
    """Put each date and code into an element of its own, because browsers break lines at hyphens.

    On paper the address of a link is printed, unless its text is the address.
    """
    for link in tree.findall(nodes.reference):
        if link.get("refuri") == link.astext():
            link["classes"].append("milepost-address")
    for text in list(tree.findall(nodes.Text)):
        parent = text.parent
        if _WHOLE.search(text) and not isinstance(parent, nodes.literal | nodes.literal_block):
            parent.replace(text, list(_split_names(text)))


def _split_names(text: str) -> Iterator[nodes.Node]:
    for position, piece in enumerate(_WHOLE.split(text)):
        if position % 2:
            yield nodes.inline("", piece, classes=["milepost-whole"])
        elif piece:
            yield nodes.Text(piece)
