"""Change a YAML file in place.

In: the bytes of a file that can be loaded, the paths of values, lists or entries, and the new ones.
Out: the bytes with these changes.
"""

from milepost.loading.edit.entries import NewEntry, add_entries, keys
from milepost.loading.edit.items import remove_item
from milepost.loading.edit.lists import set_lists
from milepost.loading.edit.patch import patch
from milepost.loading.edit.values import (
    NewValue,
    append_entry,
    has_proposal,
    remove_value,
    set_scalar,
    set_values,
)
from milepost.loading.edit.whole import remove_entry, rename_key, rename_together

__all__ = [
    "NewEntry",
    "NewValue",
    "add_entries",
    "append_entry",
    "has_proposal",
    "keys",
    "patch",
    "remove_entry",
    "remove_item",
    "remove_value",
    "rename_key",
    "rename_together",
    "set_lists",
    "set_scalar",
    "set_values",
]
