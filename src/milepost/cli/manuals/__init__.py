"""What is made from the parser: manual pages, the reference of commands, and completion for shells.

In: the parser of the command line. Out: texts.
"""
