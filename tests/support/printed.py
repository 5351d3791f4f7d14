"""What is printed: built documents, and the plain facts in their PDF and reStructuredText.

A fact is a kind and a text. Both readers give the same list for the same document: first what stands in the
flow of the text, in order; then the captions and the footnotes, whose place on the page LaTeX chooses.
Nothing is left out but the contents, which have a reader of their own, and the running header and footer.

The PDF is read by its geometry and typefaces (`pdftohtml -xml` of Poppler), the other as docutils' tree.
In both, a footnote mark reads `⟦1⟧`, and ’ reads ': an apostrophe is typed as the one and set as the other.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from pypdf import PdfReader

from milepost.base.paths import Workspace
from milepost.build.document import Target, build
from milepost.git.source_state import SourceState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pypdf import PageObject
    from tests.support.once import Once

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    "real": ROOT / "milestones.yaml",
    "sonde": ROOT / "tests/data/documents/sonde.yaml",
    "minimal": ROOT / "tests/data/documents/minimal.yaml",
    "plan": ROOT / "tests/data/documents/plan.yaml",
    "codes": ROOT / "tests/data/documents/codes.yaml",
}
STATE = SourceState(commit="0123abcd", committed=1_733_000_000, modified=True)
REVISION = "2024-11-30 (0123abcd, with uncommitted changes)"
REVISION_DATE = "2024-11-30"


class Fact(NamedTuple):
    """One thing that the document says."""

    kind: str
    text: str


# --- Built documents --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edition:
    """A document that has been built."""

    workspace: Workspace
    handle: str

    @property
    def pdf(self) -> Path:
        return self.workspace.pdf(self.handle)

    @property
    def tex(self) -> Path:
        return self.workspace.tex(self.handle)

    @property
    def log(self) -> Path:
        return self.tex.with_suffix(".log")

    @property
    def rst(self) -> Path:
        return self.workspace.rst_document(self.handle)

    def pdf_text(self) -> str:
        """All text of the PDF, header and footer too."""
        command = ["pdftotext", "-layout", str(self.pdf), "-"]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    @cached_property
    def reader(self) -> PdfReader:
        return PdfReader(self.pdf)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        return read_pages(self.pdf)


class Editions:
    """Builds each document once in a test session, whatever the number of its processes."""

    def __init__(self, once: Once) -> None:
        self._once = once
        self._built: dict[str, Edition] = {}

    def __call__(self, name: str) -> Edition:
        """Return the edition of the document `name`; `real-approved` is `real` after its approval."""
        if name not in self._built:
            self._built[name] = self._edition(name)
        return self._built[name]

    def _edition(self, name: str) -> Edition:
        base, _, approved = name.partition("-")
        original = DOCUMENTS[base].read_text("utf-8")
        handle = re.search(r"^  handle: (\S+)$", original, re.MULTILINE)
        assert handle

        def make(directory: Path) -> None:
            text, workspace = original, Workspace.of(directory / name / "milestones.yaml")
            workspace.source.parent.mkdir()
            if approved:
                # What the draft had built saves the figures and the fonts a second making.
                shutil.copytree(self(base).workspace.build, workspace.build)
                workspace.pdf(handle[1]).unlink()
                text, count = re.subn(r"(?m)^  status: draft\b", "  status: approved", text)
                assert count == 1
            workspace.source.write_text(text, "utf-8")
            build(workspace, frozenset(Target), STATE)

        directory = self._once(f"edition-{name}", make) / name
        return Edition(Workspace.of(directory / "milestones.yaml"), handle[1])


@pytest.fixture(scope="session")
def editions(once: Once) -> Editions:
    """Give the built documents by their names."""
    return Editions(once)


# --- The pages of a PDF -----------------------------------------------------------------------------------

# Lengths are Poppler's pixels, 1.5 to a point; a page is 918 wide and 1188 high.
PAGE_SIZE = (918, 1188)
LEFT, RIGHT = 108, 810
TOP, BOTTOM = 112, 1085
ACCENT, DRAFT = "#058b8c", "#aa3213"
TITLE = 27
"""The size of the title where it is repeated."""
LINE = 20.5
"""The greatest distance between two lines of one paragraph; that between paragraphs is at least 22."""


@dataclass(frozen=True)
class Run:
    """A piece of a line in one typeface."""

    left: int
    top: int
    width: int
    height: int
    text: str
    face: str
    size: int
    colour: str

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bold(self) -> bool:
        return "SemiBold" in self.face

    @property
    def mono(self) -> bool:
        return "Mono" in self.face


@dataclass
class PrintedLine:
    """The runs of a line from left to right."""

    runs: list[Run] = field(default_factory=list)

    @property
    def main(self) -> Run:
        """The run that stands for the line: not a footnote mark."""
        return max(self.runs, key=lambda run: (run.size, run.width))

    @property
    def left(self) -> int:
        return self.runs[0].left

    @property
    def right(self) -> int:
        return self.runs[-1].right

    @property
    def middle(self) -> float:
        return self.main.top + self.main.height / 2

    @property
    def heading(self) -> bool:
        return all(run.bold and run.colour == ACCENT for run in self.runs)

    @property
    def title(self) -> bool:
        """Whether this is the title above the first section."""
        return all(run.bold and run.colour != ACCENT and run.size == TITLE for run in self.runs)

    def text(self, runs: Iterable[Run] | None = None) -> str:
        """Return the words of `runs` of the line, or all; a gap between two runs is a space."""
        words = ""
        end = None
        for run in self.runs if runs is None else runs:
            if end is not None and run.left - end > 0.13 * run.size:
                words += " "
            words += f"⟦{run.text}⟧" if self._is_mark(run) else run.text
            end = run.right
        return words

    def _is_mark(self, run: Run) -> bool:
        main = self.main
        return run.text.isdigit() and run.size < 0.8 * main.size and run.top < main.top


@dataclass(frozen=True)
class Page:
    """What stands on a page, parted into header, footer, figures, body and footnotes."""

    header: tuple[str, ...]
    footer: tuple[str, ...]  # the line of control, and the number of the page
    figures: tuple[str, ...]
    body: tuple[PrintedLine, ...]
    footnotes: tuple[PrintedLine, ...]


def plain(text: str) -> str:
    """Return `text` as facts have it: single spaces, and typewriter apostrophes."""
    return " ".join(text.replace("’", "'").split())


_TEXT = re.compile(
    r'<text top="(-?\d+)" left="(-?\d+)" width="(-?\d+)" height="(-?\d+)" font="(\d+)">(.*?)</text>',
    re.DOTALL,
)


def read_pages(pdf: Path) -> tuple[Page, ...]:
    """Return the pages of a document in this program's own layout."""
    command = ["pdftohtml", "-xml", "-i", "-hidden", "-stdout", str(pdf)]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    own_fonts = [_fonts_of(page) for page in PdfReader(pdf).pages]
    fonts: dict[str, tuple[str, int, str]] = {}
    pages = []
    for number, source in enumerate(re.split(r"<page ", output)[1:]):
        for name, size, face, colour in re.findall(
            r'<fontspec id="(\d+)" size="(\d+)" family="([^"]+)" color="(#\w+)"/>', source
        ):
            fonts[name] = face, int(size), colour
        runs = [
            Run(int(left), int(top), int(width), int(height), _unmarked(text), *fonts[font])
            for top, left, width, height, font, text in _TEXT.findall(source)
        ]
        pages.append(_page([run for run in runs if run.text.strip()], own_fonts[number]))
    return tuple(pages)


def _fonts_of(page: PageObject) -> set[str]:
    """Return the tags of the fonts that the page itself uses; figures bring their own."""
    resources: Any = page["/Resources"]
    return {font.get_object()["/BaseFont"][1:7] for font in resources["/Font"].values()}


def _unmarked(text: str) -> str:
    return html.unescape(re.sub(r"</?[abi](?: [^>]*)?>", "", text))


def _page(runs: list[Run], own_fonts: set[str]) -> Page:
    own = [run for run in runs if run.face[:6] in own_fonts]
    body = _lines(run for run in own if TOP <= run.top < BOTTOM)
    # Footnotes are set smallest, at the foot; a mark in front of each is smaller yet.
    start = len(body)
    while start and body[start - 1].main.size <= 13 and not body[start - 1].main.mono:
        start -= 1
    return Page(
        header=tuple(plain(line.text()) for line in _lines(run for run in own if run.top < TOP)),
        footer=_footer([run for run in own if run.top >= BOTTOM]),
        figures=tuple(_labels(run for run in runs if run.face[:6] not in own_fonts)),
        body=tuple(body[:start]),
        footnotes=tuple(body[start:]),
    )


def _footer(runs: list[Run]) -> tuple[str, ...]:
    """Return the text at the foot, and the number at its right."""
    number = max(runs, key=lambda run: run.right)
    text = " ".join(run.text for run in runs if run is not number)
    return (*filter(None, [plain(text)]), number.text)


def _labels(runs: Iterable[Run]) -> Iterator[str]:
    """Yield the words of figures; runs that touch are one word in two typefaces."""
    for line in _lines(runs):
        label = ""
        end = None
        for run in line.runs:
            if end is not None and run.left - end > 1:
                yield plain(label)
                label = ""
            label += run.text
            end = run.right
        yield plain(label)


def _lines(runs: Iterable[Run]) -> list[PrintedLine]:
    lines: list[PrintedLine] = []
    # Large runs first: a footnote mark belongs to the line whose height it touches.
    for run in sorted(runs, key=lambda run: (-run.size, run.top)):
        middle = run.top + run.height / 2
        line = next((line for line in lines if abs(line.middle - middle) < 0.55 * line.main.height), None)
        if line is None:
            lines.append(PrintedLine([run]))
        else:
            line.runs.append(run)
    for line in lines:
        line.runs.sort(key=lambda run: run.left)
    return sorted(lines, key=lambda line: line.middle)


# --- Facts of a PDF ---------------------------------------------------------------------------------------


def facts_of_pdf(pages: tuple[Page, ...]) -> list[Fact]:
    """Return what the pages say, but for the contents."""
    front, contents, _ = parts(pages)
    reader = _PdfFacts()
    _title_page(pages[0], reader.flow)
    for page in [*front, *pages[len(front) + 1 + len(contents) :]]:
        reader.read(page)
    reader.close()
    first = pages[len(front) + 1 + len(contents)]
    repeated = plain(_joined([line.text() for line in first.body if line.title]))
    assert Fact("title", repeated) in reader.flow
    notes = [fact for page in pages for fact in _footnotes(page)]
    return [*reader.flow, *reader.captions, *notes]


def facts_of_page(page: Page) -> list[Fact]:
    """Return what the body of a page says; what began on the page before begins with its first line."""
    reader = _PdfFacts()
    reader.read(page)
    reader.close()
    return reader.flow + reader.captions


def parts(pages: tuple[Page, ...]) -> tuple[tuple[Page, ...], tuple[Page, ...], tuple[Page, ...]]:
    """Return the pages between title page and contents, the contents, and the text."""
    first = next(n for n, page in enumerate(pages) if page.body[0].text() == "Contents")
    text = next(n for n, page in enumerate(pages) if page.footer[-1] == "1")
    return pages[1:first], pages[first:text], pages[text:]


def _title_page(page: Page, flow: list[Fact]) -> None:
    """Add the facts of the title page, told by their size and colour."""
    for lines in _blocks(page.body):
        main = lines[0].main
        if main.size <= 14:
            runs = [run for line in lines for run in line.runs]
            for bold in _grouped(runs):
                text = plain(_joined([run.text for run in bold]))
                flow.append(Fact("mark", text) if bold[0].bold else Fact("notice", text.strip("– ")))
            continue
        text = plain(_joined([line.text() for line in lines]))
        if main.bold:
            kind = {19: "publisher", 27: "handle"}.get(main.size, "title")
        else:
            kind = "revision" if text.startswith("Latest Revision: ") else "authors"
        flow.append(Fact(kind, text.removeprefix("Latest Revision: ")))


def _grouped(runs: list[Run]) -> Iterator[list[Run]]:
    group: list[Run] = []
    for run in runs:
        if group and run.bold != group[-1].bold:
            yield group
            group = []
        group.append(run)
    yield group


def _blocks(lines: Iterable[PrintedLine]) -> Iterator[list[PrintedLine]]:
    block: list[PrintedLine] = []
    for line in lines:
        if block and (
            line.main.size != block[-1].main.size
            or line.main.colour != block[-1].main.colour != DRAFT != line.main.colour
            or line.middle - block[-1].middle > 1.35 * line.main.size + 2
        ):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _joined(texts: list[str]) -> str:
    """Return the lines of a paragraph as one: no word is ever broken but behind a hyphen of its own."""
    joined = texts[0]
    for text in texts[1:]:
        joined += text if re.search(r"[^\W_]-$", joined) else f" {text}"
    return joined


def _footnotes(page: Page) -> Iterator[Fact]:
    notes: list[list[str]] = []
    for line in page.footnotes:
        mark, text = line.runs[0], line.text(line.runs[1:])
        if mark.text.isdigit() and mark.size < line.main.size:
            notes.append([f"{mark.text} {text}"])
        else:
            notes[-1].append(line.text())
    return (Fact("footnote", plain(_joined(lines))) for lines in notes)


@dataclass
class _Table:
    """A table that is being read: where its columns begin, and which of them begins a row."""

    kind: str
    columns: list[int]
    key: int
    rows: list[list[list[str]]] = field(default_factory=list)


class _PdfFacts:
    """Reads pages one after the other; a paragraph, table or list may go on on the next."""

    def __init__(self) -> None:
        self.flow: list[Fact] = []
        self.captions: list[Fact] = []
        self._kind = ""
        self._lines: list[PrintedLine] = []
        self._texts: list[str] = []
        self._indent = 0
        self._table: _Table | None = None
        self._references = False

    def read(self, page: Page) -> None:
        """Read the body of a page."""
        previous: PrintedLine | None = None
        for line in page.body:
            if line.title:
                continue
            distance = line.middle - previous.middle if previous else None
            if not self._in_table(line, distance):
                self._line(line, distance)
            previous = line

    def close(self) -> None:
        """Take down the paragraph or table that is being read."""
        self._end_table()
        if self._texts:
            text = plain(_joined(self._texts))
            number = re.match(r"Figure \d+: ", text)
            if self._kind == "caption" and number:
                self.captions.append(Fact("caption", text))
            else:
                self.flow.append(Fact(self._kind, text))
        self._texts, self._lines = [], []

    def _line(self, line: PrintedLine, distance: float | None) -> None:
        kind, label, runs = self._classified(line)
        left = runs[0].left
        if self._goes_on(line, kind, label, left, distance):
            self._texts.append(line.text(runs))
        else:
            self.close()
            self._kind, self._indent = kind, left
            self._texts = [" ".join(filter(None, (label, line.text(runs))))]
            if kind == "heading":
                self._references = self._texts[0].endswith(" References")
        self._lines.append(line)
        if self._texts[0] in ("Version Date Description Owner name", "Acronym Description"):
            self._begin_table(line)

    def _classified(self, line: PrintedLine) -> tuple[str, str, list[Run]]:
        """Return the kind of paragraph that would begin with this line, its label, and the rest."""
        first, rest = line.runs[0], line.runs[1:]
        if line.heading and line.main.size >= 16:
            return "heading", "", line.runs
        if rest and first.colour == ACCENT and first.text in ("•", "–"):
            return "item", "", rest
        if rest and first.colour == ACCENT and re.fullmatch(r"\d+\.", first.text):
            return "number", first.text, rest
        if rest and self._references and re.fullmatch(r"\[\d+\]", first.text):
            return "reference", first.text.strip("[]"), rest
        if first.bold and first.colour == ACCENT and first.text.startswith("Figure"):
            return "caption", "", line.runs
        return ("literal" if all(run.mono for run in line.runs) else "paragraph"), "", line.runs

    def _goes_on(self, line: PrintedLine, kind: str, label: str, left: int, distance: float | None) -> bool:
        """Return whether `line` belongs to the paragraph that is being read."""
        if not self._lines or label or kind in ("item", "literal", "caption") or self._kind == "literal":
            return False
        last = self._lines[-1]
        if line.main.size != last.main.size or (kind == "heading") != (self._kind == "heading"):
            return False
        if kind == "heading":
            return distance is not None and distance < 1.4 * line.main.size and left > LEFT + 5
        if distance is None:  # a new page: only what was cut off goes on
            cut_off = self._kind in ("item", "number", "reference") or last.right > RIGHT - 6
            return cut_off and self._kind != "caption" and abs(left - self._indent) <= 5
        # Lines of a caption are centred, and in others punctuation hangs into the margin.
        return distance <= LINE and (self._kind == "caption" or abs(left - self._indent) <= 5)

    def _begin_table(self, line: PrintedLine) -> None:
        columns = [run.left for run in line.runs]
        kind, key = ("change", 1) if len(columns) == 4 else ("acronym", 0)
        self._kind = "columns"
        self._texts = [" | ".join(run.text for run in line.runs)]
        self.close()
        self._table = _Table(kind, columns, key)

    def _end_table(self) -> None:
        if self._table:
            for row in self._table.rows:
                cells = [plain(_joined(cell or [""])) for cell in row]
                self.flow.append(Fact(self._table.kind, " | ".join(cells)))
        self._table = None

    def _in_table(self, line: PrintedLine, distance: float | None) -> bool:
        """Return whether `line` belongs to the table that is being read, and take it down if it does."""
        table = self._table
        if table is None:
            return False
        if distance is None and line.main.bold and [run.left for run in line.runs] == table.columns:
            return True  # its header, on a new page
        if distance is None or distance > 35:
            self._end_table()
            return False
        cells = [
            [run for run in line.runs if column - 4 <= run.left < following - 4]
            for column, following in zip(table.columns, [*table.columns[1:], PAGE_SIZE[0]], strict=True)
        ]
        if cells[table.key]:
            table.rows.append([[] for _ in cells])
        for cell, runs in zip(table.rows[-1], cells, strict=True):
            if runs:
                cell.append(line.text(runs))
        return True


# --- Contents, from a PDF ---------------------------------------------------------------------------------


def contents_of_pdf(pages: tuple[Page, ...]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the entries of the contents and of the list of figures, each with the page that it names."""
    lists: list[list[tuple[str, str]]] = []
    begun = ""
    for page in parts(pages)[1]:
        for line in page.body:
            if line.heading:
                lists.append([])
                continue
            last = line.runs[-1]
            named = last.right >= RIGHT - 2 and last.left > RIGHT - 40 and last.text.isdigit()
            words = re.sub(r"(?: \.){2,} ?$", "", line.text(line.runs[:-1] if named else line.runs))
            begun = _joined([begun, words]) if begun else words
            if named:
                lists[-1].append((plain(begun), last.text))
                begun = ""
    assert not begun
    return lists[0], lists[1] if len(lists) > 1 else []


def pages_of_headings(pages: tuple[Page, ...]) -> list[tuple[str, str]]:
    """Return each heading of the text with the number of the page that it stands on."""
    return _pages_of(pages, "heading")


def pages_of_captions(pages: tuple[Page, ...]) -> list[tuple[str, str]]:
    """Return each caption with the number of the page that it stands on."""
    return _pages_of(pages, "caption")


def _pages_of(pages: tuple[Page, ...], kind: str) -> list[tuple[str, str]]:
    return [
        (fact.text, page.footer[-1])
        for page in parts(pages)[2]
        for fact in facts_of_page(page)
        if fact.kind == kind
    ]


# --- Facts of a reStructuredText document -----------------------------------------------------------------


def doctree(source: str) -> nodes.document:
    """Return docutils' tree of a document; the least complaint of docutils is an error."""
    settings = {"report_level": 1, "halt_level": 1, "warning_stream": False, "_disable_config": True}
    tree: nodes.document = publish_doctree(source, settings_overrides=settings)
    return tree


def facts_of_rst(tree: nodes.document) -> list[Fact]:
    """Return what the document says, but for the contents."""
    facts = [Fact("title", plain(tree["title"]))]
    paragraphs = [node for node in tree.children if isinstance(node, nodes.paragraph)]
    kinds = ["publisher", "authors", "handle", "revision"]
    for kind, paragraph in zip(kinds, paragraphs, strict=False):
        facts.append(Fact(kind, _text(paragraph).removeprefix("Latest Revision: ")))
    facts[:2] = [facts[1], facts[0]]
    for paragraph in paragraphs[len(kinds) :]:
        for child in paragraph.children:
            text = plain(child.astext()).strip("– ")
            if text:
                facts.append(Fact("mark" if isinstance(child, nodes.strong) else "notice", text))
    for section in tree.children:
        if isinstance(section, nodes.section):
            facts += _of_block(section)
        else:
            assert isinstance(section, nodes.paragraph | nodes.title)
    last = ["caption", "footnote"]
    return sorted(facts, key=lambda fact: last.index(fact.kind) if fact.kind in last else -1)


def contents_of_rst(tree: nodes.document) -> list[tuple[str, str]]:
    """Return the entries of the contents, each with the identifier it leads to."""
    section = next(node for node in tree.findall(nodes.section) if node.astext().startswith("Contents"))
    return [(plain(link.astext()), link["refid"]) for link in section.findall(nodes.reference)]


def _of_block(node: Any, *, references: bool = False) -> Iterator[Fact]:
    """Yield the facts of a block, each kind of which has its reader; one that has none is an error."""
    if isinstance(node, nodes.section):
        yield from _of_section(node)
    elif isinstance(node, nodes.enumerated_list):
        assert node["enumtype"] == "arabic"
        for number, item in enumerate(node.children, start=node.get("start", 1)):
            kind, label = ("reference", f"{number} ") if references else ("number", f"{number}. ")
            yield from _of_item(item, kind, label)
    else:
        yield from _READERS[type(node)](node)


def _of_section(section: Any) -> Iterator[Fact]:
    title = _text(section[0])
    if title != "Contents":
        yield Fact("heading", title)
        for child in section.children[1:]:
            yield from _of_block(child, references=title.endswith(" References"))


def _of_footnote(footnote: Any) -> Iterator[Fact]:
    label, *body = footnote.children
    yield Fact("footnote", f"{label.astext()} {' '.join(_text(child) for child in body)}")


def _of_invisible(node: nodes.Node) -> Iterator[Fact]:
    assert not node.astext()
    return iter(())


def _of_item(item: Any, kind: str, label: str) -> Iterator[Fact]:
    blocks = [child for child in item.children if not isinstance(child, nodes.target)]
    for position, block in enumerate(blocks):
        if position == 0 and isinstance(block, nodes.paragraph):
            yield Fact(kind, label + _text(block))
        else:
            yield from _of_block(block)


def _of_table(table: Any) -> Iterator[Fact]:
    kind = "change" if len(list(table.findall(nodes.colspec))) == 4 else "acronym"
    for row in table.findall(nodes.row):
        text = " | ".join(_text(cell) for cell in row.children)
        yield Fact("columns" if isinstance(row.parent, nodes.thead) else kind, text)


def _text(node: nodes.Node) -> str:
    marked = "".join(
        f"⟦{part.astext()}⟧" if isinstance(part.parent, nodes.footnote_reference) else part.astext()
        for part in node.findall(nodes.Text)
    )
    return plain(marked)


_READERS: dict[type, Callable[[Any], Iterator[Fact]]] = {
    nodes.paragraph: lambda node: iter([Fact("paragraph", _text(node))]),
    nodes.bullet_list: lambda node: (fact for item in node.children for fact in _of_item(item, "item", "")),
    nodes.block_quote: lambda node: (fact for child in node.children for fact in _of_block(child)),
    nodes.literal_block: lambda node: (
        Fact("literal", plain(line)) for line in node.astext().split("\n") if line.strip()
    ),
    nodes.table: _of_table,
    nodes.figure: lambda node: iter([Fact("caption", _text(next(node.findall(nodes.caption))))]),
    nodes.footnote: _of_footnote,
    nodes.comment: _of_invisible,
    nodes.target: _of_invisible,
}
