"""The commands about the schedule: imports of it, its history, and what follows from it.

In: arguments, and exports of the schedule. Out: text, and the exit code.
"""
