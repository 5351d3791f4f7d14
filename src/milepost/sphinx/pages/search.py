"""Add the pages of milestones to Sphinx's search, which by itself indexes documents only."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import new_document

from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.application import Sphinx
    from sphinx.search import IndexBuilder

    from milepost.views.milestones import MilestoneInfo


def remember_stems(app: Sphinx, _tree: nodes.document, _name: str) -> None:
    """Have the index find the stem of each word only once (event `doctree-resolved`).

    That is slow, and the words of plans recur.
    """
    indexer = getattr(app.builder, "indexer", None)
    if indexer is None or hasattr(indexer.lang, "milepost_stem"):
        return
    stem = indexer.lang.milepost_stem = functools.cache(indexer.lang.stem)
    indexer.lang.stem = lambda word: word if word.isdigit() else stem(word)


def add(indexer: IndexBuilder, pages: Mapping[str, MilestoneInfo]) -> None:
    """Add `pages` to the index.

    In every build, also if the pages have not changed: Sphinx drops everything but documents from an old
    index, and does not read its index entries.

    Args:
        indexer: the index that is being built.
        pages: the milestones by the names of their pages.
    """
    words = new_document("")
    for name, entry in pages.items():
        words.clear()
        words += _indexed(entry)
        indexer.feed(name, f"{name}.html", entry.heading, words)
    prune = indexer.prune

    def prune_but_pages(docnames: Iterable[str]) -> None:
        """Keep the pages as well as the documents, and drop words that occur nowhere."""
        prune([*docnames, *pages])
        # Sphinx keeps such words, so that the index would depend on earlier builds.
        for places in (indexer._mapping, indexer._title_mapping):
            for word in [word for word, names in places.items() if not names]:
                del places[word]

    indexer.prune = prune_but_pages  # type: ignore[method-assign]


def _indexed(entry: MilestoneInfo) -> list[nodes.Node]:
    """Return nodes with the words by which a milestone is found.

    Codes and the keys of issues and test specifications are index entries, because an entry that equals the
    query comes first in the results. By words alone a code like `AB-12` would only be among all that begin
    with AB: the search ignores numbers.
    """
    names = dict.fromkeys((entry.code, *entry.aka, *entry.keys))
    index = addnodes.index(entries=[("single", code, "", "main", None) for code in names])
    texts = [entry.label, *entry.aka, entry.test_spec or "", *entry.keys]
    text = nodes.paragraph("", " ".join(texts))
    return [index, nodes.section("", nodes.title("", entry.heading), text)]
