"""Where a document's source comes from: commits, tags, branches and revisions, read by git.

In: a directory and the name of a revision. Out: bytes and names. Nothing is checked out, changed or fetched.
"""
