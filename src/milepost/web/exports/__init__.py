"""Files for programs: the milestones as JSON, CSV, a workbook, and calendars.

In: milestones. Out: text and bytes.
"""
