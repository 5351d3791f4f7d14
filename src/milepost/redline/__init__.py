"""Two views merged into one, with marks where they differ.

In: the views of two editions and the changes between them. Out: one view that carries both, and the list of
changes with the place of each.
"""
