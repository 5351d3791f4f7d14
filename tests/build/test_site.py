"""The site of a document: what its pages say, where their links lead, and what a change rebuilds."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from tests.end_to_end.test_parity import FACTS
from tests.support.printed import DOCUMENTS, REVISION, ROOT, STATE, plain
from tests.support.printed_html import article, document_pages, facts_of_site, fields

from milepost.base.errors import MilepostError
from milepost.base.files import walk
from milepost.base.paths import Workspace
from milepost.build import site
from milepost.build.document import Target, build
from milepost.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.printed import Edition, Editions

pytestmark = pytest.mark.slow

SOURCE: dict[str, Any] = yaml.load(DOCUMENTS["real"].read_text("utf-8"), yaml.BaseLoader)
MILESTONES: dict[str, dict[str, Any]] = SOURCE["milestones"]
DATA_DATE = date.fromisoformat(SOURCE["document"]["data_date"])


@pytest.fixture(scope="module")
def real(editions: Editions) -> Edition:
    return editions("real")


@pytest.fixture(scope="module")
def pages(real: Edition) -> Path:
    return real.workspace.site


def page_of(code: str) -> str:
    return f"milestones/{re.sub(r'[^a-z0-9]+', '-', code.lower())}.html"


# --- What the pages say ---


def test_the_site_says_what_the_pdf_says(pages: Path) -> None:
    """The facts are those of the parity test; the mark of a draft is there once, not at both ends."""
    once = list(FACTS)
    del once[[fact.kind for fact in FACTS].index("mark", 6)]

    assert facts_of_site(pages) == once


def test_hostile_text_stays_text(editions: Editions) -> None:
    """What the golden file says of the document, its pages say."""
    golden = (ROOT / "tests/golden/sonde.facts").read_text("utf-8").splitlines()
    found = [f"{fact.kind}: {fact.text}" for fact in facts_of_site(editions("sonde").workspace.site)]
    marks = [line for line in golden if line.startswith("mark: ")]
    expected = [line for position, line in enumerate(golden) if line not in marks or position < 6]

    assert sorted(found) == sorted(expected)


def test_the_landing_page_says_what_controls_the_document(pages: Path) -> None:
    assert fields(article(pages / "index.html")) == {
        "Handle": "LDM-564",
        "Version": "1.6",
        "Status": "draft",
        "Latest revision": REVISION,
        "Data date": "2024-11-30",
        "Authors": "William O'Mullane, Frossie Economou, Tim Jenness, Andrew Loftus, John D. Swinbank",
        "Schedule": "115 milestones: 102 completed, 13 open, 3 of them overdue; 62 later than due"
        " (timeline and table, status)",
        "PDF": "LDM-564.pdf",
        "Source": "https://github.com/lsst/LDM-564",
        "Changes": "edit the source",
    }


def test_the_landing_page_offers_the_pdf_and_the_data(pages: Path, real: Edition) -> None:
    links = {link["href"] for link in article(pages / "index.html").select("a")}

    assert (pages / "LDM-564.pdf").read_bytes() == real.pdf.read_bytes()
    assert {"LDM-564.pdf", "milestones.json", "milestones.csv", "milestones.ics", "feed.xml"} <= links
    assert "https://github.com/lsst/LDM-564/edit/main/milestones.yaml" in links


def test_how_to_cite(pages: Path) -> None:
    text = " ".join(article(pages / "index.html").get_text().split())

    assert (
        "William O'Mullane, Frossie Economou, Tim Jenness, Andrew Loftus and John D. Swinbank (2024)."
        " Data Management Releases for Verification/Integration. LDM-564, draft of 2024-11-30 (0123abcd"
    ) in text
    assert "@techreport{LDM-564, author = {William O'Mullane and Frossie Economou and" in text


def test_every_page_of_a_draft_says_so(pages: Path, editions: Editions) -> None:
    def banners(directory: Path) -> set[str]:
        found = [soup(page).select_one(".milepost-banner") for page in own_pages(directory)]
        return {banner.get_text(strip=True) if banner else "" for banner in found}

    assert banners(pages) == {"Draft Revision NOT YET Approved"}
    assert banners(editions("real-approved").workspace.site) == {""}


def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def own_pages(directory: Path) -> list[Path]:
    """Return the pages in the frame of the theme: all but those that lead on."""
    return [
        page for page in sorted(directory.rglob("*.html")) if 'http-equiv="refresh"' not in page.read_text()
    ]


# --- The page of each milestone ---


def expected_facts(code: str) -> dict[str, str]:
    """Return what the page of a milestone says of it, read from the YAML by other means."""
    milestone = MILESTONES[code]
    due, completed = (
        date.fromisoformat(milestone[key]) if key in milestone else None for key in ("due", "completed")
    )
    assert due is not None
    assert "forecast" not in milestone
    overdue = completed is None and due < DATA_DATE
    days = ((completed or (DATA_DATE if overdue else due)) - due).days
    state = "completed" if completed else "overdue" if overdue else "open"
    slip = (
        "on time"
        if days == 0
        else f"{abs(days)} day{'s' * (abs(days) != 1)} {'late' if days > 0 else 'early'}"
    )
    facts = {
        "Code": code,
        "Earlier codes": ", ".join(milestone.get("aka", [])),
        "Level": milestone.get("level", ""),
        "Work breakdown": milestone.get("wbs", ""),
        "Due": str(due),
        "Completed": str(completed) if completed else "",
        "State": f"{state}, as of {DATA_DATE}",
        "Slip": slip if completed or overdue else "none",
        "Test specification": milestone.get("test_spec", ""),
        "Milestone issue": milestone.get("jira", ""),
        "Test plan issue": milestone.get("jira_testplan", ""),
    }
    return {label: fact for label, fact in facts.items() if fact}


def by_date(codes: list[str]) -> list[str]:
    return sorted(codes, key=lambda code: (MILESTONES[code]["due"], code))


@pytest.mark.parametrize("code", MILESTONES)
def test_the_page_of_a_milestone(pages: Path, code: str) -> None:
    page = article(pages / page_of(code))
    terms = [term.get_text() for term in page.select("dl dt")]
    facts = dict(
        zip(terms, [" ".join(value.get_text().split()) for value in page.select("dl dd")], strict=True)
    )
    heading = page.select_one("h1")
    assert heading is not None

    assert heading.get_text() == f"{code}: {' '.join(MILESTONES[code]['name'].split())}"
    assert facts == expected_facts(code)
    successors = [other for other in MILESTONES if code in MILESTONES[other].get("predecessors", [])]
    assert neighbours(page, "predecessors") == by_date(MILESTONES[code].get("predecessors", []))
    assert neighbours(page, "successors") == by_date(successors)
    issues = [link["href"] for link in page.select("dl a")]
    keys = [MILESTONES[code][key] for key in ("jira", "jira_testplan") if key in MILESTONES[code]]
    assert issues == [SOURCE["document"]["issue_url"].replace("{key}", key) for key in keys]


def neighbours(page: Tag, name: str) -> list[str]:
    """Return the codes in a list of predecessors or successors, each of which leads to its page."""
    links = page.select(f"#{name} a")
    for link in links:
        assert f"milestones/{link['href']}" == page_of(link.get_text())
    return [link.get_text() for link in links]


def test_a_milestone_names_the_sections_that_deliver_it(pages: Path) -> None:
    page = article(pages / page_of("DM-AP-1"))
    links = {link.get_text(): str(link["href"]) for link in page.select("#delivered-in a")}

    section = "../document/functionality-in-dm-releases.html"
    assert links == {
        "3.2 Alert generation validation: LDM-503-03": f"{section}#milestone-ldm-503-03",
        "3.3 HSC reprocessing: LDM-503-02": f"{section}#milestone-ldm-503-02",
    }


def test_a_milestone_shows_where_it_is(pages: Path) -> None:
    page = article(pages / page_of("LDM-503-10a"))

    above = [(link.get_text(), link["href"]) for link in page.select(".milepost-path a")]
    assert above == [("LDM-564", "../index.html"), ("Milestones", "index.html")]
    places = {link.get_text(): link["href"] for link in page.select("#mentioned-in a, .milepost-shown a")}
    assert places == {
        "Change Record": "../index.html#change-record",
        "3 Functionality in DM releases": "../document/functionality-in-dm-releases.html?row=LDM-503-10a",
        "Timeline": "../timeline.html?row=LDM-503-10a",
    }


def test_a_milestone_shows_its_deliveries_and_what_the_check_says(pages: Path) -> None:
    def texts(code: str, selector: str) -> list[str]:
        return [plain(each.get_text()) for each in article(pages / page_of(code)).select(selector)]

    delivered = re.findall(
        r"(?m)^- .*$", "\n".join(f"- {text}" for text in texts("LDM-503-03", "#delivers li"))
    )
    assert delivered
    assert all(re.fullmatch(r"- [\w-]+: .* due \d{4}-\d\d-\d\d, completed .*", line) for line in delivered)
    assert texts("LDM-503-10", "#delivers p") == [
        SOURCE["sections"][2]["milestones"]["no_deliveries"].strip()
    ]
    assert texts("DM-AP-1", "#delivers") == []
    finding = "LDM-503-18q was due 2024-01-11, before the data date, and is not completed"
    (found,) = texts("LDM-503-18q", "#findings li")
    (waiver,) = SOURCE["milestones"]["LDM-503-18q"]["waivers"]
    assert found.startswith(f"{finding} (accepted: {plain(waiver['reason']).rstrip('.')}; ")
    assert texts("DM-AP-1", "#findings") == []


def test_the_small_chart_has_the_milestone_between_its_neighbours(pages: Path) -> None:
    page = article(pages / page_of("LDM-503-10"))
    rows = [row.get_text(strip=True) for row in page.select(".milepost-small-row[data-state] span")]

    before = by_date(MILESTONES["LDM-503-10"]["predecessors"])[-5:]
    after = by_date([code for code in MILESTONES if "LDM-503-10" in MILESTONES[code].get("predecessors", [])])
    assert rows == [*before, "LDM-503-10", *after[:5]]


def test_the_index_lists_all_milestones(pages: Path) -> None:
    links = article(pages / "milestones/index.html").select("table th a")

    assert [link.get_text() for link in links] == by_date(list(MILESTONES))
    assert [f"milestones/{link['href']}" for link in links] == [page_of(link.get_text()) for link in links]


def test_the_landing_page_leads_with_what_needs_attention(pages: Path) -> None:
    landing = article(pages / "index.html")
    parts = {
        plain(part.select_one(".rubric").get_text()): [  # type: ignore[union-attr]
            link.get_text() for link in part.select("li a")
        ]
        for part in landing.select(".milepost-overview-part")
    }

    def days(code: str) -> int:
        each = MILESTONES[code]
        until = each.get("completed") or max(each["due"], str(DATA_DATE))
        return (date.fromisoformat(until) - date.fromisoformat(each["due"])).days

    late = sorted(by_date(list(MILESTONES)), key=lambda code: -days(code))
    overdue = [code for code in late if "completed" not in MILESTONES[code] and days(code) > 0]
    soon = [
        code
        for code in by_date(list(MILESTONES))
        if "completed" not in MILESTONES[code]
        and 0 <= (date.fromisoformat(MILESTONES[code]["due"]) - DATA_DATE).days <= 90
    ]
    assert parts == {"Overdue": overdue, "Next 90 days": soon, "Largest slips": late[:5]}
    assert landing.get_text().index("Overdue") < landing.get_text().index("Handle")


def test_sections_of_milestones_show_state_and_slip_and_fold_their_deliveries(pages: Path) -> None:
    page = soup(document_pages(pages)[2])
    lines = [plain(line.get_text()) for line in page.select("p.milepost-more")]
    folds = page.select("details.milepost-fold")

    assert len(lines) == 40
    assert "overdue 324 days late About this milestone" in lines
    assert sum(len(fold.select(":scope > ul > li")) for fold in folds) == 79
    assert all(fold.select_one("summary") and not fold.has_attr("open") for fold in folds)


def test_earlier_codes_lead_to_the_milestone(pages: Path) -> None:
    earlier = {old: code for code in MILESTONES for old in MILESTONES[code].get("aka", [])}
    assert len(earlier) > 10
    for old, code in earlier.items():
        refresh = soup(pages / page_of(old)).select_one("meta[http-equiv=refresh]")
        assert refresh is not None
        assert refresh["content"] == f"0; url={Path(page_of(code)).name}"


def test_milestones_follow_each_other_in_the_order_of_the_document(pages: Path) -> None:
    order = by_date(list(MILESTONES))
    for before, after in itertools.pairwise(order):
        link = soup(pages / page_of(before)).select_one("a.next-page")
        assert link is not None
        assert f"milestones/{link['href']}" == page_of(after)


# --- Links ---


def targets(page: Path) -> Iterator[str]:
    parsed = soup(page)
    for attribute in ("href", "src", "action"):
        yield from (str(element[attribute]) for element in parsed.select(f"[{attribute}]"))


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_every_link_within_the_site_leads_somewhere(editions: Editions, name: str) -> None:
    directory = editions(name).workspace.site
    base = "https://site.example/"
    anchors: dict[str, set[str]] = {}
    followed = 0
    for page in sorted(directory.rglob("*.html")):
        address = urljoin(base, page.relative_to(directory).as_posix())
        root = urlsplit(SOURCE["document"]["site"]).path if name == "real" else "/"
        assert root == "/"  # so that the page for what is not there can be followed like all others
        for target in targets(page):
            leads = urlsplit(urljoin(address, target))
            if leads.netloc != "site.example":
                continue
            path = unquote(leads.path).lstrip("/") or "index.html"
            assert (directory / path).is_file(), (page, target)
            if leads.fragment and path.endswith(".html"):
                if path not in anchors:
                    anchors[path] = {str(each["id"]) for each in soup(directory / path).select("[id]")}
                assert unquote(leads.fragment) in anchors[path], (page, target)
            followed += 1
    assert followed > 100


def test_links_in_the_text_lead_to_the_pages_of_milestones(pages: Path) -> None:
    links = article(document_pages(pages)[2]).select("li > p a.internal")
    codes = [link.get_text() for link in links]

    assert len(codes) == 79
    assert [str(link["href"]) for link in links] == [f"../{page_of(code)}" for code in codes]


def test_only_the_first_use_of_an_acronym_in_a_section_is_explained(pages: Path) -> None:
    section = article(document_pages(pages)[2]).select_one("section > section")
    assert section is not None

    explained = [(each.get_text(), each["title"]) for each in section.select("abbr")]
    assert len(explained) == len(set(explained)) > 0
    assert ("PDAC", "Prototype Data Access Center") in explained
    assert section.get_text().count("PDAC") > 1


def test_acronyms_are_not_explained_in_their_own_table(pages: Path) -> None:
    assert article(document_pages(pages)[-1]).select("abbr") == []


# --- Building ---


def make(directory: Path, text: str) -> Workspace:
    """Write the document `text` into `directory` and make its site there."""
    workspace = Workspace.of(directory / "milestones.yaml")
    workspace.source.write_text(text, "utf-8")
    build(workspace, frozenset({Target.SITE}), STATE)
    return workspace


def contents(directory: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in walk(directory)}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


# A short document; the site of the real one is built once, for what its pages say.
PLAN = (
    DOCUMENTS["plan"].read_text("utf-8").replace("  title: ", "  site: https://plan.example/\n  title: ", 1)
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory with a site, without its PDF; tests work on copies."""
    directory = tmp_path_factory.mktemp("made")
    make(directory, PLAN)
    return directory


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def test_two_sites_from_one_source_are_the_same_to_the_byte(made: Path, tmp_path: Path) -> None:
    other = make(tmp_path, PLAN)

    assert contents(other.site) == contents(made / "build/site")


def test_a_changed_date_changes_only_what_shows_it(copy: Path) -> None:
    site = copy / "build/site"
    before = contents(site)
    assert PLAN.count("    due: 2025-07-04\n") == 1  # of DAY-1
    make(copy, PLAN.replace("    due: 2025-07-04\n", "    due: 2025-07-03\n"))

    tables = ("delayed", "remaining", "upcoming")
    assert changed(before, contents(site)) == {
        *(page_of(code) for code in ("DAY-1", "SUB-1", "SUB-2")),  # two of which it waits for
        "index.html",  # what is due next
        "document/milestones.html",
        "document/schedule.html",  # with the chart
        "milestones/index.html",
        "timeline.html",
        "status.html",
        *(f"reports/{table}.{kind}" for table in tables for kind in ("csv", "json", "xlsx")),
        "reports/deliveries.json",  # in a heading
        "milestones.csv",
        "milestones.ics",
        "milestones.json",
        "milestones.xlsx",
        "milestones-excel.csv",
        "milestones-forecast.ics",
        "cards/day-1.png",
    }


def test_what_is_gone_takes_its_page_with_it(copy: Path) -> None:
    text = PLAN.replace("  - title: Milestones\n", "  - title: Goals\n")
    text = re.sub(r"(?m)^  YEAR-1:\n(?:    .*\n)+", "", text)
    assert "YEAR-1" not in text
    for gone in (page_of("YEAR-1"), "document/milestones.html", "cards/year-1.png"):
        assert (copy / "build/site" / gone).exists()

    workspace = make(copy, text)

    for gone in (page_of("YEAR-1"), "document/milestones.html", "cards/year-1.png"):
        assert not (workspace.site / gone).exists()
    fresh = make(copy.parent, text)
    assert contents(workspace.site) == contents(fresh.site)


def test_nothing_is_made_when_nothing_has_changed(copy: Path) -> None:
    site = copy / "build/site"
    times = {name: path.stat().st_mtime_ns for name, path in walk(site)}

    report = build(Workspace.of(copy / "milestones.yaml"), frozenset({Target.SITE}), STATE)

    assert report.written == []
    assert {name: path.stat().st_mtime_ns for name, path in walk(site)} == times


def test_faults_leave_the_site_as_it_was(copy: Path) -> None:
    site = copy / "build/site"
    before = contents(site)

    with pytest.raises(MilepostError, match="is not a date"):
        make(copy, PLAN.replace("    due: 2025-07-04\n", "    due: soon\n"))

    assert contents(site) == before


def test_what_sphinx_warns_of_leaves_the_site_as_it_was(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace.of(copy / "milestones.yaml")
    before = contents(workspace.site)
    monkeypatch.setattr(site, "site_sources", lambda *_: {"index": "Broken\n===\n\n:ref:`nowhere`\n"})

    with pytest.raises(MilepostError, match=r"Sphinx could not make the site: .*undefined label: 'nowhere'"):
        make(copy, f"{PLAN}\n# changed\n")

    assert contents(workspace.site) == before


def test_without_sphinx_the_way_to_get_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "milestones.yaml").write_text(DOCUMENTS["minimal"].read_text("utf-8"), "utf-8")
    monkeypatch.setitem(sys.modules, "sphinx.application", None)

    assert main(["-f", str(tmp_path / "milestones.yaml"), "build", "site", "--no-pdf"]) == 1

    assert capsys.readouterr().err == (
        "a site is made by Sphinx and Furo, which are not installed (pip install 'milepost[site]')\n"
    )


def run_sphinx(source: Path, output: Path, *options: str) -> str:
    settings = ["extensions=milepost.sphinx", "smartquotes=0", "suppress_warnings=milepost.yaml", "project=P"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-C", "-n", "-W", *options]
        + [option for setting in settings for option in ("-D", setting)]
        + [str(source), str(output)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("name", ["real", "sonde"])
def test_sphinx_is_silent_on_the_emitted_pages_and_reads_none_twice(
    editions: Editions, tmp_path: Path, name: str
) -> None:
    source = editions(name).workspace.site_work / "source"

    first = run_sphinx(source, tmp_path / "html", "-j", "auto")
    second = run_sphinx(source, tmp_path / "html", "-j", "auto")

    number = len(list(source.rglob("*.rst")))
    assert f"{number} added, 0 changed, 0 removed" in first
    assert "0 added, 0 changed, 0 removed" in second
    assert "no targets are out of date" in second


# --- For programs ---


def test_the_data_beside_the_pages_is_that_of_the_document(pages: Path) -> None:
    data = json.loads((pages / "milestones.json").read_text("utf-8"))

    assert [each["code"] for each in data["milestones"]] == by_date(list(MILESTONES))
    assert {each["code"]: each["page"] for each in data["milestones"]} == {
        code: page_of(code) for code in MILESTONES
    }
    assert (pages / "milestones.csv").read_text("utf-8").count("\n") == len(MILESTONES) + 1


def test_the_sitemap_lists_the_pages_that_are_worth_finding(pages: Path) -> None:
    listed = set(re.findall(r"<loc>https://ldm-564.lsst.io/(.*?)</loc>", (pages / "sitemap.xml").read_text()))

    assert listed == {
        "",
        "timeline.html",
        "status.html",
        "document/introduction.html",
        "document/release-management.html",
        "document/functionality-in-dm-releases.html",
        "document/references.html",
        "document/acronyms.html",
        "milestones/index.html",
        *map(page_of, MILESTONES),
    }


def test_each_page_says_in_its_head_what_it_is(pages: Path) -> None:
    def head(page: str) -> tuple[str, str, str]:
        parsed = soup(pages / page)
        described, card, canonical = (
            parsed.select_one(selector)
            for selector in ("meta[name=description]", "meta[property='og:title']", "link[rel=canonical]")
        )
        assert described is not None
        assert card is not None
        assert canonical is not None
        return str(described["content"]), str(card["content"]), str(canonical["href"])

    assert head(page_of("LDM-503-01")) == (
        "Milestone of level 2 in LDM-564: due 2017-11-30, completed 2018-05-30, 181 days late.",
        "LDM-503-01: Science Platform with WISE data in PDAC",
        "https://ldm-564.lsst.io/milestones/ldm-503-01.html",
    )
    assert head("index.html")[0] == " ".join(SOURCE["document"]["abstract"].split())
    assert head("timeline.html")[:2] == (
        "115 milestones: 102 completed, 13 open, 3 of them overdue; 62 later than due",
        "LDM-564: Timeline",
    )
    (script,) = soup(pages / "index.html").select("script[type='application/ld+json']")
    assert json.loads(script.get_text())["reportNumber"] == "LDM-564"


def test_all_that_names_a_page_gives_it_the_same_address(pages: Path) -> None:
    """The canonical link, Open Graph, JSON-LD and the sitemap; and the picture of each page exists."""
    listed = set(re.findall("<loc>([^<]+)</loc>", (pages / "sitemap.xml").read_text("utf-8")))
    found = {path.relative_to(pages).as_posix(): path for path in pages.rglob("*.html")}
    start = "https://ldm-564.lsst.io/"
    named = set()
    for name, path in found.items():
        if name in {"404.html", "search.html"}:
            continue
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        (canonical,) = (str(each["href"]) for each in page.select("link[rel=canonical]"))
        if page.select("meta[http-equiv=refresh]"):  # from an earlier code
            assert canonical in listed
            continue
        assert canonical == start + ("" if name == "index.html" else name)
        (known,) = (str(each["content"]) for each in page.select("meta[property='og:url']"))
        (described,) = page.select("script[type='application/ld+json']")
        (picture,) = (str(each["content"]) for each in page.select("meta[property='og:image']"))
        assert known == json.loads(described.text)["url"] == canonical
        assert (pages / picture.removeprefix(start)).is_file()
        named.add(canonical)
    assert named == listed
    assert json.loads((pages / "milestones.json").read_text("utf-8"))["document"]["url"] == start
    for form in ("#how-to-cite p", "#how-to-cite pre"):
        cited = BeautifulSoup(found["index.html"].read_text("utf-8"), "html.parser").select_one(form)
        assert cited is not None
        assert start in cited.text
