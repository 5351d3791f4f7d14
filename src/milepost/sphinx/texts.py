"""The texts of documents: explain acronyms, note references to milestones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from milepost.sphinx.directives.nodes import milepost_acronym
from milepost.sphinx.domain import Mention, milepost_domain
from milepost.sphinx.queries import Acronyms, Label, Reference
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

    from milepost.sphinx.source import ProjectMilestones

# Nothing is explained in titles, names, code, links, and nodes that are not text of the document.
_SKIPPED = (
    nodes.Titular,
    nodes.FixedTextElement,
    nodes.Invisible,
    nodes.abbreviation,
    nodes.acronym,
    nodes.citation_reference,
    nodes.field_name,
    nodes.footnote_reference,
    nodes.label,
    nodes.literal,
    nodes.math,
    nodes.problematic,
    nodes.raw,
    nodes.reference,
    nodes.system_message,
    nodes.term,
    addnodes.desc_signature,
    addnodes.literal_emphasis,
    addnodes.literal_strong,
    addnodes.pending_xref,
)

_NAME = re.compile(r"[^\W_]+(?:[-._][^\W_]+)*")
_LIKE_A_CODE = re.compile(r"\d|-.*[A-Z]|[A-Z].*-")

_FIELD = "milepost-without-acronyms"
"""The field at the start of a document in which no acronyms are explained, for instance a glossary."""


def explain(app: Sphinx, doctree: nodes.document) -> None:
    """Explain the acronyms of a document (event `doctree-read`) if the project asks for it.

    An acronym that the role `acr` has explained in a section is not explained again after it.
    """
    if not app.config.milepost_explain_acronyms or _FIELD in app.env.metadata[app.env.docname]:
        return
    domain = milepost_domain(app.env)
    texts = list(_texts(doctree, doctree))
    domain.record(app.env.docname, Acronyms.among(node.astext() for node, _ in texts))
    explained: set[tuple[int, str]] = set()
    for node, section in texts:
        if isinstance(node, nodes.Text):
            _explain_in(node, id(section), domain.source, explained)
        else:
            explained.add((id(section), node["acronym"]))


def note_references(app: Sphinx, doctree: nodes.document) -> None:
    """Record what may refer to milestones (event `doctree-read`).

    These are references by the role `any`, and the words and targets of references by which the page of a
    milestone finds where it is mentioned. Which of them are codes may change with the milestones.
    """
    domain = milepost_domain(app.env)
    for reference in doctree.findall(addnodes.pending_xref):
        if reference["reftype"] == "any":
            domain.record(app.env.docname, Reference(reference["reftarget"]))
        elif reference["reftype"] == "ref" and reference["reftarget"].startswith("milestone-"):
            domain.record(app.env.docname, Label(reference["reftarget"]))
    mentions = [
        Mention(word, tuple(section["ids"]), section[0].astext())
        for section in doctree.findall(nodes.section)
        for word in sorted(set(_names_in(section)))
    ]
    if mentions:
        domain.data["mentions"][app.env.docname] = mentions


_UNREAD = (nodes.section, nodes.Invisible, nodes.raw)
"""What is not read for words: markup, for instance, has codes in attributes and tables."""


def _names_in(parent: nodes.Element) -> Iterator[str]:
    """Yield words like codes and the targets of references below `parent`, but not in sections below it."""
    for child in parent.children:
        if isinstance(child, nodes.Text):
            yield from filter(_LIKE_A_CODE.search, _NAME.findall(child.astext()))
        elif isinstance(child, nodes.Element) and not isinstance(child, _UNREAD):
            if isinstance(child, addnodes.pending_xref):
                yield child["reftarget"]
            yield from _names_in(child)


def _texts(
    node: nodes.Element, section: nodes.Element
) -> Iterator[tuple[nodes.Text | milepost_acronym, nodes.Element]]:
    """Yield the texts and explained acronyms below `node`, each with its innermost section."""
    for child in node.children:
        if isinstance(child, nodes.Text | milepost_acronym):
            yield child, section
        elif isinstance(child, nodes.Element) and not isinstance(child, _SKIPPED):
            yield from _texts(child, child if isinstance(child, nodes.section) else section)


def _explain_in(
    node: nodes.Text, section: int, source: ProjectMilestones, explained: set[tuple[int, str]]
) -> None:
    """Explain the acronyms of a text that are not yet `explained` in its section."""
    text = node.astext()
    pieces: list[nodes.Node] = []
    position = 0
    for start, end, acronym in source.finder.occurrences(text):
        if (section, acronym) not in explained:
            explained.add((section, acronym))
            pieces += [
                nodes.Text(text[position:start]),
                milepost_acronym(acronym, acronym, acronym=acronym, explanation=source.acronyms[acronym]),
            ]
            position = end
    if pieces:
        pieces.append(nodes.Text(text[position:]))
        node.parent.replace(node, [piece for piece in pieces if piece.astext()])
