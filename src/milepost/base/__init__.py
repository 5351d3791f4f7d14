"""What every package may use: errors, dates, paths, files, escaping, marks of a difference.

In: plain values. Out: plain values. Nothing here knows what a milestone is.
"""
