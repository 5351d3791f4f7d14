"""Long words, addresses, paths and lists stay inside of their boxes, in every place of the page."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.build.test_diff_pdf import typeset
from tests.support.documents import document, view

from milepost.charts.fonts import TextStyle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ADDRESS = (
    "https://docs.example.org/docushare/dsweb/Get/LSE-30/LSE-30_Observatory_System_Specifications"
    "_Rev20180814_final_signed.pdf?one=1&two=2#part-3"
)
PATH = "/project/shared/data/releases/w_2024_25/HSC/rerun/processing_campaign/calibrated_exposures.parquet"
LONG = {
    "address": ADDRESS,
    "path": PATH,
    "word": "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    "capitals": "W" * 150,
    "options": "--" + "-".join(["option"] * 30),
    "no-break spaces": "\N{NO-BREAK SPACE}".join(["kept", "together"] * 15),
    "sentence": "what is neither short nor long " * 8 + "ends",
}


CODE = "LONG-" * 19
TEXTS = "title short_title organisation group draft_mark control_notice control_footer"


def prose(text: str) -> str:
    """Return the text of a section with `text` in every construction."""
    return (
        f"{text}\n\nSome words before {text} and some words after it, with a note [#]_ and ``{text}``. "
        f"*{text}* **{text}** `a link to {text} <{ADDRESS}>`__ :cite:`{CODE}1`\n\n"
        f"- {text}\n\n  - {text}\n\n    - words {text}\n\n#. {text}\n#. words {text}\n\n"
        f"    {text}\n\n::\n\n    {text}\n    if x: {text}\n\nAfter.\n\n"
        f".. [#] A note: {text} {ADDRESS} {text}\n"
    )


def at_the_edges(text: str, **parts: Any) -> dict[str, Any]:
    """Return a document with `text` on its first page, at the head and at the foot."""
    about = {
        **dict.fromkeys(TEXTS.split(), text),
        "handle": f"{CODE}1",
        "authors": [text, f"A. {text}", "B. Author"],
        "source": ADDRESS,
    }
    return document(document=about | parts.pop("document", {}), **parts)


def everywhere(first: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return a document with each of `texts` in every place of its body, and the first one in all others."""
    numbered = list(enumerate(texts, start=1))
    deployed = [{"name": text, "enclaves": [{"name": text, "components": [text]}]} for text in texts]
    return at_the_edges(
        first,
        document={
            "authors": [each for text in texts for each in (text, f"A. {text}", "B. Author")],
            "abstract": "\n\n".join(map(prose, texts)),
        },
        change_record=[
            *(
                {
                    "version": text,
                    "date": "2024-01-02",
                    "owner": text,
                    "description": f"{text} {ADDRESS} ``{PATH}``",
                }
                for text in texts
            ),
            {"version": "2", "date": "2024-01-03", "owner": "A", "description": "short"},
        ],
        sections=[
            {
                "title": text,
                "text": f"{prose(text)}\n.. figure:: chart{number}\n\n.. figure:: sites{number}\n",
                "sections": [
                    {
                        "title": text,
                        "text": prose(text),
                        "sections": [{"title": text, "sections": [{"title": text}]}],
                    }
                ],
                "milestones": {"level": str(number), "no_deliveries": text},
            }
            for number, text in numbered
        ],
        milestones={
            code: milestone
            for number, text in numbered
            for code, milestone in {
                f"{CODE}{number}": {
                    "name": text,
                    "level": str(number),
                    "due": "2024-03-01",
                    "predecessors": [f"{CODE}{number}-2"],
                },
                f"{CODE}{number}-2": {"name": text, "level": "9", "due": "2024-02-01"},
                f"M-{number}": {"name": text, "level": str(number), "due": "2024-03-01"},
            }.items()
        },
        figures={
            name: figure
            for number, text in numbered
            for name, figure in {
                f"chart{number}": {"kind": "gantt", "level": str(number), "caption": text},
                f"sites{number}": {
                    "kind": "deployment",
                    "caption": f"Sites: {text}",
                    "facilities": [deployed[number - 1]],
                },
            }.items()
        },
        references={
            f"{CODE}{number}": {
                **dict.fromkeys(("title", "series", "publisher"), text),
                "authors": [text],
                "year": "2018",
                "url": ADDRESS,
            }
            for number, text in numbered
        },
        acronyms={
            name: {"definition": text, "keep": "true"}
            for number, text in numbered
            for name in ("A" * (60 + number), "LSST"[: number % 4 + 1] * 2)
        },
    )


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one directory for all runs, which share a font cache."""
    return tmp_path_factory.mktemp("boxes")


@pytest.mark.parametrize("kind", ["every kind", *list(LONG)[1:]])
def test_nothing_leaves_its_box(job: Path, kind: str) -> None:
    """TeX's own check is in `tests.conftest`; here each line of text is between the margins."""
    texts = list(LONG.values())
    values = at_the_edges(LONG[kind]) if kind in LONG else everywhere(texts[0], texts)
    pdf = typeset(view(values), job)
    lines = subprocess.run(
        ["pdftotext", "-bbox-layout", str(pdf), "-"], capture_output=True, check=True, text=True
    ).stdout
    edges = re.findall(r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', lines)
    assert len(edges) > (10 if kind in LONG else 700)
    for left, top, right, bottom in (map(float, edge) for edge in edges):
        # Margins at 72 and 540; microtype lets punctuation protrude.
        assert 66 <= left < right <= 546
        assert 20 <= top < bottom <= 772


def test_a_chart_keeps_its_size_below_a_high_running_head(job: Path) -> None:
    long = "words of a running head " * 20
    rows = {f"ROW-{number:02}": {"name": "A row", "level": "1", "due": "2024-03-01"} for number in range(80)}
    values = document(
        document={"short_title": long, "draft_mark": long, "control_footer": long},
        sections=[{"title": "Chart", "text": ".. figure:: chart"}],
        milestones=rows,
        figures={"chart": {"kind": "gantt", "level": "1", "caption": "The chart."}},
    )
    pdf = typeset(view(values), job)
    shown = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True, text=True
    ).stdout
    words = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">(ROW-\d\d)<', shown)
    assert {code for _, _, code in words} == set(rows)
    for left, right, code in words:
        assert float(right) - float(left) == pytest.approx(TextStyle(6.5).width(code), rel=0.02)
