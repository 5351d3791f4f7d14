"""What a milestone document is: frozen, validated values.

In: plain values, as they come from a YAML. Out: a `Document`, or every fault in the values.
"""
