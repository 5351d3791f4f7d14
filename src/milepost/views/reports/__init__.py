"""The reports on a document: each is a function of the document, its earlier states and the options.

In: documents and snapshots. Out: tables and charts as plain values.
"""
