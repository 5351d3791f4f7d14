"""The parts of a site: tables, charts and pages of milestones, heads, feeds, calendars, data for programs.

In: views. Out: HTML, XML, JSON, CSV and text.
"""
