"""What is printed differently is listed, marked and reached; what is not is listed apart. For each field.

The fields are those of the model: a new one without an edit here makes a test fail. What is printed is known
from the printed formats themselves, LaTeX, reStructuredText and drawings, without what nobody sees in them.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel
from tests.redline.test_edition import comparison
from tests.redline.test_what_is_marked import sentences, text_diff
from tests.support.documents import document

from milepost.charts import output
from milepost.diff import summary
from milepost.document.model import Document
from milepost.document.selection import Selection
from milepost.document.settings.schedule import ScheduleColumns
from milepost.history.snapshots import read_snapshot
from milepost.redline.edition import mark
from milepost.render import documents as printed
from milepost.render.diff_page import diff_page
from milepost.render.markdown import markdown
from milepost.render.pasted import pasted
from milepost.review.report import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.diff.comparison import Comparison
    from milepost.views.document import DocumentView
    from milepost.views.figures import Figure

Values = dict[str, Any]
Path = tuple[str | int, ...]

# --- The document, and what is edited in it -----------------------------------------------------------------

ABOUT = {
    "short_title": "Plan",
    "group": "Planners",
    "authors": ["A. Author", "B. Author"],
    "class_options": ["DM", "authoryear"],
    "curator": "C. Keeper",
    "dates_from": "Schedule of the month end {date}.",
    "source": "https://example.org/source",
    "edit_url": "https://example.org/edit",
    "site": "https://example.org/site/",
    "obsolete_mark": "Gone",
    "obsolete_notice": "No longer in force.",
    "control_notice": "Under control.",
    "control_footer": "This line is at the foot of every page and says who may change the document.",
    "abstract": "What is in it.",
}
WAIVER = {"rule": "MP204", "about": "D", "reason": "As published.", "authority": "X-7"}
ENCLAVES = [
    {"name": "Prompt", "number": "2", "components": ["Alerts", "Images"]},
    {"name": "Archive", "components": ["Tapes"]},
]
TEXT = """\
See :ref:`plan`, :cite:`R-1` and ABC, but not XYZ; :jira:`X-1` and :milestone:`A` [#n]_.

.. [#n] A note.

.. figure:: chart

.. figure:: sites

The end.
"""


def base(**about: Any) -> Values:
    return document(
        document={**ABOUT, **about},
        change_record=[
            {"version": "1.0", "date": "2023-01-01", "owner": "A. B.", "description": "First."},
            {
                "version": "1.1",
                "date": "2024-01-01",
                "owner": "A. B.",
                "description": "Second.",
                "issue": "X-2",
                "authorises": ["acronyms"],
            },
        ],
        sections=[
            {"title": "Introduction", "label": "intro", "text": TEXT},
            {
                "title": "Plan",
                "label": "plan",
                "text": "All of them.",
                "sections": [{"title": "Below", "text": "More [#m]_.\n\n.. [#m] Another."}],
                "milestones": {
                    "codes": ["A", "B", "E"],
                    "deliveries": {"codes": "D*"},
                    "no_deliveries": "None.",
                },
            },
        ],
        milestones={
            "A": {
                "name": "First light",
                "short_name": "Light",
                "level": "1",
                "wbs": "02C.01",
                "tags": ["x"],
                "due": "2024-03-01",
                "forecast": "2024-04-01",
                "aka": ["A0"],
                "test_spec": "T-1",
                "jira": "X-3",
                "jira_testplan": "X-4",
                "predecessors": ["D", "C"],
                "own": {"name": "Clearer."},
                "waivers": [WAIVER],
            },
            "B": {"name": "Second light", "level": "1", "due": "2023-06-01", "completed": "2023-06-03"},
            "C": {"name": "Of others", "level": "3", "due": "2023-05-01"},
            "D": {"name": "Delivered", "level": "2", "due": "2024-02-01", "predecessors": ["B"]},
            "E": {
                "name": "Put off",
                "level": "1",
                "due": "2024-05-01",
                "state": "deferred",
                "since": "2023-12-01",
                "reason": "No money.",
            },
            "N": {"name": "Nowhere", "short_name": "No", "level": "5", "due": "2024-06-01"},
        },
        figures={
            "chart": {
                "kind": "gantt",
                "caption": "The chart.",
                "level": ["1", "2"],
                "context": {"codes": "C"},
            },
            "sites": {
                "kind": "deployment",
                "caption": "The sites.",
                "facilities": [{"name": "Base", "number": "1", "enclaves": ENCLAVES}],
            },
            "spare": {"kind": "gantt", "caption": "Not placed.", "level": "1"},
        },
        references={
            code: {
                "authors": ["W. Riter"],
                "year": "2020",
                "title": f"Book {code}",
                "series": "S",
                "publisher": "P",
                "url": "https://example.org/book",
            }
            for code in ("R-1", "R-2")
        },
        acronyms={"ABC": "Alphabet", "KEPT": {"definition": "Kept", "keep": "true"}, "UNUSED": "Unused"},
        unexpanded=["XYZ"],
        schedule={"clean_names": ["Test: "]},
        patterns={"milestones": ["*"], "references": ["R-*", "D*"], "issues": "X-*"},
        jira={"server": "https://jira.example.org", "date": "expected"},
    )


GONE: Any = ...


def edited(values: Values, *steps: tuple[Path, Any]) -> Values:
    """Return a copy of `values` with others at some paths."""
    values = copy.deepcopy(values)
    for path, value in steps:
        place: Any = values
        for key in path[:-1]:
            place = place[key]
        if value is GONE:
            del place[path[-1]]
        elif isinstance(place, list) and path[-1] == len(place):
            place.append(value)
        else:
            place[path[-1]] = value
    return values


PLAN: Path = ("sections", 1, "milestones")
CONDITIONS: dict[str, tuple[Any, ...]] = {
    "codes": ("*", "A", ["A", "C", "D"]),
    "level": (["1", "2", "3"], "1", "2"),
    "wbs": ("02C",),
    "state": (["open", "overdue", "completed", "deferred"], "open"),
    "due": ("2000..2030", "2024.."),
    "completed": ("2023",),
    "forecast": ("2024",),
    "tags": ("x",),
    "excluded": ({"codes": "A"}, {"codes": "N"}, {"state": "deferred"}),
}
"""Values of each condition; some select the same as before."""
SELECTIONS: dict[str, Path] = {
    "MilestoneSections": PLAN,
    "deliveries": (*PLAN, "deliveries"),
    "GanttFigure": ("figures", "chart"),
    "context": ("figures", "chart", "context"),
    "not placed": ("figures", "spare"),
}


def _of_conditions() -> Iterator[tuple[str, Path, Any]]:
    for place, path in SELECTIONS.items():
        for field, values in CONDITIONS.items():
            key = "not" if field == "excluded" else field
            for value in values:
                yield f"{place}.{field}", (*path, key), value


def renamed(part: str, old: str, new: str) -> tuple[tuple[Path, Any], ...]:
    """Return the steps that give an entry another key."""
    values = base()[part][old]
    return ((part, old), GONE), ((part, new), values)


M = "milestones"
EDITS: dict[str, list[Any]] = {
    "Document.metadata": [],  # its fields
    "Document.format": [],  # there is one
    "Document.change_record": [
        (("change_record", 1), GONE),
        (
            ("change_record", 2),
            {"version": "1.2", "date": "2024-01-02", "owner": "O", "description": "Third."},
        ),
    ],
    "Document.sections": [
        (("sections", 2), {"title": "Annex", "text": "Annexed."}),
        (("sections", 0, "title"), "Introducing"),
    ],
    "Document.milestones": [
        ((M, "N"), GONE),
        ((M, "D2"), {"name": "New one", "level": "2", "due": "2024-02-02"}),
        ((M, "N2"), {"name": "New one", "level": "6", "due": "2024-02-02"}),
    ],
    "Document.figures": [(("figures", "spare"), GONE)],
    "Document.references": [
        (("references", "R-2"), GONE),
        (("references", "R-0"), {"authors": ["A. A."], "year": "2001", "title": "Before"}),
    ],
    "Document.acronyms": [
        (("acronyms", "UNUSED"), GONE),
        (("acronyms", "ABC"), GONE),
        (("acronyms", "XY"), "Not used"),
    ],
    "Document.unexpanded": [(("unexpanded",), ["XYZ", "ABC XYZ"]), (("unexpanded",), ["XYZ", "UVW"])],
    "ChangeRecordEntry.version": [
        (("change_record", 1, "version"), "1.2"),
        (("change_record", 1, "version"), GONE),
    ],
    "ChangeRecordEntry.date": [(("change_record", 1, "date"), "2024-01-05")],
    "ChangeRecordEntry.owner": [(("change_record", 1, "owner"), "C. D.")],
    "ChangeRecordEntry.description": [(("change_record", 1, "description"), "Second one, with ABC.")],
    "ChangeRecordEntry.issue": [(("change_record", 1, "issue"), "X-9")],
    "ChangeRecordEntry.authorises": [(("change_record", 1, "authorises"), ["everything"])],
    "Section.title": [(("sections", 1, "title"), "The plan")],
    "Section.label": [(("sections", 0, "label"), "start"), (("sections", 0, "label"), GONE)],
    "Section.text": [
        (("sections", 1, "text"), "All of these."),
        (("sections", 0, "text"), TEXT.replace("ABC", "abc")),
        (("sections", 0, "text"), TEXT.replace("[#n]", "[#other]")),
        (("sections", 0, "text"), TEXT.replace(" [#n]_", "").replace(".. [#n] A note.\n\n", "")),
        (("sections", 0, "text"), TEXT.replace("not XYZ", "not *XYZ*")),
        (("sections", 0, "text"), TEXT.replace(".. figure:: sites\n\n", "")),
        (("sections", 0, "text"), TEXT.replace(".. figure:: chart\n\n", "") + "\n.. figure:: chart\n"),
        (("sections", 0, "text"), TEXT + "\n.. figure:: spare\n"),
        ((("sections", 0, "text"), TEXT.replace("`plan`", "`scheme`")), (("sections", 1, "label"), "scheme")),
    ],
    "Section.sections": [
        (("sections", 1, "sections", 1), {"title": "Deep", "text": "Deeper."}),
        (("sections", 1, "sections"), GONE),
    ],
    "Section.milestones": [
        (PLAN, GONE),
        (("sections", 0, "milestones"), {"codes": "N", "no_deliveries": "No."}),
    ],
    "MilestoneSections.deliveries": [((*PLAN, "deliveries"), GONE), ((*PLAN, "deliveries"), {"level": "2"})],
    "MilestoneSections.no_deliveries": [
        ((*PLAN, "no_deliveries"), "Nothing."),
        (((*PLAN, "codes"), "A"), ((*PLAN, "no_deliveries"), "None.")),
    ],
    "Milestone.code": [renamed(M, "N", "N9"), (*renamed(M, "E", "E9"), ((*PLAN, "codes"), ["A", "B", "E9"]))],
    "Milestone.name": [((M, each, "name"), "Another name") for each in "ABCN"],
    "Milestone.short_name": [((M, each, "short_name"), "Other") for each in "ABN"]
    + [((M, "A", "short_name"), GONE)],
    "Milestone.level": [
        ((M, "A", "level"), "3"),
        ((M, "D", "level"), "3"),
        ((M, "N", "level"), "1"),
        ((M, "N", "level"), "6"),
    ],
    "Milestone.wbs": [((M, "A", "wbs"), "02C.02")],
    "Milestone.tags": [((M, "A", "tags"), ["y"])],
    "Milestone.due": [((M, each, "due"), "2024-07-01") for each in "ABCDN"] + [((M, "A", "due"), "tbd")],
    "Milestone.forecast": [
        ((M, "A", "forecast"), "2024-04-02"),
        ((M, "A", "forecast"), GONE),
        ((M, "B", "forecast"), "2024-04-02"),
        ((M, "N", "forecast"), "2024-08-01"),
    ],
    "Milestone.completed": [
        ((M, "B", "completed"), "2023-06-04"),
        ((M, "B", "completed"), GONE),
        ((M, "C", "completed"), "2023-06-04"),
        ((M, "N", "completed"), "2023-06-04"),
    ],
    "Milestone.state": [
        ((M, "E", "state"), "cancelled"),
        ((M, "N", "state"), "cancelled"),
        ((M, "C", "state"), "cancelled"),
    ],
    "Milestone.since": [((M, "E", "since"), "2023-11-01"), ((M, "E", "since"), GONE)],
    "Milestone.reason": [((M, "E", "reason"), "No time."), ((M, "E", "reason"), GONE)],
    "Milestone.aka": [((M, "A", "aka"), ["A0", "A1"])],
    "Milestone.test_spec": [((M, "A", "test_spec"), "T-2")],
    "Milestone.jira": [((M, "A", "jira"), "X-33")],
    "Milestone.jira_testplan": [((M, "A", "jira_testplan"), "X-44")],
    "Milestone.predecessors": [
        ((M, "A", "predecessors"), ["D"]),
        ((M, "A", "predecessors"), ["C"]),
        ((M, "B", "predecessors"), ["C"]),
        ((M, "N", "predecessors"), ["A"]),
    ],
    "Milestone.own": [((M, "A", "own"), GONE), ((M, "B", "own"), {"due": "Agreed."})],
    **{
        f"Own.{key}": [((M, "A", "own"), {"name": "Clearer.", key: "Agreed."})]
        for key in ("level", "wbs", "due", "forecast", "completed", "predecessors")
    },
    "Own.name": [((M, "A", "own", "name"), "Shorter.")],
    **{
        f"{model}.waivers": [((*path, "waivers"), [WAIVER])]
        for model, path in {
            "Metadata": ("document",),
            "ChangeRecordEntry": ("change_record", 1),
            "Section": ("sections", 1),
            "GanttFigure": ("figures", "chart"),
            "DeploymentFigure": ("figures", "sites"),
            "Reference": ("references", "R-1"),
        }.items()
    },
    "Acronym.waivers": [(("acronyms", "ABC"), {"definition": "Alphabet", "waivers": [WAIVER]})],
    "Milestone.waivers": [((M, "B", "waivers"), [WAIVER]), ((M, "A", "waivers"), GONE)],
    "Waiver.rule": [((M, "A", "waivers", 0, "rule"), "MP205")],
    "Waiver.about": [((M, "A", "waivers", 0, "about"), ["B"])],
    "Waiver.reason": [((M, "A", "waivers", 0, "reason"), "It was agreed.")],
    "Waiver.authority": [((M, "A", "waivers", 0, "authority"), "X-8")],
    "Waiver.until": [((M, "A", "waivers", 0, "until"), "2024-03-01")],
    "Document.schedule": [(("schedule",), GONE)],
    "ScheduleSettings.clean_names": [(("schedule", "clean_names"), ["Test: ", "Report: "])],
    "Document.patterns": [(("patterns",), GONE)],
    "Patterns.milestones": [(("patterns", "milestones"), ["A*"])],
    "Patterns.references": [(("patterns", "references"), "B*")],
    "Patterns.issues": [(("patterns", "issues"), ["C*"])],
    "Document.jira": [(("jira",), GONE)],
    "JiraSettings.server": [(("jira", "server"), "https://other.example.org")],
    "JiraSettings.date": [(("jira", "date"), "due")],
    "JiraSettings.test_plan_days": [(("jira", "test_plan_days"), "30")],
    "ScheduleSettings.codes": [(("schedule", "codes"), "A"), (("schedule", "codes"), {"level": "1"})],
    "ScheduleSettings.deliveries": [(("schedule", "deliveries"), ["D", "E"])],
    "ScheduleSettings.columns": [(("schedule", "columns"), {"level": "user_field_1"})],
    **{
        f"ScheduleColumns.{key}": [(("schedule", "columns"), {key: "user_field_1"})]
        for key in ScheduleColumns.model_fields
    },
    "ScheduleSettings.links": [(("schedule", "links"), "all"), (("schedule", "links"), ["deliveries"])],
    "ScheduleSettings.threshold": [(("schedule", "threshold"), "5")],
    "ScheduleSettings.folder": [(("schedule", "folder"), "../schedule")],
    "Reference.handle": [renamed("references", "R-2", "R-3")],
    "Reference.authors": [(("references", "R-2", "authors"), ["W. Riter", "Z. Z."])],
    "Reference.year": [(("references", "R-2", "year"), "2021"), (("references", "R-2", "year"), "2019")],
    "Reference.title": [(("references", "R-2", "title"), "Another book on ABC")],
    "Reference.series": [(("references", "R-2", "series"), "T"), (("references", "R-2", "series"), GONE)],
    "Reference.publisher": [
        (("references", "R-2", "publisher"), "Q"),
        (("references", "R-2", "publisher"), GONE),
    ],
    "Reference.url": [
        (("references", "R-2", "url"), "https://example.org/other"),
        (("references", "R-2", "url"), GONE),
    ],
    "Acronym.acronym": [renamed("acronyms", "UNUSED", "UNUSABLE")],
    "Acronym.definition": [(("acronyms", "ABC"), "Letters"), (("acronyms", "UNUSED"), "Never")],
    "Acronym.keep": [
        (("acronyms", "KEPT", "keep"), "false"),
        (("acronyms", "ABC"), {"definition": "Alphabet", "keep": "true"}),
    ],
    "DeploymentFigure.name": [
        (
            *renamed("figures", "sites", "places"),
            (("sections", 0, "text"), TEXT.replace(":: sites", ":: places")),
        ),
    ],
    "DeploymentFigure.kind": [
        (("figures", "sites"), {"kind": "gantt", "caption": "The sites.", "codes": "A"})
    ],
    "DeploymentFigure.caption": [(("figures", "sites", "caption"), "All sites.")],
    "DeploymentFigure.facilities": [
        (("figures", "sites", "facilities", 1), {"name": "Summit", "enclaves": [{"name": "Camera"}]}),
    ],
    "FacilityData.name": [(("figures", "sites", "facilities", 0, "name"), "Base camp")],
    "FacilityData.number": [
        (("figures", "sites", "facilities", 0, "number"), "3"),
        (("figures", "sites", "facilities", 0, "number"), GONE),
    ],
    "FacilityData.enclaves": [
        (("figures", "sites", "facilities", 0, "enclaves"), ENCLAVES[::-1]),
        (("figures", "sites", "facilities", 0, "enclaves"), ENCLAVES[:1]),
    ],
    "EnclaveData.name": [(("figures", "sites", "facilities", 0, "enclaves", 0, "name"), "Quick")],
    "EnclaveData.number": [(("figures", "sites", "facilities", 0, "enclaves", 0, "number"), "7")],
    "EnclaveData.components": [
        (("figures", "sites", "facilities", 0, "enclaves", 0, "components"), each)
        for each in (["Alerts"], ["Images", "Alerts"], ["Alerts", "Pictures"], ["Alerts", "Images", "More"])
    ],
    "GanttFigure.name": [
        (
            *renamed("figures", "chart", "bars"),
            (("sections", 0, "text"), TEXT.replace(":: chart", ":: bars")),
        ),
        renamed("figures", "spare", "other"),
    ],
    "GanttFigure.kind": [
        (
            ("figures", "chart"),
            {"kind": "deployment", "caption": "The chart.", "facilities": [{"name": "Base"}]},
        ),
    ],
    "GanttFigure.caption": [
        (("figures", "chart", "caption"), "All of ABC."),
        (("figures", "spare", "caption"), "?"),
    ],
    "GanttFigure.context": [
        (("figures", "chart", "context"), GONE),
        (("figures", "spare", "context"), {"codes": "C"}),
    ],
}
METADATA: dict[str, list[Any]] = {
    "handle": ["DOC-2"],
    "title": ["Plan of the other office"],
    "short_title": ["The plan", GONE],
    "organisation": ["Bureau"],
    "group": ["Others", GONE],
    "authors": [["A. Author"], ["B. Author", "A. Author"]],
    "language": ["de"],
    "status": ["approved", "obsolete"],
    "layout": ["lsstdoc"],
    "paper": ["a4"],
    "class_options": [["authoryear", "DM"], ["OPS"], GONE],
    "curator": ["D. Keeper", GONE],
    "data_date": ["2024-02-15"],
    "dates_from": ["Schedule of {month}.", GONE],
    "source": ["https://example.org/sources", GONE],
    "edit_url": ["https://example.org/edits"],
    "site": ["https://example.org/sites/"],
    "issue_url": ["https://example.org/issues/{key}"],
    "draft_mark": ["Not yet"],
    "obsolete_mark": ["Old"],
    "obsolete_notice": ["Forget it."],
    "control_notice": ["Not under control.", GONE],
    "control_footer": [f"{ABOUT['control_footer'][:-1]} and when.", GONE],
    "abstract": ["What was in it.", GONE],
}
TREND: Path = ("figures", "trend")
STATES = tuple(
    read_snapshot(text.encode(), f"history/{name}").snapshot
    for name, text in {
        "2022-12-31.csv": "# milestones: some\ncode,due,completed\nA0,2023-12-01,\nB,2023-05-01,\nD,tbd,\n",
        "2023-06-30.csv": "# milestones: some\ncode,due,forecast,completed\n"
        "A0,2024-02-01,2024-02,\nB,2023-06-01,,2023-06-03\nD,2024-01-15,,\nE,2024-05-01,2024-06-01,\n",
    }.items()
)
"""What was known of the milestones of the trend chart before."""
OF_TREND: dict[str, list[Any]] = {
    "TrendFigure.name": [
        (
            ((*TREND,), GONE),
            (("figures", "lines"), {"kind": "trend", "caption": "The trend.", "codes": "[ABDE]"}),
            (("sections", 2, "text"), ".. figure:: lines"),
        )
    ],
    "TrendFigure.kind": [(TREND, {"kind": "gantt", "caption": "The trend.", "codes": "[ABDE]"})],
    "TrendFigure.caption": [((*TREND, "caption"), "The trend of ABC.")],
    "TrendFigure.date": [((*TREND, "date"), "forecast"), ((*TREND, "date"), "due")],
    "TrendFigure.direction": [((*TREND, "direction"), "down"), ((*TREND, "direction"), "up")],
    "TrendFigure.since": [((*TREND, "since"), each) for each in ("2023-01-01", "2022-12-31")],
    "TrendFigure.labels": [((*TREND, "labels"), {"codes": each}) for each in ("A", "*")],
    "TrendFigure.waivers": [((*TREND, "waivers"), [WAIVER])],
    "TrendFigure.baseline": [((*TREND, "baseline"), "true"), ((*TREND, "baseline"), "false")],
}
"""Edits of a document with a trend chart: those of the chart, then some of what it shows."""
SHOWN_BY_TREND: dict[str, list[Any]] = {
    "selection": [((*TREND, "codes"), each) for each in ("A", ["A", "B", "D", "E"], "*")],
    "not": [((*TREND, "not"), {"state": "deferred"})],
    "due": [((M, each, "due"), "2024-07-01") for each in "ABDN"] + [((M, "D", "due"), "tbd")],
    "forecast": [((M, "A", "forecast"), "2024-09-01")],
    "completed": [((M, "B", "completed"), "2023-06-05"), ((M, "A", "completed"), "2024-01-02")],
    "state": [((M, "E", "state"), "cancelled"), ((M, "E", "since"), "2023-12-02")],
    "name": [((M, each, "name"), "Another name") for each in "ADN"],
    "short_name": [((M, "A", "short_name"), "Other")],
    "aka": [((M, "A", "aka"), GONE), ((M, "A", "aka"), ["A1", "A0"]), ((M, "D", "aka"), ["D0"])],
    "code": [(*renamed(M, "D", "D9"), ((M, "A", "predecessors"), ["D9", "C"]))],
    "milestones": [((M, "E"), GONE)],
    "data_date": [(("document", "data_date"), "2024-02-15"), (("document", "data_date"), "2023-12-15")],
    "level": [((M, "D", "level"), "3")],
    "own": [((M, "A", "own"), {"name": "Clearest."})],
}


def with_trend(**about: Any) -> Values:
    """Return the document with a trend chart instead of the others."""
    values = base(**about)
    values["figures"] = {"trend": {"kind": "trend", "caption": "The trend.", "codes": "[ABDE]"}}
    values["sections"][0]["text"] = "See ABC."
    values["sections"].append({"title": "Trend", "text": ".. figure:: trend"})
    return values


KINDS: dict[str, Values] = {
    "draft": {},
    "approved": {"status": "approved"},
    "obsolete": {"status": "obsolete"},
    "lsstdoc": {"class": "lsstdoc"},
}


def _cases() -> Iterator[tuple[str, Values, Values]]:
    """Yield the name of each edit, and the document before and after it."""
    for field, edits in (OF_TREND | SHOWN_BY_TREND).items():
        for number, edit in enumerate(edits):
            steps = edit if isinstance(edit[0][0], tuple) else (edit,)
            yield f"trend {field}-{number}", with_trend(), edited(with_trend(), *steps)
    for field, edits in EDITS.items():
        for number, edit in enumerate(edits):
            steps = edit if isinstance(edit[0][0], tuple) else (edit,)
            yield f"{field}-{number}", base(), edited(base(), *steps)
    for name, path, value in _of_conditions():
        yield f"{name}={json.dumps(value)}", base(), edited(base(), (path, value))
    for kind, about in KINDS.items():
        for field, values in METADATA.items():
            key = Document.model_fields["metadata"].annotation.model_fields[field].alias or field  # type: ignore[union-attr]
            for value in values:
                before = base(**about)
                if before["document"].get(key) == value or (value == "a4" and kind == "lsstdoc"):
                    continue
                yield f"{kind}.{field}={value}", before, edited(before, (("document", key), value))


# --- The fields of the model --------------------------------------------------------------------------------


def _classes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _classes(inner)


def fields_of_the_format() -> set[str]:
    """Return each field of the model, by the class that defines it."""
    found: set[str] = set()
    waiting: list[type[BaseModel]] = [Document]
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            owner = next(
                each for each in reversed(model.__mro__) if name in getattr(each, "model_fields", {})
            )
            found.add(f"{owner.__name__}.{name}")
            waiting += _classes(field.annotation)
    return found


def test_each_field_of_the_format_has_an_edit() -> None:
    conditions = {f"{'Selection' if name == 'excluded' else 'Conditions'}.{name}" for name in CONDITIONS}
    metadata = {f"Metadata.{name}" for name in METADATA}

    assert fields_of_the_format() == {*EDITS, *OF_TREND, *conditions, *metadata}
    assert set(CONDITIONS) == set(Selection.model_fields)


# --- What is printed ----------------------------------------------------------------------------------------

_UNSEEN = [
    r"(?m)^\s*%.*$",
    r"\\anchor\{[^}]*\}",
    r"\\hyperlink\{[^}]*\}",
    r"pdflang=\{[^}]*\}",
    r"\\drawing\{[^}]*\}\{[^}]*\}",
    r"\\firstpart\{[^}]*\}",
    r"\\furtherparts\{\\\w+\}\{[^}]*\}\{[^}]*\}",
    r"\\documentclass\[[^]]*\]",
    r"\\(?:href|weblink)\{[^}]*(?:/X-\d+|582D\d+)\}",
]
"""What nobody sees in the LaTeX: places, links, addresses of issues, names of files, the language."""
_UNSEEN_IN_RST = [r"(?m)^\.\. .*$", r"<[^>]*>", r"(?m)^ +:.*$"]


def seen(view: DocumentView) -> tuple[Any, ...]:
    """Return everything that readers see of a document."""
    latex, rst = printed.latex(view), printed.rst(view)
    options = sorted(re.findall(r"\w+", (re.search(r"\\documentclass\[([^]]*)\]", latex) or [""])[0]))
    for pattern in _UNSEEN:
        latex = re.sub(pattern, "", latex)
    for pattern in _UNSEEN_IN_RST:
        rst = re.sub(pattern, "", rst)
    drawings = [
        drawn(figure.drawing) for figure in sorted(view.figures.values(), key=lambda each: each.number)
    ]
    return options, latex, rst, drawings


def drawn(figure: Figure) -> str:
    return _svg(replace(figure, name="figure", title="", description=""))


@lru_cache(maxsize=50)
def _svg(figure: Figure) -> str:
    return output.svg(figure)


# --- The law ------------------------------------------------------------------------------------------------


def page(found: Comparison) -> str:
    """Return the HTML page, without drawings, style and script."""
    marked = mark(found)
    text = diff_page(marked.merged, marked.listing, *marked.names, {}, marked.headline, report=report(found))
    return re.sub(r"(?s)<(style|script).*?</\1>", "", text)


def outputs(found: Comparison) -> dict[str, str]:
    """Return every text that lists the changes, and the page."""
    review = report(found)
    return {
        "JSON": summary.as_json(found, {}),
        "Markdown": markdown(summary.view(found)),
        "text": pasted(review, None, "txt"),
        "page": page(found),
    }


def marks(found: Comparison) -> int:
    """Return how many marks there are in the LaTeX of both editions in one, besides its list of changes."""
    marked = mark(found)
    latex = printed.diff_latex(marked.merged, [], *marked.names, "")
    body = latex[latex.index("% --- Marks of changes ---") :]
    body = body[body.index("\\hypersetup") if "\\hypersetup" in body else 0 :]
    return len(
        re.findall(r"\\(?:inserted|deleted|changed|movenote|remarked)\{(?!underlined|struck)", body)
    ) + sum(figure.drawing.redrawn for figure in marked.merged.figures.values())


@cache
def without_marks(layout: str) -> int:
    """Return how many marks the LaTeX has where nothing differs: those that it explains."""
    values = base(**{"class": layout})
    return marks(comparison(values, values))


CASES = {name: (old, new) for name, old, new in _cases()}


_FAST = ("status", "draft_mark", "obsolete_mark", "obsolete_notice", "control_notice", "control_footer")


def _is_slow(name: str) -> bool:
    """Return whether an edit is a variant of another one."""
    kind, _, field = name.partition(".")
    if kind in {"approved", "obsolete"}:
        return field.partition("=")[0] not in _FAST
    return kind in {"not placed", "context", "deliveries"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if _is_slow(name) else []) for name in CASES]
)
def test_what_is_printed_differently_is_listed_marked_and_reached_and_nothing_else(name: str) -> None:
    old, new = CASES[name]
    found = comparison(old, new, states=STATES)
    differs = seen(found.old.view) != seen(found.new.view)
    listed = [each for each in found.explained if each.is_printed]
    apart = [each for each in found.explained if not each.is_printed]

    assert bool(listed) == differs, sentences(found)
    texts = outputs(found)
    stops = re.findall(r'class="(change [^"]*)"', texts["page"])
    assert bool(stops) == differs, stops
    assert bool(text_diff(found)) == differs, text_diff(found)
    assert (marks(found) > without_marks(found.new.view.layout)) == differs
    assert ("no differences" in found.headline) == (not differs)
    values = json.loads(summary.as_json(found, {}))
    assert [each["printed"] for each in values["changes"]] == [each.is_printed for each in found.explained]
    assert values["counts"]["not_printed"] == len(apart)
    assert bool(apart) == any(part.heading == "Not printed" for part in summary.view(found).parts)
    for output_of in texts.values():
        assert bool(apart) == ("not printed" in output_of.casefold().replace("not_printed", ""))
