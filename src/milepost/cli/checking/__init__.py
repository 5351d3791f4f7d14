"""The commands about rules: check a document, and explain what is found.

In: a document. Out: its problems, for people and programs, and the exit code.
"""
