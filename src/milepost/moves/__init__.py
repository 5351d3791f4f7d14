"""What moved between two states of a schedule, and what explains it.

In: milestones at two times (from documents, snapshots or exports), and the links between them.
Out: a class for each milestone, the causes of moves, and a summary of at most ten lines, as values and words.
"""
