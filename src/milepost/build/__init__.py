"""The only writer: from a loaded document to files in `build/`.

In: a workspace and the state of its source. Out: files, each replaced as a whole, and a
report of what was made.
"""
