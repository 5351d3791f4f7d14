"""The heart: PDF, reStructuredText and YAML of the real document say the same, in one order, and no more.

The facts of the YAML are made by the few lines here, which share no code with the program.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from docutils import nodes
from tests.support.printed import (
    DOCUMENTS,
    PAGE_SIZE,
    REVISION,
    REVISION_DATE,
    Edition,
    Editions,
    Fact,
    contents_of_pdf,
    contents_of_rst,
    doctree,
    facts_of_page,
    facts_of_pdf,
    facts_of_rst,
    pages_of_captions,
    pages_of_headings,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject

pytestmark = pytest.mark.slow

SOURCE: dict[str, Any] = yaml.load(DOCUMENTS["real"].read_text("utf-8"), yaml.BaseLoader)
METADATA = SOURCE["document"]
MARK = "Draft Revision NOT YET Approved"
MILESTONES: dict[str, dict[str, Any]] = SOURCE["milestones"]
FIGURES = {"deployment": "Figure 1", "schedule": "Figure 2"}


@pytest.fixture(scope="module")
def real(editions: Editions) -> Edition:
    return editions("real")


@pytest.fixture(scope="module")
def tree(real: Edition) -> nodes.document:
    return doctree(real.rst.read_text("utf-8"))


# --- The facts of the YAML --------------------------------------------------------------------------------


def words(text: str) -> str:
    return " ".join(text.split())


def by_date(codes: Any) -> list[str]:
    return sorted(codes, key=lambda code: (MILESTONES[code]["due"], code))


def state(code: str) -> str:
    done = MILESTONES[code].get("completed")
    return f"Due: {MILESTONES[code]['due']}; {f'completed {done}' if done else 'currently incomplete'}"


class Expected:
    """What the YAML wants to be printed, in order."""

    def __init__(self) -> None:
        self.flow: list[Fact] = []
        self.captions: list[Fact] = []
        self.footnotes: list[Fact] = []
        self.headings: list[str] = []

    def say(self, kind: str, text: str) -> None:
        self.flow.append(Fact(kind, words(text)))

    def prose(self, text: str) -> None:
        """Say the paragraphs of a text of the real document, which has roles, figures and footnotes only."""
        notes = dict(re.findall(r"^\.\. \[(#\w+)\] (.+)$", text, re.MULTILINE))
        for paragraph in re.split(r"\n\s*\n", text.strip()):
            if match := re.match(r"\.\. figure:: (\w+)", paragraph):
                caption = self.line(SOURCE["figures"][match[1]]["caption"])
                self.captions.append(Fact("caption", f"{FIGURES[match[1]]}: {caption}"))
            elif not paragraph.startswith(".. ["):
                self.say("paragraph", self.line(paragraph, notes))

    def line(self, text: str, notes: dict[str, str] | None = None) -> str:
        def mark(match: re.Match[str]) -> str:
            number = len(self.footnotes) + 1
            self.footnotes.append(Fact("footnote", f"{number} {(notes or {})[match[1]]}"))
            return f"⟦{number}⟧"

        text = re.sub(r":ref:`(\w+)`", lambda match: FIGURES[match[1]], words(text))
        text = re.sub(r"\*(\w+)\*", r"\1", re.sub(r":\w+:`([^`]+)`", r"\1", text))
        return re.sub(r" ?\[(#\w+)\]_", mark, text)

    def heading(self, text: str) -> None:
        self.headings.append(text)
        self.say("heading", text)

    def sections(self, sections: list[dict[str, Any]], above: str = "") -> None:
        for number, section in enumerate(sections, start=1):
            self.heading(f"{above}{number} {section['title']}")
            self.prose(section.get("text", ""))
            self.sections(section.get("sections", []), f"{above}{number}.")
            if "milestones" in section:
                self.milestones(section["milestones"], f"{above}{number}.")

    def milestones(self, wanted: dict[str, Any], above: str) -> None:
        assert (wanted["codes"], wanted["deliveries"]) == ("LDM-*", {"codes": "DM-*"})
        selected = [code for code in MILESTONES if code.startswith("LDM-")]
        for number, code in enumerate(by_date(selected), start=1):
            self.heading(f"{above}{number} {MILESTONES[code]['name']}: {code}")
            self.say("paragraph", f"{state(code)}.")
            delivered = [each for each in MILESTONES[code].get("predecessors", []) if each.startswith("DM-")]
            for each in by_date(delivered):
                self.say("item", f"{each}: {MILESTONES[each]['name']} ({state(each)})")
            if not delivered:
                self.say("paragraph", wanted["no_deliveries"])

    def everything(self) -> list[Fact]:
        self.say("publisher", f"{METADATA['organisation']} {METADATA['group']}")
        self.say("title", METADATA["title"])
        self.say("authors", ", ".join(METADATA["authors"]))
        self.say("handle", METADATA["handle"])
        self.say("revision", REVISION)
        self.say("mark", METADATA["draft_mark"])
        self.say("notice", METADATA["control_notice"])
        self.say("mark", METADATA["draft_mark"])
        self.say("heading", "Abstract")
        self.prose(METADATA["abstract"])
        self.say("heading", "Change Record")
        self.say("columns", "Version | Date | Description | Owner name")
        for row in SOURCE["change_record"]:
            cells = row.get("version", ""), row["date"], self.line(row["description"]), row["owner"]
            self.flow.append(Fact("change", " | ".join(cells)))
        self.say("paragraph", f"Document source location: {METADATA['source']}")
        self.sections(SOURCE["sections"])
        self.heading(f"{len(SOURCE['sections']) + 1} References")
        entries = sorted(SOURCE["references"].items(), key=lambda entry: entry[1]["authors"][0])
        for number, (handle, entry) in enumerate(entries, start=1):
            self.say(
                "reference",
                f"{number} [{handle}], {', '.join(entry['authors'])}, {entry['year']}, {entry['title']}, "
                f"{entry['series']} {handle}, {entry['publisher']}, URL {entry['url']}",
            )
        self.heading(f"{len(SOURCE['sections']) + 2} Acronyms")
        self.say("columns", "Acronym | Description")
        for acronym, entry in sorted(SOURCE["acronyms"].items(), key=lambda entry: entry[0].lower()):
            self.say("acronym", f"{acronym} | {entry if isinstance(entry, str) else entry['definition']}")
        return [*self.flow, *self.captions, *self.footnotes]


EXPECTED = Expected()
FACTS = EXPECTED.everything()


def test_the_document_says_what_the_published_one_says() -> None:
    """The numbers are those of the published LDM-564, so that the comparison below compares something."""
    kinds = [fact.kind for fact in FACTS]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        "publisher": 1,
        "title": 1,
        "authors": 1,
        "handle": 1,
        "revision": 1,
        "mark": 2,
        "notice": 1,
        "heading": 51,  # Abstract and change record, 7 sections, 40 milestones, references and acronyms
        "paragraph": 73,
        "columns": 2,
        "change": 8,
        "item": 79,
        "reference": 4,
        "acronym": 42,
        "caption": 2,
        "footnote": 2,
    }
    standing = words(SOURCE["sections"][2]["milestones"]["no_deliveries"])
    assert [fact.text for fact in FACTS].count(standing) == 18
    assert len({fact.text.partition(":")[0] for fact in FACTS if fact.kind == "item"}) == 73


def test_pdf_says_what_the_yaml_says(real: Edition) -> None:
    assert facts_of_pdf(real.pages) == FACTS


def test_rst_says_what_the_yaml_says(tree: nodes.document) -> None:
    assert facts_of_rst(tree) == FACTS


# --- Contents, figures, pages -----------------------------------------------------------------------------


def test_contents_of_the_pdf_name_every_heading_and_its_page(real: Edition) -> None:
    entries, _ = contents_of_pdf(real.pages)
    assert [text for text, _ in entries] == EXPECTED.headings
    assert entries == pages_of_headings(real.pages)


def test_list_of_figures_names_every_figure_and_its_page(real: Edition) -> None:
    _, figures = contents_of_pdf(real.pages)
    captions = [
        (re.sub(r"^Figure (\d+): ", r"\1 ", caption), page) for caption, page in pages_of_captions(real.pages)
    ]
    assert figures == captions
    assert [caption.split(" ")[0] for caption, _ in captions] == ["1", "2"]


def test_contents_of_the_rst_name_every_heading_and_lead_to_it(tree: nodes.document) -> None:
    entries = contents_of_rst(tree)
    assert [text for text, _ in entries] == EXPECTED.headings
    for text, identifier in entries:
        assert tree.ids[identifier][0].astext() == text


def test_every_page_has_its_header_and_footer(real: Edition) -> None:
    front, contents, text = parts(real.pages)
    # The page of the title, and the page that repeats it, have none.
    assert [number for number, page in enumerate(real.pages) if not page.header] == [
        0,
        1 + len(front) + len(contents),
    ]
    for header in (page.header for page in real.pages if page.header):
        assert sorted(" ".join(header).split()) == sorted(
            f"DM Releases {METADATA['handle']} Latest Revision {REVISION_DATE}".split()
        )
    roman = ["i", "ii", "iii", "iv", "v", "vi"][: 1 + len(front) + len(contents)]
    arabic = [str(number) for number in range(1, len(text) + 1)]
    footer = f"{MARK} – {words(METADATA['control_footer'])}"
    assert [page.footer for page in real.pages] == [(footer, number) for number in roman + arabic]


def test_figures_can_be_read_in_the_pdf(real: Edition) -> None:
    drawn = {
        caption: page.figures
        for page in real.pages
        for line in page.body
        for caption in re.findall(r"^Figure \d", line.text())
    }
    codes = [code for code in MILESTONES if code.startswith("LDM-")]
    assert len(codes) == 40
    assert [text for text in drawn["Figure 2"] if text in codes] == by_date(codes)
    boxes = [
        box
        for facility in SOURCE["figures"]["deployment"]["facilities"]
        for enclave in facility["enclaves"]
        for box in [enclave["name"], *enclave["components"]]
    ]
    pieces = re.sub(r"[\s/]", "|", " ".join(drawn["Figure 1"])).split("|")
    for word in {word for box in boxes for word in re.split(r"[\s/]", box)}:
        assert pieces.count(word) >= sum(word in re.split(r"[\s/]", box) for box in boxes), word


# --- What the PDF is --------------------------------------------------------------------------------------


def test_metadata(real: Edition) -> None:
    information = real.reader.metadata
    assert information is not None
    assert {key: information.get(key) for key in ("/Title", "/Author", "/Subject", "/Keywords")} == {
        "/Title": f"{METADATA['handle']}: {METADATA['title']}",
        "/Author": ", ".join(METADATA["authors"]),
        "/Subject": f"{METADATA['organisation']} {METADATA['group']}",
        "/Keywords": f"{METADATA['handle']}, {MARK}, {REVISION}",
    }
    root: Any = real.reader.root_object
    assert root["/Lang"] == "en-US"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 -- a PDF object


def bookmarks(edition: Edition) -> Iterator[tuple[int, str, int]]:
    """Yield depth, title and page (from 0) of each bookmark."""

    def walk(items: list[Any], depth: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item, depth + 1)
            else:
                number = edition.reader.get_destination_page_number(item)
                assert number is not None
                yield depth, item.title, number

    return walk(edition.reader.outline, 1)


def test_bookmarks_are_the_headings(real: Edition) -> None:
    labels = real.reader.page_labels
    found = [(depth, title, labels[page]) for depth, title, page in bookmarks(real)]
    expected = [
        (heading.split(" ")[0].count(".") + 1, heading, page)
        for heading, page in pages_of_headings(real.pages)
    ]
    assert found == [(1, "Abstract", "ii"), (1, "Change Record", "ii"), (1, "Contents", "iii"), *expected]


def test_page_labels_are_the_printed_numbers(real: Edition) -> None:
    assert real.reader.page_labels == [page.footer[-1] for page in real.pages]


def destinations(edition: Edition) -> dict[str, int]:
    """Return the page, from 0, of each named destination."""
    return {
        name: number
        for name, destination in edition.reader.named_destinations.items()
        if (number := edition.reader.get_destination_page_number(destination)) is not None
    }


def places_of_milestones(edition: Edition) -> dict[str, int]:
    """Return the page, from 0, where each milestone stands first: its heading or its first item."""
    own = r"\d+\.\d+ .*: (\S+)"
    found: dict[str, int] = {}
    for number, page in enumerate(edition.pages):
        if page not in parts(edition.pages)[2]:
            continue
        for fact in facts_of_page(page):
            heading = re.fullmatch(own, fact.text) if fact.kind == "heading" else None
            code = heading[1] if heading else fact.text.partition(":")[0] if fact.kind == "item" else ""
            if code in MILESTONES:
                found.setdefault(code, number)
    return found


def test_each_printed_milestone_has_its_destination(real: Edition) -> None:
    places = places_of_milestones(real)
    assert len(places) == 40 + 73
    assert {name: page for name, page in destinations(real).items() if name.startswith("milestone-")} == {
        f"milestone-{code.lower()}": page for code, page in places.items()
    }


def test_links_lead_to_what_they_name(real: Edition) -> None:
    """Every link that is made of a milestone's code, figure or handle leads to the page where that stands."""
    places = places_of_milestones(real)
    targets = destinations(real)
    captions = {caption.partition(":")[0]: page for caption, page in pages_of_captions(real.pages)}
    headings = dict(pages_of_headings(real.pages))
    references = headings[f"{len(SOURCE['sections']) + 1} References"]
    labels = real.reader.page_labels
    followed: dict[str, int] = {}
    for page, text, name in internal_links(real):
        target = targets[name]
        if name.startswith("milestone-"):
            code = text.rstrip(":").split(" ")[-1]
            assert (name, target) == (f"milestone-{code.lower()}", places[code]), (page, text)
            followed["milestone"] = followed.get("milestone", 0) + 1
        elif name.startswith("figure-"):
            assert labels[target] == captions[text], (page, text)
            followed["figure"] = followed.get("figure", 0) + 1
        elif name.startswith("reference-"):
            assert labels[target] == references, (page, text)
            followed["reference"] = followed.get("reference", 0) + 1
    # The change record mentions one milestone; six items are repeated ones.
    assert followed == {"milestone": 1 + 79 - 73, "figure": 3, "reference": 5}


def internal_links(edition: Edition) -> Iterator[tuple[int, str, str]]:
    """Yield page, text and destination of each link within the document; the text is cut out by its place."""
    for number, page in enumerate(edition.reader.pages):
        for annotation in page.get("/Annots", []):
            link = annotation.get_object()
            name = link.get("/A", {}).get("/D", link.get("/Dest"))
            if not isinstance(name, str):
                continue
            left, bottom, right, top = (float(value) * 1.5 for value in link["/Rect"])
            words_inside = [
                run.text
                for line in edition.pages[number].body
                for run in line.runs
                if left - 3 <= run.left
                and run.right <= right + 1.5
                and PAGE_SIZE[1] - top <= run.top + run.height / 2 <= PAGE_SIZE[1] - bottom
            ]
            yield number, " ".join(words_inside), name


def test_fonts_are_embedded(real: Edition) -> None:
    listed = subprocess.run(["pdffonts", str(real.pdf)], capture_output=True, check=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert rows
    # ... emb sub uni object generation
    assert {tuple(row[-5:-2]) for row in rows} == {("yes", "yes", "yes")}
    families = {re.sub(r"^[A-Z]{6}\+", "", row[0]).partition("-")[0] for row in rows}
    assert families <= {"FiraSans", "DejaVuSansMono"}


def test_pages_are_letter_paper(real: Edition) -> None:
    boxes = [page.mediabox for page in real.reader.pages]
    assert {(float(box.width), float(box.height)) for box in boxes} == {(612, 792)}


def contents_of(page: PageObject) -> bytes:
    stream = page.get_contents()
    assert stream is not None
    return stream.get_data()


def test_figures_have_alternative_text(real: Edition, tree: nodes.document) -> None:
    alternatives = [
        bytes.fromhex(code.decode()).decode("utf-16")
        for page in real.reader.pages
        for code in re.findall(rb"/Alt ?<([0-9A-F]+)>", contents_of(page))
    ]
    assert len(alternatives) == 2
    assert alternatives[0].startswith("1 Base Facility holds 1 Prompt Base Enclave: Archiving [Obsolete], ")
    assert alternatives[1].startswith("Gantt chart of 40 milestones, due from 2017-11-30 to 2025-09-11. ")
    assert [image["alt"] for image in tree.findall(nodes.image)] == alternatives


def test_nothing_sticks_out_and_nothing_is_missing(real: Edition) -> None:
    log = real.log.read_text("utf-8", errors="replace")
    assert not re.findall(r"^(?:Overfull|Missing character|.*undefined|.*multiply).*$", log, re.MULTILINE)
