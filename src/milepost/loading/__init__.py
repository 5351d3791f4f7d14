"""From bytes to a document: the YAML read with places, validated and checked by the rules.

In: the bytes of a `milestones.yaml`. Out: a `Document` and the place of each of its values, or all problems
with file, line and column.
"""
