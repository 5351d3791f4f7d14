"""Ground that every package stands on: errors, dates, paths, files, escaping, marks of a difference.

In: plain values. Out: plain values. Nothing here knows what a milestone is.
"""
