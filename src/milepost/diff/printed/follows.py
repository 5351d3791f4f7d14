"""What is printed differently because of changes elsewhere, in sentences, and what it follows from.

Numbers follow from what comes before, rows of the table of acronyms from the texts that use them, and the
sections, deliveries and rows of charts of a milestone from the fields by which it is selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.addresses import milestone_anchor
from milepost.diff.changes import (
    Change,
    Consequence,
    DetailChanged,
    DueMoved,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    Part,
    PredecessorAdded,
    PredecessorRemoved,
    Recoded,
    SectionChanged,
    SectionPlace,
)
from milepost.diff.plain_words import in_quotes, shortened
from milepost.diff.printed.compared import is_field
from milepost.diff.printed.numbers import Numbers
from milepost.diff.printed.texts import said
from milepost.document.acronyms import Finder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.diff.printed.compared import Followed

_SELECTED_BY = (DetailChanged, DueMoved, Recoded, PredecessorAdded, PredecessorRemoved)


class Follower(Numbers):
    """Finds what is printed differently between two editions though no change says so."""

    def found(self) -> Iterator[Followed]:
        """Yield everything that follows."""
        yield from self.numbers()
        yield from self._placed()
        yield from self._acronyms()

    # --- Acronyms ---

    def _acronyms(self) -> Iterator[Followed]:
        rows = [{row.acronym: row.definition for row in view.acronyms} for view in self._views]
        said = {
            change.key
            for change in self._changes
            if isinstance(change, EntryAdded | EntryRemoved | EntryChanged) and change.part is Part.ACRONYMS
        }
        for side, fate in ((0, "gone from"), (1, "new in")):
            for acronym in sorted(rows[side].keys() - rows[1 - side].keys() - said):
                definition = in_quotes(rows[side][acronym])
                yield (
                    Consequence(
                        subject="acronym",
                        old=(acronym,) if side == 0 else (),
                        new=(acronym,) if side == 1 else (),
                        sentence=f"{acronym}, {definition}, is {fate} the table of acronyms.",
                        anchor="section-acronyms",
                        place=Part.ACRONYMS,
                    ),
                    self._using(acronym, side),
                )

    def _using(self, acronym: str, side: int) -> Change | None:
        """Return the last change whose text uses an acronym in one edition and not in the other."""
        finder = Finder([acronym], [], [])
        for change in reversed(self._changes):
            uses = [
                any(finder.known_words(finder.without_names(text)))
                for text in (self._words(change, 0), self._words(change, 1))
            ]
            if uses[side] and not uses[1 - side]:
                return change
        return self._first(is_field("unexpanded")) or self._first(
            lambda change: isinstance(change, SectionChanged) and change.field == "milestones"
        )

    def _words(self, change: Change, side: int) -> str:
        """Return the text of a change in one edition, with the name of its milestone if that is printed."""
        text = said(change, side)
        code = getattr(change, "code", None)
        if code and isinstance(change, _SELECTED_BY):
            codes = [code, getattr(change, "predecessor", code)]
            known = self._milestones[side]
            text += " ".join(
                str(getattr(view, "name", None) or view.label)
                for each in codes
                for view in known.get(each, {}).values()
            )
        elif isinstance(change, SectionChanged) and change.field == "milestones":
            place = change.after if side else change.before
            sections = self._outline.new if side else self._outline.old
            text += " ".join(view.title for at, view in sections.items() if at[:-1] == place.at)
        return text

    # --- Milestones ---

    def _placed(self) -> Iterator[Followed]:
        """Yield where milestones are printed now, and no longer, because they are selected otherwise."""
        found: dict[tuple[str, str, int], list[str]] = {}
        for side in (0, 1):
            for code in sorted(self._milestones[side].keys() - self._whole):
                here, there = (self._milestones[each].get(code, {}) for each in (side, 1 - side))
                for kind, where in here.keys() - there.keys():
                    if self._issaid(code, kind, where, side):
                        continue
                    found.setdefault((kind, where, side), []).append(code)
        for (kind, where, side), codes in sorted(found.items()):
            yield self._place_changed(kind, where, side, sorted(codes))

    def _issaid(self, code: str, kind: str, where: str, side: int) -> bool:
        """Return whether another sentence says that a milestone is printed somewhere in one edition only."""
        other = self._milestones[1 - side]
        if kind == "delivery":
            linked = PredecessorAdded if side else PredecessorRemoved
            if where in self._whole or ("section", where) not in other.get(where, {}):
                return True
            return any(
                isinstance(change, linked) and change.code == where and change.predecessor == code
                for change in self._changes
            )
        if kind in {"row", "context", "line"}:
            earlier = {now: was for was, now in self._figures.items()}
            names = (earlier.get(where, where), where)
            return not all(name in view.figures for name, view in zip(names, self._views, strict=True))
        return False

    def _place_changed(self, kind: str, where: str, side: int, codes: Sequence[str]) -> Followed:
        view = self._views[side]
        listed = shortened(", ".join(codes))
        place: SectionPlace | Part | None = Part.FIGURES
        if kind == "section":
            sections = self._outline.new if side else self._outline.old
            at = next(
                key
                for key, each in sections.items()
                if each.milestone and each.milestone.code in self._names(codes, side)
            )
            place = SectionPlace(title=sections[at[:-1]].title, at=at[:-1])
            above = sections[at[:-1]]
            which = "now has a section for" if side else "no longer has a section for"
            sentence = f"Section {above.number}, {in_quotes(above.title)}, {which} {listed}."
            link = milestone_anchor(codes[0]) if side else milestone_anchor(self._names(codes, side)[0])
        elif kind == "delivery":
            sentence = f"{where} {'now' if side else 'no longer'} delivers {listed}."
            link, place = milestone_anchor(where), None
        else:
            earlier = {now: was for was, now in self._figures.items()}
            figure = view.figures[where if side else earlier.get(where, where)]
            what = f"{listed} as context" if kind == "context" else listed
            sentence = f"Figure {figure.number} {'now' if side else 'no longer'} shows {what}."
            link = figure.anchor
        found = Consequence(
            subject="milestone",
            old=() if side else tuple(codes),
            new=tuple(codes) if side else (),
            sentence=sentence,
            anchor=link,
            place=place,
        )
        return found, self._selecting(kind, where, codes)

    def _names(self, codes: Sequence[str], side: int) -> list[str]:
        """Return codes as they are in one edition."""
        if side:
            return list(codes)
        earlier = {now: was for was, now in self._outline.codes.items()}
        return [earlier.get(code, code) for code in codes]

    def _selecting(self, kind: str, where: str, codes: Sequence[str]) -> Change | None:
        """Return the change because of which milestones are selected for a place, or no longer."""
        about = {*codes, where} if kind == "delivery" else set(codes)

        def chooses(change: Change) -> bool:
            match change:
                case SectionChanged(field="milestones"):
                    return kind in {"section", "delivery"}
                case EntryChanged(part=Part.FIGURES, key=key, field="selection" | "context"):
                    return kind in {"row", "context", "line"} and key == where
                case _:
                    return False

        own = self._first(
            lambda change: getattr(change, "code", None) in about or getattr(change, "new", None) in codes
        )
        return own or self._first(chooses) or self._first(is_field("data_date"))
