"""The model: a milestone document as frozen, validated values.

Every class here is a table of what the YAML may say: the attributes are its keys, their docstrings the
reference for authors. Scalars arrive as the text that stands in the file (`milepost.load` reads them so), and
the types below give them their meaning, so that a version `1.10` stays `1.10` and a code `no` stays `no`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date  # noqa: TC003 -- pydantic needs the type at run time
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from milepost import dates
from milepost.prose import ProseError, parse_line, parse_prose
from milepost.text import Line, Prose

FORMAT = "1"
"""The version of the YAML format that this program reads."""

HANDLE = re.compile(r"[A-Za-z0-9]+(?:[-._+&/][A-Za-z0-9]+)*")
"""Handles, milestone codes and labels: letters and digits, joined by single marks."""


def _fault(rule: str, message: str, hint: str = "") -> PydanticCustomError:
    """Return an error that `milepost.load` turns into a problem; both texts are passed on as they are."""
    return PydanticCustomError(rule, "{message}", {"message": message, "hint": hint})  # type: ignore[arg-type]


def _printable(text: Any) -> Any:
    """Return `text` with runs of white space made single spaces; refuse what no page can show."""
    if not isinstance(text, str):
        return text
    for character in text:
        category = unicodedata.category(character)
        if category in {"Cc", "Co", "Cn", "Cs"} and character not in "\t\n":
            name = f"the control or private-use character U+{ord(character):04X}"
            raise _fault("character", f"{name} cannot be printed", "remove it")
    text = re.sub(r"[ \t\n]+", " ", text).strip(" ")
    if not text:
        raise _fault("empty", "there is no text here", "write it, or remove the key")
    return text


def _handle(text: str) -> str:
    if not HANDLE.fullmatch(text):
        raise _fault(
            "handle",
            f"{text!r} is not a code",
            "use letters and digits, joined by single - . _ + & or /",
        )
    return text


def _date(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return dates.parse(text)
    except ValueError as error:
        raise _fault("date", str(error), "write it as year-month-day, like 2019-07-16") from None


def _flag(text: Any) -> Any:
    if text not in {"true", "false"}:
        raise _fault("flag", f"{text!r} is neither true nor false", "write true or false")
    return text == "true"


def _prose(source: Any, parser: Any = parse_prose) -> Any:
    if not isinstance(source, str):
        return source
    for number, line in enumerate(source.split("\n"), start=1):
        try:
            _printable(line or "x")
        except PydanticCustomError as error:
            if error.type == "character":
                message = str((error.context or {})["message"])
                raise _prose_fault([(number, message, "remove it")]) from None
    try:
        return parser(source)
    except ProseError as error:
        raise _prose_fault([(fault.line, fault.message, fault.hint) for fault in error.faults]) from None


def _prose_fault(faults: list[tuple[int, str, str]]) -> PydanticCustomError:
    return PydanticCustomError("prose", "{faults}", {"faults": faults})


def _line(source: Any) -> Any:
    return _prose(source, parse_line)


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"\\^`|]+", text):
        raise _fault("address", f"{text!r} is not an address", "write it as https://...")
    return text


def _keyed(key: str) -> BeforeValidator:
    """Let a list of models be written as a mapping whose keys are the models' field `key`."""

    def spread(entries: Any) -> Any:
        if not isinstance(entries, dict):
            raise _fault("mapping", f"this must be a mapping with the {key} of each entry as its key")
        for name, entry in entries.items():
            if isinstance(entry, dict) and key in entry:
                raise _fault("key", f"{name!r} is given its {key} twice", f"remove the line {key}: in it")
        return [
            {key: name, **entry} if isinstance(entry, dict) else _short_form(key, name, entry)
            for name, entry in entries.items()
        ]

    return BeforeValidator(spread)


def _short_form(key: str, name: Any, entry: Any) -> Any:
    """Return the long form of an entry that is not a mapping; only acronyms have a short one."""
    return {key: name, "definition": entry} if key == "acronym" else entry


String = Annotated[str, BeforeValidator(_printable)]
Handle = Annotated[str, BeforeValidator(_printable), AfterValidator(_handle)]
Day = Annotated[date, BeforeValidator(_date)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Address = Annotated[str, BeforeValidator(_printable), AfterValidator(_address)]
ProseText = Annotated[Prose, BeforeValidator(_prose)]
LineText = Annotated[Line, BeforeValidator(_line)]
Level = Annotated[int, Field(ge=1, le=9)]


class Entry(BaseModel):
    """What all parts of the model share: unknown keys are refused and values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: Any) -> Any:
        """Take a key with nothing after it for an absent one."""
        if isinstance(values, dict):
            return {key: value for key, value in values.items() if value is not None}
        return values


class Metadata(Entry):
    """`document`: the title page and what controls the document.

    Attributes:
        handle: the permanent designation of the document.
        title: its full title.
        short_title: for the running header, where the title is too long for it.
        organisation, group: who publishes it.
        authors: in the order of the title page.
        language: IETF BCP 47 tag of the document's language.
        status: `draft` prints `draft_mark` on the title page and in every footer; `approved` does not.
        layout: key `class`: `milepost` for the layout of this program, `lsstdoc` for that document class.
        class_options: passed to the class `lsstdoc` (the group, as DM).
        curator: who keeps the document, for `lsstdoc`.
        data_date: the day as of which all dates of the schedule are known (the data date of the schedule).
        source: where the source of the document is kept.
        issue_url: address of an issue, `{key}` standing for its key.
        draft_mark: the words that mark a draft.
        control_notice: the notice on change control, for the title page.
        control_footer: the line on configuration control at the foot of the pages of an approved document.
        abstract: prose.
    """

    handle: Handle
    title: String
    short_title: String | None = None
    organisation: String
    group: String | None = None
    authors: Annotated[tuple[String, ...], Field(min_length=1)]
    language: Annotated[String, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en-US"
    status: Literal["draft", "approved"]
    layout: Annotated[Literal["milepost", "lsstdoc"], Field(alias="class")] = "milepost"
    class_options: tuple[Handle, ...] = ()
    curator: String | None = None
    data_date: Day
    source: Address | None = None
    issue_url: Address | None = None
    draft_mark: String
    control_notice: String | None = None
    control_footer: String | None = None
    abstract: ProseText = ()


class Change(Entry):
    """An entry of `change_record`, oldest first; `version` may be missing where none was given."""

    version: String | None = None
    date: Day
    owner: String
    description: LineText


class MilestoneSections(Entry):
    """`milestones` inside a section: one section for each milestone of `level`, in the document's order.

    `no_deliveries` is printed where a milestone delivers nothing of a lower level.
    """

    level: Level
    no_deliveries: String


class Section(Entry):
    """An entry of `sections`: a numbered section with its text and what is below it.

    `label` names it for the role `ref`.
    """

    title: String
    label: Handle | None = None
    text: ProseText = ()
    sections: tuple[Section, ...] = ()
    milestones: MilestoneSections | None = None


class Milestone(Entry):
    """An entry of `milestones`, by its code.

    Attributes:
        code: the key of the entry.
        name: as in the schedule.
        short_name: used where space is scarce.
        level: 1 is the highest.
        due: the baseline date.
        forecast: the date that the schedule expects now, where it differs from `due`.
        completed: the day of completion; absent while the milestone is open.
        aka: earlier codes.
        test_spec: where its test is specified or reported.
        jira, jira_testplan: the issues of the milestone and of its test plan.
        predecessors: codes of the milestones that must be completed before. Those of a lower level
            (a greater number) are what the milestone delivers.
    """

    code: Handle
    name: String
    short_name: String | None = None
    level: Level
    due: Day
    forecast: Day | None = None
    completed: Day | None = None
    aka: tuple[Handle, ...] = ()
    test_spec: String | None = None
    jira: Handle | None = None
    jira_testplan: Handle | None = None
    predecessors: tuple[Handle, ...] = ()


def order_key(milestone: Milestone) -> tuple[date, str]:
    """Return the key by which milestones are ordered everywhere: due date, then code.

    Codes compare character by character, as in the published document: of two milestones due on the same
    day, `DM-DRP-3` stands before `DM-DRP-38`, and that before `DM-DRP-5`.
    """
    return milestone.due, milestone.code


class Reference(Entry):
    """An entry of `references`, by its handle.

    `authors` are printed as they are written (`Lim, K.T.`); the last may be `et al.`.
    """

    handle: Handle
    authors: Annotated[tuple[String, ...], Field(min_length=1)]
    year: Annotated[int, Field(ge=1000, le=9999)]
    title: String
    series: String | None = None
    publisher: String | None = None
    url: Address | None = None


class Acronym(Entry):
    """An entry of `acronyms`, by the acronym: its definition, or a mapping with `definition` and `keep`.

    `keep` prints the acronym though the document does not use it.
    """

    acronym: String
    definition: String
    keep: Flag = False


class EnclaveData(Entry):
    """A group of components of a facility."""

    name: String
    number: Annotated[int, Field(ge=0)] | None = None
    components: tuple[String, ...] = ()


class FacilityData(Entry):
    """A site and the enclaves in it."""

    name: String
    number: Annotated[int, Field(ge=0)] | None = None
    enclaves: tuple[EnclaveData, ...] = ()


class DeploymentFigure(Entry):
    """An entry of `figures` with `kind: deployment`: facilities, their enclaves, the components in those."""

    name: Handle
    kind: Literal["deployment"]
    caption: LineText
    facilities: Annotated[tuple[FacilityData, ...], Field(min_length=1)]


class GanttFigure(Entry):
    """An entry of `figures` with `kind: gantt`: the chart of the milestones of `level`."""

    name: Handle
    kind: Literal["gantt"]
    caption: LineText
    level: Level


FigureData = Annotated[DeploymentFigure | GanttFigure, Field(discriminator="kind")]


def _in_order(milestones: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
    return tuple(sorted(milestones, key=order_key))


class Document(Entry):
    """A whole milestone document. `milestones` are in the document's order whatever the order of the file.

    `unexpanded` lists words that look like acronyms and deliberately have no definition.
    """

    format: String
    metadata: Annotated[Metadata, Field(alias="document")]
    change_record: tuple[Change, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    milestones: Annotated[tuple[Milestone, ...], _keyed("code"), AfterValidator(_in_order)]
    figures: Annotated[tuple[FigureData, ...], _keyed("name")] = ()
    references: Annotated[tuple[Reference, ...], _keyed("handle")] = ()
    acronyms: Annotated[tuple[Acronym, ...], _keyed("acronym")] = ()
    unexpanded: tuple[String, ...] = ()

    def milestone(self, code: str) -> Milestone | None:
        """Return the milestone of that code, or None."""
        return next((milestone for milestone in self.milestones if milestone.code == code), None)

    @classmethod
    def parse(cls, values: object) -> Self:
        """Return the document that `values`, plain mappings, lists and strings, describe.

        Raises:
            pydantic.ValidationError: with every fault that was found.
        """
        return cls.model_validate(values)
