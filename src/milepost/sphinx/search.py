"""Puts the pages of milestones into Sphinx's search, which otherwise knows documents only."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import new_document

from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.search import IndexBuilder

    from milepost.views.milestones import MilestoneInfo


def add(indexer: IndexBuilder, pages: Mapping[str, MilestoneInfo]) -> None:
    """Put `pages` into the index.

    This happens in every build, also for pages that have not changed: what Sphinx reads of an old index is
    cut down to its documents, and has no index entries.

    Args:
        indexer: the index that is being built.
        pages: the milestones by the names of their pages.
    """
    stem = functools.cache(indexer.lang.stem)  # slow, and the words of plans recur
    indexer.lang.stem = lambda word: word if word.isdigit() else stem(word)  # type: ignore[method-assign]
    words = new_document("")
    for name, entry in pages.items():
        words.clear()
        words += _words_of(entry)
        indexer.feed(name, f"{name}.html", entry.heading, words)
    prune = indexer.prune

    def prune_but_pages(docnames: Iterable[str]) -> None:
        """Keep the pages where only documents would be kept, and drop words that nothing has."""
        prune([*docnames, *pages])
        # Sphinx keeps them, so that an index would tell what there has been before.
        for places in (indexer._mapping, indexer._title_mapping):
            for word in [word for word, names in places.items() if not names]:
                del places[word]

    indexer.prune = prune_but_pages  # type: ignore[method-assign]


def _words_of(entry: MilestoneInfo) -> list[nodes.Node]:
    """Return the words by which a milestone is found.

    The script of the search puts an index entry that is the query before all else. It does not look up
    numbers, so that by its words alone a code like `AB-12` would only be found among all that begin with AB.
    """
    index = addnodes.index(entries=[("single", code, "", "main", None) for code in (entry.code, *entry.aka)])
    texts = [entry.label, *entry.aka, entry.test_spec or "", *(issue.key for issue in entry.issues)]
    text = nodes.paragraph("", " ".join(filter(None, texts)))
    return [index, nodes.section("", nodes.title("", entry.heading), text)]
