"""What was known of the milestones on earlier days.

In: the bytes of a CSV file, and a document. Out: the facts of that day, and the document with these facts.
"""
