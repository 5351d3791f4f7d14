"""Typeset LaTeX: find the programs, run the engine, read its log.

In: LaTeX and figures. Out: a PDF, or problems with the line of the YAML.
"""
