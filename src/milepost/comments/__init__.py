"""Comments of reviewers: read, merge, find their places in the document, and apply what they propose.

In: files that the page of a difference has saved, or the marked PDF with annotations, and the document.
Out: each comment with its place and what became of its value, and the bytes of the document with proposals.
"""
