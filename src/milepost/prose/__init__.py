"""Prose as values: paragraphs, lists, links, footnotes and what else a text may hold.

In: reStructuredText with a closed set of markup. Out: frozen values, or every fault with its line and column.
"""
