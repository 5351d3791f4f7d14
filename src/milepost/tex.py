"""Runs LuaLaTeX: no pass more than needed, nothing written elsewhere, every fault at the line it comes from.

The engine works inside one job directory, in an environment that makes the PDF the same bytes everywhere.
What it wrote there for its next pass is kept, so that a change which moves no page takes one pass.
"""

from __future__ import annotations

import glob
import hashlib
import itertools
import re
import shutil
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from milepost import toolchain
from milepost.errors import MilepostError, Place, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_PASSES = 5
OVERFULL_POINTS = 0.5  # less sticks out of a line than anybody sees

OPTIONS = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")

# Relative: the job directory's own name may have colons, commas or braces, which Kpathsea takes apart.
CACHE = "cache"

ENVIRONMENT = {
    "LC_ALL": "C",
    "TZ": "UTC",
    "FORCE_SOURCE_DATE": "1",  # \today too, not only the PDF's own dates
    # Fonts as luaotfload has read them: ours, not the user's, so that no run depends on another.
    "TEXMFCACHE": CACHE,
    "TEXMFVAR": CACHE,
    # TeX's own reading and writing stays in the job directory and the TeX trees. (Lua's doesn't heed this.)
    "openin_any": "p",
    "openout_any": "p",
    # Messages on one line each.
    "max_print_line": "10000",
    "error_line": "254",
    "half_error_line": "238",
    # See FONT_SETTINGS: Latin Modern first, then whatever there is.
    "OPENTYPEFONTS": "$TEXMF/fonts/opentype/public/lm//:",
}

# To find LaTeX's default font luaotfload reads every font of the machine once, 4 ms each. With Latin Modern's
# directory in front (it has 72) the first hundred will do. Other fonts are found by file name all the same.
FONT_SETTINGS = "[db]\n  max-fonts = 100\n"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the engine has come.

    Attributes:
        pass_number: counted from 1.
        page: how many pages this pass has finished.
        expected_pages: how many the pass before it had, or the last run; None where there was none.
    """

    pass_number: int
    page: int
    expected_pages: int | None


@dataclass(frozen=True, slots=True)
class Typeset:
    """What came of a run.

    Attributes:
        pdf: the document, in the job directory.
        log: what TeX said in the last pass.
        passes: how many passes it took, those of a first try with stale files not counted.
        pages: how many the document has.
        warnings: boxes that stick out of their line or page.
    """

    pdf: Path
    log: Path
    passes: int
    pages: int
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, order=True)
class Mark(Place):
    """A place that a comment in the .tex names as the source of the lines below it.

    Attributes:
        code: of the milestone these lines are about; may be empty.
    """

    code: str = ""


def ignore(_progress: Progress) -> None:
    """Let progress go by."""


_MARK = re.compile(r"^\s*%\s*(?P<file>\S.*?\.ya?ml):(?P<line>\d+)(?:\s+(?P<code>\S+))?\s*$")


def source_marks(tex: str) -> Callable[[int], Mark | None]:
    r"""Return what tells where a line of `tex` comes from.

    Marks are comments: `% milestones.yaml:123`, or with the code of a milestone `% parts/a.yaml:45 ABC-1`.
    Lines are counted from 1; what a line comes from is told by the nearest mark on it or above.

    >>> where = source_marks("\\section{A}\n% plan.yaml:7 ABC-1\nText")
    >>> str(where(3)), where(1)
    ('plan.yaml:7', None)
    """
    found = [(number, _MARK.match(line)) for number, line in enumerate(tex.split("\n"), start=1)]
    marks = [(number, match) for number, match in found if match]
    numbers = [number for number, _ in marks]

    def locate(line: int) -> Mark | None:
        index = bisect_right(numbers, line) - 1
        if index < 0:
            return None
        match = marks[index][1]
        return Mark(match["file"], int(match["line"]), code=match["code"] or "")

    return locate


def typeset(  # noqa: PLR0913  (all but the first two go by name)
    job_directory: Path,
    job: str,
    *,
    source_date_epoch: int,
    engine: str = "lualatex",
    on_progress: Callable[[Progress], None] = ignore,
    locate: Callable[[int], Place | None],
) -> Typeset:
    """Typeset `<job>.tex` into `<job>.pdf`, both in `job_directory`.

    Args:
        job_directory: where the engine runs; all that the document includes has to be in it.
        job: name of the .tex without its suffix; every other file of that name is taken for the engine's.
        source_date_epoch: the time the document bears, in seconds since 1970 (UTC).
        engine: program to run, found on the PATH.
        on_progress: called after each page.
        locate: tells where a line of the .tex comes from, as `source_marks` does; where it is a `Mark` with a
            code, that goes into the message.

    Raises:
        MilepostError: the engine is missing, TeX found a fault (one problem), characters have no glyph or
            references no target (a problem each), or the page numbers don't settle.
    """
    if not shutil.which(engine):
        message = f"{engine} is not installed"
        raise MilepostError(Problem(rule="tex-engine", message=message, hint=toolchain.advice_here()))
    run = _Run(job_directory, job, engine, source_date_epoch, on_progress, locate)
    passes = run.settle()
    transcript = run.transcript()
    problems = transcript.missing_glyphs() + transcript.missing_targets()
    if problems:
        raise MilepostError(*problems)
    pages = transcript.pages()
    if pages is None:
        raise MilepostError(transcript.problem("tex-empty", "the document has no pages"))
    return Typeset(run.file("pdf"), run.file("log"), passes, pages, transcript.warnings())


@dataclass(frozen=True, slots=True)
class _Run:
    """One document on its way through the engine; the fields are the arguments of `typeset`."""

    directory: Path
    job: str
    engine: str
    source_date_epoch: int
    on_progress: Callable[[Progress], None]
    locate: Callable[[int], Place | None]

    def file(self, suffix: str) -> Path:
        return self.directory / f"{self.job}.{suffix}"

    def transcript(self, output: str = "") -> _Transcript:
        """Return what TeX said: its log, or where it didn't come to write one, its `output`."""
        log = self.file("log")
        text = log.read_text("utf-8", errors="replace") if log.exists() else output
        return _Transcript(text, self.file("tex"), log, self.locate)

    def settle(self) -> int:
        """Run passes until the page numbers are right; return how many it took.

        While it works a file `<job>.unfinished` stands. Where it stands at the start, the run before was
        killed, perhaps in the middle of a write, and nothing that run has left is used.
        """
        unfinished = self.file("unfinished")
        if unfinished.exists():
            self._forget()
            shutil.rmtree(self.directory / CACHE, ignore_errors=True)
        (self.directory / CACHE).mkdir(exist_ok=True)
        (self.directory / "luaotfload.conf").write_text(FONT_SETTINGS)
        expected_pages = self.transcript().pages()
        unfinished.touch()
        try:
            passes = self._warm_else_cold(expected_pages)
        except MilepostError:
            self._forget()  # TeX has left them cut off where it stopped
            unfinished.unlink()
            raise
        unfinished.unlink()
        return passes

    def _warm_else_cold(self, expected_pages: int | None) -> int:
        """Run passes with the auxiliary files there are; where that fails, once more without them."""
        if self._auxiliary_files():
            # The fault may be in these files rather than in the document.
            with suppress(MilepostError):
                return self._passes(expected_pages)
            self._forget()
        return self._passes(expected_pages)

    def _passes(self, expected_pages: int | None) -> int:
        """Run passes until one leaves the auxiliary files as it found them; return how many it took."""
        before = self._auxiliary_state()
        for number in range(1, MAX_PASSES + 1):
            transcript = self._pass(number, expected_pages)
            after = self._auxiliary_state()
            if after == before:
                return number
            changed = sorted(name for name, digest in after.items() if before.get(name) != digest)
            before, expected_pages = after, transcript.pages()
        message = f"the page numbers still change after {MAX_PASSES} passes, in {', '.join(changed)}"
        raise MilepostError(transcript.problem("tex-passes", message))

    def _pass(self, number: int, expected_pages: int | None) -> _Transcript:
        """Run the engine once, and raise what TeX finds at fault."""
        # What an earlier run has left must not be taken for the result of this one.
        for suffix in ("log", "pdf"):
            self.file(suffix).unlink(missing_ok=True)
        pages = itertools.count(1)

        def listen(output: bytes) -> None:
            for _ in _PAGE.finditer(output):
                self.on_progress(Progress(number, next(pages), expected_pages))

        command = (self.engine, *OPTIONS, f"{self.job}.tex")
        environment = ENVIRONMENT | {"SOURCE_DATE_EPOCH": str(self.source_date_epoch)}
        status, output = toolchain.run(command, self.directory, environment, listen)
        transcript = self.transcript(output.decode(errors="replace"))
        if status:
            raise MilepostError(*transcript.faults(f"{self.engine} ended with status {status}"))
        return transcript

    def _auxiliary_files(self) -> list[Path]:
        """Return the files TeX has written for its next pass: named after the job, whatever the suffix."""
        others = {self.file(suffix) for suffix in ("tex", "pdf", "log", "unfinished")}
        return sorted(set(self.directory.glob(f"{glob.escape(self.job)}.*")) - others)

    def _auxiliary_state(self) -> dict[str, bytes]:
        return {path.name: hashlib.sha256(path.read_bytes()).digest() for path in self._auxiliary_files()}

    def _forget(self) -> None:
        for path in self._auxiliary_files():
            path.unlink()


@dataclass(frozen=True, slots=True)
class _Transcript:
    """What TeX said about the file `tex` in one pass, as `text` kept in the file `log`, and what it means."""

    text: str
    tex: Path
    log: Path
    locate: Callable[[int], Place | None]

    def problem(self, rule: str, message: str, line: int = 0, file: str = "", hint: str = "") -> Problem:
        """Return a problem where `line` of the .tex (0: unknown) comes from, or in a `file` TeX has made."""
        place = self.locate(line) if line and not file else None
        if isinstance(place, Mark):
            message = f"while typesetting {place.code}: {message}" if place.code else message
            place = Place(place.file, place.line, place.column)
        place = place or Place(_shown(self.log.parent / (file or self.tex.name)), line)
        hint = "; ".join(filter(None, (hint, f"the log is kept in {_shown(self.log)}")))
        return Problem(rule=rule, message=message, place=place, hint=hint)

    def pages(self) -> int | None:
        """Return how many pages were written; None where there is no PDF."""
        match = _OUTPUT.search(self.text)
        return int(match[1]) if match else None

    def faults(self, otherwise: str) -> tuple[Problem, ...]:
        """Return why TeX stopped: one problem, with the message `otherwise` where TeX said nothing.

        Only where it choked on a font of which it needed no glyph that there is, each lacking glyph is one.
        """
        errors = list(_ERROR.finditer(self.text))
        if not errors:
            hint = toolchain.advice_here() if "find the format file" in self.text else ""
            return (self.problem("tex-error", otherwise, hint=hint),)
        message = _one_line(errors[0])
        if message.endswith("there are no glyphs in the subset"):
            return self.missing_glyphs()
        hint = toolchain.advice_here() if _LACKING_PACKAGE.search(message) else ""
        # A file not found has no line with it; the emergency stop that follows has.
        placed = next((error for error in errors if error["line"]), None)
        shown = placed or _SHOWN_LINE.search(self.text)
        line = int(shown["line"]) if shown else 0
        file = placed["file"] if placed and placed["file"] != f"./{self.tex.name}" else ""
        return (self.problem("tex-error", message, line, file=file, hint=hint),)

    def missing_glyphs(self) -> tuple[Problem, ...]:
        """Return a problem for each character that a font lacks, at the first line that has it."""
        found = dict.fromkeys(match.groups() for match in _MISSING_GLYPH.finditer(self.text))
        lines = self.tex.read_text("utf-8", errors="replace").split("\n") if found else []
        problems = []
        for character, code, font in found:
            name = Path(font.strip("[]!")).stem
            line = next((number for number, text in enumerate(lines, start=1) if character in text), 0)
            problems.append(self.problem("tex-glyph", f"{name} has no glyph for {character} ({code})", line))
        return tuple(problems)

    def missing_targets(self) -> tuple[Problem, ...]:
        """Return a problem for each reference, citation or link that leads nowhere."""
        problems = [
            self.problem("tex-reference", f"{kind or 'Link'} to nothing: {name or link}", int(line or 0))
            for kind, name, line, link in _MISSING_TARGET.findall(self.text)
        ]
        return tuple(dict.fromkeys(problems))

    def warnings(self) -> tuple[Problem, ...]:
        """Return a problem for each box that sticks out of its line or page."""
        boxes = [
            self.problem("tex-overfull", box["message"], int(box["line"] or 0), file)
            for box, file in _overfull_boxes(self.text)
        ]
        return tuple(replace(box, severity=Severity.WARNING) for box in boxes)


# What TeX's log looks like: an error in the file:line form or, of old, after an exclamation mark; further
# lines of a package's message, which begin with its name in brackets; then what TeX was reading.
_ERROR = re.compile(
    r"^(?:(?P<file>\.?/[^\n:]+):(?P<line>\d+): |! |[^\n]*\[\\directlua\]:\d+: )(?! *==> Fatal)"
    r"(?P<message>[^\n]+(?:\n\(\w+\) +[^\n]+)*)\n(?P<context>[^\n]*)",
    re.MULTILINE,
)
_PAGE = re.compile(rb"\[\d")  # the number of a finished page, which TeX prints in one piece
_SHOWN_LINE = re.compile(r"^l\.(?P<line>\d+) ", re.MULTILINE)
_LACKING_PACKAGE = re.compile(r"File `[^']+\.(?:sty|cls|clo|def|fd|ldf|otf)' not found")
_OUTPUT = re.compile(r"^Output written on .*\((\d+) pages?,", re.MULTILINE)
_MISSING_GLYPH = re.compile(
    r"^Missing character: There is no (.+?) \((U\+\w+)\) in font ([^:\n]+)", re.MULTILINE
)
_MISSING_TARGET = re.compile(
    r"^LaTeX Warning: (Reference|Citation|Hyper reference) `(.*)' on page .* undefined on input line (\d+)"
    r"|^warning  \(pdf backend\): unreferenced destination with name '(.*)'",
    re.MULTILINE,
)
_OVERFULL = re.compile(
    r"^(?P<message>Overfull \\[hv]box \((?P<points>[\d.]+)pt too (?:wide|high)\))(?:.* lines? (?P<line>\d+))?"
)


def _one_line(error: re.Match[str]) -> str:
    """Return TeX's message without its line breaks and full stop; it lacks the name of an unknown macro."""
    message = re.sub(r"\s*\n\(\w+\)\s+", " ", error["message"]).strip().removesuffix(".")
    unknown = re.search(r"\\(?:[A-Za-z@]+|.) *$", error["context"])
    if message == "Undefined control sequence" and unknown:
        return f"{message} {unknown[0].rstrip()}"
    return message


def _overfull_boxes(log: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each box too full by more than `OVERFULL_POINTS`, and its file unless that is the .tex.

    TeX gives the line, but of which file is told only by brackets around all it says while it reads that
    file: `(./job.toc` begins it, and `)` at the start of a line, perhaps after pages, ends it.
    """
    within = ""
    for line in log.split("\n"):
        opened = re.search(r"\(\./(\S+\.(?!tex\b)\w+)[^)]*$", line)
        if opened:
            within = opened[1]
        elif re.match(r"(?:\[\d+\]|[\s\]])*\)", line):
            within = ""
        match = _OVERFULL.match(line)
        if match and float(match["points"]) > OVERFULL_POINTS:
            yield match, within


def _shown(path: Path) -> str:
    """Return `path` as seen from the current directory, or where it lies elsewhere, in full."""
    path = path.resolve()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
