"""The drawing of the milestone trend chart.

In: a `TrendChart` and a page. Out: a figure of matplotlib.
"""
