"""The real document: `milestones.yaml` says what the published document says.

The tables were taken from the text of the published document, not from the file under test.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pytest

from milepost.base.errors import Place
from milepost.cli.checking.check import checked
from milepost.document import acronyms
from milepost.findings.pages import waivers_page
from milepost.loading.load import Loaded, load
from milepost.prose.values import (
    Citation,
    CrossReference,
    FigurePlace,
    Footnote,
    Issue,
    Line,
    Link,
    MilestoneMention,
    Paragraph,
    Text,
)
from milepost.rulebook.book import rule_of
from milepost.views.chart import GanttChart
from milepost.views.document import RevisionLine
from milepost.views.resolve import resolve

SOURCE = Path(__file__).parents[2] / "milestones.yaml"

# Sections 3.1 to 3.40: code, due, completed, deliveries in the order in which they are printed.
SECTIONS = """\
LDM-503-01 2017-11-30 2018-05-30 DM-SUIT-3 DM-SUIT-2 DM-SQRE-1 DM-DAX-1 DM-SUIT-1 DM-SUIT-4
LDM-503-03 2017-11-30 2017-12-01 DM-AP-1 DM-AP-2 DM-AP-3 DM-AP-4 DM-AP-5 DM-DAX-6
LDM-503-02 2019-02-28 2017-12-01 DM-DRP-1 DM-NCSA-1 DM-NCSA-2 DM-AP-1 DM-DRP-2 DM-NCSA-3
LDM-503-04 2019-02-28 2018-06-29 DM-NCSA-4
LDM-503-04b 2019-02-28 2018-06-29 DM-NCSA-27 DM-NCSA-6 DM-NCSA-5 DM-NCSA-7
LDM-503-07 2019-02-28 2019-01-17 DM-DRP-4
LDM-503-10a 2019-07-29 2019-12-31 DM-DAX-2
LDM-503-08b 2019-11-08 2019-07-15
LDM-503-06 2020-05-27 2020-06-30 DM-NCSA-10 DM-NCSA-11
LDM-503-05 2020-05-29 2018-07-17 DM-NCSA-9 DM-AP-18
LDM-503-09a 2020-05-29 2019-04-12 DM-AP-2 DM-AP-3 DM-DRP-16 DM-DRP-32 DM-AP-7 DM-DRP-3 DM-DRP-38 DM-DRP-5 DM-DRP-7 DM-AP-9 DM-DRP-17 DM-AP-6
LDM-503-10b 2020-05-29 2020-04-22
LDM-503-08 2020-11-30 2019-12-31 DM-DRP-6 DM-NET-2 DM-NET-3 DM-NET-6 DM-NCSA-13 DM-NCSA-14 DM-NCSA-15
LDM-503-10 2020-11-30 2020-06-22
LDM-503-11a 2020-11-30 2020-12-31 DM-NCSA-16 DM-SUIT-10 DM-NCSA-20 DM-NCSA-22
LDM-503-09 2020-12-01 2019-10-07 DM-DAX-2 DM-SQRE-2 DM-DAX-5 DM-SUIT-5 DM-NCSA-16
LDM-503-11b 2020-12-01 2020-11-30 DM-DRP-14 DM-DRP-18 DM-DRP-9 DM-DRP-19 DM-AP-8 DM-DRP-15
LDM-503-14a 2020-12-01 2021-09-30
LDM-503-11 2021-01-04 2021-09-30 DM-NCSA-16 DM-NET-4
LDM-503-13a 2021-08-31 2021-07-31 DM-AP-11 DM-DRP-22 DM-DRP-30 DM-DRP-34 DM-AP-13 DM-DRP-26 DM-DRP-28
LDM-GEN3 2021-09-30 2022-05-31 DM-DAX-13
LDM-503-15a 2022-05-05 2022-02-28 DM-AP-12 DM-DRP-27
LDM-503-RSPa 2022-09-30 2023-01-31
LDM-503-EFDa 2023-06-16 2021-09-30
LDM-503-EFDb 2023-06-16 2024-03-01
LDM-503-18q 2024-01-11 -
LDM-503-NET 2024-04-15 -
LDM-503-13 2024-04-30 2023-02-28 DM-STAFF
LDM-503-16a 2024-05-01 2023-08-31
LDM-503-15 2024-07-23 2023-08-31
LDM-503-12 2024-09-09 2024-11-30 DM-SQRE-3
LDM-503-12a 2025-05-29 -
LDM-503-14 2025-05-29 - DM-SQRE-4
LDM-503-16 2025-05-29 -
LDM-503-19a 2025-05-29 -
LDM-503-EFDc 2025-05-29 -
LDM-503-17 2025-07-04 -
LDM-503-RSPb 2025-07-04 -
LDM-503-17a 2025-09-11 - DM-DAX-9
LDM-503-19 2025-09-11 -
"""  # noqa: E501 -- one milestone a line

# Items of the sections: code, due, completed.
ITEMS = """\
DM-AP-1 2017-08-31 2017-11-01
DM-AP-11 2019-11-27 2019-10-01
DM-AP-12 2021-08-31 2023-05-31
DM-AP-13 2021-08-31 2021-10-29
DM-AP-18 2020-05-29 2020-05-29
DM-AP-2 2017-08-31 2017-11-01
DM-AP-3 2017-08-31 2017-11-01
DM-AP-4 2017-08-31 2017-11-01
DM-AP-5 2017-08-31 2017-11-01
DM-AP-6 2020-05-29 2018-07-31
DM-AP-7 2018-06-29 2018-06-29
DM-AP-8 2019-01-04 2019-01-17
DM-AP-9 2018-07-20 2018-11-29
DM-DAX-1 2017-11-30 2017-11-01
DM-DAX-13 2021-05-31 2022-05-31
DM-DAX-2 2017-07-31 2019-11-29
DM-DAX-5 2019-02-28 2019-02-28
DM-DAX-6 2017-11-30 2017-11-01
DM-DAX-9 2025-05-29 -
DM-DRP-1 2017-05-31 2017-11-01
DM-DRP-14 2017-11-30 2017-12-01
DM-DRP-15 2020-11-30 2018-11-30
DM-DRP-16 2018-01-31 2018-05-31
DM-DRP-17 2018-07-20 2018-11-29
DM-DRP-18 2017-11-30 2017-12-01
DM-DRP-19 2018-11-29 2018-12-13
DM-DRP-2 2019-02-28 2017-11-01
DM-DRP-22 2020-06-01 2021-03-31
DM-DRP-26 2021-08-31 2021-02-01
DM-DRP-27 2021-08-31 -
DM-DRP-28 2021-08-31 2021-04-14
DM-DRP-3 2018-06-29 2017-11-01
DM-DRP-30 2020-11-30 2021-02-01
DM-DRP-32 2018-03-30 2018-10-31
DM-DRP-34 2020-11-30 2021-05-24
DM-DRP-38 2018-06-29 2018-06-29
DM-DRP-4 2017-05-31 2017-12-01
DM-DRP-5 2018-06-29 2018-06-29
DM-DRP-6 2017-08-31 2018-01-31
DM-DRP-7 2018-07-12 2018-07-05
DM-DRP-9 2018-10-15 2019-03-25
DM-NCSA-1 2017-05-31 2017-11-01
DM-NCSA-10 2018-09-25 2019-05-31
DM-NCSA-11 2019-07-29 2020-06-30
DM-NCSA-13 2019-05-14 2019-05-31
DM-NCSA-14 2020-06-22 2021-11-17
DM-NCSA-15 2020-11-30 2020-05-29
DM-NCSA-16 2019-03-29 2019-06-13
DM-NCSA-2 2017-05-31 2017-11-01
DM-NCSA-20 2019-09-06 2020-06-30
DM-NCSA-22 2020-11-30 2020-08-31
DM-NCSA-27 2017-12-29 2017-12-01
DM-NCSA-3 2019-02-28 2017-11-01
DM-NCSA-4 2019-02-28 2018-06-29
DM-NCSA-5 2018-03-30 2018-05-31
DM-NCSA-6 2018-03-05 2018-10-31
DM-NCSA-7 2018-03-30 2018-06-29
DM-NCSA-9 2018-08-31 2019-05-31
DM-NET-2 2018-03-27 2018-04-02
DM-NET-3 2018-09-28 2018-03-05
DM-NET-4 2019-07-15 2020-01-31
DM-NET-6 2018-09-28 2018-04-02
DM-SQRE-1 2017-08-31 2017-11-01
DM-SQRE-2 2018-11-30 2019-11-29
DM-SQRE-3 2020-02-27 2020-01-30
DM-SQRE-4 2023-02-28 2024-10-11
DM-STAFF 2019-11-27 2019-11-29
DM-SUIT-1 2017-11-30 2017-11-30
DM-SUIT-10 2019-05-31 2020-06-30
DM-SUIT-2 2017-07-31 2017-11-30
DM-SUIT-3 2016-09-30 2017-11-30
DM-SUIT-4 2017-11-30 2017-11-30
DM-SUIT-5 2019-02-28 2022-06-30
"""

# The chart: predecessor, successor, as of February 2024.
LINKS = """\
LDM-503-01 LDM-503-07
LDM-503-02 LDM-503-07
LDM-503-03 LDM-503-05
LDM-503-04 LDM-503-04b
LDM-503-04 LDM-503-10
LDM-503-04b LDM-503-08
LDM-503-05 LDM-503-09
LDM-503-06 LDM-503-10
LDM-503-06 LDM-503-11a
LDM-503-07 LDM-503-09
LDM-503-08 LDM-503-10
LDM-503-08 LDM-503-11
LDM-503-08b LDM-503-09
LDM-503-09 LDM-503-11
LDM-503-09a LDM-503-09
LDM-503-09a LDM-503-11
LDM-503-10 LDM-503-11
LDM-503-10a LDM-503-10b
LDM-503-11 LDM-503-12
LDM-503-11a LDM-503-12
LDM-503-11b LDM-503-13a
LDM-503-12 LDM-503-14
LDM-503-12a LDM-503-EFDc
LDM-503-13 LDM-503-14
LDM-503-13 LDM-503-15
LDM-503-13a LDM-503-13
LDM-503-13a LDM-503-14
LDM-503-13a LDM-503-15a
LDM-503-14a LDM-503-12a
LDM-503-15 LDM-503-16
LDM-503-15a LDM-503-17a
LDM-503-16 LDM-503-17
LDM-503-16a LDM-503-17a
LDM-503-17a LDM-503-19
LDM-503-19a LDM-503-14
LDM-503-EFDa LDM-503-12a
LDM-503-EFDa LDM-503-EFDb
LDM-503-EFDc LDM-503-17a
LDM-503-NET LDM-503-14
LDM-503-RSPa LDM-503-17a
LDM-503-RSPa LDM-503-RSPb
LDM-503-RSPb LDM-503-17a
"""

# What items wait for; kept in the YAML and not printed.
LINKS_OF_ITEMS = """\
DM-AP-11 DM-AP-12
DM-AP-11 DM-DRP-28
DM-AP-18 DM-AP-6
DM-AP-2 DM-AP-11
DM-AP-3 DM-AP-13
DM-AP-9 DM-DRP-17
DM-DAX-1 DM-SUIT-1
DM-DAX-2 DM-SUIT-2
DM-DAX-2 DM-SUIT-5
DM-DAX-5 DM-DRP-2
DM-DAX-5 DM-NCSA-3
DM-DAX-5 DM-SUIT-5
DM-DAX-6 DM-NCSA-9
DM-DRP-1 DM-NCSA-1
DM-DRP-1 DM-NCSA-16
DM-DRP-27 DM-DRP-26
DM-DRP-28 DM-DRP-27
DM-DRP-4 DM-AP-7
DM-NCSA-1 DM-NCSA-2
DM-NCSA-2 DM-SUIT-5
DM-NCSA-3 DM-DRP-2
DM-NCSA-3 DM-NCSA-4
DM-NCSA-3 DM-SUIT-5
DM-NCSA-9 DM-AP-6
DM-SQRE-1 DM-SQRE-2
DM-SQRE-2 DM-SQRE-3
DM-SQRE-3 DM-SQRE-4
LDM-503-02 DM-NCSA-4
"""

# Codes, level and place in the work breakdown structure, as of February 2024; the first that fits holds.
LEVELS = """\
LDM-503-18q 4 02C.00
LDM-503-19 4 02C.00
LDM-503-NET 4 02C.00
LDM-* 2 02C.00
DM-AP-* 3 02C.03
DM-DAX-* 3 02C.06
DM-DRP-* 3 02C.04
DM-NCSA-* 3 02C.07
DM-NET-2 1 02C.08.01
DM-NET-6 3 02C.08.00
DM-NET-* 2 02C.08.03
DM-SQRE-* 3 02C.10.02
DM-STAFF 2 02C.00
DM-SUIT-* 3 02C.05
"""

# The table of acronyms; of these the document keeps four that occur in codes only, or no longer.
ACRONYMS = (
    "AP CCOB DAQ DAX DIA DM DMTN DP0 DRP EFD ETL FITS HSC IPAC IRSA ISR IVOA L1 L2 L3 LAN LDF LDM LSST M1"
    " M1M3 M3 NCSA NET OCS PDAC PMCS PSF QA RFC SQuaRE SSO SUIT TAP USDF WAN WISE"
)
KEPT = "AP DMTN LDM NET"

# The text at the place of each warning, and the message.
WARNINGS = """\
DM-NCSA-6
    LDM-503-04b was completed 2018-06-29, before its predecessor DM-NCSA-6 (2018-10-31) (correct one of the two days, or remove DM-NCSA-6 from this list)
DM-NCSA-9
    LDM-503-05 was completed 2018-07-17, before its predecessor DM-NCSA-9 (2019-05-31) (correct one of the two days, or remove DM-NCSA-9 from this list)
DM-AP-18
    LDM-503-05 was completed 2018-07-17, before its predecessor DM-AP-18 (2020-05-29) (correct one of the two days, or remove DM-AP-18 from this list)
DM-NCSA-14
    LDM-503-08 was completed 2019-12-31, before its predecessor DM-NCSA-14 (2021-11-17) (correct one of the two days, or remove DM-NCSA-14 from this list)
DM-NCSA-15
    LDM-503-08 was completed 2019-12-31, before its predecessor DM-NCSA-15 (2020-05-29) (correct one of the two days, or remove DM-NCSA-15 from this list)
LDM-503-06
    LDM-503-10 was completed 2020-06-22, before its predecessor LDM-503-06 (2020-06-30) (correct one of the two days, or remove LDM-503-06 from this list)
DM-DAX-2
    LDM-503-09 was completed 2019-10-07, before its predecessor DM-DAX-2 (2019-11-29) (correct one of the two days, or remove DM-DAX-2 from this list)
DM-SQRE-2
    LDM-503-09 was completed 2019-10-07, before its predecessor DM-SQRE-2 (2019-11-29) (correct one of the two days, or remove DM-SQRE-2 from this list)
DM-SUIT-5
    LDM-503-09 was completed 2019-10-07, before its predecessor DM-SUIT-5 (2022-06-30) (correct one of the two days, or remove DM-SUIT-5 from this list)
DM-AP-13
    LDM-503-13a was completed 2021-07-31, before its predecessor DM-AP-13 (2021-10-29) (correct one of the two days, or remove DM-AP-13 from this list)
DM-AP-12
    LDM-503-15a was completed 2022-02-28, before its predecessor DM-AP-12 (2023-05-31) (correct one of the two days, or remove DM-AP-12 from this list)
DM-DRP-27
    LDM-503-15a is completed but its predecessor DM-DRP-27 is not (enter the completion of DM-DRP-27, or remove it from this list)
due: 2024-01-11
    LDM-503-18q was due 2024-01-11, before the data date, and is not completed (enter its completion or a forecast)
due: 2024-04-15
    LDM-503-NET was due 2024-04-15, before the data date, and is not completed (enter its completion or a forecast)
DM-AP-18
    DM-AP-6 was completed 2018-07-31, before its predecessor DM-AP-18 (2020-05-29) (correct one of the two days, or remove DM-AP-18 from this list)
DM-NCSA-9
    DM-AP-6 was completed 2018-07-31, before its predecessor DM-NCSA-9 (2019-05-31) (correct one of the two days, or remove DM-NCSA-9 from this list)
DM-DAX-5
    DM-DRP-2 was completed 2017-11-01, before its predecessor DM-DAX-5 (2019-02-28) (correct one of the two days, or remove DM-DAX-5 from this list)
DM-DRP-27
    DM-DRP-26 is completed but its predecessor DM-DRP-27 is not (enter the completion of DM-DRP-27, or remove it from this list)
due: 2021-08-31
    DM-DRP-27 was due 2021-08-31, before the data date, and is not completed (enter its completion or a forecast)
DM-DAX-5
    DM-NCSA-3 was completed 2017-11-01, before its predecessor DM-DAX-5 (2019-02-28) (correct one of the two days, or remove DM-DAX-5 from this list)
in
    DM-NCSA-4 has a name that looks cut off: it is 120 characters long and ends with 'in' (write the whole name)
image,
    DM-NCSA-5 has a name that looks cut off: it ends with ',' (write the whole name)
sto
    DM-NCSA-14 has a name that looks cut off: it is 120 characters long and ends with 'sto' (write the whole name)
DM-DAX-2
    DM-SUIT-2 was completed 2017-11-30, before its predecessor DM-DAX-2 (2019-11-29) (correct one of the two days, or remove DM-DAX-2 from this list)
Swinbank, J.
    one person is spelt 'Swinbank, J.' here, and 'J.D. Swinbank' elsewhere (write the name in one way)
ISR:
    ISR has two definitions: 'Instrument Signal Removal' and 'instrument signature removal' (keep one of them)
"""  # noqa: E501 -- as printed


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(SOURCE, shown_as="milestones.yaml")


def day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.splitlines()]


def test_milestones_with_sections_in_order(loaded: Loaded) -> None:
    found = [m for m in loaded.document.milestones if m.code.startswith("LDM-")]
    expected = rows(SECTIONS)
    assert len(expected) == 40
    assert [m.code for m in found] == [code for code, *_ in expected]
    assert [(m.due.first, m.completed) for m in found] == [
        (day(due), day(done)) for _, due, done, *_ in expected
    ]


def test_items_of_the_sections(loaded: Loaded) -> None:
    items = [m for m in loaded.document.milestones if m.code.startswith("DM-")]
    found = {m.code: (m.due.first, m.completed) for m in items}
    assert len(found) == 73
    assert found == {code: (day(due), day(done)) for code, due, done in rows(ITEMS)}
    assert len(loaded.document.milestones) == 40 + 73 + 2


def test_deliveries(loaded: Loaded) -> None:
    document = loaded.document
    # Milestones are in the order of the document, which is that of the deliveries too.
    position = {m.code: index for index, m in enumerate(document.milestones)}
    found = {
        m.code: sorted((code for code in m.predecessors if code.startswith("DM-")), key=position.__getitem__)
        for m in document.milestones
        if m.code.startswith("LDM-")
    }
    assert found == {code: deliveries for code, _, _, *deliveries in rows(SECTIONS)}
    assert sum(map(len, found.values())) == 79
    assert len({code for deliveries in found.values() for code in deliveries}) == 73
    assert sum(not deliveries for deliveries in found.values()) == 18


def test_links(loaded: Loaded) -> None:
    found = {
        (code, m.code)
        for m in loaded.document.milestones
        for code in m.predecessors
        if m.code.startswith("LDM-") and not code.startswith("DM-")
    }
    assert len(found) == 42
    assert found == {(before, after) for before, after in rows(LINKS)}

    found = {
        (code, m.code) for m in loaded.document.milestones for code in m.predecessors if m.code[:3] != "LDM"
    }
    assert len(found) == 28
    assert found == {(before, after) for before, after in rows(LINKS_OF_ITEMS)}


def test_levels_and_places_are_those_of_the_schedule(loaded: Loaded) -> None:
    for milestone in loaded.document.milestones:
        expected = next(
            (facts for code, *facts in rows(LEVELS) if fnmatch(milestone.code, code)), ["2", "None"]
        )
        assert [str(milestone.level), str(milestone.wbs)] == expected, milestone.code


def test_sections_and_items_in_the_order_of_the_page(loaded: Loaded) -> None:
    document = loaded.document
    view = resolve(document, loaded.places, RevisionLine(date=document.stated_date))
    printed = [
        (section.number, section.milestone.code, [item.code for item in section.milestone.deliveries])
        for section in view.sections[-1].sections
        if section.milestone
    ]
    assert printed == [
        (f"3.{number}", code, items) for number, (code, _, _, *items) in enumerate(rows(SECTIONS), start=1)
    ]
    assert (len(printed), sum(len(items) for _, _, items in printed)) == (40, 79)


def test_the_chart_shows_what_the_releases_wait_for_beside_them(loaded: Loaded) -> None:
    document = loaded.document
    view = resolve(document, loaded.places, RevisionLine(date=document.stated_date))
    chart = view.figures["schedule"].drawing
    assert isinstance(chart, GanttChart)
    assert [(bar.code, bar.label) for bar in chart.bars if bar.context] == [
        ("LSST-1200", "Interface Verification: Single Visit"),
        ("LSST-1220", "EFD ETL Under DM Control"),
    ]
    assert [bar.code for bar in chart.bars if not bar.context] == [code for code, *_ in rows(SECTIONS)]
    joined = {(chart.bars[link.predecessor].code, chart.bars[link.successor].code) for link in chart.links}
    assert joined == {(before, after) for before, after in rows(LINKS)}


def test_a_milestone_in_full(loaded: Loaded) -> None:
    milestone = loaded.document.milestone("LDM-503-04b")
    assert milestone is not None
    assert not any(milestone.own.model_dump().values())
    assert [waiver.rule for waiver in milestone.waivers] == ["MP212"]
    assert milestone.model_dump(exclude={"code", "own", "waivers"}) == {
        "name": "Aux Tel DAQ interface Integration Verification and Spectrograph Operations Rehearsal",
        "short_name": "AuxTel DAQ Interface Verification and Spectrograph Ops Rehearsal",
        "level": 2,
        "wbs": "02C.00",
        "tags": (),
        "due": "2019-02-28",
        "forecast": None,
        "completed": date(2018, 6, 29),
        "state": None,
        "since": None,
        "reason": None,
        "aka": (),
        "test_spec": "LDM-538 v1.0 §4.4 (RAS-00-20)",
        "jira": None,
        "jira_testplan": None,
        "predecessors": ("DM-NCSA-27", "DM-NCSA-6", "DM-NCSA-5", "DM-NCSA-7", "LDM-503-04"),
    }


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("LDM-503-10a", "Science Platform: TAP service with federated SSO A&A"),
        ("LDM-503-09", "Ops rehearsal for commissioning #1"),
        ("LDM-503-19", "All 1a,1b DM requirements verified"),
        (
            "LDM-503-EFDb",
            ("EFD/telemetry data replicated at the LDF, stored in InfluxDB. aggregated into parquet files"),
        ),
        (
            "DM-SUIT-2",
            (
                "Search WISE coaded data single exposure images in PDAC (the images are from IRSA at IPAC, "
                "not NCSA)"
            ),
        ),
        (
            "DM-NCSA-4",
            (
                "Minimal support for the small operational schema including file metadata and provenance for "
                "every file, and record of in"
            ),
        ),
        ("DM-NET-2", "Mountain Base Network Functional 2 x 100 Gbps"),
        ("DM-DAX-2", "Query service supporting IVOA TAP protocol, w/ support for asynchronous queries"),
    ],
)
def test_names_are_as_published(loaded: Loaded, code: str, name: str) -> None:
    milestone = loaded.document.milestone(code)
    assert milestone is not None
    assert milestone.name == name


def test_title_page(loaded: Loaded) -> None:
    about = loaded.document.metadata
    assert about.handle == "LDM-564"
    assert about.title == "Data Management Releases for Verification/Integration"
    assert about.authors == (
        "William O'Mullane",
        "Frossie Economou",
        "Tim Jenness",
        "Andrew Loftus",
        "John D. Swinbank",
    )
    assert about.draft_mark == "Draft Revision NOT YET Approved"
    assert about.source == "https://github.com/lsst/LDM-564"
    assert about.data_date == date(2024, 11, 30)
    assert about.abstract == (
        Paragraph(
            (
                Text(
                    "This document describes release management at a high level and specific features for "
                    "upcoming releases."
                ),
            )
        ),
    )


def test_change_record(loaded: Loaded) -> None:
    def words(line: Line) -> str:
        return "".join(
            piece.key
            if isinstance(piece, Issue)
            else piece.code
            if isinstance(piece, MilestoneMention)
            else piece.text
            for piece in line
            if isinstance(piece, Text | Issue | MilestoneMention)
        )

    assert [
        (change.version, change.date.isoformat(), change.owner, words(change.description))
        for change in loaded.document.change_record
    ] == [
        ("1.0", "2017-08-18", "W. O'Mullane", "Initial version. Approved in RFC-373."),
        (None, "2018-03-16", "J.D. Swinbank", "Synchronize milestones with PMCS."),
        ("1.1", "2018-06-18", "J.D. Swinbank", "Update release plan with baseline. Approved in RFC-497"),
        (
            "1.2",
            "2018-07-17",
            "J.D. Swinbank",
            "Provide text for L2 milestones which do not contain L3 milestones. Approved in RFC-501.",
        ),
        (
            "1.3",
            "2019-07-12",
            "J.D. Swinbank",
            "Update schedule based on month end May 2019 data. Add LDM-503-10a release.",
        ),
        (
            "1.4",
            "2020-08-19",
            "J.D. Swinbank",
            "Update schedule based on month end July 2020 data. Modernize description of release management.",
        ),
        ("1.5", "2021-06-03", "W. O'Mullane", "Update schedule for 2021 reviews approved in RFC-781"),
        (
            "1.6",
            "2023-08-13",
            "W. O'Mullane",
            "Update schedule, reomve rebaseline, June data approved in RFC-940",
        ),
    ]


def test_sections(loaded: Loaded) -> None:
    first, second, third = loaded.document.sections
    assert [first.title, *(section.title for section in first.sections)] == ["Introduction", "Scope"]
    assert [second.title, *(section.title for section in second.sections)] == [
        "Release Management",
        "Preparation of Releases",
        "Deployment of Releases",
    ]
    assert [section.title for section in second.sections[1].sections] == ["Levels of Operational Validation"]
    assert third.title == "Functionality in DM releases"
    assert third.milestones is not None
    assert str(third.milestones) == "codes:LDM-*"
    assert str(third.milestones.deliveries) == "codes:DM-*"
    assert third.milestones.no_deliveries == (
        "No new functionality is associated with this milestone, which represents a refined or improved "
        "version of earlier deliveries."
    )


def test_footnotes_and_references_in_prose(loaded: Loaded) -> None:
    first, second, third = loaded.document.sections
    assert first.text == (
        Paragraph(
            (
                Text(
                    "The dates in this document are the forecast dates for the proposed rebaseline - as in "
                ),
                CrossReference("schedule"),
                Text("."),
            )
        ),
    )
    assert first.sections[0].text == (
        Paragraph(
            (
                Text(
                    "This document describes the major DM functionality which is expected to be available "
                    "at major"
                ),
                Footnote((Text("“level 2”"),)),
                Text(" milestones during the construction project, as described in "),
                Citation("LDM-503"),
                Text(
                    ". In doing so, it is intended to provide guidance to the system integration and "
                    "verification teams."
                ),
            )
        ),
    )
    preparation = second.sections[0].text
    assert isinstance(preparation[0], Paragraph)
    assert preparation[0].inlines[1] == Footnote(
        (Link("https://developer.lsst.io/", "https://developer.lsst.io/"),)
    )
    assert preparation[-1] == FigurePlace("deployment")
    assert third.text[-1] == FigurePlace("schedule")


def test_references(loaded: Loaded) -> None:
    assert {
        (reference.handle, reference.year, "; ".join(reference.authors), reference.title)
        for reference in loaded.document.references
    } == {
        ("DMTN-106", 2019, "Comoretto, G.", "DM Release Process"),
        (
            "LDM-148",
            2020,
            "Lim, K.T.; Bosch, J.; Dubois-Felsmann, G.; et al.",
            "Data Management System Design",
        ),
        ("LDM-503", 2023, "O'Mullane, W.; Swinbank, J.; Juric, M.; et al.", "Data Management Test Plan"),
        (
            "LDM-672",
            2019,
            "Comoretto, G.; Guy, L.P.; O'Mullane, W.; et al.",
            "LSST Software Release Management",
        ),
    }


def test_acronyms(loaded: Loaded) -> None:
    usage = acronyms.usage(loaded.document)
    assert [entry.acronym for entry in usage.printed] == ACRONYMS.split()
    assert len(usage.printed) == 42
    assert [entry.acronym for entry in usage.printed if entry.keep] == KEPT.split()
    definitions = {entry.acronym: entry.definition for entry in usage.printed}
    assert {key: definitions[key] for key in ("L1", "L2", "L3")} == {
        "L1": "Level 1",
        "L2": "Level 2",
        "L3": "Level 3",
    }
    assert definitions["CCOB"] == "Camera Calibration Optical Bench"
    assert definitions["LSST"] == "Legacy Survey of Space and Time (formerly Large Synoptic Survey Telescope)"
    assert definitions["SUIT"] == (
        "Science User Interface and Tools (LSST Data Management WBS element and team, responsible for LSP "
        "Portal Aspect)"
    )
    assert (usage.unused, usage.undefined, usage.needless, usage.kept_though_used) == ((), (), (), ())


def test_figures(loaded: Loaded) -> None:
    assert [(figure.name, figure.kind) for figure in loaded.document.figures] == [
        ("deployment", "deployment"),
        ("schedule", "gantt"),
    ]


def test_warnings(loaded: Loaded) -> None:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    found = []
    for warning in sorted((each.problem for each in loaded.waived), key=lambda each: each.place or Place("")):
        assert warning.place is not None
        found.append(lines[warning.place.line - 1][warning.place.column - 1 :])
        found.append(f"    {warning.message} ({warning.hint})")
    assert found == WARNINGS.splitlines()


def test_the_check_is_strict_because_each_contradiction_is_waived() -> None:
    """`milepost waivers --format markdown > docs/explanation/contradictions.md` makes the page."""
    _, found, problems = checked(SOURCE)
    assert found is not None
    assert problems == []
    ids = Counter(rule.id for each in found.waived if (rule := rule_of(each.problem.rule)) is not None)
    assert ids == {
        "MP203": 3,
        "MP204": 2,
        "MP212": 16,
        "MP214": 15,
        "MP308": 3,
        "MP409": 1,
        "MP413": 1,
    }
    page = (SOURCE.parent / "docs/explanation/contradictions.md").read_text("utf-8")
    assert page == waivers_page(found)
    for each in found.waived:
        assert each.waiver.reason in page
        assert each.waiver.authority in page


def test_the_guide_explains_each_contradiction(loaded: Loaded) -> None:
    folder = SOURCE.parent / "docs/explanation"
    guide = "".join((folder / name).read_text("utf-8") for name in ("ldm-564.md", "contradictions.md"))
    assert loaded.warnings == ()
    assert len(loaded.waived) == 26
    names = {each.problem.message.split()[0] for each in loaded.waived}
    assert {name for name in names if name not in guide} == set()


def test_places(loaded: Loaded) -> None:
    places = loaded.places
    lines = SOURCE.read_text(encoding="utf-8").splitlines()

    def at(place: object) -> str:
        _, line, column = str(place).split(":")
        return lines[int(line) - 1][int(column) - 1 :]

    assert at(places.of_key(("milestones", "LDM-503-10a"))) == "LDM-503-10a:"
    assert at(places.of(("milestones", "LDM-503-10a", "name"))) == (
        '"Science Platform: TAP service with federated SSO A&A"'
    )
    assert at(places.of(("milestones", "LDM-503-06", "predecessors", 1))) == "DM-NCSA-11"
    assert at(places.of(("sections", 1, "sections", 0, "text"), 5)).startswith("There are specific packages")
    assert at(places.of_words(("sections", 1, "sections", 0, "text"), "[#standards]", 1)).startswith(
        "[#standards] https"
    )
