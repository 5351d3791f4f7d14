"""Any document that passes the check is printed in every format, each of its parts at one place."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.support.documents import document
from tests.support.printed import STATE

from milepost.base import escape
from milepost.base.errors import MilepostError
from milepost.base.paths import Workspace
from milepost.build.document import Target, build
from milepost.document.traverse import placed_figures, printed_milestones
from milepost.loading.load import loads
from milepost.prose.values import Paragraph, plain
from milepost.render import documents
from milepost.views.document import RevisionLine
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from hypothesis.strategies import DrawFn

CODES = ("A", "M-1", "M-2", "B", "C-1", "references", "title-one")
TITLES = (
    "One",
    "Two",
    "References",
    "Milestone M-1",
    "Section title one",
    "Section plan",
    "C++",
    "C#",
    "Жук",
)
LABELS = ("plan", "title-one", "title-section-plan", "two", "One", "figure-chart")
DATES = ("2024-01-01", "2024-06-01", "2025-01-01", "2024-06", "2024-Q4", "2025", "tbd")
LEVELS = ("1", "2", "3", "4")


@st.composite
def any_documents(draw: DrawFn) -> dict[str, Any]:
    """Give the values of a document whose parts refer to each other in many ways; nearly all are valid."""
    codes = draw(st.lists(st.sampled_from(CODES), max_size=6, unique=True))
    labels, levels, places = (
        draw(st.lists(st.sampled_from(names), unique=True)) for names in (LABELS, LEVELS, ("chart", "sites"))
    )
    figures = [name for name in ("chart", "sites") if name in places or draw(st.booleans())]
    names = [f":milestone:`{code}`" for code in codes]
    sections: list[dict[str, Any]] = []

    def text() -> str:
        return "See " + " and ".join(draw(st.lists(st.sampled_from(names), max_size=3)) if names else [])

    def section(depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {"title": draw(st.sampled_from(TITLES))}
        sections.append(values)
        if draw(st.booleans()) and labels:
            values["label"] = labels.pop()
        if draw(st.booleans()) and levels:
            values["milestones"] = {"level": levels.pop(), "no_deliveries": "None."}
        if depth < 3:
            values["sections"] = [section(depth + 1) for _ in range(draw(st.integers(0, 2)))]
        return values

    top = [section(1) for _ in range(draw(st.integers(1, 3)))]
    names += [f":ref:`{each['label']}`" for each in sections if "label" in each]
    if draw(st.booleans()):
        names.append(":cite:`title-one`")
    placed = [places.pop() if draw(st.booleans()) and places else None for _ in sections]
    names += [f":ref:`{name}`" for name in placed if name]
    for each, name in zip(sections, placed, strict=True):
        note = f"\n\nA note [#n]_.\n\n.. [#n] {text()}" if draw(st.booleans()) else ""
        figure = f"\n\n.. figure:: {name}" if name else ""
        each["text"] = text() + figure + note
    kinds = {
        "chart": {"kind": "gantt", "level": draw(st.sampled_from(LEVELS)), "caption": text()},
        "sites": {"kind": "deployment", "facilities": [{"name": "here"}], "caption": text()},
    }
    return document(
        document={"title": draw(st.sampled_from(("Plan", "References", "See"))), "abstract": text()},
        change_record=[{"date": "2024-01-01", "owner": "o", "description": text()}],
        sections=top,
        milestones={
            code: {
                "name": draw(st.sampled_from(("First", "Milestone A", "References"))),
                "level": draw(st.sampled_from(LEVELS)),
                "due": draw(st.sampled_from(DATES)),
                "predecessors": draw(st.lists(st.sampled_from(codes[:index]), unique=True)) if index else [],
            }
            for index, code in enumerate(codes)
        },
        figures={name: kinds[name] for name in figures},
        references={"title-one": {"authors": ["A"], "year": "2020", "title": "T"}},
        acronyms={"AB": {"definition": "x", "keep": "true"}} if draw(st.booleans()) else {},
    )


@given(any_documents())
@settings(max_examples=60)
def test_what_passes_the_check_is_printed(values: dict[str, Any]) -> None:
    try:
        loaded = loads(json.dumps(values).encode(), "milestones.yaml")
    except MilepostError as error:
        event(str(error).partition(": ")[2])
        assume(False)
    of = loaded.document
    view = resolve(of, loaded.places, RevisionLine(date=date(2024, 1, 1)))
    for layout in ("milepost", "lsstdoc"):
        _, _, latex = documents.latex(replace(view, layout=layout)).partition(r"\begin{document}")
        latex = latex.replace(r"\/", "")
        places = Counter(re.findall(r"\\anchor\{([^}]+)\}", latex))
        assert set(places.values()) <= {1}
        assert set(places) == view.anchors
        assert set(re.findall(r"\\hyperlink\{([^}]+)\}", latex)) <= set(places)

    strict = {"report_level": 1, "halt_level": 1, "warning_stream": ""}
    tree = publish_doctree(documents.rst(view), settings_overrides=strict)
    named = {name for node in tree.findall(nodes.Element) for name in node["names"]}
    assert view.linked <= named
    for code in printed_milestones(of):
        assert f"milestone-{re.sub('[^a-z0-9]+', '-', code.lower())}" in view.anchors
    assert set(view.figures) == set(placed_figures(of))


_PIECES = (
    *"ab1.,;!?()[]<>#$%&~^+=/'\"-*_`|:\\@é—\N{NON-BREAKING HYPHEN}\N{NO-BREAK SPACE}",
    *("*a*", "**b**", "``c``", "`e <https://e.org/>`__", "https://e.org/f", "\\*", " ", "\n", " - ", "\n\n"),
)


@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=15))
@settings(max_examples=200)
def test_what_is_in_the_text_is_printed(pieces: list[str]) -> None:
    values = document(sections=[{"title": "One", "text": "".join(pieces)}], milestones={})
    try:
        loaded = loads(json.dumps(values).encode(), "milestones.yaml")
    except MilepostError:
        return  # it names the place
    prose = loaded.document.sections[0].text
    assume(all(isinstance(block, Paragraph) for block in prose))
    lines = [block.inlines for block in prose if isinstance(block, Paragraph)]
    view = resolve(loaded.document, loaded.places, RevisionLine(date=date(2024, 1, 1)))

    strict = {"report_level": 1, "halt_level": 1, "warning_stream": ""}
    *_, section = publish_doctree(documents.rst(view), settings_overrides=strict).findall(nodes.section)
    paragraphs = [node.astext() for node in section.children if isinstance(node, nodes.paragraph)]
    # A backslash alone, which the check warns of, makes an empty paragraph; nobody sees a space at the end.
    assert paragraphs == [text for line in lines if (text := plain(line).rstrip())]

    latex = documents.latex(view)
    for line in lines:
        for inline in line:
            assert escape.latex(getattr(inline, "text", "")) in latex


@pytest.mark.slow
def test_milestones_of_two_levels_as_pdf(tmp_path: Path) -> None:
    values = document(
        sections=[
            {"title": "One", "text": "See :milestone:`TOP` and :milestone:`B`."},
            {"title": "First", "milestones": {"level": "2", "no_deliveries": "None."}},
            {"title": "Second", "label": "title-one", "milestones": {"level": "3", "no_deliveries": "None."}},
        ],
        milestones={
            "TOP": {"name": "Not printed", "level": "1", "due": "2024-01-01"},
            "A": {"name": "First", "level": "2", "due": "2024-02-01", "predecessors": ["B", "TOP"]},
            "B": {"name": "Second", "level": "3", "due": "2024-01-15"},
        },
    )
    workspace = Workspace.of(tmp_path / "milestones.yaml")
    workspace.source.write_text(json.dumps(values), "utf-8")
    build(workspace, frozenset({Target.PDF}), STATE)
    log = workspace.tex("DOC-1").with_suffix(".log").read_text("utf-8", errors="replace")
    assert not re.search("has been referenced but does not exist|destination with the same identifier", log)
    assert {"milestone-a", "milestone-b", "section-title-one"} <= PdfReader(
        workspace.pdf("DOC-1")
    ).named_destinations.keys()
