"""The approval of a document: what must be true of it, and how it is written, committed and tagged.

In: a YAML and its repository. Out: conditions with their problems; the changed YAML, a commit and a tag.
"""
