"""From a document to what is printed: resolved, sorted and numbered values.

In: a `Document` and the state of its source. Out: views, in which each word and number has the form and the
order in which it is printed. A template or a chart only adds markup.
"""
