"""What a check has found, for people and for programs.

In: problems, and the texts that they are about.
Out: lines for a terminal, JSON, SARIF, JUnit, and annotations of GitHub.
"""
