"""The pieces of a site: parts of pages, heads, feeds, calendars and data for programs.

In: views. Out: HTML, XML, JSON, CSV and text.
"""
