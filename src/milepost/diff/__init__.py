"""The difference of two documents, as values and in words.

In: two loaded editions. Out: the changes between them, sentences about each, a summary, and which of them the
change record authorises.
"""
