"""Charts of reports: bars of counts, and milestones on a time axis."""
