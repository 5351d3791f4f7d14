"""Rules of acronyms: each has one definition, and is used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, ValuePath, quoted
from milepost.document import acronyms
from milepost.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document


def check_acronyms(document: Document) -> Iterator[Finding]:
    """Yield the acronyms that are not defined, not used, or defined twice."""
    found = document.once(acronyms.usage)
    for entry in found.unused:
        hint = "remove it, or write definition and keep: true below it"
        yield _warning(("acronyms", entry.acronym), "acronym", f"nothing uses {entry.acronym}", hint)
    for word, path in found.undefined:
        hint = "define it under acronyms, or list it under unexpanded"
        message = f"{word} looks like an acronym and has no definition"
        yield replace(_warning(path, "acronym", message, hint), words=word)
    positions = {word: index for index, word in enumerate(document.unexpanded)}
    for word in found.needless:
        path = ("unexpanded", positions[word])
        yield _warning(path, "acronym", f"nothing uses {word}", "remove it")
    for acronym, definition, other in found.competing:
        message = f"{acronym} has two definitions: {quoted(definition)} and {quoted(other)}"
        yield _warning(("acronyms", acronym), "definition", message, "keep one of them")


def _warning(path: ValuePath, rule: str, message: str, hint: str) -> Finding:
    """Return a doubt about the key at `path`."""
    severity = Severity.WARNING
    return Finding(path=path, rule=rule, message=message, hint=hint, severity=severity, at_key=True)
