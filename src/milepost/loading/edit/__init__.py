"""Change a YAML file in place.

In: the bytes of a file that can be loaded, the path of a value, and the new value.
Out: the bytes with that one change.
"""

from milepost.loading.edit.values import append_entry, has_proposal, remove_value, set_scalar

__all__ = ["append_entry", "has_proposal", "remove_value", "set_scalar"]
