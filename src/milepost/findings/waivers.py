"""The waivers of a document: what each accepts, why, and whether it is in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.document import traverse
from milepost.document.traverse import section_path, walk
from milepost.rules.waivers import has_ended, rule_of

if TYPE_CHECKING:
    from milepost.base.errors import Place, ValuePath
    from milepost.document.model import Document
    from milepost.loading.load import Loaded
    from milepost.rulebook.book import Rule

_ENTRIES = {"milestones": "milestone", "figures": "figure", "references": "reference", "acronyms": "acronym"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverView:
    """A waiver, ready to print.

    Attributes:
        rule: what it accepts.
        place: where it is.
        part: the part of the document that has it, in words, with the names to which it is narrowed.
        reason: why it is accepted, as a sentence.
        authority: who decided that, and until when it holds.
        state: `in use`, `ended` or `needless`.
        findings: the warnings that it accepts.
    """

    rule: Rule
    place: Place
    part: str
    reason: str
    authority: str
    state: str
    findings: tuple[str, ...]


def waivers_of(loaded: Loaded) -> tuple[WaiverView, ...]:
    """Return the waivers of a document that has no errors, by rule and in the order of the file."""
    document = loaded.document
    accepted: dict[Place, list[str]] = {}
    for each in loaded.waived:
        accepted.setdefault(each.place, []).append(each.problem.message)
    views = []
    for path, waiver in document.once(traverse.waivers):
        rule, place = rule_of(waiver), loaded.places.of(path)
        if rule is not None:
            names = f" ({', '.join(waiver.about)})" if waiver.about else ""
            until = f", until {iso(waiver.until)}" if waiver.until else ""
            found = tuple(accepted.get(place, ()))
            view = WaiverView(
                rule=rule,
                place=place,
                part=f"{_part(document, path[:-2])}{names}",
                reason=waiver.reason if waiver.reason.endswith((".", "!", "?")) else f"{waiver.reason}.",
                authority=f"{waiver.authority}{until}",
                state="ended" if has_ended(waiver, document) else "in use" if found else "needless",
                findings=found,
            )
            views.append(view)
    return tuple(sorted(views, key=lambda view: (view.rule.id, view.place)))


def _part(document: Document, path: ValuePath) -> str:
    """Return the part of a document at `path` in words."""
    first, *steps = path
    if first == "change_record":
        entry = document.change_record[int(steps[0])]
        return f"change record, {entry.version or iso(entry.date)}"
    if first == "sections":
        titles = {section_path(at): section.title for at, section in walk(document.sections)}
        return f"section “{titles[path]}”"
    return f"{_ENTRIES[str(first)]} {steps[0]}" if steps else str(first)
