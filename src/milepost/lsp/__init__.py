"""A language server: what editors ask about a document while somebody writes in it.

In: the text of a YAML file as it is in an editor, often with faults, and a position in it.
Out: what is possible there, what is there, where else it is, and how to change it; over the Language Server
Protocol (https://microsoft.github.io/language-server-protocol/).
"""
