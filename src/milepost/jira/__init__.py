"""Jira: bring the due dates of issues in line with the document.

In: a document, and the issues as Jira has them. Out: what is done to each issue. Only
`connection` speaks HTTP.
"""
