"""What has another number, because of what comes before it, and another date."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.diff.changes import (
    Change,
    Consequence,
    DetailChanged,
    DueMoved,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    MilestoneAdded,
    MilestoneRemoved,
    Part,
    ProseChanged,
    Recoded,
    SectionAdded,
    SectionChanged,
    SectionMoved,
    SectionPlace,
    SectionRemoved,
)
from milepost.diff.plain_words import in_quotes, words_of_line
from milepost.diff.printed.compared import Compared, is_field
from milepost.diff.printed.texts import figures_in, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from milepost.diff.changes import SectionKey
    from milepost.diff.printed.compared import Followed
    from milepost.prose.values import Footnote
    from milepost.views.document import SectionView


class Numbers(Compared):
    """Finds what has another number or date, though no change says so."""

    def numbers(self) -> Iterator[Followed]:
        """Yield what has another number or date."""
        yield from self._revision()
        yield from self._section_numbers()
        yield from self._notes()
        yield from self._figure_numbers()
        yield from self._reference_numbers()

    def _revision(self) -> Iterator[Followed]:
        old, new = (view.revision_date for view in self._views)
        if old != new:
            sentence = f"The document is dated {new} now; it was dated {old}."
            found = Consequence(
                subject="revision", old=(old,), new=(new,), sentence=sentence, anchor="title-page"
            )
            cause = self._first(
                lambda change: (
                    getattr(change, "part", None) is Part.CHANGE_RECORD
                    and not (isinstance(change, EntryChanged) and change.field != "date")
                )
            )
            yield found, cause or self._first(is_field("data_date", "status"))

    def _section_numbers(self) -> Iterator[Followed]:
        """Yield the sections with another number whose own sentences do not say so."""
        outline = self._outline
        said = {change.after.at for change in self._changes if isinstance(change, SectionMoved)}
        moving = {
            change.code
            for change in self._changes
            if isinstance(change, DueMoved) and 0 < change.old_rank != change.new_rank > 0
        }
        pairs: list[tuple[SectionKey, SectionKey]] = []
        for after in sorted(outline.before):
            before = outline.before[after]
            if after and before != after and after not in said:
                milestone = outline.new[after].milestone
                stayed = outline.after.get(before[:-1]) == after[:-1]
                if (before[-1] != after[-1] or not stayed) and not (milestone and milestone.code in moving):
                    pairs.append((before, after))
        for run in _runs(pairs):
            yield self._renumbered(run)
        ends = [
            (old, new, title, name)
            for title, name in (("References", "references"), ("Acronyms", "acronyms"))
            if (old := getattr(self._views[0], f"{name}_number"))
            and (new := getattr(self._views[1], f"{name}_number"))
            if old != new
        ]
        for old, new, title, name in ends:
            sentence = f"Section {old}, {in_quotes(title)}, has the number {new} now."
            found = Consequence(
                subject="section", old=(old,), new=(new,), sentence=sentence, anchor=f"section-{name}",
                place=Part(name),
            )  # fmt: skip
            yield found, self._moving_sections((), ())

    def _renumbered(self, run: Sequence[tuple[SectionKey, SectionKey]]) -> Followed:
        views = [(self._outline.old[before], self._outline.new[after]) for before, after in run]
        (first, now), (last, last_now) = views[0], views[-1]
        if len(run) == 1:
            sentence = f"Section {first.number}, {in_quotes(now.title)}, has the number {now.number} now."
        else:
            numbers = f"{now.number} to {last_now.number}"
            sentence = f"Sections {first.number} to {last.number} have the numbers {numbers} now."
        before, after = run[0]
        return Consequence(
            subject="section",
            old=tuple(old.number for old, _ in views),
            new=tuple(new.number for _, new in views),
            sentence=sentence,
            anchor=now.anchor,
            place=self._place_of(after),
        ), self._moving_sections(before[:-1], after[:-1])

    def _place_of(self, at: SectionKey) -> SectionPlace:
        """Return the section at `at`, or the one above it if it is that of a milestone."""
        if self._outline.new[at].milestone is not None:
            at = at[:-1]
        return SectionPlace(title=self._outline.new[at].title, at=at)

    def _moving_sections(self, old: SectionKey, new: SectionKey) -> Change | None:
        """Return the only change that moves sections below the one at `old` and `new`."""
        here = [self._below[0][old], self._below[1][new]]
        codes = here[0] ^ here[1]

        def moves(change: Change) -> bool:  # noqa: PLR0911 -- one case for each kind of change
            match change:
                case SectionAdded(at=at):
                    return at[:-1] == new
                case SectionRemoved(at=at):
                    return at[:-1] == old
                case SectionMoved(before=before, after=after):
                    return before.at[:-1] == old or after.at[:-1] == new
                case MilestoneAdded(milestone=milestone) | MilestoneRemoved(milestone=milestone):
                    return milestone.code in codes
                case DueMoved(code=code):
                    return code in here[1] and (code in codes or change.old_rank != change.new_rank)
                case Recoded(new=code):
                    return code in here[1]
                case SectionChanged(field="milestones", after=after):
                    return after.at == new
                case DetailChanged(code=code):
                    return code in codes
                case _:
                    return False

        about: set[str | tuple[int, SectionKey]] = {(0, old), (1, new), *codes, *here[1]}
        possible = [change for each in about for change in self._moving[each]]
        found = {id(change): change for change in possible if moves(change)}
        return next(iter(found.values())) if len(found) == 1 else None

    @cached_property
    def _moving(self) -> Mapping[str | tuple[int, SectionKey], list[Change]]:
        """The changes that may move sections, by what they are about."""
        found: defaultdict[str | tuple[int, SectionKey], list[Change]] = defaultdict(list)
        for change in self._changes:
            for key in _moved_by(change):
                found[key].append(change)
        return found

    @cached_property
    def _below(self) -> tuple[Mapping[SectionKey, set[str]], Mapping[SectionKey, set[str]]]:
        """The codes of the milestones with sections right below each section, in both editions."""
        outline = self._outline
        return _codes_below(outline.old, outline.codes), _codes_below(outline.new, {})

    def _notes(self) -> Iterator[Followed]:
        """Yield the notes with another number in texts that are the same."""
        changed = {
            change.after and change.after.at for change in self._changes if isinstance(change, ProseChanged)
        }
        pairs: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        old, new = self._views
        texts: list[tuple[tuple[Footnote, ...], tuple[Footnote, ...], SectionKey | None]]
        texts = [(old.abstract_footnotes, new.abstract_footnotes, None)]
        outline = self._outline
        texts += [
            (outline.old[before].footnotes, outline.new[after].footnotes, after)
            for after, before in sorted(outline.before.items())
            if after
        ]
        places: dict[tuple[int, ...], SectionKey | None] = {}
        for was, now, at in texts:
            if at not in changed and len(was) == len(now):
                for before, after in zip(was, now, strict=True):
                    if before.number != after.number:
                        pairs.append(((int(before.number),), (int(after.number),)))
                        places[int(after.number),] = at
        for run in _runs(sorted(pairs, key=lambda pair: pair[1])):
            olds, news = ([str(number[-1]) for number in side] for side in zip(*run, strict=True))
            at = places[run[0][1]]
            found = _numbers("Note", "", olds, news)
            yield (
                Consequence(
                    subject="note",
                    old=tuple(olds),
                    new=tuple(news),
                    sentence=found,
                    anchor="abstract" if at is None else outline.new[at].anchor,
                    place=None if at is None else self._place_of(at),
                ),
                self._first(lambda change: "note: " in said(change, 0) + said(change, 1)),
            )

    def _figure_numbers(self) -> Iterator[Followed]:
        old, new = self._views
        names = {self._figures.get(name, name): figure for name, figure in old.figures.items()}
        come = [name for name in new.figures if name not in names]
        gone = [name for name in names if name not in new.figures]
        entries = {
            change.key
            for change in self._changes
            if isinstance(change, EntryAdded | EntryRemoved) and change.part is Part.FIGURES
        }
        for name in (*come, *gone):
            if name in entries:
                continue
            figure = new.figures[name] if name in come else names[name]
            number, caption = figure.number, in_quotes(words_of_line(figure.caption))
            fate = "is new" if name in come else "is gone"
            yield (
                Consequence(
                    subject="figure",
                    old=(number,) if name in gone else (),
                    new=(number,) if name in come else (),
                    sentence=f"Figure {number}, {caption}, {fate}.",
                    anchor=figure.anchor,
                    place=Part.FIGURES,
                ),
                self._placing({name}),
            )
        pairs = sorted(
            (((int(figure.number),), (int(new.figures[name].number),)), name)
            for name, figure in names.items()
            if name in new.figures and new.figures[name].number != figure.number
        )
        for pair, name in pairs:
            ((before,), (after,)) = pair
            figure = new.figures[name]
            caption = in_quotes(words_of_line(figure.caption))
            yield (
                Consequence(
                    subject="figure",
                    old=(str(before),),
                    new=(str(after),),
                    sentence=f"Figure {before}, {caption}, has the number {after} now.",
                    anchor=figure.anchor,
                    place=Part.FIGURES,
                ),
                self._placing({*come, *gone}),
            )

    def _placing(self, names: set[str]) -> Change | None:
        """Return the change of a text with the place of one of these figures, or else of any figure."""
        old = {name for name, now in self._figures.items() if now in names} | names

        def places(change: Change, wanted: set[str]) -> bool:
            return any(bool(figures_in(change, side) & wanted) for side in (0, 1))

        every = {figure.name for document in self._documents for figure in document.figures}
        return self._first(lambda change: places(change, old)) or self._first(
            lambda change: places(change, every)
        )

    def _reference_numbers(self) -> Iterator[Followed]:
        was = {reference.handle: reference.number for reference in self._views[0].references}
        pairs = [
            ((int(was[reference.handle]),), (int(reference.number),))
            for reference in self._views[1].references
            if was.get(reference.handle, reference.number) != reference.number
        ]
        for run in _runs(pairs):
            olds, news = ([str(number[-1]) for number in side] for side in zip(*run, strict=True))
            reference = self._views[1].references[int(news[0]) - 1]
            yield (
                Consequence(
                    subject="reference",
                    old=tuple(olds),
                    new=tuple(news),
                    sentence=_numbers("Reference", reference.handle, olds, news),
                    anchor=reference.anchor,
                    place=Part.REFERENCES,
                ),
                self._first(
                    lambda change: (
                        isinstance(change, EntryAdded | EntryRemoved) and change.part is Part.REFERENCES
                    )
                ),
            )


def _moved_by(change: Change) -> Iterator[str | tuple[int, SectionKey]]:
    """Yield what a change may move: the section with a milestone, or what is below one of an edition."""
    match change:
        case SectionAdded(at=at):
            yield 1, at[:-1]
        case SectionRemoved(at=at):
            yield 0, at[:-1]
        case SectionMoved(before=before, after=after):
            yield 0, before.at[:-1]
            yield 1, after.at[:-1]
        case MilestoneAdded(milestone=milestone) | MilestoneRemoved(milestone=milestone):
            yield milestone.code
        case DueMoved(code=code) | Recoded(new=code) | DetailChanged(code=code):
            yield code
        case SectionChanged(field="milestones", after=after):
            yield 1, after.at


def _codes_below(
    sections: Mapping[SectionKey, SectionView], renamed: Mapping[str, str]
) -> Mapping[SectionKey, set[str]]:
    found: defaultdict[SectionKey, set[str]] = defaultdict(set)
    for key, view in sections.items():
        if view.milestone:
            found[key[:-1]].add(renamed.get(view.milestone.code, view.milestone.code))
    return found


def _numbers(what: str, name: str, old: Sequence[str], new: Sequence[str]) -> str:
    if len(old) == 1:
        return f"{what} {old[0]}{f', {name},' if name else ''} has the number {new[0]} now."
    return f"{what}s {old[0]} to {old[-1]} have the numbers {new[0]} to {new[-1]} now."


def _runs(pairs: Iterable[tuple[SectionKey, SectionKey]]) -> Iterator[list[tuple[SectionKey, SectionKey]]]:
    """Divide pairs of old and new numbers into runs in which both count up together."""
    run: list[tuple[SectionKey, SectionKey]] = []
    for before, after in pairs:
        if run and (before, after) != tuple((*last[:-1], last[-1] + 1) for last in run[-1]):
            yield run
            run = []
        run.append((before, after))
    if run:
        yield run
