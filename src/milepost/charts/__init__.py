"""Draw charts as PDF and SVG with matplotlib.

In: the values of `milepost.views.chart`. Out: bytes that depend on nothing else.
"""
