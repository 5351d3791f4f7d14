"""A difference in plain sentences, grouped and sorted for a reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.base.dates import PlannedDate, iso, slip_in_words
from milepost.diff.changes import (
    Change,
    ChangeGroup,
    Completed,
    CompletionMoved,
    Consequence,
    DetailChanged,
    DueMoved,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    ForecastMoved,
    MetadataChanged,
    MilestoneAdded,
    MilestoneRemoved,
    Part,
    PredecessorAdded,
    PredecessorRemoved,
    ProseChanged,
    Recoded,
    Renamed,
    Reopened,
    SectionAdded,
    SectionChanged,
    SectionMoved,
    SectionPlace,
    SectionRemoved,
    StateChanged,
    new_codes,
)
from milepost.diff.plain_words import (
    beside_each_other,
    called,
    in_quotes,
    in_words,
    shortened,
    words_of_line,
)
from milepost.diff.printed import deployment
from milepost.document.figures import DeploymentFigure, GanttFigure, TrendFigure
from milepost.document.model import Acronym, ChangeRecordEntry, Reference
from milepost.document.traverse import appearances, section_number

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from milepost.document.fields import KeyedValue
    from milepost.document.model import Document, Milestone

_SELECTED_BY = ("level", "wbs", "tags")
"""Fields of a milestone that are not printed in the document, but may select it for a section or a chart."""

_ENTRIES = {
    Part.CHANGE_RECORD: "entry {} of the change record",
    Part.REFERENCES: "reference {}",
    Part.ACRONYMS: "acronym {}",
    Part.FIGURES: "figure {}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A change in words.

    Attributes:
        change: the change.
        group: the heading that it is listed under.
        sentence: the change in one sentence.
        code: the new code of the milestone that it is about, or the old one where it is gone; or None.
        name: the name of that milestone.
        days: by how many days a date is later, negative when earlier; None where no date has moved.
        follows: the code of the milestone from another change of which this one follows; or None.
        cause: of a `Consequence`, the change that it follows from, where it is one.
    """

    change: Change
    group: ChangeGroup
    sentence: str
    code: str | None
    name: str | None
    days: int | None
    follows: str | None = None
    cause: Change | None = None

    @property
    def is_printed(self) -> bool:
        """Whether readers of the printed document see something of it."""
        return self.group is not ChangeGroup.NOT_PRINTED

    @property
    def is_edit(self) -> bool:
        """Whether it is a change of what is written, rather than what follows from one."""
        return not isinstance(self.change, Consequence)


def explain(
    changes: Iterable[Change],
    old: Document,
    new: Document,
    printed: Callable[[Change], bool] = lambda _: True,
    following: Sequence[tuple[Consequence, Change | None]] = (),
) -> tuple[Explained, ...]:
    """Return a difference in words: by groups, the greatest slips first, and what follows after its cause.

    Args:
        changes: the difference of `old` and `new`.
        old: the earlier document.
        new: the later one.
        printed: whether readers see something of a change.
        following: what is printed differently besides, and the change that it follows from.
    """

    def milestone(code: str | None) -> Milestone | None:
        return None if code is None else new.milestone(code) or old.milestone(code)

    changes = tuple(changes)
    selected = _selected_otherwise(changes, old, new)
    whole = {
        change.milestone.code for change in changes if isinstance(change, MilestoneAdded | MilestoneRemoved)
    }
    completed = {change.code for change in changes if isinstance(change, Completed)}
    explained = [
        Explained(
            change=change,
            group=_group(change, selected) if printed(change) else ChangeGroup.NOT_PRINTED,
            sentence=_in_context(change, new, completed),
            code=(code := _code(change)),
            name=about.name if (about := milestone(code)) else None,
            days=getattr(change, "days", None),
            follows=_cause(change, new, whole),
        )
        for change in changes
    ]
    groups = list(ChangeGroup)
    ordered = sorted(explained, key=lambda each: (groups.index(each.group), -abs(each.days or 0)))
    return tuple(_with_following(ordered, following))


def _group(change: Change, selected: Collection[Change]) -> ChangeGroup:
    return ChangeGroup.SCOPE if change in selected else change.group


def _with_following(
    explained: Iterable[Explained], following: Sequence[tuple[Consequence, Change | None]]
) -> Iterator[Explained]:
    """Yield `explained`, each with what follows from it, and at last what follows from several changes."""
    by_cause: dict[Change | None, list[Consequence]] = {}
    for consequence, cause in following:
        by_cause.setdefault(cause, []).append(consequence)
    waiting = by_cause.pop(None, [])

    def explained_as(consequence: Consequence, cause: Explained | None) -> Explained:
        return Explained(
            change=consequence,
            group=cause.group if cause else ChangeGroup.OTHER,
            sentence=consequence.sentence,
            code=None,
            name=None,
            days=None,
            cause=cause.change if cause and not isinstance(cause.change, Consequence) else None,
        )

    for each in explained:
        if not each.is_printed:
            yield from (explained_as(consequence, None) for consequence in waiting)
            waiting = []
        yield each
        if not isinstance(each.change, Consequence):
            yield from (explained_as(consequence, each) for consequence in by_cause.get(each.change, ()))
    yield from (explained_as(consequence, None) for consequence in waiting)


def _selected_otherwise(changes: Iterable[Change], old: Document, new: Document) -> list[DetailChanged]:
    """Return the changes of level, place or tags of milestones that are printed elsewhere than before."""
    found = [each for each in changes if isinstance(each, DetailChanged) and each.field in _SELECTED_BY]
    if not found:
        return []
    codes = new_codes(changes)
    before = {
        codes.get(code, code): {(kind, codes.get(where, where)) for kind, where in places}
        for code, places in appearances(old).items()
    }
    after = appearances(new)
    return [each for each in found if before.get(each.code, set()) != after.get(each.code, frozenset())]


def _cause(change: Change, new: Document, whole: Collection[str]) -> str | None:
    """Return the milestone from whose other change this one follows; `whole` are those new or gone."""
    match change:
        case PredecessorAdded(predecessor=code) | PredecessorRemoved(predecessor=code) if code in whole:
            return code
        case ForecastMoved(code=code, new=None) if (now := new.milestone(code)) and now.completed:
            return code
        case _:
            return None


def _in_context(change: Change, new: Document, completed: Collection[str]) -> str:
    """Return the sentence about `change`, with what it means for a milestone that is completed.

    Args:
        change: the change.
        new: the new document.
        completed: the codes of the milestones whose completion is a change, too.
    """
    now = new.milestone(change.code) if isinstance(change, DueMoved | ForecastMoved) else None
    if now is None or now.completed is None:
        return sentence(change)
    match change:
        case ForecastMoved(code=code, old=old, new=None):
            return f"{code} no longer has a forecast, because it is completed; it was {old}."
        case DueMoved(old=old, new=due):
            day = PlannedDate(now.completed)
            before, after = slip_in_words(old, day), slip_in_words(due, day)
            effect = f": {before} became {after}" if before and after else ""
            when = "with the completion" if change.code in completed else "after completion"
            return f"{sentence(change).removesuffix('.')}; the baseline moved {when}{effect}."
        case _:
            return sentence(change)


def _code(change: Change) -> str | None:
    match change:
        case MilestoneAdded(milestone=milestone) | MilestoneRemoved(milestone=milestone):
            return milestone.code
        case Recoded(new=code):
            return code
        case _:
            return getattr(change, "code", None)


def sentence(change: Change) -> str:  # noqa: PLR0911, PLR0912 -- one case for each kind of change
    """Return `change` in one sentence; long values are shortened."""
    match change:
        case MilestoneAdded(milestone=m):
            return f"{m.code} is new: {_facts(m)}."
        case MilestoneRemoved(milestone=m):
            return f"{m.code} is gone: {_facts(m)}."
        case Recoded(old=old, new=new, new_aka=aka):
            return f"{old} was recoded to {new}{_missing_aka(aka, old)}."
        case Renamed(code=code, old=old, new=new):
            return f"{code} was renamed from {in_quotes(old)} to {in_quotes(new)}."
        case DueMoved(code=code, old=old, new=new):
            moves = change.old_rank != change.new_rank and change.old_rank and change.new_rank
            place = f"; it moves {_ranks(change)}" if moves else ""
            return f"{_date_moved(code, 'due date', f'is due {new}', change)}{place}."
        case ForecastMoved(code=code, old=None, new=new):
            return f"{code} has a forecast now: {new}."
        case ForecastMoved(code=code, old=old, new=None):
            return f"{code} no longer has a forecast; it was {old}."
        case ForecastMoved(code=code, new=new):
            return f"{_date_moved(code, 'forecast', f'is forecast for {new}', change)}."
        case Completed(code=code, on=day):
            return f"{code} was completed on {iso(day)}."
        case Reopened(code=code, was=day):
            return f"{code} is open again; it had been completed on {iso(day)}."
        case CompletionMoved(code=code, old=old, new=new, by=by):
            return f"{code} was completed on {iso(new)}, {by} than stated before ({iso(old)})."
        case StateChanged(code=code, old=old, new=None):
            return f"{code} is no longer {old.state}."
        case StateChanged(code=code, new=new):
            when = f"was {new.state} on {iso(new.since)}" if new.since else f"is {new.state}"
            return f"{code} {when}{f': {in_quotes(new.reason)}' if new.reason else ''}."
        case DetailChanged(code=code, field=field, old=old, new=new):
            return _became(f"{called(field)} of {code}", old, new)
        case PredecessorAdded(code=code, predecessor=other, delivery=delivery):
            return f"{code} now {'delivers' if delivery else 'waits for'} {other}."
        case PredecessorRemoved(code=code, predecessor=other, delivery=delivery):
            return f"{code} no longer {'delivers' if delivery else 'waits for'} {other}."
        case SectionAdded(at=at, section=section):
            return f"Section {section_number(at)}, {in_quotes(section.title)}, is new."
        case SectionRemoved(at=at, section=section):
            return f"Section {section_number(at)}, {in_quotes(section.title)}, is gone."
        case SectionMoved(before=before, after=after) if before.at == after.at:
            printed = section_number(after.at)
            return f"Section {printed}, {in_quotes(after.title)}, has moved, but has the same number."
        case SectionMoved(before=before, after=after):
            printed = section_number(before.at)
            return f"Section {printed}, {in_quotes(after.title)}, is now section {section_number(after.at)}."
        case SectionChanged(after=after, field="title", old=old, new=new):
            return _became(f"title of section {section_number(after.at)}", old, new)
        case SectionChanged(after=after, field=field, old=old, new=new):
            what = "label" if field == "label" else "choice of milestones"
            return _became(f"{what} of {section_of(after)}", old, new)
        case ProseChanged(after=after):
            return f"The text of {section_of(after)} has changed."
        case EntryAdded(part=part, key=key, entry=entry):
            return f"The {_ENTRIES[part].format(key)} is new: {_content(entry)}."
        case EntryRemoved(part=part, key=key, entry=entry):
            return f"The {_ENTRIES[part].format(key)} is gone: {_content(entry)}."
        case EntryChanged(part=part, key=key, field="facilities", old=old, new=new):
            listed = "; ".join(each.sentence for each in deployment.compare(old, new))
            return f"The drawing of the {_ENTRIES[part].format(key)} has changed: {listed}."
        case EntryChanged(part=part, key=key, field=field, old=old, new=new):
            return _became(f"{called(field, part)} of the {_ENTRIES[part].format(key)}", old, new)
        case MetadataChanged(field="date", old=old, new=new):
            return _became("choice of the date for Jira", old, new)
        case MetadataChanged(field=field, old=old, new=new):
            return _became(f"{called(field)} of the document", old, new)
        case Consequence():
            return change.sentence


def _content(entry: KeyedValue) -> str:
    """Return what an entry of a part says, without its name."""
    match entry:
        case ChangeRecordEntry():
            return f"{iso(entry.date)}, {entry.owner}, {in_quotes(words_of_line(entry.description))}"
        case Reference():
            return f"{shortened(', '.join(entry.authors))}, {entry.year}, {in_quotes(entry.title)}"
        case Acronym():
            return in_quotes(entry.definition)
        case DeploymentFigure() | GanttFigure() | TrendFigure():
            return in_quotes(words_of_line(entry.caption))
        case _:
            raise TypeError(f"not an entry of a document: {entry!r}")


def _facts(milestone: Milestone) -> str:
    level = "" if milestone.level is None else f"level {milestone.level}, "
    return f"{in_quotes(milestone.name)}, {level}due {milestone.due}"


def _date_moved(code: str, what: str, now: str, change: DueMoved | ForecastMoved) -> str:
    """Return what became of a date that was there before and still is, without the full stop."""
    match change.effect:
        case "set":
            return f"{code} {now}; before, it had no date yet"
        case "withdrawn":
            return f"The {what} of {code} is tbd now; it was {change.old}"
        case "made precise":
            return f"{code} {now}, more precisely than before ({change.old})"
        case "made less precise":
            return f"{code} {now}, less precisely than before ({change.old})"
        case _:
            return f"{code} {now}, {change.by} than before ({change.old})"


def section_of(place: SectionPlace | None) -> str:
    """Return the name of a section in a sentence; None is the abstract."""
    return (
        "the abstract" if place is None else f"section {section_number(place.at)}, {in_quotes(place.title)},"
    )


def _missing_aka(aka: tuple[str, ...], old: str) -> str:
    return "" if old in aka else f", but {old} is not among its earlier codes"


def _ranks(change: DueMoved) -> str:
    return f"from place {change.old_rank} of its section to place {change.new_rank}"


def _became(what: str, old: Any, new: Any) -> str:
    """Return the sentence about a value that has changed; None and empty values are missing values."""
    before, after = in_words(old), in_words(new)
    if before and after and (cut := beside_each_other(old, new)):
        before, after = cut
    if not before:
        return f"The {what} is new: {after}."
    if not after:
        return f"The {what} is gone; it was {before}."
    if before == after:
        return f"The {what} has changed; its beginning is the same: {after}."
    return f"The {what} changed from {before} to {after}".removesuffix(".") + "."
