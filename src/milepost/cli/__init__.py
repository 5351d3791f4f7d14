"""The command line: arguments, environment, printing and exit codes.

In: arguments. Out: text on the terminal and an exit code.
"""
