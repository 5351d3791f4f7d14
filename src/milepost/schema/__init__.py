"""The format of the YAML, made from the model: JSON Schema for editors, and a reference for people.

In: the classes of `milepost.document`. Out: a JSON Schema, and Markdown.
"""
