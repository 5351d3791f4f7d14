"""The comparison of two editions: the changes, in words, and which of them are authorised.

Every output of `milepost diff` is made from this one value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.base.errors import Place, Problem, Severity, count, quoted
from milepost.diff.authorisation import authority
from milepost.diff.changes import (
    ChangeGroup,
    Completed,
    CompletionMoved,
    DetailChanged,
    DueMoved,
    EntryAdded,
    EntryChanged,
    ForecastMoved,
    MetadataChanged,
    MilestoneAdded,
    MilestoneRemoved,
    Part,
    PredecessorAdded,
    PredecessorRemoved,
    ProseChanged,
    Recoded,
    Reopened,
    SectionAdded,
    SectionChanged,
    SectionMoved,
    StateChanged,
)
from milepost.diff.compare import diff
from milepost.diff.printed.effects import effects
from milepost.diff.sentences import explain
from milepost.document.model import PARTS_OF_SETTINGS, Metadata
from milepost.document.traverse import section_path
from milepost.moves import explain as moves
from milepost.moves.facts import links_of, of_document
from milepost.views.document import RevisionLine
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.diff.authorisation import Unknown
    from milepost.diff.changes import Change
    from milepost.diff.sentences import Explained
    from milepost.document.model import Document
    from milepost.history.states import Snapshot
    from milepost.loading.load import Loaded
    from milepost.moves.explain import Explanation
    from milepost.views.document import DocumentView


_EFFECTS = ("made precise", "made less precise", "set", "withdrawn")
_STATES = ("deferred", "cancelled", "reinstated")


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One of the two documents.

    Attributes:
        name: as it was asked for: a file, a revision, or `working tree`; of a state also its day.
        file: the YAML or the snapshot, as the messages about it name it.
        commit: abbreviated name of the commit; None for a file.
        loaded: the document, and the place of each value in the YAML.
        states: earlier states, from which trend charts are drawn.
    """

    name: str
    file: str
    commit: str | None
    loaded: Loaded
    states: tuple[Snapshot, ...] = ()

    @property
    def document(self) -> Document:
        """The document that was loaded."""
        return self.loaded.document

    @cached_property
    def view(self) -> DocumentView:
        """What is printed of it."""
        revision = RevisionLine(date=self.document.stated_date, commit=self.commit)
        return resolve(self.document, self.loaded.places, revision, self.states)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two editions and their difference.

    Attributes:
        old, new: the editions.
        changes: the difference, as `milepost.diff.compare` finds it.
        explained: the same changes, in the order in which they are listed.
        headline: the difference in one line.
        authorised_by: for each change, the new entries of the change record that authorise it.
        unauthorised: the changes that no new entry authorises, though they need it, as in `explained`.
        names: for each change that needs it, what to name under `authorises`.
        new_entries: the entries of the change record that are new.
        unknown: names under `authorises` that neither document has.
    """

    old: Edition
    new: Edition
    changes: tuple[Change, ...]
    explained: tuple[Explained, ...]
    headline: str
    authorised_by: dict[Change, tuple[str, ...]]
    unauthorised: tuple[Explained, ...]
    names: dict[Change, str]
    new_entries: tuple[EntryAdded, ...]
    unknown: tuple[Unknown, ...]

    @property
    def sentence(self) -> str:
        """The headline as a sentence."""
        return f"{self.headline[:1].upper()}{self.headline[1:]}."

    @property
    def authorised(self) -> int:
        """How many changes a new entry of the change record authorises."""
        return sum(bool(entries) for entries in self.authorised_by.values())

    @property
    def is_partly_authorised(self) -> bool:
        """Whether some of the changes are authorised and some are not."""
        return bool(self.unauthorised) and self.authorised > 0

    @cached_property
    def moves(self) -> tuple[Explanation, ...]:
        """What became of the milestones: explanations of forecasts and of due dates."""
        old, new = self.old.document, self.new.document
        threshold = new.schedule.threshold or 0
        return moves.explain(of_document(old), of_document(new), links_of(new), threshold)


def compare(old: Edition, new: Edition) -> Comparison:
    """Compare two editions."""
    changes = diff(old.document, new.document)
    following, is_printed = effects(changes, (old.document, new.document), (old.view, new.view))
    explained = explain(changes, old.document, new.document, is_printed, following)
    found = authority(changes, old.document, new.document)
    authorised_by = dict(zip(changes, found.entries, strict=True))
    names = dict(zip(changes, found.names, strict=True))
    return Comparison(
        old=old,
        new=new,
        changes=changes,
        explained=explained,
        headline=headline(explained),
        authorised_by=authorised_by
        | {
            each.change: authorised_by[each.cause] if each.cause else ()
            for each in explained
            if not each.is_edit
        },
        unauthorised=tuple(
            each
            for each in explained
            if names.get(each.change) is not None and not authorised_by[each.change]
        ),
        names={change: name for change, name in names.items() if name is not None},
        new_entries=found.new,
        unknown=found.unknown,
    )


def headline(explained: Sequence[Explained]) -> str:
    """Return the difference in one line: how many changes of each kind, and the greatest slip.

    What follows from changes is not counted, and what is not printed is counted apart.
    """
    apart = sum(not each.is_printed for each in explained)
    explained = [each for each in explained if each.is_edit and each.is_printed]
    of = [type(each.change) for each in explained]
    forecasts = [each.change for each in explained if isinstance(each.change, ForecastMoved)]
    ended = sum(each.follows == each.code is not None for each in explained)  # because it was completed
    effects = [each.change.effect for each in explained if isinstance(each.change, DueMoved | ForecastMoved)]
    states = [each.change.effect for each in explained if isinstance(each.change, StateChanged)]
    details = [
        each.change.field
        for each in explained
        if isinstance(each.change, DetailChanged) and each.group is ChangeGroup.SCOPE
    ]
    predecessors = of.count(PredecessorAdded) + of.count(PredecessorRemoved)
    in_group = [each.group for each in explained]
    counted = (
        _moved(explained, 1),
        _moved(explained, -1),
        *(_count(effects.count(effect), "date", effect) for effect in _EFFECTS),
        _count(sum(each.old is None for each in forecasts), "forecast", "new"),
        _count(sum(each.new is None for each in forecasts) - ended, "forecast", "gone"),
        _count(of.count(Completed), "milestone", "completed"),
        _count(of.count(Reopened), "milestone", "open again"),
        *(_count(states.count(state), "milestone", state) for state in _STATES),
        _count(of.count(MilestoneAdded), "milestone", "new"),
        _count(of.count(MilestoneRemoved), "milestone", "gone"),
        _count(of.count(Recoded), "milestone", "recoded"),
        _count(details.count("level"), "change", "of level"),
        _count(details.count("wbs"), "change", "of the place in the work breakdown structure"),
        _count(details.count("tags"), "change", "of tags"),
        _count(predecessors, "change", "of predecessors"),
        _count(in_group.count(ChangeGroup.TEXT), "change", "of the text"),
        _count(in_group.count(ChangeGroup.OTHER), "other change"),
    )
    if not explained and apart:
        return f"no differences in what is printed; {count(apart, 'change')} not printed"
    return "; ".join(filter(None, (*counted, _count(apart, "change", "not printed")))) or "no differences"


def _moved(explained: Iterable[Explained], direction: int) -> str:
    """Return how many dates have moved in one direction, and which of them the most."""
    moved = [each for each in explained if (each.days or 0) * direction > 0]
    if not moved:
        return ""
    most = max(moved, key=lambda each: abs(each.days or 0))
    if len(moved) == 1:
        return f"1 date {_by(most)} ({most.code})"
    amount, _, way = _by(most).rpartition(" ")
    return f"{len(moved)} dates {way}, the most by {amount} ({most.code})"


def _by(explained: Explained) -> str:
    change = explained.change
    return change.by if isinstance(change, DueMoved | ForecastMoved | CompletionMoved) else ""


def _count(number: int, what: str, more: str = "") -> str:
    """Return a number of things in words; an empty text for none."""
    return f"{count(number, what)} {more}".strip() if number else ""


def unknown_names(comparison: Comparison, severity: Severity) -> Iterator[Problem]:
    """Yield a problem for each name under `authorises` that neither version has."""
    for each in comparison.unknown:
        yield Problem(
            rule="authorises",
            place=comparison.new.loaded.places.of(each.path),
            message=f"{quoted(each.name)} matches nothing in either version",
            hint="name a milestone, a section or a part, or everything",
            severity=severity,
        )


def unauthorised_changes(comparison: Comparison) -> Iterator[Problem]:
    """Yield a problem for each change that no new entry of the change record authorises."""
    for each in comparison.unauthorised:
        yield Problem(
            rule="unauthorised",
            place=_place(comparison, each),
            message=f"no new entry of the change record authorises this: {each.sentence.removesuffix('.')}",
            hint=_hint(each.change, comparison.names[each.change]),
        )


def _hint(change: Change, name: str) -> str:
    if name != Part.CHANGE_RECORD:
        return f"add {quoted(name)} to authorises of the new entry"
    if isinstance(change, EntryAdded):
        return "a new entry comes after all others, with a later date and version"
    return f"leave older entries as they were, or add {quoted(name)} to authorises of a new entry"


def _place(comparison: Comparison, explained: Explained) -> Place:
    """Return the place of what a change is about, or the file if it is gone."""
    new = comparison.new
    if explained.code is not None:
        known = new.document.milestone(explained.code) is not None
        return new.loaded.places.of_key(("milestones", explained.code)) if known else Place(new.file)
    path = path_in_new(explained.change)
    return new.loaded.places.of_key(path) if path else Place(new.file)


def path_in_new(change: Change) -> ValuePath | None:  # noqa: PLR0911 -- one case for each kind of change
    """Return where a change that is not of a milestone is in the new document; None if it is gone."""
    match change:
        case MetadataChanged(field="unexpanded"):
            return ("unexpanded",)
        case MetadataChanged(field=field, new=new) if new and field in PARTS_OF_SETTINGS:
            return PARTS_OF_SETTINGS[field], field
        case MetadataChanged(field=field, new=new) if new:
            return ("document", Metadata.model_fields[field].alias or field)
        case EntryAdded(part=part, key=key, index=index):
            return _entry(part, key, index)
        case EntryChanged(part=part, key=key, after=index, field=field, new=new):
            return (*_entry(part, key, index), field) if new else _entry(part, key, index)
        case SectionAdded(at=at):
            return section_path(at)
        case SectionMoved(after=after):
            return section_path(after.at)
        case SectionChanged(after=after, field=field):
            return (*section_path(after.at), field)
        case ProseChanged(after=after):
            return (*section_path(after.at), "text") if after else ("document", "abstract")
        case _:
            return None


def _entry(part: Part, key: str, index: int) -> ValuePath:
    """Return the path of an entry: only those of the change record are in the order of the file."""
    return part.value, index if part is Part.CHANGE_RECORD else key
