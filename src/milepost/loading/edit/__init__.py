"""Change a YAML file in place.

In: the bytes of a file that can be loaded, the path of a value, and the new value.
Out: the bytes with that one change.
"""

from milepost.loading.edit.patch import patch
from milepost.loading.edit.values import (
    NewValue,
    append_entry,
    has_proposal,
    remove_value,
    set_scalar,
    set_values,
)

__all__ = ["NewValue", "append_entry", "has_proposal", "patch", "remove_value", "set_scalar", "set_values"]
