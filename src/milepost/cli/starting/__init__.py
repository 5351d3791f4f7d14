"""The commands with which a document or a template of its own begins.

In: a folder or names of templates. Out: files, and their names.
"""
