"""From LaTeX to PDF: find the programs, run the engine, read its log.

In: LaTeX and figures. Out: the bytes of a PDF, or problems that name the line of the YAML.
"""
