"""Text from a view, by templates.

In: a view. Out: LaTeX, reStructuredText, HTML, Markdown or plain text. Nothing here writes a file.
"""
