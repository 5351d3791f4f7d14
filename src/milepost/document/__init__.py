"""What a milestone document is: frozen, validated values, its prose included.

In: plain values, as they come from a YAML. Out: a `Document`, or every fault in the values.
"""
