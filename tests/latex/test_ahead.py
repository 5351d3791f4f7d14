"""What is before a figure is typeset while that is drawn, with the result of a pass over whole files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.latex.test_passes import directly, prepared, typeset
from tests.latex.test_tex import EPOCH, PREAMBLE, run, write

from milepost.base.errors import MilepostError
from milepost.latex import engine
from milepost.latex.passes import Engines
from milepost.latex.process import Program

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

GRAPHICS = PREAMBLE.replace(r"\begin", "\\usepackage{graphicx}\n\\begin")
BEFORE = r"\tableofcontents\section{One}\label{one} There are figures of trees.\newpage"
BODY = rf"""{BEFORE}
\includegraphics{{figures/one.pdf}}\newpage
\section{{Two}} See \ref{{one}}.

\includegraphics{{figures/two.pdf}}
The end."""
ONE, TWO = "figures/one.pdf", "figures/two.pdf"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Return two figures of different sizes."""
    found = []
    for size in ("1cm", "4cm"):
        body = rf"\pagewidth={size}\pageheight={size}\shipout\hbox{{}}"
        found.append(run(write(tmp_path_factory.mktemp("figure"), body)).pdf.read_bytes())
    return found[0], found[1]


@pytest.fixture
def figures(job: Path, drawn: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Return two figures, and have the first in both files of a document."""
    (job / "figures").mkdir()
    for name in (ONE, TWO):
        (job / name).write_bytes(drawn[0])
    return drawn


def given(job: Path, text: str, engines: Engines, *complete: str) -> str:
    """Give the engine that waits what it can typeset with these figures; return all that it has."""
    engine.give(engines, engine.job_of(job, "doc", "lualatex", EPOCH), text, complete)
    assert engines._waiting is not None
    return engines._waiting.given.decode()


def test_a_figure_is_read_when_it_is_complete(
    job: Path, figures: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[None] = []
    start = Program.__init__
    monkeypatch.setattr(Program, "__init__", lambda *given: started.append(start(*given)))
    text = write(job, BODY, GRAPHICS).joinpath("doc.tex").read_text("utf-8")
    found = []
    for old, new in (figures, figures[::-1]):
        for name in (ONE, TWO):
            (job / name).write_bytes(old)
        with Engines() as engines:
            prepared(job, text, engines)
            assert given(job, text, engines) == f"{GRAPHICS}{BEFORE}\n"
            (job / ONE).write_bytes(new)
            assert given(job, text, engines, ONE) == text.partition(r"\includegraphics{figures/two")[0]
            (job / TWO).write_bytes(new)
            assert given(job, text, engines, ONE, TWO) == f"{GRAPHICS}{BODY}\n"
            result = typeset(job, engines)
            found.append((result.passes, result.pdf.read_bytes()))
        assert directly(job) == found[-1][1]
    assert [passes for passes, _ in found] == [2, 1]
    assert found[0][1] != found[1][1]
    assert len(started) == 3
    assert not (job / "passes").exists()


@pytest.mark.parametrize(
    ("preamble", "body"),
    [
        (GRAPHICS.replace(r"\begin", "\\graphicspath{{figures/}}\n\\begin"), r"\includegraphics{one}"),
        (
            GRAPHICS.replace(r"\begin", "\\newcommand\\folder{figures}\n\\begin"),
            r"\includegraphics{\folder/one}",
        ),
        (GRAPHICS, r"\def\name{one}\includegraphics{figures/\name.pdf}"),
    ],
)
def test_a_figure_whose_name_is_put_together_is_waited_for(
    job: Path, figures: tuple[bytes, bytes], preamble: str, body: str
) -> None:
    text = write(job, body, preamble).joinpath("doc.tex").read_text("utf-8")
    with Engines() as engines:
        prepared(job, text, engines)
        assert given(job, text, engines, ONE, TWO) == preamble.removesuffix("\\begin{document}\n") + (
            "\\begin{document}\n" if preamble == GRAPHICS else ""
        )
        (job / ONE).write_bytes(figures[1])
        result = typeset(job, engines).pdf.read_bytes()
    assert directly(job) == result


@pytest.mark.parametrize("line", [1, 4])
def test_an_error_has_the_line_of_the_file(job: Path, figures: tuple[bytes, bytes], line: int) -> None:
    lines = ["% plan.yaml:7 ABC-1", "One.", rf"\includegraphics{{{ONE}}}", "% plan.yaml:9", "Two."]
    lines[line] = r"\undefined"
    text = write(job, "\n".join(lines), GRAPHICS).joinpath("doc.tex").read_text("utf-8")
    with Engines() as engines:
        prepared(job, text, engines)
        given(job, text, engines)
        (job / ONE).write_bytes(figures[1])
        with pytest.raises(MilepostError, match="Undefined control sequence") as caught:
            typeset(job, engines)
    (problem,) = caught.value.problems
    assert str(problem.place) == ("plan.yaml:7" if line == 1 else "plan.yaml:9")
    assert not (job / "passes").exists()


def test_what_a_build_has_given_that_failed_is_not_used_by_the_next(
    job: Path, figures: tuple[bytes, bytes]
) -> None:
    text = write(job, BODY, GRAPHICS).joinpath("doc.tex").read_text("utf-8")
    with Engines(keeps_one=True) as engines:
        prepared(job, text, engines)
        given(job, text, engines, ONE)  # the other figure cannot be drawn
        prepared(job, text, engines)
        assert given(job, text, engines) == f"{GRAPHICS}{BEFORE}\n"
        (job / ONE).write_bytes(figures[1])
        result = typeset(job, engines)
    assert directly(job) == result.pdf.read_bytes()


def test_an_engine_that_reads_a_file_is_given_nothing(job: Path) -> None:
    text = write(job, BODY, GRAPHICS).joinpath("doc.tex").read_text("utf-8")
    with Engines() as engines:
        work = engine.job_of(job, "doc", "xelatex", EPOCH)
        engine.prepare(engines, work, text)
        engine.give(engines, work, text, {ONE, TWO})
        waiting = engines._waiting
        assert waiting is None or waiting.given.decode() == GRAPHICS.removesuffix("\\begin{document}\n")
