"""Bring the schedule of a month into a document: what changes, and what stays as it is on purpose.

In: a document, and an export of the schedule (`milepost.schedule`).
Out: proposed changes, and the bytes of the document with them.
"""
