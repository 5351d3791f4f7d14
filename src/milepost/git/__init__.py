"""Read commits, tags, branches and revisions of a document from git; commit a file and tag the commit.

In: a directory and the name of a revision. Out: bytes and names. Nothing is checked out or fetched, and only
`commit` changes a repository.
"""
