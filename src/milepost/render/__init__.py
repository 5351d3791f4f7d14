"""From a view to text, by templates.

In: a view. Out: LaTeX, reStructuredText, HTML, Markdown or plain text. Nothing here writes a file.
"""
