"""From a chart's view to a drawing: PDF and SVG by matplotlib.

In: the values of `milepost.views.chart`. Out: bytes that depend on nothing else.
"""
