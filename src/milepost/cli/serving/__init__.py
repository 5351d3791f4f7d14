"""The command `serve`: the site for this machine, made again on every change.

In: the site's folder and changes of its sources. Out: pages over HTTP.
"""
