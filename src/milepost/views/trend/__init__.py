"""The milestone trend chart.

In: a document and its earlier states. Out: the lines of the chart.
"""
