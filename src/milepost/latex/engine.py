"""Run LuaLaTeX or XeLaTeX as often as needed, and report each error at the line of its source.

The engine runs in a job directory and writes nothing elsewhere. Its environment is always the same, so that
the same document gives the same bytes. Auxiliary files are kept, so that a change which moves no page takes
one pass.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base import files, paths
from milepost.base.errors import MilepostError, Place, Problem
from milepost.latex import pdf_file, toolchain
from milepost.latex.log import SourceMark, Transcript, source_marks
from milepost.latex.passes import Engines, Job, split

__all__ = ["Progress", "SourceMark", "Typeset", "ignore", "source_marks", "typeset"]

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

# XeLaTeX is for the class lsstdoc, which takes several passes to find the widths of its list of contents.
MAX_PASSES = {"lualatex": 5, "xelatex": 8}

OPTIONS = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")

# Relative, because Kpathsea splits names at colons, commas and braces.
CACHE = "cache"

ENVIRONMENT = {
    "LC_ALL": "C",
    "TZ": "UTC",
    "FORCE_SOURCE_DATE": "1",  # \today too, not only the PDF's own dates
    # The font cache of luaotfload: in the job directory, so that no run depends on another.
    "TEXMFCACHE": CACHE,
    "TEXMFVAR": CACHE,
    # TeX reads and writes only in the job directory and the TeX trees. (Lua ignores this.)
    "openin_any": "p",
    "openout_any": "p",
    # Messages on one line each.
    "max_print_line": "1000000",
    "error_line": "254",
    "half_error_line": "238",
    # See FONT_SETTINGS: Latin Modern first, then all others.
    "OPENTYPEFONTS": "$TEXMF/fonts/opentype/public/lm//:",
}

# To find LaTeX's default font luaotfload reads every font of the machine once, 4 ms each. With Latin Modern
# (72 fonts) in front the first hundred are enough. Other fonts are found by file name.
FONT_SETTINGS = "[db]\n  max-fonts = 100\n"


_FIGURE = re.compile(rf"\b{paths.FIGURES}[/}}][^{{}}\s]*")
"""The name of a file in the folder of figures, or the start of one that a template puts together."""
_PAGE = re.compile(rb"\[\d")  # the number of a finished page
# KOMA-Script and LaTeX write, one pass late, how wide numbers in the contents are and which page is the last.
# The layouts do not use it, so a pass for these lines alone would change nothing.
_UNUSED_LINES = re.compile(rb"^.*(?:@lastmaxnumwidth\}|\\@abspage@last\{).*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Progress:
    """The engine's progress.

    Attributes:
        pass_number: counted from 1.
        page: number of finished pages in this pass.
        expected_pages: number of pages of the pass or run before; None if there was none.
    """

    pass_number: int
    page: int
    expected_pages: int | None


@dataclass(frozen=True, slots=True)
class Typeset:
    """The result of a run.

    Attributes:
        pdf, log: the files in the job directory.
        passes: number of passes, without those of a first try with outdated auxiliary files.
        pages: number of pages.
        warnings: overfull boxes.
    """

    pdf: Path
    log: Path
    passes: int
    pages: int
    warnings: tuple[Problem, ...]


def ignore(_progress: Progress) -> None:
    """Do nothing."""


def typeset(  # noqa: PLR0913  (all but the first two go by name)
    job_directory: Path,
    job: str,
    *,
    source_date_epoch: int,
    engine: str = "lualatex",
    on_progress: Callable[[Progress], None] = ignore,
    locate: Callable[[int], Place | None],
    engines: Engines | None = None,
) -> Typeset:
    """Typeset `<job>.tex` into `<job>.pdf`, both in `job_directory`.

    Args:
        job_directory: where the engine runs, with all files that the document includes.
        job: name of the .tex without its suffix; other files of that name belong to the engine.
        source_date_epoch: the time in the PDF, in seconds since 1970 (UTC).
        engine: program to run, found on the PATH.
        on_progress: called after each page.
        locate: returns the source of a line of the .tex, as `source_marks` does; the code of a
            `SourceMark` is part of the message.
        engines: may have one that waits for this document; it stays open.

    Raises:
        MilepostError: the engine is missing, TeX reported an error (one problem), characters have no glyph or
            references not one target (a problem each), or the page numbers keep changing.
    """
    if problem := missing(engine):
        raise MilepostError(problem)
    with ExitStack() as own:
        engines = engines or own.enter_context(Engines())
        run = _Run(job_of(job_directory, job, engine, source_date_epoch), engines, on_progress, locate)
        passes = run.settle()
    transcript = run.transcript()
    problems = transcript.missing_glyphs() + transcript.faulty_references()
    if problems:
        raise MilepostError(*problems)
    pages = run.pages(transcript)
    return Typeset(run.file("pdf"), run.file("log"), passes, pages, transcript.warnings())


def missing(engine: str) -> Problem | None:
    """Return what to say where there is no program `engine`; None where there is."""
    if shutil.which(engine):
        return None
    hint = f"the document's class needs {engine}"
    if engine == "lualatex":
        hint = toolchain.advice_here()
    elif engine == "xelatex":
        hint = toolchain.LSSTDOC_ADVICE
    return Problem(rule="tex-engine", message=f"{engine} is not installed", hint=hint)


def job_of(directory: Path, name: str, engine: str, source_date_epoch: int) -> Job:
    """Return what `typeset` typesets with these arguments, and make its directory ready."""
    (directory / CACHE).mkdir(parents=True, exist_ok=True)
    files.write_if_changed(directory / "luaotfload.conf", FONT_SETTINGS)
    epoch = {"SOURCE_DATE_EPOCH": str(source_date_epoch)}
    return Job(directory, name, (engine, *OPTIONS), toolchain.tex_environment() | ENVIRONMENT | epoch)


def prepare(engines: Engines, job: Job, text: str) -> None:
    """Have an engine wait that has read the preamble of `text`, if the engine is installed."""
    if shutil.which(job.command[0]):
        engines.prepare(job, split(text.encode())[0])


def give(engines: Engines, job: Job, text: str, complete: Collection[str]) -> None:
    """Give the engine that waits the beginning of `text`, which prints no figure but those in `complete`.

    It is given whole lines, up to the first in which a file of the folder of figures may be named, or the
    end of the document, so that the engine typesets them while other figures are drawn.

    Args:
        engines: may have one that has read the preamble.
        job: what is typeset.
        text: the document.
        complete: names of files of figures.
    """
    named = (found for found in _FIGURE.finditer(text) if found[0] not in complete)
    first = next(named, None)
    until = text.rfind("\\end{document}") if first is None else first.start()
    engines.give(job, text[: text.rfind("\n", 0, max(until, 0)) + 1].encode())


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of the engine; the last two fields are the arguments of `typeset`."""

    job: Job
    engines: Engines
    on_progress: Callable[[Progress], None]
    locate: Callable[[int], Place | None]

    @property
    def engine(self) -> str:
        return self.job.command[0]

    def file(self, suffix: str) -> Path:
        return self.job.directory / f"{self.job.name}.{suffix}"

    def transcript(self, output: str = "") -> Transcript:
        """Return TeX's log, or its `output` where it wrote no log."""
        log = self.file("log")
        text = log.read_text("utf-8", errors="replace") if log.exists() else output
        return Transcript(text, self.file("tex"), log, self.locate)

    def pages(self, transcript: Transcript) -> int:
        """Return the number of pages of the PDF.

        Raises:
            MilepostError: there is no PDF, or it is not whole.
        """
        pdf = self.file("pdf")
        if transcript.is_empty():
            raise MilepostError(transcript.problem("tex-empty", "the document has no pages"))
        pages = pdf_file.count_pages(pdf.read_bytes()) if pdf.exists() else None
        if pages is None or pages != transcript.pages():
            message = f"{self.engine} ended without an error, but did not write a complete PDF"
            raise MilepostError(
                transcript.problem("tex-pdf", message, hint=f"check the program {self.engine}")
            )
        return pages

    def settle(self) -> int:
        """Run passes until the page numbers are right; return the number of passes.

        A file `<job>.unfinished` exists meanwhile. If it exists at the start, the run before was killed,
        perhaps in the middle of a write, and its files are not used.
        """
        unfinished = self.file("unfinished")
        if unfinished.exists():
            self._forget()
            self.engines.close()  # it may have read fonts from there
            shutil.rmtree(self.job.directory / CACHE, ignore_errors=True)
            (self.job.directory / CACHE).mkdir()
        expected_pages = self.transcript().pages()
        unfinished.touch()
        try:
            passes = self._warm_else_cold(expected_pages)
        except MilepostError:
            self._forget()  # TeX stopped in the middle of them
            unfinished.unlink()
            raise
        unfinished.unlink()
        return passes

    def _warm_else_cold(self, expected_pages: int | None) -> int:
        """Run passes with the existing auxiliary files; if that fails, again without them."""
        if self.job.auxiliary_files():
            # The error may be in these files rather than in the document.
            with suppress(MilepostError):
                return self._passes(expected_pages)
            self._forget()
        return self._passes(expected_pages)

    def _passes(self, expected_pages: int | None) -> int:
        """Run passes until one does not change the auxiliary files; return the number of passes."""
        before = self._auxiliary_state()
        passes = MAX_PASSES.get(self.engine, 5)
        for number in range(1, passes + 1):
            transcript = self._pass(number, expected_pages)
            after = self._auxiliary_state()
            if after == before:
                return number
            changed = sorted(name for name, digest in after.items() if before.get(name) != digest)
            before, expected_pages = after, transcript.pages()
        message = f"the page numbers still change after {passes} passes, in {', '.join(changed)}"
        raise MilepostError(transcript.problem("tex-passes", message))

    def _pass(self, number: int, expected_pages: int | None) -> Transcript:
        """Run the engine once; raise the errors that TeX reports."""
        # The result of an earlier run must not be taken for the result of this one.
        for suffix in ("log", "pdf"):
            self.file(suffix).unlink(missing_ok=True)
        pages = itertools.count(1)
        unread = bytearray()

        text = self.file("tex").read_bytes()
        has_another = not self.job.auxiliary_files()  # then there is at least one more pass

        def listen(output: bytes) -> None:
            unread.extend(output)
            for _ in _PAGE.finditer(bytes(unread)):
                page = next(pages)
                if page == 1 and has_another:
                    # Not before: the font cache has all fonts of the preamble now, so that it is only read.
                    self.engines.prepare(self.job, split(text)[0])
                self.on_progress(Progress(number, page, expected_pages))
            del unread[:-1]  # the next piece may begin between the bracket and the number

        status, output = self.engines.run(self.job, text, listen)
        transcript = self.transcript(output.decode(errors="replace"))
        if status:
            raise MilepostError(*transcript.faults(f"{self.engine} ended with status {status}"))
        return transcript

    def _auxiliary_state(self) -> dict[str, bytes]:
        return {
            path.name: hashlib.sha256(_UNUSED_LINES.sub(b"", path.read_bytes())).digest()
            for path in self.job.auxiliary_files()
        }

    def _forget(self) -> None:
        for path in self.job.auxiliary_files():
            path.unlink()
