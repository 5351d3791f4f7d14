"""The canonical form of a YAML: one way to write a document, with all its comments.

In: the bytes of a document without errors. Out: the bytes of the same document in canonical form.
"""

from milepost.authoring.canonical.form import canonical, canonical_as

__all__ = ["canonical", "canonical_as"]
