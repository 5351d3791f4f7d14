"""What a board needs to decide about a difference.

In: a comparison of two editions. Out: plain data for the packet: what the changes mean, in which order they
are read, and the lines that authorise them.
"""
