"""The finding of a rule."""

from __future__ import annotations

from typing import NamedTuple

from milepost.base.errors import Severity, ValuePath


class Other(NamedTuple):
    """Another value that a finding is about.

    Attributes:
        path: the value, or with `at_key` its key.
        words, occurrence: these words in the value, as in `Finding`.
        message: what is there, without a full stop: `A-3 is completed 2024-05-31`.
    """

    path: ValuePath
    message: str
    at_key: bool = True
    words: str = ""
    occurrence: int = 0


class Finding(NamedTuple):
    """One error or warning of a rule.

    Attributes:
        path: the value it is about.
        rule, message, hint, severity: as in `milepost.base.errors.Problem`.
        at_key: it is about the key of that value rather than the value.
        words: it is about these words in the value, which is a text.
        occurrence: which of several such words, counted from 0.
        line, column: it is about that place in the value, which is a text; as in `ProseFault`.
        rival: the value that the one at `path` conflicts with; the later one in the file is reported.
        others: the other values that it is about.
    """

    path: ValuePath
    rule: str
    message: str
    hint: str
    severity: Severity = Severity.ERROR
    at_key: bool = False
    words: str = ""
    occurrence: int = 0
    line: int = 0
    column: int = 0
    rival: ValuePath | None = None
    others: tuple[Other, ...] = ()
