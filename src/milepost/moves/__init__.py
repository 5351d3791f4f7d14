"""What moved between two states of a schedule, and what explains it.

`milepost.moves.explain` puts every milestone into one class, and `milepost.moves.lines` sums up the moves in
a few lines.
"""
