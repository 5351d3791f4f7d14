"""Change milestones in the YAML by commands: set fields, complete, add, remove, recode.

In: the bytes of a document, and what is asked for.
Out: the bytes with the smallest change that does it.
"""
