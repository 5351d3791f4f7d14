"""Annotations that viewers write into the marked PDF are comments on the changes that they lie on."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, TextStringObject
from tests.comments.test_applying import DOCUMENT

from milepost.base.errors import MilepostError
from milepost.comments.annotations import read, reads_pdf
from milepost.comments.finding import find
from milepost.loading.load import loads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from milepost.comments.model import Comment

pytestmark = pytest.mark.slow

OLD = DOCUMENT.replace("  - title: Aims", "    milestones: {level: 2, no_deliveries: None.}\n  - title: Aims")
NEW = OLD
for before, after in (
    ("due: 2026-01-31", "due: 2026-06-30"),
    ("forecast: 2026-02-28", "forecast: 2026-08-31"),
    ("name: Name of R-2", "name: Another name"),
    ("The second paragraph, which says more.", "The second paragraph, which says much less."),
    ("  - title: Aims", "  - title: Our own aims"),
    ("Programming Interface", "Program Interface"),
    ("title: The title of it", "title: The title of that"),
):
    assert before in OLD
    NEW = NEW.replace(before, after)


class Word(NamedTuple):
    page: int
    left: float
    bottom: float
    right: float
    top: float
    text: str


class Marked(NamedTuple):
    content: bytes
    words: list[Word]

    def at(self, text: str, number: int = 0, *, after: str = "") -> list[Word]:
        """Return the words of `text` that follow each other; `number` counts how often it is there."""
        wanted, texts = text.split(), [word.text for word in self.words]
        start = texts.index(after) if after else 0
        found = [
            index
            for index in range(start, len(texts) - len(wanted) + 1)
            if all(each in texts[index + at] for at, each in enumerate(wanted))
        ]
        return self.words[found[number] : found[number] + len(wanted)]


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    """The marked PDF of two editions, with the place of each word."""
    folder = tmp_path_factory.mktemp("marked")
    (folder / "old.yaml").write_text(OLD, "utf-8")
    (folder / "milestones.yaml").write_text(NEW, "utf-8")
    command = [sys.executable, "-m", "milepost", "diff", "old.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    path = folder / "build/diff/ACME-7-diff.pdf"
    return Marked(path.read_bytes(), words_of(path))


def words_of(path: Path) -> list[Word]:
    printed = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True, text=True)
    found = []
    for number, page in enumerate(printed.stdout.split("<page ")[1:]):
        height = float(re.findall(r'height="([\d.]+)"', page)[0])
        for left, top, right, bottom, text in re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page
        ):
            box = float(left), height - float(bottom), float(right), height - float(top)
            found.append(Word(number, *box, text))
    return found


def annotation(kind: str, words: list[Word], contents: str = "", **more: Any) -> tuple[int, DictionaryObject]:
    """Return an annotation on words, and its page, as Acrobat writes it."""
    page = words[0].page
    corners = [
        number
        for word in words
        for number in (
            word.left,
            word.top,
            word.right,
            word.top,
            word.left,
            word.bottom,
            word.right,
            word.bottom,
        )
    ]
    rectangle = (min(corners[::2]), min(corners[1::2]), max(corners[::2]), max(corners[1::2]))
    made = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"),
        NameObject("/Subtype"): NameObject(f"/{kind}"),
        NameObject("/Rect"): ArrayObject(map(FloatObject, rectangle)),
        NameObject("/T"): TextStringObject("Ada"),
        NameObject("/M"): TextStringObject("D:20261126110000+01'00'"),
    })  # fmt: skip
    if kind in {"Highlight", "StrikeOut", "Underline"}:
        made[NameObject("/QuadPoints")] = ArrayObject(map(FloatObject, corners))
    if contents:
        made[NameObject("/Contents")] = TextStringObject(contents)
    for name, value in more.items():
        made[NameObject(f"/{name}")] = value
    return page, made


def annotated(
    marked: Marked, *found: tuple[int, DictionaryObject], change: Callable[[PdfWriter], object] | None = None
) -> bytes:
    """Return the PDF with annotations."""
    writer = PdfWriter(clone_from=io.BytesIO(marked.content))
    for page, each in found:
        array: Any = writer.pages[page].setdefault(NameObject("/Annots"), ArrayObject()).get_object()
        array.append(writer._add_object(each))
    if change:
        change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def commented(content: bytes) -> tuple[Comment, ...]:
    return reads_pdf(content, "reviewed.pdf").comments


def said(comment: Comment) -> tuple[str, str | None]:
    if comment.lost:
        return comment.lost, None
    about = comment.about
    return ".".join(filter(None, (about.part, about.key, about.field))), comment.change


def test_what_lies_on_a_change_is_a_comment_on_it(marked: Marked) -> None:
    content = annotated(
        marked,
        annotation("Highlight", marked.at("2026-06-30", -1), "Too late?\rReally"),
        annotation("StrikeOut", marked.at("2026-01-31", -1)),
        annotation("Highlight", marked.at("2026-08-31", -1), "Good."),
        annotation("Underline", marked.at("much less"), "Less of what?"),
        annotation("FreeText", marked.at("Our own", -1), "Whose?"),
        annotation("Text", marked.at("Program", -1), "Hm."),
        annotation("Highlight", marked.at("that", -1), "Which?"),
        annotation("Highlight", marked.at("Another name", -1), "Better."),
    )
    found = commented(content)
    assert {each.text: said(each) for each in found} == {
        "Too late?\nReally": ("milestones.R-1.due", "due moved"),
        "Struck out: “2026-01-31”": ("milestones.R-1.due", "due moved"),
        "Good.": ("milestones.R-1.forecast", "forecast moved"),
        "Less of what?": ("sections.plan.text", "prose changed"),
        "Whose?": ("sections.title", "section changed"),
        "Hm.": ("acronyms.API.definition", "entry changed"),
        "Which?": ("references.REF-1.title", "entry changed"),
        "Better.": ("milestones.R-2.name", "renamed"),
    }
    assert {each.author for each in found} == {"Ada"}
    assert {f"{each.written:%Y-%m-%dT%H:%M}" for each in found} == {"2026-11-26T10:00"}
    assert len({each.id for each in found}) == len(found)
    loaded = loads(NEW.encode(), "m.yaml")
    assert all(not isinstance(find(each, loaded), str) for each in found)
    (due,) = (each for each in found if each.text.startswith("Too late"))
    assert (due.old, due.new) == ("2026-01-31", "2026-06-30")


def test_what_lies_on_a_line_of_the_list_is_a_comment_on_that_change(marked: Marked) -> None:
    lines = {
        "is due 2026-06-30": ("milestones.R-1.due", "due moved"),
        "is forecast for": ("milestones.R-1.forecast", "forecast moved"),
        "was renamed": ("milestones.R-2.name", "renamed"),
        "The text of": ("sections.plan.text", "prose changed"),
        "The title of section": ("sections.title", "section changed"),
        "The definition of": ("acronyms.API.definition", "entry changed"),
    }
    found = commented(annotated(marked, *(annotation("Text", marked.at(each), each) for each in lines)))
    assert {each.text: said(each) for each in found} == lines
    again = commented(annotated(marked, *(annotation("Highlight", marked.at(each)) for each in lines)))
    assert [said(each) for each in again] == list(lines.values())


def test_what_lies_on_no_change_is_listed_with_its_page_and_the_text_nearby(marked: Marked) -> None:
    word = marked.at("first paragraph", -1)
    page = word[0].page + 1
    found = commented(
        annotated(marked, annotation("Highlight", word, "Fine."), annotation("Text", word, "Here"))
    )
    assert {each.lost for each in found} == {f"it is on no change: page {page}, near “first paragraph”"}
    assert [each.text for each in found] == ["Fine.", "Here"]


def test_replies_replacements_and_what_is_no_comment(marked: Marked) -> None:
    word = marked.at("2026-06-30", -1)
    page, first = annotation("Highlight", word, "Too late?", NM=TextStringObject("first"))
    content = annotated(marked, (page, first), (page, first))
    assert len(commented(content)) == 1  # the same name twice

    def reply(writer: PdfWriter) -> None:
        array: Any = writer.pages[page]["/Annots"].get_object()
        parent = array[-1]
        caret = writer._add_object(annotation("Caret", word, "2026-07-31")[1])
        more: list[DictionaryObject] = [
            annotation("Text", marked.at("R-2", -1), "Yes.", IRT=parent, T=TextStringObject("Ben"))[1],
            annotation("Text", word, "Accepted", IRT=parent, StateModel=TextStringObject("Review"))[1],
            annotation("Popup", word, "", Parent=parent)[1],
            annotation("Square", word)[1],
            annotation("StrikeOut", word, IRT=caret, RT=NameObject("/Group"))[1],
        ]
        array.append(caret)
        array.extend(writer._add_object(each) for each in more)

    found = commented(annotated(marked, (page, first), change=reply))
    assert [(each.author, each.text) for each in found] == [
        ("Ada", "Too late?"),
        ("Ada", "Replace “2026-06-30;” by “2026-07-31”"),
        ("Ben", "In reply to Ada: Yes."),
    ]
    assert {said(each)[0] for each in found} == {"milestones.R-1.due"}


def test_pages_that_are_turned_have_the_same_places(marked: Marked) -> None:
    def turn(writer: PdfWriter) -> None:
        for page in writer.pages:
            page.rotate(90)

    word = annotation("Highlight", marked.at("2026-08-31", -1), "Good.")
    straight, turned = commented(annotated(marked, word)), commented(annotated(marked, word, change=turn))
    assert turned == straight
    assert said(turned[0])[0] == "milestones.R-1.forecast"


def test_hostile_annotations_are_text_or_left_out(marked: Marked) -> None:
    word = marked.at("2026-06-30", -1)
    page, odd = annotation(
        "Highlight", word, "\x1b[31m\u202e<b>\x07\x85", T=TextStringObject("\x1b]0;x\x07\n\n")
    )
    odd[NameObject("/M")] = TextStringObject("D:99999999999999")
    _, broken = annotation("Highlight", word, "x")
    broken[NameObject("/QuadPoints")] = ArrayObject([NameObject("/x")] * 8)
    broken[NameObject("/Rect")] = ArrayObject([FloatObject(1)])
    (found,) = commented(annotated(marked, (page, odd), (page, broken)))
    assert (found.text, found.author) == ("[31m\u202e<b>", "]0;x")
    assert found.written.year == 1970


def test_what_is_no_marked_pdf_is_said_in_one_line(marked: Marked, tmp_path: Path) -> None:
    def fault(content: bytes) -> str:
        (tmp_path / "r.pdf").write_bytes(content)
        with pytest.raises(MilepostError) as caught:
            read(tmp_path / "r.pdf", "r.pdf")
        (line,) = str(caught.value).splitlines()
        return line

    blank = PdfWriter()
    blank.add_blank_page(100, 100)
    stream = io.BytesIO()
    blank.write(stream)
    assert fault(stream.getvalue()).startswith(
        "r.pdf: this PDF does not say which changes it shows (annotate the"
    )
    locked = annotated(marked, change=lambda writer: writer.encrypt("secret", algorithm="RC4-128"))
    assert fault(locked) == "r.pdf: this PDF is protected by a password (save it without one)"
    for content in (marked.content[:2000], b"%PDF-1.7\n", b"%PDF-" + marked.content[9000:40_000]):
        assert fault(content).startswith(("r.pdf: this PDF cannot be read: ", "r.pdf: this PDF does not say"))


def test_a_pdf_that_only_its_owner_may_change_is_read(marked: Marked) -> None:
    def lock(writer: PdfWriter) -> None:
        writer.encrypt("", "owner", algorithm="RC4-128")

    word = annotation("Highlight", marked.at("2026-06-30", -1), "Too late?")
    assert [said(each)[0] for each in commented(annotated(marked, word, change=lock))] == [
        "milestones.R-1.due"
    ]


def test_the_list_has_the_pages(marked: Marked, tmp_path: Path) -> None:
    word = annotation("Highlight", marked.at("2026-06-30", -1), "Too late?")
    lost = annotation("Highlight", marked.at("first paragraph", -1), "Fine.")
    (tmp_path / "reviewed.pdf").write_bytes(annotated(marked, word, lost))
    (tmp_path / "milestones.yaml").write_text(NEW, "utf-8")
    command = [sys.executable, "-m", "milepost", "comments", "reviewed.pdf"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.search(
        r"R-1: Name of R-1\n  due: 2026-01-31 → 2026-06-30\n    Ada, .* UTC, page \d+ \[pdf-", done.stdout
    )
    assert "near “first paragraph”" in done.stdout
    assert len(PdfReader(tmp_path / "reviewed.pdf").pages) > 3
