"""Read commits, tags, branches and revisions of a document from git.

In: a directory and the name of a revision. Out: bytes and names. Nothing is checked out, changed or fetched.
"""
