"""The model: a milestone document as frozen, validated values.

Every class lists what the YAML may contain: its attributes are the keys. What each key means is said once, in
`milepost/schema/keys.toml`, from which the reference for authors is made. `milepost.loading.load` passes
scalars on as text, and the types below interpret them, so that a version `1.10` stays `1.10` and a code `no`
stays `no`.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, Field

from milepost.base.dates import iso, month_in_words
from milepost.document.conditions import AllFacts, facts_of
from milepost.document.fields import (
    Address,
    Code,
    Count,
    Day,
    Flag,
    Handle,
    JiraAddress,
    KeyedValue,
    Language,
    Level,
    LineText,
    Planned,
    ProseText,
    SiteAddress,
    String,
    Tag,
    Wbs,
    Year,
    keyed,
)
from milepost.document.figures import DeploymentFigure, FigureData, GanttFigure, TrendFigure
from milepost.document.selection import Selection
from milepost.document.settings.patterns import Patterns
from milepost.document.settings.schedule import ScheduleSettings
from milepost.document.settings.waiver import Waiver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from milepost.base.dates import PlannedDate

_Result = TypeVar("_Result")

FORMAT = "1"
"""The version of the YAML format that this program reads."""


class Metadata(KeyedValue):
    """`document`: the title page and what controls the document."""

    handle: Handle
    title: String
    short_title: String | None = None
    organisation: String
    group: String | None = None
    authors: Annotated[tuple[String, ...], Field(min_length=1)]
    language: Language = "en-US"
    status: Literal["draft", "approved", "obsolete"]
    layout: Annotated[Literal["milepost", "lsstdoc"], Field(alias="class")] = "milepost"
    paper: Literal["letter", "a4"] = "letter"
    class_options: tuple[Handle, ...] = ()
    curator: String | None = None
    data_date: Day
    dates_from: String | None = None
    source: Address | None = None
    edit_url: Address | None = None
    site: SiteAddress | None = None
    issue_url: Address | None = None
    draft_mark: String
    obsolete_mark: String = "OBSOLETE"
    obsolete_notice: String = (
        "This document is obsolete. It is kept for the record, and nothing in it applies any more."
    )
    control_notice: String | None = None
    control_footer: String | None = None
    abstract: ProseText = ()
    waivers: tuple[Waiver, ...] = ()

    def origin(self, day: "date") -> str | None:
        """Return where the dates come from, if they are known as of `day`."""
        if self.dates_from is None:
            return None
        return self.dates_from.replace("{month}", month_in_words(day)).replace("{date}", iso(day))


class ChangeRecordEntry(KeyedValue):
    """An entry of `change_record`, oldest first; `version` may be missing where none was given."""

    version: String | None = None
    date: Day
    owner: String
    description: LineText
    issue: Handle | None = None
    authorises: tuple[String, ...] = ()
    waivers: tuple[Waiver, ...] = ()


class MilestoneSections(Selection):
    """`milestones` inside a section: one section for each selected milestone, in the document's order."""

    deliveries: Selection | None = None
    no_deliveries: String

    def delivers(self, milestone: "Milestone", predecessor: "Milestone", data_date: "date") -> bool:
        """Return whether `milestone`, which is selected, delivers its `predecessor`."""
        if self.deliveries is not None:
            return self.deliveries.holds(facts_of(predecessor, data_date))
        if milestone.level is None or predecessor.level is None:
            return False
        return predecessor.level > milestone.level


class Section(KeyedValue):
    """An entry of `sections`: a numbered section with its text and what is below it.

    `label` names it for the role `ref`.
    """

    title: String
    label: Handle | None = None
    text: ProseText = ()
    sections: tuple["Section", ...] = ()
    milestones: MilestoneSections | None = None
    waivers: tuple[Waiver, ...] = ()


class Own(KeyedValue):
    """`own` of a milestone: why some of its facts differ from the schedule on purpose; not printed.

    An import of the schedule leaves these facts as they are. The keys are those of the milestone.
    """

    name: String | None = None
    level: String | None = None
    wbs: String | None = None
    due: String | None = None
    forecast: String | None = None
    completed: String | None = None
    predecessors: String | None = None

    def reason(self, key: str) -> str | None:
        """Return why the fact with that key is the document's own; None if it follows the schedule."""
        reason: str | None = getattr(self, key, None)
        return reason


class Milestone(KeyedValue):
    """An entry of `milestones`, by its code."""

    code: Code
    name: String
    short_name: String | None = None
    level: Level | None = None
    wbs: Wbs | None = None
    due: Planned
    forecast: Planned | None = None
    completed: Day | None = None
    state: Literal["cancelled", "deferred"] | None = None
    since: Day | None = None
    reason: String | None = None
    aka: tuple[Code, ...] = ()
    test_spec: String | None = None
    jira: Handle | None = None
    jira_testplan: Handle | None = None
    tags: tuple[Tag, ...] = ()
    predecessors: tuple[Code, ...] = ()
    own: Own = Own.model_construct()
    waivers: tuple[Waiver, ...] = ()

    @property
    def cancelled(self) -> bool:
        """Whether it is no longer planned."""
        return self.state == "cancelled"


def order_key(milestone: Milestone) -> "tuple[PlannedDate, str]":
    """Return the key by which milestones are ordered everywhere: due date, then code.

    A month, quarter or year is at its last day, and what has no date yet comes last. Codes compare character
    by character, as in the published document: of two milestones due on the same day, `M-3` is before `M-38`,
    and that before `M-5`.
    """
    return milestone.due, milestone.code


class Reference(KeyedValue):
    """An entry of `references`, by its handle.

    `authors` are printed as they are written (`Lim, K.T.`); the last may be `et al.`.
    """

    handle: Handle
    authors: Annotated[tuple[String, ...], Field(min_length=1)]
    year: Year
    title: String
    series: String | None = None
    publisher: String | None = None
    url: Address | None = None
    waivers: tuple[Waiver, ...] = ()


class Acronym(KeyedValue):
    """An entry of `acronyms`, by the acronym: its definition, or a mapping with `definition` and `keep`.

    `keep` prints the acronym though the document does not use it.
    """

    acronym: String
    definition: String
    keep: Flag = False
    waivers: tuple[Waiver, ...] = ()


KEYS_OF_ENTRIES: dict[type[BaseModel], str] = {
    Milestone: "code",
    Reference: "handle",
    Acronym: "acronym",
    DeploymentFigure: "name",
    GanttFigure: "name",
    TrendFigure: "name",
}
"""The field that is written as the key of an entry rather than in it."""


class JiraSettings(KeyedValue):
    """`jira`: what `milepost jira push` brings in line; not printed."""

    server: JiraAddress | None = None
    date: Literal["due", "expected"] = "due"
    test_plan_days: Count = 45


SETTINGS: dict[str, type[KeyedValue]] = {
    "patterns": Patterns,
    "schedule": ScheduleSettings,
    "jira": JiraSettings,
}
"""The keys of the YAML whose values are settings of commands; no two of them share the name of a field."""
PARTS_OF_SETTINGS = {field: key for key, model in SETTINGS.items() for field in model.model_fields}


_FIELDS_SET: set[str] = set()
"""For all milestones: what pydantic notes of which fields were given takes more memory than their values."""


def _in_order(milestones: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
    for milestone in milestones:
        object.__setattr__(milestone, "__pydantic_fields_set__", _FIELDS_SET)
    return tuple(sorted(milestones, key=order_key))


class Document(KeyedValue):
    """A whole milestone document. `milestones` are in the document's order whatever the order of the file.

    `unexpanded` lists words that look like acronyms and deliberately have no definition.
    """

    format: String
    metadata: Annotated[Metadata, Field(alias="document")]
    change_record: tuple[ChangeRecordEntry, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    milestones: Annotated[tuple[Milestone, ...], keyed("code"), AfterValidator(_in_order)]
    figures: Annotated[tuple[FigureData, ...], keyed("name")] = ()
    references: Annotated[tuple[Reference, ...], keyed("handle")] = ()
    acronyms: Annotated[tuple[Acronym, ...], keyed("acronym")] = ()
    unexpanded: tuple[String, ...] = ()
    patterns: Patterns = Patterns.model_construct()
    schedule: ScheduleSettings = ScheduleSettings.model_construct()
    jira: JiraSettings = JiraSettings.model_construct()

    @property
    def stated_date(self) -> "date":
        """The day that the document itself gives: that of its last change or, without any, the data date."""
        return self.change_record[-1].date if self.change_record else self.metadata.data_date

    def milestone(self, code: str) -> Milestone | None:
        """Return the milestone of that code, or None."""
        return self._by_code.get(code)

    def selected(self, selection: Selection) -> tuple[Milestone, ...]:
        """Return the milestones that are selected on the data date, in the document's order."""
        asked = selection.selection
        if asked not in self._selected:  # the same is asked for again and again
            positions = selection.among(self.facts)
            self._selected[asked] = tuple(self.milestones[position] for position in positions)
        return self._selected[asked]

    def once(self, function: "Callable[[Document], _Result]") -> _Result:
        """Return what `function` gives for this document, which several ask for; it is called only once."""
        if function not in self._results:
            self._results[function] = function(self)
        result: _Result = self._results[function]
        return result

    def model_copy(self, *, update: "Mapping[str, Any] | None" = None, deep: bool = False) -> Self:
        """Return a copy with the fields in `update` replaced, without what was computed from the old ones."""
        copy = super().model_copy(update=update, deep=deep)
        for computed in ("_by_code", "_results", "_selected", "facts"):
            copy.__dict__.pop(computed, None)
        return copy

    @cached_property
    def _by_code(self) -> dict[str, Milestone]:
        return {milestone.code: milestone for milestone in self.milestones}

    @cached_property
    def _results(self) -> "dict[Callable[[Document], Any], Any]":
        return {}

    @cached_property
    def _selected(self) -> dict[Selection, tuple[Milestone, ...]]:
        return {}

    @cached_property
    def facts(self) -> AllFacts:
        """What selections are about, of each milestone."""
        return AllFacts(facts_of(milestone, self.metadata.data_date) for milestone in self.milestones)

    @classmethod
    def parse(cls, values: object) -> Self:
        """Return the document that `values`, plain mappings, lists and strings, describe.

        Raises:
            pydantic.ValidationError: with every fault that was found; `milepost.loading.validation` reads it.
        """
        return cls.model_validate(values)
