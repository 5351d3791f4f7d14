"""The difference of two documents: every edit is found, once, and nothing else.

An edit changes the plain values of a YAML and returns the changes that the difference must have. Edits are
tried on random documents and on the real one.
"""

from __future__ import annotations

import copy
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from fnmatch import fnmatch
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support import documents as support
from tests.support.changes import apply, mirrored

from milepost.base.dates import parse, parse_planned
from milepost.diff.changes import (
    Change,
    Completed,
    CompletionMoved,
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
    SetAside,
    StateChanged,
    kind_of,
)
from milepost.diff.compare import diff, normalised
from milepost.diff.sentences import sentence
from milepost.document.figures import DeploymentFigure, GanttFigure
from milepost.document.model import (
    Acronym,
    ChangeRecordEntry,
    Document,
    JiraSettings,
    Metadata,
    Milestone,
    MilestoneSections,
    Reference,
    Section,
)
from milepost.document.selection import Selection
from milepost.document.settings.patterns import Patterns
from milepost.document.settings.schedule import ScheduleSettings
from milepost.loading.load import load
from milepost.prose.rst_parser import parse_line, parse_prose

REAL = Path(__file__).parents[2] / "milestones.yaml"

Values = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
Edit = Callable[[Values, Draw], list[Change]]


@cache
def real_text() -> str:
    return REAL.read_text("utf-8")


def real_values() -> Values:
    """Return the real YAML as mappings, lists and strings."""
    values: Values = copy.deepcopy(_real_values())
    return values


@cache
def _real_values() -> Values:
    values: Values = yaml.load(real_text(), yaml.BaseLoader)
    values["figures"] = values.get("figures") or {}
    return values


TITLES = (
    "Aim",
    "Bedrock",
    "Cryostat",
    "Delivery",
    "Evidence",
    "Forging",
    "Guidance",
    "Hardware",
    "Itinerary",
)


DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31)).map(str)
documents = partial(support.documents, titles=TITLES)


# --- Edits: each changes values and returns the changes that it makes --------------------------------------


def a_code(values: Values, draw: Draw, fits: Callable[[Values], object] = bool) -> str:
    """Return the code of a milestone that `fits`; reject the example where none does."""
    codes = [code for code, milestone in values["milestones"].items() if fits(milestone)]
    assume(codes)
    return str(draw(st.sampled_from(codes)))


def later(day: str, draw: Draw) -> str:
    """Return another day."""
    days = draw(st.integers(-400, 400).filter(bool))
    old = parse_planned(day)
    return str((old.first if old.known else date(2024, 1, 1)) + timedelta(days=days))


def rank(values: Values, code: str) -> int:
    """Return which of the milestones in its section a milestone is, 0 if it has no section of its own."""
    milestones = values["milestones"]
    for asked in asked_by_sections(values):
        if is_selected(asked, code, milestones):
            selected = (each for each in milestones if is_selected(asked, each, milestones))
            order = sorted((parse_planned(milestones[each]["due"]), each) for each in selected)
            return [each for _, each in order].index(code) + 1
    return 0


def asked_by_sections(values: Values) -> list[Values]:
    found = (section.get("milestones") for _, section in sections_of(values["sections"]))
    return [milestones for milestones in found if milestones]


def is_selected(asked: Values, code: str, milestones: Values) -> bool:
    """Return whether a milestone meets the conditions; those here are patterns of codes and levels."""
    level = milestones[code].get("level")
    return fnmatch(code, asked.get("codes", "*")) and asked.get("level", level) == level


def delivers(values: Values, code: str, predecessor: str) -> bool:
    milestones = values["milestones"]
    for asked in asked_by_sections(values):
        if is_selected(asked, code, milestones):
            if "deliveries" in asked:
                return is_selected(asked["deliveries"], predecessor, milestones)
            level, other = (milestones[each].get("level") for each in (code, predecessor))
            return bool(level and other and other > level)
    return False


def model_of(values: Values, code: str) -> Milestone:
    return Milestone.model_validate({"code": code, **values["milestones"][code]})


def add_milestone(values: Values, draw: Draw) -> list[Change]:
    code = "NEW-1"
    values["milestones"][code] = {
        "name": "A new one",
        "level": draw(st.sampled_from(["1", "2", "3"])),
        "due": draw(DAYS),
        "predecessors": [a_code(values, draw)],
    }
    return [MilestoneAdded(milestone=model_of(values, code))]


def remove_milestone(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw)
    waiting = [m for m in values["milestones"].values() if code in (m.get("predecessors") or [])]
    assume(not waiting)
    assume(f"`{code}`" not in str(values))
    removed = model_of(values, code)
    del values["milestones"][code]
    return [MilestoneRemoved(milestone=normal(removed))]


def normal(milestone: Milestone) -> Milestone:
    update = {"predecessors": tuple(sorted(milestone.predecessors)), "aka": tuple(sorted(milestone.aka))}
    return milestone.model_copy(update=update)


def replaced(values: Any, old: str, new: str) -> Any:
    """Return `values` with `new` in place of `old` in all strings."""
    if isinstance(values, dict):
        return {key: replaced(value, old, new) for key, value in values.items()}
    if isinstance(values, list):
        return [replaced(value, old, new) for value in values]
    return values.replace(old, new) if isinstance(values, str) else values


def recode(values: Values, draw: Draw) -> list[Change]:
    old, new = a_code(values, draw), "NEW-1"
    values.update(replaced(values, f"`{old}`", f"`{new}`"))  # in the texts
    milestones = values["milestones"]
    for each in milestones.values():
        each["predecessors"] = [new if p == old else p for p in each.get("predecessors") or []]
    aka = milestones[old].get("aka") or []
    milestones[new] = {**milestones.pop(old), "aka": [*aka, old]}
    return [Recoded(old=old, new=new, old_aka=tuple(sorted(aka)), new_aka=tuple(sorted([*aka, old])))]


def rename(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw)
    old, values["milestones"][code]["name"] = values["milestones"][code]["name"], "Another name"
    return [Renamed(code=code, old=" ".join(old.split()), new="Another name")]


def move_due(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw)
    milestone = values["milestones"][code]
    old, old_rank = milestone["due"], rank(values, code)
    milestone["due"] = later(old, draw)
    return [
        DueMoved(
            code=code,
            old=parse_planned(old),
            new=parse_planned(milestone["due"]),
            old_rank=old_rank,
            new_rank=rank(values, code),
        )
    ]


def move_forecast(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw)
    milestone = values["milestones"][code]
    old = milestone.get("forecast")
    new = draw((st.none() | DAYS).filter(lambda day: day != old))
    milestone["forecast"] = new
    return [ForecastMoved(code=code, old=old and parse_planned(old), new=new and parse_planned(new))]


def change_state(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw)
    milestone = values["milestones"][code]
    old = aside(milestone)
    for key in ("state", "since", "reason"):
        milestone.pop(key, None)
    states = [{"state": "cancelled"}, {"state": "deferred", "since": "2020-01-01", "reason": "why"}]
    milestone |= draw(
        st.sampled_from([{}, *states]).filter(lambda new: new.get("state") != (old and old.state))
    )
    return [StateChanged(code=code, old=old, new=aside(milestone))]


def aside(milestone: Values) -> SetAside | None:
    state, since = milestone.get("state"), milestone.get("since")
    return state and SetAside(state, since and parse(since), milestone.get("reason"))


def complete(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw, lambda milestone: not milestone.get("completed"))
    day = values["milestones"][code]["completed"] = draw(DAYS)
    return [Completed(code=code, on=parse(day))]


def reopen(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw, lambda milestone: milestone.get("completed"))
    return [Reopened(code=code, was=parse(values["milestones"][code].pop("completed")))]


def move_completion(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw, lambda milestone: milestone.get("completed"))
    milestone = values["milestones"][code]
    old, milestone["completed"] = milestone["completed"], later(milestone["completed"], draw)
    return [CompletionMoved(code=code, old=parse(old), new=parse(milestone["completed"]))]


DETAILS = {
    "short_name": "Short",
    "level": "9",
    "wbs": "02C.04",
    "tags": ["late", "big"],
    "aka": ["EARLIER-1"],
    "test_spec": "T § 4",
    "jira": "Y-2",
    "jira_testplan": "Y-3",
    "own": {"name": "Clearer."},
    "waivers": [{"rule": "MP204", "about": ["M-1"], "reason": "As published.", "authority": "X-7"}],
}


def change_detail(values: Values, draw: Draw) -> list[Change]:
    code, field = a_code(values, draw), draw(st.sampled_from(sorted(DETAILS)))
    old = model_of(values, code)
    values["milestones"][code][field] = DETAILS[field]
    new = model_of(values, code)
    return [DetailChanged(code=code, field=field, old=getattr(normal(old), field), new=getattr(new, field))]


def add_predecessor(values: Values, draw: Draw) -> list[Change]:
    code, predecessor = a_code(values, draw), a_code(values, draw)
    milestone = values["milestones"][code]
    known = list(milestone.get("predecessors") or [])
    assume(predecessor not in [code, *known])
    milestone["predecessors"] = [predecessor, *known]
    delivery = delivers(values, code, predecessor)
    return [PredecessorAdded(code=code, predecessor=predecessor, delivery=delivery)]


def remove_predecessor(values: Values, draw: Draw) -> list[Change]:
    code = a_code(values, draw, lambda milestone: milestone.get("predecessors"))
    milestone = values["milestones"][code]
    predecessor = draw(st.sampled_from(milestone["predecessors"]))
    milestone["predecessors"] = [each for each in milestone["predecessors"] if each != predecessor]
    delivery = delivers(values, code, predecessor)
    return [PredecessorRemoved(code=code, predecessor=predecessor, delivery=delivery)]


Place = tuple[int, ...]


def sections_of(siblings: list[Values], above: Place = ()) -> list[tuple[Place, Values]]:
    found: list[tuple[Place, Values]] = []
    for index, section in enumerate(siblings):
        found.append(((*above, index), section))
        found += sections_of(section.get("sections") or [], (*above, index))
    return found


def siblings_at(values: Values, above: Place) -> list[Values]:
    siblings: list[Values] = values["sections"]
    for index in above:
        section = siblings[index]
        siblings = section["sections"] = section.get("sections") or []
    return siblings


def a_section(values: Values, draw: Draw) -> tuple[Place, Values]:
    found: tuple[Place, Values] = draw(st.sampled_from(sections_of(values["sections"])))
    return found


def alone(section: Values) -> Section:
    return Section.model_validate({**section, "sections": []})


def add_section(values: Values, draw: Draw) -> list[Change]:
    above, _ = draw(st.sampled_from([((), {}), *sections_of(values["sections"])]))
    siblings = siblings_at(values, above)
    index = draw(st.integers(0, len(siblings)))
    section = {"title": "Zenith", "text": draw(st.sampled_from(["", "Look up, and never down again."]))}
    inner = {"title": "Zodiac", "text": "Twelve signs in a ring."}
    siblings.insert(index, {**section, "sections": [inner]})
    at = (*above, index)
    return [SectionAdded(at=at, section=alone(section)), SectionAdded(at=(*at, 0), section=alone(inner))]


def remove_section(values: Values, draw: Draw) -> list[Change]:
    at, section = a_section(values, draw)
    del siblings_at(values, at[:-1])[at[-1]]
    assume(values["sections"])
    gone = sections_of([section])
    return [SectionRemoved(at=(*at[:-1], at[-1], *inner[1:]), section=alone(each)) for inner, each in gone]


def move_section(values: Values, draw: Draw) -> list[Change]:
    """Move a section to another parent, or to the other end of its siblings where it passes two of them."""
    at, section = a_section(values, draw)
    homes = [
        place
        for place, _ in [((), None), *sections_of(values["sections"])]
        if place[: len(at)] != at and place != at[:-1]
    ]
    siblings = siblings_at(values, at[:-1])
    if len(siblings) > 2 and draw(st.booleans()):
        target = at[:-1]
        assume(at[-1] in {0, len(siblings) - 1})
        del siblings[at[-1]]
        index = 0 if at[-1] else len(siblings)
    else:
        assume(homes)
        target = draw(st.sampled_from(homes))
        destination = siblings_at(values, target)
        index = draw(st.integers(0, len(destination)))
        siblings.remove(section)
        siblings = destination
    siblings.insert(index, section)
    assume(values["sections"])
    (after,) = [place for place, each in sections_of(values["sections"]) if each is section]
    title = section["title"]
    places = SectionPlace(title=title, at=at), SectionPlace(title=title, at=after)
    return [SectionMoved(before=places[0], after=places[1])]


def change_section(values: Values, draw: Draw) -> list[Change]:
    at, section = a_section(values, draw)
    old = alone(section)
    field = draw(st.sampled_from(["title", "label", "milestones", "waivers"]))
    new = {
        "title": "Zenith",
        "label": "another",
        "milestones": {"level": "7", "deliveries": {"codes": "M-*"}, "no_deliveries": "Nothing at all."},
        "waivers": DETAILS["waivers"],
    }
    section[field] = new[field]
    place = SectionPlace(title=old.title, at=at)
    return [
        SectionChanged(
            before=place,
            after=SectionPlace(title=section["title"], at=at),
            field=field,
            old=getattr(old, field),
            new=getattr(alone(section), field),
        )
    ]


def change_text(values: Values, draw: Draw) -> list[Change]:
    at, section = a_section(values, draw)
    old, section["text"] = section.get("text") or "", "Entirely other words."
    place = SectionPlace(title=section["title"], at=at)
    return [ProseChanged(before=place, after=place, old=parse_prose(old), new=parse_prose(section["text"]))]


def change_abstract(values: Values, draw: Draw) -> list[Change]:  # noqa: ARG001 -- every edit has the same form
    old = values["document"].get("abstract") or ""
    values["document"]["abstract"] = "In *short*."
    return [ProseChanged(before=None, after=None, old=parse_prose(old), new=parse_prose("In *short*."))]


ABOUT: dict[str, Any] = {
    "handle": "DOC-2",
    "title": "Another plan",
    "short_title": "Another",
    "organisation": "Bureau",
    "group": "Group",
    "authors": ["B. Author", "A. Author"],
    "language": "fr",
    "status": "approved",
    "class": "lsstdoc",
    "paper": "a4",
    "class_options": ["DM", "toc"],
    "curator": "C. Curator",
    "data_date": "2025-02-28",
    "dates_from": "Schedule of {month}.",
    "source": "https://example.org/source",
    "edit_url": "https://example.org/edit",
    "site": "https://example.org/site/",
    "issue_url": "https://example.org/other/{key}",
    "draft_mark": "Not yet",
    "obsolete_mark": "Gone",
    "obsolete_notice": "Of no more use.",
    "control_notice": "Controlled.",
    "control_footer": "Under control.",
    "waivers": DETAILS["waivers"],
}


def change_about(values: Values, draw: Draw) -> list[Change]:
    # The class `lsstdoc` has no A4.
    exclusive = {"class", "paper"}
    edited = any(values["document"].get(name) == ABOUT[name] for name in exclusive)
    key = draw(st.sampled_from(sorted(ABOUT.keys() - exclusive if edited else ABOUT)))
    field = "layout" if key == "class" else key
    old = getattr(Metadata.model_validate(values["document"]), field)
    values["document"][key] = ABOUT[key]
    new = getattr(Metadata.model_validate(values["document"]), field)
    assume(old != new)
    return [MetadataChanged(field=field, old=old, new=new)]


def change_unexpanded(values: Values, draw: Draw) -> list[Change]:  # noqa: ARG001
    old = values.get("unexpanded") or []
    values["unexpanded"] = ["QQQ", *old]
    new = tuple(sorted(values["unexpanded"]))
    return [MetadataChanged(field="unexpanded", old=tuple(sorted(old)), new=new)]


KINDS: dict[Part, tuple[str, type[Any] | None, str, Values, Values]] = {
    # the field of the key, the class, a new key, a new entry, and another value for each field of an entry
    Part.REFERENCES: (
        "handle",
        Reference,
        "NEW-9",
        {"authors": ["New, N."], "year": "2024", "title": "New"},
        {
            "authors": ["Other, O.", "et al."],
            "year": "1999",
            "title": "Other",
            "series": "Series",
            "publisher": "House",
            "url": "https://example.org/book",
            "waivers": DETAILS["waivers"],
        },
    ),
    Part.ACRONYMS: (
        "acronym",
        Acronym,
        "NEWS",
        {"definition": "North East West South", "keep": "true"},
        {"definition": "Other", "waivers": DETAILS["waivers"]},
    ),
    Part.FIGURES: (
        "name",
        None,
        "new-chart",
        {"kind": "gantt", "level": "3", "caption": "New, :milestone:`M-1`."},
        {"caption": "Another *caption*.", "waivers": DETAILS["waivers"]},
    ),
}


def entry_of(part: Part, key: str, entry: Values | str) -> Any:
    name, kind, *_ = KINDS[part]
    fields = {"definition": entry} if isinstance(entry, str) else entry
    kind = kind or (GanttFigure if fields["kind"] == "gantt" else DeploymentFigure)
    return kind.model_validate({name: key, **fields})


def add_entry(values: Values, draw: Draw) -> list[Change]:
    part = draw(st.sampled_from(list(KINDS)))
    _, _, key, entry, _ = KINDS[part]
    values[part][key] = entry
    index = sorted(values[part]).index(key)
    return [EntryAdded(part=part, key=key, index=index, entry=entry_of(part, key, entry))]


def remove_entry(values: Values, draw: Draw) -> list[Change]:
    part = draw(st.sampled_from(list(KINDS)))
    assume(values[part])
    key = draw(st.sampled_from(sorted(values[part])))
    index = sorted(values[part]).index(key)
    return [EntryRemoved(part=part, key=key, index=index, entry=entry_of(part, key, values[part].pop(key)))]


def change_entry(values: Values, draw: Draw) -> list[Change]:
    part = draw(st.sampled_from(list(KINDS)))
    assume(values[part])
    key = draw(st.sampled_from(sorted(values[part])))
    field = draw(st.sampled_from(sorted(KINDS[part][4])))
    index = sorted(values[part]).index(key)
    entry = values[part][key]
    if isinstance(entry, str):
        entry = {"definition": entry}
    old = getattr(entry_of(part, key, entry), field)
    values[part][key] = {**entry, field: KINDS[part][4][field]}
    new = getattr(entry_of(part, key, values[part][key]), field)
    return [EntryChanged(part=part, key=key, before=index, after=index, field=field, old=old, new=new)]


def change_figure(values: Values, draw: Draw) -> list[Change]:
    assume(values["figures"])
    key = draw(st.sampled_from(sorted(values["figures"])))
    index = sorted(values["figures"]).index(key)
    figure = values["figures"][key]
    if figure["kind"] == "gantt":
        field = draw(st.sampled_from(["selection", "context"]))
        changed: Values = {"level": ["9", "none"], "not": {"codes": "M-1", "due": ["..2024", "2025-Q1.."]}}
    else:
        field, changed = "facilities", {"facilities": [{"name": "Base", "number": "4"}]}
    old = getattr(entry_of(Part.FIGURES, key, figure), field)
    figure |= {"context": changed} if field == "context" else changed
    new = getattr(entry_of(Part.FIGURES, key, figure), field)
    return [
        EntryChanged(part=Part.FIGURES, key=key, before=index, after=index, field=field, old=old, new=new)
    ]


def key_in_record(entry: Values) -> str:
    return str(entry.get("version") or entry["date"])


def add_to_record(values: Values, draw: Draw) -> list[Change]:
    record = values["change_record"]
    assume(record)
    entry = {"date": record[-1]["date"], "owner": "N. New", "description": "New things."}
    entry |= draw(st.sampled_from([{}, {"version": "9.9", "issue": "X-9", "authorises": ["everything"]}]))
    index = draw(st.integers(0, len(record)))
    record.insert(index, entry)
    return [
        EntryAdded(
            part=Part.CHANGE_RECORD,
            key=key_in_record(entry),
            index=index,
            entry=ChangeRecordEntry.model_validate(entry),
        )
    ]


def remove_from_record(values: Values, draw: Draw) -> list[Change]:
    record = values["change_record"]
    assume(record)
    index = draw(st.integers(0, len(record) - 1))
    entry = record.pop(index)
    gone = ChangeRecordEntry.model_validate(entry)
    return [EntryRemoved(part=Part.CHANGE_RECORD, key=key_in_record(entry), index=index, entry=gone)]


RECORD: Values = {
    "owner": "O. Other",
    "description": "Other words, :milestone:`M-1`.",
    "issue": "X-8",
    "authorises": ["acronyms"],
    "waivers": DETAILS["waivers"],
}


def change_record(values: Values, draw: Draw) -> list[Change]:
    record = values["change_record"]
    assume(record)
    index, field = draw(st.integers(0, len(record) - 1)), draw(st.sampled_from(sorted(RECORD)))
    entry = record[index]
    old = getattr(ChangeRecordEntry.model_validate(entry), field)
    entry[field] = RECORD[field]
    new = getattr(ChangeRecordEntry.model_validate(entry), field)
    return [
        EntryChanged(
            part=Part.CHANGE_RECORD,
            key=key_in_record(entry),
            before=index,
            after=index,
            field=field,
            old=old,
            new=new,
        )
    ]


SCHEDULE: dict[str, Any] = {
    "clean_names": ["Draft"],
    "codes": "M-*",
    "deliveries": {"codes": ["N-*"], "not": {"level": "1"}},
    "columns": {"level": "user_field_1"},
    "links": "all",
    "threshold": "5",
    "folder": "../schedule",
}


def change_schedule(values: Values, draw: Draw) -> list[Change]:
    field = draw(st.sampled_from(sorted(SCHEDULE)))
    settings_before = values.get("schedule") or {}
    values["schedule"] = {**settings_before, field: SCHEDULE[field]}
    old, new = (
        getattr(ScheduleSettings.model_validate(each), field)
        for each in (settings_before, values["schedule"])
    )
    assume(old != new)
    return [MetadataChanged(field=field, old=old, new=new)]


def change_jira(values: Values, draw: Draw) -> list[Change]:
    before = {"server": None, "date": "due", "test_plan_days": 45} | (values.get("jira") or {})
    field, new = draw(
        st.sampled_from([("server", "https://jira.example.org"), ("date", "expected"), ("test_plan_days", 7)])
    )
    if before[field] == new:
        return []
    values["jira"] = {**(values.get("jira") or {}), field: str(new)}
    old = int(before[field]) if field == "test_plan_days" else before[field]
    return [MetadataChanged(field=field, old=old, new=new)]


def change_patterns(values: Values, draw: Draw) -> list[Change]:
    field = draw(st.sampled_from(sorted(Patterns.model_fields)))
    before = values.get("patterns") or {}
    if field in before:
        return []
    values["patterns"] = {**before, field: "A-*"}
    return [MetadataChanged(field=field, old=(), new=("A-*",))]


def shuffle(values: Values, draw: Draw) -> list[Change]:
    """Change the order of what is sorted when printed."""
    for part in ("milestones", "references", "acronyms", "figures"):
        items = list(values[part].items())
        values[part] = dict(draw(st.permutations(items)) if len(items) < 9 else reversed(items))
    for milestone in values["milestones"].values():
        for field in ("predecessors", "aka"):
            milestone[field] = list(reversed(milestone.get(field) or []))
    values["unexpanded"] = list(reversed(values.get("unexpanded") or []))
    return []


EDITS: list[Edit] = [
    add_milestone,
    remove_milestone,
    recode,
    rename,
    move_due,
    move_forecast,
    change_state,
    complete,
    reopen,
    move_completion,
    change_detail,
    add_predecessor,
    remove_predecessor,
    add_section,
    remove_section,
    move_section,
    change_section,
    change_text,
    change_abstract,
    change_about,
    change_unexpanded,
    change_schedule,
    change_jira,
    change_patterns,
    add_entry,
    remove_entry,
    change_entry,
    change_figure,
    add_to_record,
    remove_from_record,
    change_record,
    shuffle,
]


def check_laws(old: Document, new: Document) -> tuple[Change, ...]:
    """Check what must hold of every two documents; return the difference."""
    found = diff(old, new)
    assert apply(old, found) == normalised(new)
    assert Counter(diff(new, old)) == Counter(mirrored(found))
    assert Counter(mirrored(mirrored(found))) == Counter(found)
    return found


# --- The laws ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@settings(max_examples=5)
@given(data=st.data())
def test_an_edit_is_found_once_and_nothing_else(edit: Edit, data: st.DataObject) -> None:
    values = data.draw(documents())
    old = Document.parse(copy.deepcopy(values))
    expected = edit(values, data.draw)
    assert Counter(check_laws(old, Document.parse(values))) == Counter(expected)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@settings(max_examples=1)
@given(data=st.data())
def test_an_edit_of_the_real_document(edit: Edit, data: st.DataObject) -> None:
    values = real_values()
    old = load(REAL).document if edit is shuffle else Document.parse(real_values())
    expected = edit(values, data.draw)
    assert Counter(check_laws(old, Document.parse(values))) == Counter(expected)


@pytest.mark.slow
@settings(max_examples=25)
@given(data=st.data())
def test_many_edits_at_once(data: st.DataObject) -> None:
    values = data.draw(documents())
    old = Document.parse(copy.deepcopy(values))
    for edit in data.draw(st.lists(st.sampled_from(EDITS), min_size=2, max_size=8, unique=True)):
        edit(values, data.draw)
    check_laws(old, Document.parse(values))


@pytest.mark.slow
@settings(max_examples=25)
@given(old=documents(), new=documents())
def test_two_documents_that_share_little(old: Values, new: Values) -> None:
    check_laws(Document.parse(old), Document.parse(new))


@pytest.mark.slow
@settings(max_examples=40)
@given(data=st.data())
def test_sections_that_are_hard_to_tell_apart(data: st.DataObject) -> None:
    alike = documents(
        titles=("Scope", "Scope", "Scope", "Scopes", "Aim", "Aim"),
        texts=("", "", "", "One two three.", "One two three.", "One two four."),
    )
    old, new = (Document.parse(data.draw(alike)) for _ in range(2))
    check_laws(old, new)


@given(values=documents())
@settings(max_examples=8)
def test_a_document_does_not_differ_from_itself(values: Values) -> None:
    document = Document.parse(values)
    assert diff(document, document) == ()
    assert diff(document, normalised(document)) == ()


def test_every_field_of_the_format_is_edited() -> None:
    assert {
        *DETAILS,
        "code",
        "name",
        "due",
        "forecast",
        "completed",
        "predecessors",
        "state",
        "since",
        "reason",
    } == set(Milestone.model_fields)
    assert {"layout" if key == "class" else key for key in [*ABOUT, "abstract"]} == set(Metadata.model_fields)
    assert {"title", "label", "milestones", "text", "sections", "waivers"} == set(Section.model_fields)
    assert {*RECORD, "version", "date"} == set(ChangeRecordEntry.model_fields)
    assert {*KINDS[Part.REFERENCES][4], "handle"} == set(Reference.model_fields)
    assert {*KINDS[Part.ACRONYMS][4], "keep", "acronym"} == set(Acronym.model_fields)
    assert set(SCHEDULE) == set(ScheduleSettings.model_fields)
    assert {"server", "date", "test_plan_days"} == set(JiraSettings.model_fields)
    assert {"name", "kind", "facilities", *KINDS[Part.FIGURES][4]} == set(DeploymentFigure.model_fields)
    # The conditions are compared as one value.
    of_all = {"name", "kind", "context", *KINDS[Part.FIGURES][4]}
    assert {*of_all, *Selection.model_fields} == set(GanttFigure.model_fields)
    assert set(Document.model_fields) == {
        "format",
        "metadata",
        "sections",
        "milestones",
        "unexpanded",
        "schedule",
        "jira",
        "patterns",
        *(part.value for part in Part),
    }


# --- What the laws do not decide ----------------------------------------------------------------------------


def document(*sections: Values, record: list[Values] | None = None) -> Document:
    return Document.parse(
        support.document(
            change_record=record or [],
            sections=list(sections) or [{"title": "One"}],
            milestones={"M-1": {"name": "First", "level": "1", "due": "2025-06-30"}},
        )
    )


def kinds(old: Document, new: Document) -> list[str]:
    return [kind_of(change) for change in check_laws(old, new)]


def test_a_section_is_retitled_whatever_it_holds() -> None:
    holding = {"sections": [{"title": "Inner"}]}
    for rest in ({}, {"text": "Its text."}, holding, {"milestones": {"level": "1", "no_deliveries": "None"}}):
        assert kinds(
            document({"title": "Aim", **rest}, {"title": "Last"}),
            document({"title": "Outcome", **rest}, {"title": "Last"}),
        ) == ["section changed"]


def test_a_section_reworded_beside_a_new_one_is_the_same() -> None:
    old = document({"title": "How we build", "text": "We build all of it every night."})
    new = document(
        {"title": "Preface", "text": "Welcome."},
        {"title": "How we build it", "text": "We build all of it every single night."},
    )
    assert kinds(old, new) == ["section added", "section changed", "prose changed"]


def test_a_section_replaced_by_another_is_not_the_same() -> None:
    old = document({"title": "Aim", "text": "To fly."})
    new = document({"title": "Budget", "text": "There is none to speak of this year."})
    assert kinds(old, new) == ["section removed", "section added"]


def test_sections_that_change_places_with_what_holds_them() -> None:
    old = document({"title": "Outer", "sections": [{"title": "Inner", "text": "Words."}]})
    new = document({"title": "Inner", "text": "Words.", "sections": [{"title": "Outer"}]})
    assert kinds(old, new) == ["section moved", "section moved"]


def test_sections_below_one_that_is_gone_may_stay() -> None:
    old = document({"title": "Outer", "sections": [{"title": "A"}, {"title": "B"}]})
    new = document({"title": "A"}, {"title": "B"})
    assert kinds(old, new) == ["section removed", "section moved", "section moved"]


def test_entries_of_the_change_record_on_one_day() -> None:
    first, second = (
        {"date": "2024-01-01", "owner": "A. Author", "description": words} for words in ("One.", "Two.")
    )
    assert kinds(document(record=[first, second]), document(record=[second])) == ["entry removed"]
    assert kinds(document(record=[first, second]), document(record=[second, first])) == [
        "entry removed",
        "entry added",
    ]


def test_a_figure_of_another_kind_is_another_figure() -> None:
    values = real_values()
    name = next(name for name, figure in values["figures"].items() if figure["kind"] == "gantt")
    old = Document.parse(copy.deepcopy(values))
    values["figures"][name] = {"kind": "deployment", "caption": "Sites.", "facilities": [{"name": "F"}]}
    assert kinds(old, Document.parse(values)) == ["entry removed", "entry added"]


def test_two_milestones_that_exchange_their_codes_do_not_confuse() -> None:
    values = real_values()
    old = Document.parse(copy.deepcopy(values))
    milestones = values["milestones"]
    one, other = list(milestones)[:2]
    milestones[one], milestones[other] = milestones[other], milestones[one]
    check_laws(old, Document.parse(values))


def test_a_copy_of_a_document_has_its_own_index_of_milestones() -> None:
    of = document()
    assert of.milestone("M-1") is not None
    assert of.model_copy(update={"milestones": ()}).milestone("M-1") is None


def test_the_difference_of_the_real_document_takes_no_time() -> None:
    values = real_values()
    old = Document.parse(copy.deepcopy(values))
    for milestone in values["milestones"].values():
        milestone["due"] = str(parse(milestone["due"]) + timedelta(days=30))
    for _, section in sections_of(values["sections"]):
        section["text"] = (section.get("text") or "") + "\n\nMore words."
    new = Document.parse(values)
    before = time.process_time()
    found = diff(old, new)
    assert time.process_time() - before < 0.25
    assert len(found) >= len(values["milestones"])


def test_milestone_sections_of_another_level() -> None:
    old, new = (
        document({"title": "Aim", "milestones": {"level": level, "no_deliveries": "None."}}) for level in "12"
    )
    (change,) = check_laws(old, new)
    assert isinstance(change, SectionChanged)
    assert change.new == MilestoneSections(level=(2,), no_deliveries="None.")


def test_the_opposite_of_a_change_has_the_earlier_code_of_a_recoded_milestone() -> None:
    values = real_values()
    old = Document.parse(copy.deepcopy(values))
    code = next(iter(values["milestones"]))
    milestone = values["milestones"].pop(code)
    values["milestones"]["NEW-1"] = {**milestone, "name": "Other", "aka": [code]}
    for each in values["milestones"].values():
        each["predecessors"] = ["NEW-1" if p == code else p for p in each.get("predecessors") or []]
    found = check_laws(old, Document.parse(values))
    assert [(kind_of(change), getattr(change, "code", "")) for change in found] == [
        ("recoded", ""),
        ("renamed", "NEW-1"),
    ]
    assert [(kind_of(change), getattr(change, "code", "")) for change in mirrored(found)] == [
        ("recoded", ""),
        ("renamed", code),
    ]


def test_prose_is_compared_as_values() -> None:
    old = document({"title": "Aim", "text": "Two\nlines."})
    new = document({"title": "Aim", "text": "Two lines."})
    assert diff(old, new) == ()
    assert parse_line("*a*") != parse_line("a")


# --- Dates and states ---------------------------------------------------------------------------------------

DATES_AND_STATES = """
due: 2025-07-04 -> due: 2025-07-16
  due moved: M-1 is due 2025-07-16, 12 days later than before (2025-07-04).
due: 2025-Q3 -> due: 2025-Q1
  due moved: M-1 is due 2025-Q1, 2 quarters earlier than before (2025-Q3).
due: 2025-Q3 -> due: 2025-10-15
  due moved: M-1 is due 2025-10-15, 15 days later than before (2025-Q3).
due: 2025-Q3 -> due: 2025-08-01
  due made precise: M-1 is due 2025-08-01, more precisely than before (2025-Q3).
due: 2025-08-01 -> due: 2025
  due made less precise: M-1 is due 2025, less precisely than before (2025-08-01).
due: tbd -> due: 2025-Q3
  due set: M-1 is due 2025-Q3; before, it had no date yet.
due: 2025-Q3 -> due: tbd
  due withdrawn: The due date of M-1 is tbd now; it was 2025-Q3.
due: 2025 -> due: 2025, forecast: tbd
  forecast moved: M-1 has a forecast now: tbd.
due: 2025, forecast: 2026-Q1 -> due: 2025, forecast: 2026-Q2
  forecast moved: M-1 is forecast for 2026-Q2, 1 quarter later than before (2026-Q1).
due: 2025, forecast: 2026-Q1 -> due: 2025, forecast: 2026-02
  forecast made precise: M-1 is forecast for 2026-02, more precisely than before (2026-Q1).
due: 2025, forecast: 2026-Q1 -> due: 2025, forecast: tbd
  forecast withdrawn: The forecast of M-1 is tbd now; it was 2026-Q1.
due: 2025 -> due: 2025, state: cancelled
  cancelled: M-1 is cancelled.
due: 2025 -> due: 2025, state: deferred, since: 2024-02-01, reason: no money
  deferred: M-1 was deferred on 2024-02-01: “no money”.
due: 2025, state: deferred -> due: 2025, state: cancelled
  cancelled: M-1 is cancelled.
due: 2025, state: cancelled, since: 2024-02-01 -> due: 2025
  reinstated: M-1 is no longer cancelled.
due: 2025, state: deferred -> due: 2025, completed: 2025-01-02
  completed: M-1 was completed on 2025-01-02.
  reinstated: M-1 is no longer deferred.
due: 2025, state: deferred -> due: 2025, state: deferred, reason: no money
  detail changed: The reason of M-1 is new: “no money”.
due: 2025, state: deferred, since: 2024-02-01 -> due: 2025, state: deferred, since: 2024-02-02
  detail changed: The start of the state of M-1 changed from 2024-02-01 to 2024-02-02.
""".strip().splitlines()


def test_changes_of_dates_and_states() -> None:
    """The golden lines have both editions of a milestone, and below them the changes and their sentences."""
    actual = []
    for line in DATES_AND_STATES:
        if " -> " not in line:
            continue
        old, new = (
            Document.parse(
                support.document(
                    milestones={
                        "M-1": {
                            "name": "First",
                            "level": "1",
                            **dict(part.split(": ", 1) for part in edition.split(", ")),
                        }
                    }
                )
            )
            for edition in line.split(" -> ")
        )
        actual.append(line)
        actual += [f"  {kind_of(change)}: {sentence(change)}" for change in check_laws(old, new)]
    assert actual == DATES_AND_STATES
