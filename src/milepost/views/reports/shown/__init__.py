"""Reports to show to others: burndown, block schedule, graph of links, and what the public is told."""
