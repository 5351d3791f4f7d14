"""What readers of the printed document see of a difference.

In: two documents, their views and the changes between them. Out: which of the changes are printed, and what
is printed differently besides, because of them.
"""
