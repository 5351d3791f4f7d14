"""`waivers`: the findings of `milepost check` that are known and accepted."""

from typing import Annotated

from milepost.document.fields import Day, KeyedValue, String
from milepost.document.selection import one_or_more


class Waiver(KeyedValue):
    """An entry of `waivers`: a rule whose warnings about the part with this entry are accepted, and why.

    In `document`, it accepts warnings about any part. `about` narrows it to warnings that name one of these
    codes, handles, acronyms or keys. It holds on the day `until`, too.
    """

    rule: String
    about: Annotated[tuple[String, ...], one_or_more] = ()
    reason: String
    authority: String
    until: Day | None = None
