"""The milestones for programs: JSON, CSV and calendar, read by other parsers.

`tests/golden/hostile.*` are the expected files of a document with hostile texts. After an intended change,
write them again with

    MILEPOST_UPDATE_GOLDEN=1 python -m pytest tests/web/test_exports.py tests/web/test_site_files.py

and check them with `git diff`.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

import icalendar
import jsonschema
import pytest
from hypothesis import given
from tests.support.documents import document
from tests.support.printed import DOCUMENTS
from tests.support.published import (
    ANY_TEXT,
    HOSTILE,
    MINIMAL,
    PRINTED,
    REAL,
    ROOT,
    Published,
    golden,
    published,
    published_values,
    real_values,
)

from milepost.web.exports.calendar import milestones_ics
from milepost.web.exports.data import milestones_csv, milestones_json

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads((ROOT / "docs/reference/milestones-schema.json").read_text("utf-8"))
STAMP = datetime(2030, 2, 1, 12, 30, tzinfo=UTC)


def json_of(source: Published) -> str:
    return milestones_json(source.milestones, source.view, source.view.site)


def ics_of(source: Published) -> bytes:
    return milestones_ics(source.milestones, source.view.site, STAMP)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def events(data: bytes) -> dict[str, Any]:
    """Return the events of a calendar by the codes in their summaries."""
    calendar: Any = icalendar.Calendar.from_ical(data)
    return {str(event["SUMMARY"]).partition(":")[0]: event for event in calendar.walk("VEVENT")}


def property_of(data: bytes, name: str) -> str:
    """Return the text of a property of the calendar itself, unfolded and unescaped (RFC 5545, 3.1, 3.3.11).

    icalendar does not know the types of those that came after the RFC.
    """
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    (text,) = (line.removeprefix(f"{name}:") for line in lines if line.startswith(f"{name}:"))
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def validate(values: Any) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(values)


# --- A hostile document ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hostile.json", lambda: json_of(published(HOSTILE)).encode()),
        ("hostile.csv", lambda: milestones_csv(published(HOSTILE).milestones).encode()),
        ("hostile.ics", lambda: ics_of(published(HOSTILE))),
    ],
)
def test_golden_files(name: str, content: Callable[[], bytes]) -> None:
    actual = content()
    assert actual == golden(name, actual)


def test_no_cell_is_a_formula_and_each_gives_its_text_back() -> None:
    rows = {row["code"]: row for row in table(milestones_csv(published(HOSTILE).milestones))}
    assert rows["A-1"]["name"] == '\'=HYPERLINK("https://evil.example/","\\N\\n, ; : click")'
    assert rows["A-1"]["test_spec"] == "'@SUM(1+1)*cmd|' /C calc'!A0"
    assert rows["B-1"]["name"] == '\'-2+3, "quoted" & </script>'
    assert rows["B-1"]["label"] == "'+1"
    assert rows["B-2"]["name"] == "''Already' with an apostrophe"
    assert rows["B-2"]["days"] == "-3"  # a number


@pytest.mark.parametrize("first", "=+-@\t\r\n＝＋－＠'")
def test_what_begins_a_formula_is_guarded(first: str) -> None:
    source = published(HOSTILE)
    entry = replace(source.milestones.entries[0], name=f"{first}1")
    (row,) = table(milestones_csv(replace(source.milestones, entries=(entry,))))
    assert row["name"] == f"'{first}1"


def test_the_table_has_the_form_of_rfc_4180() -> None:
    text = milestones_csv(published(HOSTILE).milestones)
    header, *lines, end = text.split("\r\n")
    assert header == (
        "code,name,label,level,due,forecast,completed,expected,state,days,slip,"
        "predecessors,successors,sections,test_spec,issues,aka,page,due_by,expected_by,since,reason,wbs,tags"
    )
    assert len(lines) == 4
    assert end == ""
    assert "\n" not in text.replace("\r\n", "")
    assert milestones_csv(replace(published(HOSTILE).milestones, entries=())) == f"{header}\r\n"


def test_what_a_calendar_says_of_hostile_texts() -> None:
    event = events(ics_of(published(HOSTILE)))
    assert set(event) == {"A-1", "B-1", "C-1"}
    assert str(event["A-1"]["SUMMARY"]) == ('A-1: =HYPERLINK("https://evil.example/","\\N\\n, ; : click")')
    title = 'The DAQ of </title></script><!-- & "DP0.2": {50 % \\N; 1,2] SQuaRE'
    assert str(event["A-1"]["DESCRIPTION"]).split("\n") == [
        f"Milestone of level 1 in X_1+b, {title}.",
        "Due 2030-03-01.",
        "Forecast 2030-04-01, 31 days late.",
        "All dates as of 2030-01-31, the data date.",
    ]
    assert str(event["B-1"]["DESCRIPTION"]).split("\n")[1:] == [
        "Due 2029-12-01.",
        "Forecast 2030-01-15.",
        "Overdue: 61 days late on 2030-01-31, the data date.",
    ]
    assert event["B-1"]["CATEGORIES"].cats == ["Overdue"]
    assert "CATEGORIES" not in event["A-1"]
    assert str(event["A-1"]["URL"]) == "https://docs.example.org/a&b/%C3%BC/milestones/a-1.html"


# --- The real document, against its YAML -------------------------------------------------------------------


def days_between(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


def test_json_says_what_the_yaml_says() -> None:
    source = real_values()
    written = source["milestones"]
    data_date = source["document"]["data_date"]
    values = json.loads(json_of(published(REAL)))
    validate(values)
    assert values["document"] == {
        "handle": "LDM-564",
        "title": source["document"]["title"],
        "version": "1.6",
        "status": "draft",
        "revision": {"date": "2024-12-01", "commit": "0123abcd-dirty"},
        "data_date": data_date,
        "dates_from": None,
        "url": "https://ldm-564.lsst.io/",
    }
    order = sorted(written, key=lambda code: (written[code]["due"], code))
    assert [milestone["code"] for milestone in values["milestones"]] == order
    for milestone in values["milestones"]:
        code, facts = milestone["code"], written[milestone["code"]]
        assert {key: milestone[key] for key in ("name", "due", "forecast", "completed", "test_spec")} == {
            key: facts.get(key) for key in ("name", "due", "forecast", "completed", "test_spec")
        }
        assert milestone["label"] == facts.get("short_name", facts["name"])
        assert milestone["level"] == int(facts["level"])
        assert (milestone["wbs"], milestone["tags"]) == (facts.get("wbs"), [])
        assert milestone["aka"] == facts.get("aka", [])
        assert sorted(milestone["predecessors"]) == sorted(facts.get("predecessors", []))
        assert milestone["successors"] == [
            other for other in order if code in written[other].get("predecessors", [])
        ]
        expected = facts.get("completed") or facts.get("forecast") or facts["due"]
        overdue = "completed" not in facts and expected < data_date
        state = "completed" if "completed" in facts else "overdue" if overdue else "open"
        days = days_between(facts["due"], data_date if overdue else expected)
        assert (milestone["expected"], milestone["state"]) == (expected, state)
        assert (milestone["days"], milestone["late"]) == (days, days > 0)
        assert [(issue["what"], issue["key"], issue["url"]) for issue in milestone["issues"]] == [
            (what, facts[key], f"https://rubinobs.atlassian.net/browse/{facts[key]}")
            for what, key in (("Milestone", "jira"), ("Test plan", "jira_testplan"))
            if key in facts
        ]
        delivered_in = (
            [code]
            if code.startswith("LDM-")
            else [other for other in milestone["successors"] if other.startswith("LDM-")]
        )
        assert [place["anchor"] for place in milestone["sections"]] == [
            f"milestone-{other.lower()}" for other in delivered_in
        ]
        assert milestone["url"] == f"https://ldm-564.lsst.io/{milestone['page']}"
        assert milestone["page"] == f"milestones/{code.lower()}.html"


def test_table_says_what_the_json_says() -> None:
    rows = table(milestones_csv(published(REAL).milestones))
    milestones = json.loads(json_of(published(REAL)))["milestones"]
    assert len(rows) == len(milestones)
    for row, milestone in zip(rows, milestones, strict=True):
        assert row == {
            **{key: "" if (value := milestone[key]) is None else str(value) for key in row},
            **{key: " ".join(milestone[key]) for key in ("predecessors", "successors", "aka", "tags")},
            "sections": " ".join(place["anchor"] for place in milestone["sections"]),
            "issues": " ".join(issue["key"] for issue in milestone["issues"]),
        }


def test_calendar_says_what_the_yaml_says() -> None:
    source = real_values()
    data = ics_of(published(REAL))
    assert property_of(data, "X-WR-CALNAME") == f"LDM-564: {source['document']['title']}"
    still_open = {code: facts for code, facts in source["milestones"].items() if "completed" not in facts}
    found = events(data)
    assert set(found) == set(still_open)
    for code, event in found.items():
        facts = still_open[code]
        assert event["DTSTART"].dt == date.fromisoformat(facts["due"])
        assert str(event["SUMMARY"]) == f"{code}: {facts['name']}"
        assert str(event["URL"]) == f"https://ldm-564.lsst.io/milestones/{code.lower()}.html"
        overdue = facts.get("forecast", facts["due"]) < source["document"]["data_date"]
        assert ("CATEGORIES" in event) == overdue
    assert len({str(event["UID"]) for event in found.values()}) == len(found)


def test_a_milestone_without_a_level_with_a_place_and_tags() -> None:
    milestone = {"name": "First", "due": "2030-03-01", "wbs": "02C.04", "tags": ["big", "red"]}
    source = published_values(document(milestones={"M-1": milestone}))

    values = json.loads(json_of(source))
    jsonschema.Draft202012Validator(SCHEMA).validate(values)
    (entry,) = values["milestones"]
    assert (entry["level"], entry["wbs"], entry["tags"]) == (None, "02C.04", ["big", "red"])
    (row,) = table(milestones_csv(source.milestones))
    assert (row["level"], row["wbs"], row["tags"]) == ("", "02C.04", "big red")
    assert str(events(ics_of(source))["M-1"]["DESCRIPTION"]).startswith("Milestone in ")


# --- The JSON and its schema -------------------------------------------------------------------------------


def test_the_schema_is_one_and_describes_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    values = json.loads(json_of(published(HOSTILE)))
    validate(values)

    def described(value: Any, schema: dict[str, Any]) -> None:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if isinstance(value, dict):
            assert set(value) == set(schema["properties"]) == set(schema["required"])
            for key, inner in value.items():
                described(inner, schema["properties"][key])
        for item in value if isinstance(value, list) else []:
            described(item, schema["items"])

    described(values, SCHEMA)


def test_the_schema_takes_a_document_with_nothing_in_it() -> None:
    minimal = published(MINIMAL)
    values = json.loads(milestones_json(minimal.milestones, minimal.view, None))
    validate(values)
    assert (values["milestones"], values["document"]["url"]) == ([], None)


_REFUSED: list[tuple[tuple[str | int, ...], Any]] = [
    (("schema",), 1),
    (("schema",), None),
    (("document", "status"), "final"),
    (("document", "data_date"), None),
    (("document", "data_date"), "31.1.2030"),
    (("document", "revision", "date"), "2030-1-1"),
    (("milestones",), {}),
    (("milestones", 0, "code"), ""),
    (("milestones", 0, "level"), 0),
    (("milestones", 0, "level"), "1"),
    (("milestones", 0, "due"), None),
    (("milestones", 0, "due"), "2030-Q5"),
    (("milestones", 0, "due_by"), "2030-Q4"),
    (("milestones", 0, "expected"), "TBD"),
    (("milestones", 0, "completed"), ""),
    (("milestones", 0, "state"), "late"),
    (("milestones", 0, "days"), "3"),
    (("milestones", 0, "days"), 1.5),
    (("milestones", 0, "late"), "true"),
    (("milestones", 0, "predecessors"), "B-1 B-2"),
    (("milestones", 0, "aka"), ["OLD-1", "OLD-1"]),
    (("milestones", 0, "page"), "/milestones/b-1.html"),
    (("milestones", 0, "anchor"), "B-1"),
]


@pytest.mark.parametrize(("path", "wrong"), _REFUSED)
def test_the_schema_refuses_what_is_wrong(path: tuple[str | int, ...], wrong: Any) -> None:
    values = json.loads(json_of(published(HOSTILE)))
    changed: Any = copy.deepcopy(values)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    with pytest.raises(jsonschema.ValidationError) as refusal:
        validate(changed)
    assert list(refusal.value.absolute_path)[: len(path)] == list(path)


@pytest.mark.parametrize("key", SCHEMA["$defs"]["milestone"]["properties"])
def test_the_schema_misses_what_is_not_there(key: str) -> None:
    values = json.loads(json_of(published(HOSTILE)))
    del values["milestones"][0][key]
    with pytest.raises(jsonschema.ValidationError, match=f"'{key}' is a required property"):
        validate(values)


def test_without_an_address_there_are_no_addresses() -> None:
    source = published(HOSTILE)
    values = json.loads(milestones_json(source.milestones, source.view, None))
    validate(values)
    assert values["document"]["url"] is None
    assert {milestone["url"] for milestone in values["milestones"]} == {None}
    assert {milestone["page"] for milestone in values["milestones"]} == {
        "milestones/a-1.html",
        "milestones/b-1.html",
        "milestones/b-2.html",
        "milestones/c-1.html",
    }
    without = events(milestones_ics(source.milestones, None, STAMP))
    assert all("URL" not in event for event in without.values())


# --- The calendar ------------------------------------------------------------------------------------------


def test_identifiers_depend_on_handle_and_code_alone() -> None:
    milestone = {"name": "First", "level": "1", "due": "2024-03-01"}
    other = {"name": "Second", "level": "2", "due": "2024-05-01", "completed": "2024-01-02"}

    def uid(code: str, **parts: Any) -> str:
        return str(events(ics_of(published_values(document(**parts))))[code]["UID"])

    first = uid("M-1", milestones={"M-1": milestone})
    assert UUID(first).version == 5
    renamed = milestone | {"name": "Otherwise", "level": "3", "due": "2025-01-01", "forecast": "2026-01-01"}
    assert uid("M-1", milestones={"M-0": other, "M-1": renamed}, document={"title": "Another"}) == first
    assert uid("M-2", milestones={"M-2": milestone}) != first
    assert uid("M-1", milestones={"M-1": milestone}, document={"handle": "DOC-2"}) != first


def test_the_time_of_the_revision_is_told_in_utc() -> None:
    source = published(HOSTILE)
    elsewhere = STAMP.astimezone(timezone(timedelta(hours=-7)))
    data = milestones_ics(source.milestones, None, elsewhere)
    assert data == milestones_ics(source.milestones, None, STAMP)
    assert {event["DTSTAMP"].dt for event in events(data).values()} == {STAMP}
    assert b"DTSTAMP:20300201T123000Z\r\n" in data
    with pytest.raises(ValueError, match="the time of the revision has no time zone"):
        milestones_ics(source.milestones, None, STAMP.replace(tzinfo=None))


def test_events_last_for_a_day_and_leave_people_free() -> None:
    for event in events(ics_of(published(HOSTILE))).values():
        assert type(event["DTSTART"].dt) is date
        assert event["DTEND"].dt == event["DTSTART"].dt + timedelta(days=1)  # which is no part of it
        assert str(event["TRANSP"]) == "TRANSPARENT"


@pytest.mark.parametrize("forecast", [False, True])
def test_a_calendar_says_how_often_to_look_again_and_when_it_changed(*, forecast: bool) -> None:
    """By the date of the revision, never by the clock."""
    source = published(REAL)
    here = STAMP.astimezone(timezone(timedelta(hours=-3)))
    data = milestones_ics(source.milestones, source.view.site, here, forecast=forecast)
    assert data == milestones_ics(source.milestones, source.view.site, STAMP, forecast=forecast)
    assert b"\r\nMETHOD:PUBLISH\r\n" in data
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:P1D\r\n" in data
    assert b"\r\nX-PUBLISHED-TTL:P1D\r\n" in data
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    calendar: Any = icalendar.Calendar.from_ical(data)
    for each in (calendar, *calendar.walk("VEVENT")):
        assert each["LAST-MODIFIED"].dt == STAMP
        assert each.errors == []
    assert {event["DTSTAMP"].dt for event in calendar.walk("VEVENT")} == {STAMP}


def test_forecasts_are_a_calendar_of_their_own() -> None:
    """On the dates that are expected; beside the other one, its events are others."""
    data = milestones_ics(PLAN.milestones, None, STAMP, forecast=True)
    assert property_of(data, "X-WR-CALNAME").endswith(" (forecasts)")
    found, due = events(data), events(ics_of(PLAN))
    expected = {
        entry.code: entry.expected_date
        for entry in PLAN.milestones.entries
        if entry.completed is None and entry.expected_date is not None and entry.expected_date.known
    }
    assert set(found) == set(expected)
    assert {code: event["DTSTART"].dt for code, event in found.items()} == {
        code: date.first for code, date in expected.items()
    }
    assert found["DAY-1"]["DTSTART"].dt == date(2025, 7, 16)
    assert found["QUARTER-1"]["DTEND"].dt == date(2026, 1, 1)
    assert not {str(event["UID"]) for event in found.values()} & {str(each["UID"]) for each in due.values()}


def test_the_last_day_of_the_calendar_has_no_end() -> None:
    source = published_values(
        document(milestones={"M-1": {"name": "Last", "level": "1", "due": "9999-12-31"}})
    )
    (event,) = events(ics_of(source)).values()
    assert "DTEND" not in event


def test_a_calendar_without_events_is_a_calendar_still() -> None:
    minimal = published(MINIMAL)
    calendar: Any = icalendar.Calendar.from_ical(milestones_ics(minimal.milestones, None, STAMP))
    assert calendar.walk("VEVENT") == []
    assert [component.name for component in calendar.subcomponents] == [
        "VTIMEZONE"
    ]  # RFC 5545, 3.6: one at least


# --- Any text ----------------------------------------------------------------------------------------------


@given(ANY_TEXT)
def test_json_and_table_give_any_text_back(text: str) -> None:
    source = published(HOSTILE)
    entries = tuple(replace(entry, name=text, test_spec=text) for entry in source.milestones.entries)
    milestones = replace(source.milestones, entries=entries)
    values = json.loads(milestones_json(milestones, replace(source.view, title=text), None))
    validate(values)
    assert values["document"]["title"] == text
    rows = table(milestones_csv(milestones))
    assert [row["code"] for row in rows] == [entry.code for entry in entries]
    for row, milestone in zip(rows, values["milestones"], strict=True):
        assert milestone["name"] == milestone["test_spec"] == text
        assert row["name"] == row["test_spec"]
        assert row["name"][:1] not in tuple("=+-@\t\r\n")
        assert row["name"].removeprefix("'") == text


@given(PRINTED)
def test_the_calendar_gives_any_text_back(text: str) -> None:
    source = published(HOSTILE)
    entries = tuple(replace(entry, name=text) for entry in source.milestones.entries)
    data = milestones_ics(replace(source.milestones, title=text, entries=entries), None, STAMP)
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75  # octets; RFC 5545, 3.1
    for line in lines:
        assert b"\n" not in line
        line.decode()  # no character is cut in two
    calendar: Any = icalendar.Calendar.from_ical(data)
    assert property_of(data, "NAME") == property_of(data, "X-WR-CALNAME") == f"X_1+b: {text}"
    found = calendar.walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in found] == [
        f"{entry.code}: {text}" for entry in entries if entry.completed is None
    ]
    for event in found:
        assert str(event["DESCRIPTION"]).split("\n")[0].endswith(f" in X_1+b, {text}.")


# --- All kinds of dates and states --------------------------------------------------------------------------

PLAN = published(DOCUMENTS["plan"])

EVENTS = """
OFF-1      2025-03-01 2025-03-02  CANCELLED  Cancelled
OFF-2      2025-04-01 2025-04-02  TENTATIVE  Deferred
MONTH-1    2025-05-01 2025-06-01  -          Overdue
SUB-2      2025-06-15 2025-06-16  CANCELLED  Cancelled
MONTH-2    2025-06-01 2025-07-01  -          -
SUB-1      2025-06-01 2025-07-01  -          -
DAY-1      2025-07-04 2025-07-05  -          -
QUARTER-1  2025-07-01 2025-10-01  -          -
OFF-3      2025-10-01 2026-01-01  TENTATIVE  Deferred
YEAR-1     2026-01-01 2027-01-01  -          -
""".strip()
"""Milestones without a date have no event, and those that are due in a month last until it is over."""


def test_the_calendar_invents_no_days() -> None:
    lines = []
    for code, event in events(ics_of(PLAN)).items():
        days = [str(event[key].dt) for key in ("DTSTART", "DTEND") if key in event]
        categories = event["CATEGORIES"].to_ical().decode() if "CATEGORIES" in event else "-"
        lines.append(f"{code:<9}  {' '.join(days):<21}  {event.get('STATUS', '-'):<9}  {categories}")
    assert "\n".join(lines) == EVENTS


def test_the_description_of_an_event_says_what_has_become_of_it() -> None:
    words = {code: str(event["DESCRIPTION"]).split("\n")[1:] for code, event in events(ics_of(PLAN)).items()}
    end = "All dates as of 2025-06-30, the data date."
    assert {code: words[code] for code in ("DAY-1", "QUARTER-1", "MONTH-1", "OFF-1", "OFF-2")} == {
        "DAY-1": ["Due 2025-07-04.", "Forecast 2025-07-16, 12 days late.", end],
        "QUARTER-1": ["Due 2025-Q3.", "Forecast 2025-Q4, 1 quarter late.", end],
        "MONTH-1": ["Due 2025-05.", "Overdue: 30 days late on 2025-06-30, the data date."],
        "OFF-1": ["Due 2025-03-01.", "Now cancelled 2025-01-15: DAY-1 covers it & more.", end],
        "OFF-2": ["Due 2025-04-01.", "Forecast 2026-Q1.", "Now deferred 2025-03-15.", end],
    }


def test_json_and_table_have_dates_as_they_are_written() -> None:
    values = json.loads(json_of(PLAN))
    validate(values)
    facts = {each["code"]: each for each in values["milestones"]}
    keys = (
        "due",
        "due_by",
        "forecast",
        "expected",
        "expected_by",
        "state",
        "since",
        "reason",
        "days",
        "late",
    )
    chosen = ("QUARTER-1", "LATER-1", "SUB-1", "OFF-1", "OFF-3")
    assert {code: tuple(facts[code][key] for key in keys) for code in chosen} == {
        "QUARTER-1": (
            "2025-Q3",
            "2025-09-30",
            "2025-Q4",
            "2025-Q4",
            "2025-12-31",
            "open",
            None,
            None,
            1,
            True,
        ),
        "LATER-1": ("tbd", None, None, "tbd", None, "open", None, None, 0, False),
        "SUB-1": ("2025-06", "2025-06-30", "tbd", "tbd", None, "open", None, None, 0, False),
        "OFF-1": (
            *("2025-03-01", "2025-03-01", None, None, None),
            *("cancelled", "2025-01-15", "DAY-1 covers it & more", 0, False),
        ),
        "OFF-3": ("2025-Q4", "2025-12-31", None, "tbd", None, "deferred", None, None, 0, False),
    }
    rows = {row["code"]: row for row in table(milestones_csv(PLAN.milestones))}
    for code, row in rows.items():
        for key in ("due", "due_by", "forecast", "expected", "expected_by", "state", "since", "reason"):
            assert row[key] == (facts[code][key] or "")
