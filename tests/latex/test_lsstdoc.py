"""Use the interface of Rubin Observatory's document class, and compile with a substitute of it.

The class is not part of this repository. The substitute, `tests/data/texmf/tex/latex/lsstdoc.cls`, has the
same interface and prints its arguments.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.end_to_end.test_parity import FACTS, MARK, METADATA, SOURCE
from tests.support.printed import DOCUMENTS, ROOT

from milepost.loading.load import loads
from milepost.render.documents import latex
from milepost.views.document import RevisionLine
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.printed import Editions

pytestmark = pytest.mark.slow

PREAMBLE = {
    *("documentclass", "newcommand", "vcsRevision", "vcsDate", "title", "author", "begin"),
    *("setDocRef", "setDocDate", "setDocUpstreamLocation", "setDocUpstreamVersion", "setDocAbstract"),
    *("setDocChangeRecord", "addtohist", "jira", "href", "hyperlink"),
    # Our own commands, made of commands of LaTeX and hyperref.
    *("providecommand", "anchor", "raisebox", "baselineskip", "hypertarget", "together", "mbox"),
}
BODY = {
    *("begin", "end", "item", "par", "nopagebreak", "raggedright", "together", "emph", "textbf", "centering"),
    *("section", "subsection", "subsubsection", "maketitle", "footnote", "caption", "includegraphics"),
    *("linewidth", "textheight", "anchor", "hyperlink", "href", "citeds", "jira", "textquotedbl", "hline"),
    *("bibitem", "endhead", "renewcommand", "refname", "vspace", "baselineskip"),
}


def emitted(status: str = "draft") -> str:
    """Return the LaTeX of the real document for the class lsstdoc."""
    source = DOCUMENTS["real"].read_text("utf-8")
    for key, value in {"class": "lsstdoc", "status": status}.items():
        source, count = re.subn(rf"(?m)^  {key}: \S+", f"  {key}: {value}", source)
        assert count == 1
    loaded = loads(source.encode(), "milestones.yaml")
    revision = RevisionLine(date=date(2024, 11, 30), commit="0123abcd", modified=True)
    return latex(resolve(loaded.document, loaded.places, revision))


def commands(tex: str) -> set[str]:
    return set(re.findall(r"\\([A-Za-z]+)", re.sub(r"(?m)^%.*$", "", tex)))


def test_class_options() -> None:
    assert emitted("draft").splitlines()[1] == r"\documentclass[DM,lsstdraft,toc]{lsstdoc}"
    assert emitted("approved").splitlines()[1] == r"\documentclass[DM,toc]{lsstdoc}"


def test_only_the_interface_is_used() -> None:
    preamble, body = emitted().split(r"\begin{document}")
    assert commands(preamble) <= PREAMBLE
    assert commands(body) <= BODY
    assert body.lstrip().startswith(r"\maketitle")
    # The class makes these itself.
    for text in (MARK, METADATA["control_notice"], METADATA["control_footer"]):
        assert " ".join(text.split()) not in " ".join(emitted().split())


def test_preamble() -> None:
    preamble = emitted().split("\\setDocChangeRecord")[0].splitlines()
    assert [line for line in preamble if not line.startswith((r"\providecommand", "%"))] == [
        r"\documentclass[DM,lsstdraft,toc]{lsstdoc}",
        r"\newcommand{\vcsRevision}{0123abcd-dirty}",
        r"\newcommand{\vcsDate}{2024-11-30}",
        rf"\title[{METADATA['title']}]{{{METADATA['title']}}}",
        rf"\author{{{', '.join(METADATA['authors'])}}}",
        r"\setDocRef{LDM-564}",
        r"\setDocDate{2024-11-30}",
        r"\setDocUpstreamLocation{\href{https://github.com/lsst/LDM-564}{https://github.com/lsst/LDM-564}}",
        r"\setDocUpstreamVersion{0123abcd-dirty}",
        r"\setDocAbstract{%",
        METADATA["abstract"].strip(),
        "",
        "}",
    ]


@pytest.fixture(scope="module")
def text(editions: Editions, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return all words that the substitute prints, without spaces."""
    directory: Path = tmp_path_factory.mktemp("lsstdoc")
    shutil.copytree(editions("real").workspace.latex / "figures", directory / "figures")
    (directory / "document.tex").write_text(emitted(), "utf-8")
    environment = {
        **os.environ,
        "TEXMFHOME": str(ROOT / "tests/data/texmf"),
        "TEXMFVAR": str(directory / "var"),
    }
    for _ in range(2):
        run = subprocess.run(
            ["lualatex", "-interaction=nonstopmode", "-halt-on-error", "document.tex"],
            cwd=directory,
            env=environment,
            capture_output=True,
            check=False,
            text=True,
        )
        assert run.returncode == 0, run.stdout[-2000:]
    log = (directory / "document.log").read_text("utf-8", errors="replace")
    assert not re.findall(r"^(?:Missing character|.*undefined|.*multiply|Overfull).*$", log, re.MULTILINE)
    command = ["pdftotext", "-raw", str(directory / "document.pdf"), "-"]
    return squeezed(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words).replace("’", "'"))


def test_what_the_class_is_given(text: str) -> None:
    assert text.startswith(
        squeezed(
            f"GROUP DM STATUS draft SHORT {METADATA['title']} TITLE {METADATA['title']} "
            f"AUTHORS {', '.join(METADATA['authors'])} REF LDM-564 DATE 2024-11-30 "
            f"LOCATION {METADATA['source']} VERSION 0123abcd-dirty CURATOR "
            f"REVISION 0123abcd-dirty 2024-11-30 ABSTRACT {METADATA['abstract']} "
            f"CHANGE 1.0; 2017-08-18; Initial version. Approved in JIRA[RFC-373].; W. O'Mullane "
            f"CHANGE ; 2018-03-16;"
        )
    )
    dates = re.findall(r"CHANGE[^;]*;([\d-]{10});", text)
    assert dates == [row["date"] for row in SOURCE["change_record"]]


def test_everything_is_printed_in_order(text: str) -> None:
    """What the class does not print itself is in the same order as in the layout milepost."""
    handles = "|".join(SOURCE["references"])
    position = text.rindex("CHANGE")
    for fact in FACTS:
        if fact.kind not in ("heading", "paragraph", "item", "acronym", "reference"):
            continue
        if fact.text in ("Abstract", "Change Record") or fact.text.startswith("Document source location"):
            continue
        if fact.text == METADATA["abstract"].strip():
            continue
        words = fact.text.replace(" | ", " ").replace("⟦", "").replace("⟧", "")
        if fact.kind == "paragraph":
            words = re.sub(rf"\b({handles})\b(?!-)", r"CITED[\1]", words)
        if fact.kind == "reference":
            words = re.sub(r"^(\d+) ", r"[\1] ", words)
        found = text.find(squeezed(words), position)
        assert found >= 0, (fact, text[position : position + 300])
        position = found + 1
    assert text.count("CITED[") == 5
    assert text.count("JIRA[") == 5
