"""Lay out and draw the Gantt chart.

In: a `milepost.views.chart.GanttChart` and the page for it. Out: matplotlib figures.
"""
