"""`patterns`: what codes, handles and keys of issues look like in a document."""

from typing import Annotated

from milepost.document.fields import KeyedValue
from milepost.document.selection import Codes, one_or_more


class Patterns(KeyedValue):
    """`patterns`: what names look like, each with one or more patterns, of which one holds; not printed."""

    milestones: Annotated[Codes, one_or_more] = ()
    references: Annotated[Codes, one_or_more] = ()
    issues: Annotated[Codes, one_or_more] = ()
