"""Run the engine on small documents: passes, errors, limits and bytes."""

from __future__ import annotations

import importlib.resources
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from milepost.base.errors import MilepostError, Place, Problem, Severity
from milepost.latex import engine, toolchain
from milepost.latex.log import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

EPOCH = 1_500_000_000

PREAMBLE = r"""\pdfvariable suppressoptionalinfo 515\relax
\documentclass{article}
\usepackage[OT1]{fontenc}
\begin{document}
"""
"""A preamble that is read in half a second."""
FIRST_LINE = PREAMBLE.count("\n") + 1
OWN_FONT = r"""\pdfvariable suppressoptionalinfo 515\relax
\documentclass{article}
\usepackage{fontspec}
\setmainfont{FiraSans}[Path=./,Extension=.ttf,Renderer=HarfBuzz,UprightFont=*-Regular,BoldFont=*-Regular]
\setsansfont{FiraSans}[Path=./,Extension=.ttf,Renderer=HarfBuzz,UprightFont=*-Regular,BoldFont=*-Regular]
\usepackage[hidelinks]{hyperref}
\begin{document}
"""
"""A preamble with links and a font that luaotfload reads, as documents have it."""

# Line 1 of the body has no mark; the source of line 3 is plan.yaml:7, milestone ABC-1.
MARKED = "Unmarked\n% plan.yaml:7 ABC-1\n{}\n% plan.yaml:9\nMore\n"


def write(job_directory: Path, body: str, preamble: str = PREAMBLE) -> Path:
    """Write a job called `doc` with `body` and a font."""
    job_directory.mkdir(parents=True, exist_ok=True)
    (job_directory / "doc.tex").write_text(f"{preamble}{body}\n\\end{{document}}\n", encoding="utf-8")
    fonts = importlib.resources.files("fontpkg_fira_sans") / "files"
    with importlib.resources.as_file(fonts / "FiraSans-Regular.ttf") as font:
        shutil.copy2(font, job_directory)
    return job_directory


def run(
    job_directory: Path,
    on_progress: Callable[[engine.Progress], None] = engine.ignore,
    program: str = "lualatex",
) -> engine.Typeset:
    marks = engine.source_marks((job_directory / "doc.tex").read_text(encoding="utf-8"))
    return engine.typeset(
        job_directory,
        "doc",
        source_date_epoch=EPOCH,
        locate=marks,
        on_progress=on_progress,
        engine=program,
    )


def problems(job_directory: Path) -> tuple[Problem, ...]:
    with pytest.raises(MilepostError) as caught:
        run(job_directory)
    return caught.value.problems


def test_contents_that_move_no_page_take_two_passes_and_one_when_warm(job: Path) -> None:
    write(job, r"\tableofcontents\section{One}\label{one}\newpage\section{Two} See \ref{one}.")
    cold = run(job)
    assert (cold.passes, cold.pages, cold.warnings) == (2, 2, ())
    assert cold.pdf == job / "doc.pdf"
    assert cold.pdf.read_bytes().startswith(b"%PDF")
    assert run(job).passes == 1
    write(job, r"\tableofcontents\section{One}\label{one}\newpage\section{Two} Look at \ref{one}.")
    assert run(job).passes == 1


def test_contents_that_move_pages_take_a_third_pass(job: Path) -> None:
    contents, sections = r"\tableofcontents\newpage", r"\section{A}" * 60
    write(job, contents + sections, OWN_FONT)
    cold = run(job)
    assert (cold.passes, cold.pages) == (3, 5)
    # One pass finds the sections a page further on, one prints that in the contents.
    write(job, contents + r"\null\newpage" + sections, OWN_FONT)
    moved = run(job)
    assert (moved.passes, moved.pages) == (2, 6)


def test_page_numbers_that_never_settle_are_an_error(job: Path) -> None:
    read = r"\newcount\n\InputIfFileExists{doc.cnt}{}{}\advance\n by 1 "
    add_one = (
        r"\newwrite\w\immediate\openout\w=doc.cnt \immediate\write\w{\n=\the\n\relax}\immediate\closeout\w"
    )
    write(job, f"{read}{add_one} x")
    (problem,) = problems(job)
    assert str(problem) == (
        "build/latex/doc.tex: the page numbers still change after 5 passes, in doc.cnt"
        " (the log is kept in build/latex/doc.log)"
    )
    assert not (job / "doc.unfinished").exists()


def test_progress_counts_the_pages_of_each_pass(job: Path) -> None:
    write(job, r"\tableofcontents\newpage\section{A}\newpage\section{B}")
    seen: list[engine.Progress] = []
    run(job, seen.append)
    assert seen == [
        *(engine.Progress(1, page, None) for page in (1, 2, 3)),
        *(engine.Progress(2, page, 3) for page in (1, 2, 3)),
    ]
    seen.clear()
    run(job, seen.append)
    assert seen == [engine.Progress(1, page, 3) for page in (1, 2, 3)]


def test_files_of_an_interrupted_run_are_not_used(job: Path) -> None:
    write(job, r"\section{One}\label{one}See \ref{one}.", OWN_FONT)
    assert run(job).passes == 2
    font_cache = next(path for path in (job / "cache").rglob("*.luc"))
    font_cache.write_bytes(b"cut off")
    (job / "doc.unfinished").touch()
    assert run(job).passes == 2
    assert not (job / "doc.unfinished").exists()
    assert font_cache.read_bytes() != b"cut off"


def test_damaged_auxiliary_files_are_recovered_from(job: Path) -> None:
    write(job, r"\tableofcontents\section{One}\label{one}See \ref{one}.")
    good = run(job).pdf.read_bytes()
    for damage in (r"\newlabel{one}{{1", "\0\0\0", r"\end{document}"):
        (job / "doc.aux").write_text(damage)
        (job / "doc.toc").write_text(damage)
        assert run(job).pdf.read_bytes() == good, damage
    assert run(job).passes == 1


def test_an_error_is_one_problem_at_the_place_of_its_mark(job: Path) -> None:
    write(job, MARKED.format(r"Some \nosuch text"))
    (problem,) = problems(job)
    assert str(problem) == (
        "plan.yaml:7: while typesetting ABC-1: Undefined control sequence \\nosuch"
        " (the log is kept in build/latex/doc.log)"
    )
    assert type(problem.place) is Place
    assert (job / "doc.log").exists()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (r"$x", "Missing $ inserted"),
        (r"\directlua{error('no')}", "no"),
        (r"\begin{itemize} x \end{itemize}", r"LaTeX Error: Something's wrong--perhaps a missing \item"),
        (
            r"\PackageError{plan}{One\MessageBreak two}{}",
            "Package plan Error: One two",
        ),
    ],
)
def test_messages_of_tex_are_one_line(job: Path, fault: str, message: str) -> None:
    write(job, MARKED.format(fault + "\n"))
    (problem,) = problems(job)
    assert problem.message == f"while typesetting ABC-1: {message}"
    assert problem.place == Place("plan.yaml", 7)


def test_an_error_without_a_mark_is_placed_in_the_tex(job: Path) -> None:
    write(job, r"\nosuch")
    (problem,) = problems(job)
    assert problem.place == Place("build/latex/doc.tex", FIRST_LINE)


def test_a_document_fixed_after_an_error_is_typeset(job: Path) -> None:
    write(job, r"\section{One}\label{one}\nosuch")
    problems(job)
    write(job, r"\section{One}\label{one} See \ref{one}.")
    assert run(job).passes == 2


def test_a_missing_package_comes_with_the_way_to_install_it(job: Path) -> None:
    write(job, "", OWN_FONT)
    source = job / "doc.tex"
    source.write_text(source.read_text().replace("fontspec", "nosuchpackage", 1))
    (problem,) = problems(job)
    assert problem.message == "LaTeX Error: File `nosuchpackage.sty' not found"
    assert problem.place == Place("build/latex/doc.tex", 4)  # where TeX has read on to
    assert problem.hint == f"{toolchain.advice_here()}; the log is kept in build/latex/doc.log"


def test_a_missing_engine_comes_with_the_way_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    advice = toolchain.advice_here()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MilepostError) as caught:
        run(write(tmp_path, "x"))
    assert caught.value.problems == (
        Problem(rule="tex-engine", message="lualatex is not installed", hint=advice),
    )


def test_an_engine_that_a_class_needs_is_named(tmp_path: Path) -> None:
    with pytest.raises(MilepostError) as caught:
        run(write(tmp_path, "x"), program="nosuchengine")
    assert str(caught.value) == "nosuchengine is not installed (the document's class needs nosuchengine)"


def test_an_engine_of_that_class_comes_with_the_way_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MilepostError) as caught:
        run(write(tmp_path, "x"), program="xelatex")
    assert str(caught.value) == f"xelatex is not installed ({toolchain.LSSTDOC_ADVICE})"


def test_a_missing_class_comes_with_the_way_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The class `lsstdoc` is not part of TeX Live; the fake engine reports what XeLaTeX does without it."""
    program = tmp_path / "bin/xelatex"
    program.parent.mkdir()
    error = "./doc.tex:3: LaTeX Error: File \\`lsstdoc.cls' not found.\n\nl.3 \\\\usepackage"
    program.write_text(f'#!/bin/sh\nprintf "This is XeTeX, Version 3\n{error}\n" > doc.log\nexit 1\n')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    job = write(tmp_path / "build/latex", "x")

    program.chmod(0o755)
    with pytest.raises(MilepostError) as caught:
        run(job, program="xelatex")
    (problem,) = caught.value.problems
    assert problem.message == "LaTeX Error: File `lsstdoc.cls' not found"
    assert "TEXMFHOME" in problem.hint
    assert problem.hint.startswith(f"{toolchain.LSSTDOC_ADVICE}; ")


def test_an_engine_that_fails_without_output_is_an_error(job: Path) -> None:
    write(job, "x")
    (job / "doc.log").write_text("Output written on doc.pdf (1 page, 1 bytes).\n")
    with pytest.raises(MilepostError, match="false ended with status 1"):
        run(job, program="false")


def test_a_character_without_a_glyph_is_an_error(job: Path) -> None:
    write(job, MARKED.format("Snow ☃ and 字"), OWN_FONT)
    found = problems(job)
    assert [problem.message for problem in found] == [
        "while typesetting ABC-1: FiraSans-Regular has no glyph for ☃ (U+2603)",
        "while typesetting ABC-1: FiraSans-Regular has no glyph for 字 (U+5B57)",
    ]
    assert {problem.place for problem in found} == {Place("plan.yaml", 7)}


def test_a_font_with_no_glyph_at_all_is_the_same_error(job: Path) -> None:
    write(job, "\\thispagestyle{empty}\n字", OWN_FONT)
    (problem,) = problems(job)
    assert problem.message == "FiraSans-Regular has no glyph for 字 (U+5B57)"
    assert problem.place == Place("build/latex/doc.tex", OWN_FONT.count("\n") + 2)


def test_references_to_nothing_are_errors(job: Path) -> None:
    write(job, MARKED.format(r"\ref{a} \cite{b} \hyperref[c]{d} \hyperlink{e}{f}"), OWN_FONT)
    found = problems(job)
    assert [problem.message for problem in found] == [
        "while typesetting ABC-1: Reference to nothing: a",
        "while typesetting ABC-1: Citation to nothing: b",
        "while typesetting ABC-1: Hyper reference to nothing: c",
        "Link to nothing: e",
    ]
    assert run(write(job, "fixed")).passes == 2


def test_overfull_boxes_are_warnings_at_their_source(job: Path) -> None:
    wide = r"\par\noindent\rule{\textwidth}{1pt}\rule{%spt}{1pt}"
    write(job, MARKED.format(wide % 0.4 + "\n\n" + wide % 9 + "\n"))
    (warning,) = run(job).warnings
    assert warning.message == r"while typesetting ABC-1: Overfull \hbox (9.0pt too wide)"
    assert (warning.place, warning.severity) == (Place("plan.yaml", 7), Severity.WARNING)


def test_overfull_boxes_in_the_contents_are_not_placed_in_the_tex(job: Path) -> None:
    write(
        job, "\\tableofcontents\n% plan.yaml:7\n\\section[\\rule{20cm}{1pt}]{(One)}\n\\hbox to 1cm{too wide}"
    )
    places = [warning.place for warning in run(job).warnings]
    assert places == [Place("build/latex/doc.toc", 1), Place("plan.yaml", 7)]


def test_no_pages_is_an_error(job: Path) -> None:
    (problem,) = problems(write(job, ""))
    assert problem.message == "the document has no pages"


def test_files_elsewhere_are_not_read(job: Path) -> None:
    (problem,) = problems(write(job, MARKED.format(r"\input{/etc/passwd}")))
    assert problem.message == "while typesetting ABC-1: LaTeX Error: File `/etc/passwd.tex' not found"
    (job.parent / "secret.tex").write_text("secret")
    (problem,) = problems(write(job, r"\input{../secret}"))
    assert problem.message == "LaTeX Error: File `../secret.tex' not found"


def test_files_elsewhere_are_not_written_and_programs_not_run(job: Path) -> None:
    write(job, r"\immediate\write18{touch pwned}\directlua{os.execute('touch pwned')}x")
    run(job)
    assert not (job / "pwned").exists()
    problems(write(job, r"\newwrite\w\immediate\openout\w=../pwned.txt x"))
    assert not (job.parent / "pwned.txt").exists()


def test_nothing_is_written_outside_of_the_job_directory(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = job.parent / "home"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    run(write(job, "x", OWN_FONT))
    assert list(home.rglob("*")) == []


def test_a_directory_with_an_awkward_name_works(tmp_path: Path) -> None:
    assert run(write(tmp_path / "a b,c:{d}$HOME~é", "x", OWN_FONT)).pages == 1


def test_the_bytes_are_the_same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = r"\tableofcontents\section{One}\label{one}\today, see \ref{one}."
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    first = run(write(tmp_path / "one", body, OWN_FONT)).pdf.read_bytes()
    monkeypatch.setenv("TZ", "America/Santiago")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    before = os.umask(0o077)
    try:
        second = run(write(tmp_path / "some" / "where" / "else", body, OWN_FONT)).pdf.read_bytes()
    finally:
        os.umask(before)
    assert first == second
    assert b"20170714024000Z" in first


ENDLESS = r"\loop\iftrue\hbox{x}\repeat"
CALLER = """
import signal
import sys
from pathlib import Path
from milepost.latex.engine import typeset
for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):  # by nohup, or in the background
    signal.signal(ignored, signal.default_int_handler if ignored == signal.SIGINT else signal.SIG_DFL)
try:
    typeset(Path(sys.argv[1]), "doc", source_date_epoch=0, locate=lambda line: None,
            on_progress=lambda progress: print("page", flush=True))
except KeyboardInterrupt:
    print("interrupted")
except SystemExit as exit:
    print("terminated", exit.code)
"""


@pytest.mark.parametrize(
    ("number", "words"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated 143")]
)
def test_a_signal_ends_the_engine_at_once(job: Path, number: signal.Signals, words: str) -> None:
    write(job, "x\\newpage " + ENDLESS)
    with subprocess.Popen(
        (sys.executable, "-c", CALLER, str(job)),
        stdout=subprocess.PIPE,
        text=True,
        env=caller_environment(),
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == "page\n"
        started = children(caller.pid)
        start = time.monotonic()
        caller.send_signal(number)
        rest = caller.stdout.read()
        assert caller.wait() == 0
    assert time.monotonic() - start < 2
    assert rest.splitlines()[-1] == words
    wait_for_the_end_of(started)
    assert (job / "doc.unfinished").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT, signal.SIGHUP])
def test_the_engine_ends_with_the_program_that_started_it(job: Path, number: signal.Signals) -> None:
    write(job, "x\\newpage " + ENDLESS)
    with subprocess.Popen(
        (sys.executable, "-c", CALLER, str(job)), stdout=subprocess.PIPE, text=True, env=caller_environment()
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == "page\n"
        started = children(caller.pid)
        caller.send_signal(number)
        assert caller.wait() == -number
    wait_for_the_end_of(started)


def test_a_closed_pipe_ends_the_engine(job: Path) -> None:
    write(job, "x\\newpage y\\newpage z\\newpage " + ENDLESS)
    with subprocess.Popen(
        (sys.executable, "-c", CALLER, str(job)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=caller_environment(),
    ) as caller:
        assert caller.stdout is not None
        caller.stdout.close()
        assert caller.wait() != 0
        started = children(caller.pid)
    wait_for_the_end_of(started)


def caller_environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(engine.__file__).resolve().parents[2])}


def wait_for_the_end_of(processes: list[int]) -> None:
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(process: int) -> list[int]:
    """Return the engine that `process` has started, and what else it has started."""
    listing = Path(f"/proc/{process}/task/{process}/children")
    if not listing.exists():
        return []
    return [int(word) for word in listing.read_text().split()]


# --- What comes from outside -------------------------------------------------------------------------------


def test_the_environment_has_no_effect(job: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    body = r"\section{One}\today\par\directlua{tex.print(os.getenv('SECRET') or 'nothing')}"
    expected = run(write(job, body, OWN_FONT)).pdf.read_bytes()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "article.cls").write_text(r"\errmessage{another class}")
    for name, value in {
        "TEXINPUTS": f"{elsewhere}:",
        "TEXINPUTS_lualatex": f"{elsewhere}:",
        "TEXMFOUTPUT": str(elsewhere),
        "TEXMFCNF": str(elsewhere),
        "TEXMFVAR": str(elsewhere),
        "LUAINPUTS": str(elsewhere),
        "max_print_line": "40",
        "max_print_line_lualatex": "40",
        "openout_any": "a",
        "SOURCE_DATE_EPOCH": "1",
        "SECRET": "leaked",
    }.items():
        monkeypatch.setenv(name, value)
    result = run(job)
    assert result.pdf.read_bytes() == expected
    assert result.pages == 1
    assert sorted(path.name for path in elsewhere.iterdir()) == ["article.cls"]
    assert toolchain.missing_tex() == ()


def fake(program: Path, text: str) -> None:
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


LOGGED = 'echo "Output written on doc.pdf (1 page, 13 bytes)." > doc.log'


INCOMPLETE = [
    "true",
    LOGGED,
    f"{LOGGED}; echo '%PDF-1.5 no!' > doc.pdf",
    f"{LOGGED}; head -c 900 ../../../whole.pdf > doc.pdf",
    "cp ../../../whole.pdf doc.pdf",
    'echo "Output written on doc.pdf (2 pages, 13 bytes)." > doc.log; cp ../../../whole.pdf doc.pdf',
]


def test_a_pdf_that_is_not_complete_is_an_error(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(write(job, "x")).pdf.rename(job.parent / "whole.pdf")
    (job / "doc.log").unlink()
    before = {path: path.read_bytes() for path in job.glob("doc.*")}
    monkeypatch.setenv("PATH", f"{job.parent}:{os.environ['PATH']}")
    for actions in INCOMPLETE:
        for path in job.glob("doc.*"):
            path.unlink()
        for path, content in before.items():
            path.write_bytes(content)
        fake(job.parent / "lualatex", actions)
        (problem,) = problems(job)
        assert str(problem) == (
            "build/latex/doc.tex: lualatex ended without an error, but did not write a complete PDF"
            " (check the program lualatex; the log is kept in build/latex/doc.log)"
        ), actions


@pytest.mark.parametrize("pages", [1, 2])
def test_xelatex_is_read_as_well(job: Path, pages: int) -> None:
    (job / "doc.tex").write_text(
        "\\documentclass{article}\\begin{document}" + r"x\newpage " * pages + "\\end{document}"
    )
    assert run(job, program="xelatex").pages == pages


def test_warnings_of_natbib_are_errors(job: Path) -> None:
    """Natbib prints `(year?)` for a label without a year, and says so in two lines of the log."""
    (job / "doc.tex").write_text(
        "\\documentclass{article}\\usepackage[numbers]{natbib}\\begin{document}\n"
        "% plan.yaml:7 ABC-1\n"
        "\\citeyear{none} \\citeyear{plain} \\citeyear{good} \\citeyear{twice} \\label{a}\\label{a}\n"
        "\\begin{thebibliography}{9}\n"
        "\\bibitem{plain} A \\bibitem[{B(2019)}]{good} B\n"
        "\\bibitem[{C(2019)}]{twice} C \\bibitem[{C(2019)}]{twice} C\n"
        "\\end{thebibliography}\\end{document}"
    )
    with pytest.raises(MilepostError) as caught:
        run(job, program="xelatex")
    assert {problem.message for problem in caught.value.problems} == {
        "Citation defined more than once: twice",
        "Label defined more than once: a",
        "while typesetting ABC-1: Citation to nothing: none",
        "while typesetting ABC-1: Citation without the year that natbib prints: plain",
    }


def test_a_character_without_a_glyph_is_an_error_of_xelatex_too(job: Path) -> None:
    (job / "doc.tex").write_text(
        "\\documentclass{article}\\usepackage{fontspec}"
        "\\setmainfont[Extension=.ttf]{OpenSans-Regular}\\begin{document}\n"
        "% plan.yaml:7 ABC-1\nSnow ☃\n\\end{document}"
    )
    with pytest.raises(MilepostError) as caught:
        run(job, program="xelatex")
    (problem,) = caught.value.problems
    assert problem.message == "while typesetting ABC-1: OpenSans-Regular has no glyph for ☃ (U+2603)"


def test_no_control_character_of_a_log_is_printed(job: Path) -> None:
    log = "./doc.tex:1: Evil \x1b[31m\x9b\x07\u202e name.\n"
    transcript = Transcript(log, job / "doc.tex", job / "doc.log", lambda _: None)
    (problem,) = transcript.faults("")
    assert problem.message == r"Evil \x1b[31m\x9b\x07\u202e name"


# --- Marks -------------------------------------------------------------------------------------------------


def test_marks_are_found_above_a_line() -> None:
    where = engine.source_marks(
        "a\n%plan.yaml:7 ABC-1\nb\n  % my plans/other.yml:45\nc\n% see note:1\n\\% d.yaml:3\n"
    )
    assert [where(line) for line in (1, 2, 3, 4, 7, 99)] == [
        None,
        engine.SourceMark("plan.yaml", 7, code="ABC-1"),
        engine.SourceMark("plan.yaml", 7, code="ABC-1"),
        engine.SourceMark("my plans/other.yml", 45),
        engine.SourceMark("my plans/other.yml", 45),
        engine.SourceMark("my plans/other.yml", 45),
    ]
    assert str(where(3)) == "plan.yaml:7"


def test_other_places_than_marks_are_used_as_well(job: Path) -> None:
    write(job, r"\nosuch")
    with pytest.raises(MilepostError, match=r"^elsewhere\.yaml:3: Undefined control sequence \\nosuch"):
        engine.typeset(job, "doc", source_date_epoch=EPOCH, locate=lambda _: Place("elsewhere.yaml", 3))
