"""The rules of a document, explained: what each is about, why, what breaks it, and what does not.

In: texts of this package. Out: rules with their ids.
"""
