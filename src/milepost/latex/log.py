"""Read TeX's log: errors and warnings, each as a problem at the place of its source."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import Place, Problem, Severity
from milepost.latex import toolchain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OVERFULL_POINTS = 0.5  # less cannot be seen


@dataclass(frozen=True, slots=True, order=True)
class SourceMark(Place):
    """The source of the lines below a comment in the .tex.

    Attributes:
        code: the milestone's code; may be empty.
    """

    code: str = ""


_MARK = re.compile(r"^\s*%\s*(?P<file>\S.*?\.ya?ml):(?P<line>\d+)(?:\s+(?P<code>\S+))?\s*$")


def source_marks(tex: str) -> Callable[[int], SourceMark | None]:
    r"""Return a function that returns the source of a line of `tex`, counted from 1.

    Marks are comments: `% milestones.yaml:123`, or with the code of a milestone `% parts/a.yaml:45 ABC-1`.
    The nearest mark on or above a line names its source.

    >>> where = source_marks("\\section{A}\n% plan.yaml:7 ABC-1\nText")
    >>> str(where(3)), where(1)
    ('plan.yaml:7', None)
    """
    found = [(number, _MARK.match(line)) for number, line in enumerate(tex.split("\n"), start=1)]
    marks = [(number, match) for number, match in found if match]
    numbers = [number for number, _ in marks]

    def locate(line: int) -> SourceMark | None:
        index = bisect_right(numbers, line) - 1
        if index < 0:
            return None
        match = marks[index][1]
        return SourceMark(match["file"], int(match["line"]), code=match["code"] or "")

    return locate


@dataclass(frozen=True, slots=True)
class Transcript:
    """The `text` of the file `log` of one pass over the file `tex`."""

    text: str
    tex: Path
    log: Path
    locate: Callable[[int], Place | None]

    def problem(self, rule: str, message: str, line: int = 0, file: str = "", hint: str = "") -> Problem:
        """Return a problem at the source of `line` of the .tex (0: unknown), or in an auxiliary `file`."""
        message = _printable(message)
        place = self.locate(line) if line and not file else None
        if isinstance(place, SourceMark):
            message = f"while typesetting {place.code}: {message}" if place.code else message
            place = Place(place.file, place.line, place.column)
        place = place or Place(_shown(self.log.parent / (file or self.tex.name)), line)
        hint = "; ".join(filter(None, (hint, f"the log is kept in {_shown(self.log)}")))
        return Problem(rule=rule, message=message, place=place, hint=hint)

    def pages(self) -> int | None:
        """Return the number of pages written; None if there is no PDF."""
        match = _OUTPUT.search(self.text)
        return int(match[1]) if match else None

    def is_empty(self) -> bool:
        """Return whether TeX ran to its end and had no pages to write."""
        return self.text.startswith("This is ") and self.pages() is None

    def faults(self, otherwise: str) -> tuple[Problem, ...]:
        """Return why TeX stopped: one problem, with the message `otherwise` where TeX gave none.

        TeX also stops at a font without any of the needed glyphs; then each missing glyph is a problem.
        """
        errors = list(_ERROR.finditer(self.text))
        if not errors:
            hint = self._advice() if "find the format file" in self.text else ""
            return (self.problem("tex-error", otherwise, hint=hint),)
        message = _one_line(errors[0])
        if message.endswith("there are no glyphs in the subset"):
            return self.missing_glyphs()
        hint = self._advice() if _MISSING_PACKAGE.search(message) else ""
        # The error about a missing file has no line; the emergency stop that follows has.
        placed = next((error for error in errors if error["line"]), None)
        shown = placed or _SHOWN_LINE.search(self.text)
        line = int(shown["line"]) if shown else 0
        file = placed["file"] if placed and placed["file"] != f"./{self.tex.name}" else ""
        return (self.problem("tex-error", message, line, file=file, hint=hint),)

    def _advice(self) -> str:
        """Return how to install what is missing: XeTeX runs for the layout `lsstdoc` alone."""
        return toolchain.LSSTDOC_ADVICE if self.text.startswith("This is XeTeX") else toolchain.advice_here()

    def missing_glyphs(self) -> tuple[Problem, ...]:
        """Return a problem for each character missing in a font, at the first line that has it."""
        found = dict.fromkeys(match.groups() for match in _MISSING_GLYPH.finditer(self.text))
        lines = self.tex.read_text("utf-8", errors="replace").split("\n") if found else []
        problems = []
        for character, code, font in found:
            name = Path(font.strip("!")).stem
            line = next((number for number, text in enumerate(lines, start=1) if character in text), 0)
            problems.append(self.problem("tex-glyph", f"{name} has no glyph for {character} ({code})", line))
        return tuple(problems)

    def faulty_references(self) -> tuple[Problem, ...]:
        """Return a problem for each reference, citation or link without a target or with more than one."""
        problems = []
        for found in _REFERENCE_WARNING.finditer(self.text):
            kind = found["kind"] or ("Citation" if found["citation"] else "Link")
            name = found["name"] or found["citation"] or found["link"]
            if found["fault"] == "multiply defined":
                message = f"{kind} defined more than once: {name}"
            elif found["citation"]:
                message = f"Citation without the year that natbib prints: {name}"
            else:
                message = f"{kind} to nothing: {name}"
            problems.append(self.problem("tex-reference", message, int(found["line"] or found["at"] or 0)))
        return tuple(dict.fromkeys(problems))

    def warnings(self) -> tuple[Problem, ...]:
        """Return a problem for each overfull box."""
        boxes = [
            self.problem("tex-overfull", box["message"], int(box["line"] or 0), file)
            for box, file in _overfull_boxes(self.text)
        ]
        return tuple(replace(box, severity=Severity.WARNING) for box in boxes)


# An error in TeX's log: in the file:line form or after an exclamation mark; further lines of a package's
# message, which begin with its name in brackets; then what TeX was reading.
_ERROR = re.compile(
    r"^(?:(?P<file>\.?/[^\n:]+):(?P<line>\d+): |! |[^\n]*\[\\directlua\]:\d+: )(?! *==> Fatal)"
    r"(?P<message>[^\n]+(?:\n\(\w+\) +[^\n]+)*)\n(?P<context>[^\n]*)",
    re.MULTILINE,
)
_SHOWN_LINE = re.compile(r"^l\.(?P<line>\d+) ", re.MULTILINE)
_MISSING_PACKAGE = re.compile(r"File `[^']+\.(?:sty|cls|clo|def|fd|ldf|otf)' not found")
# LuaTeX adds the number of bytes, XeTeX does not.
_OUTPUT = re.compile(r"^Output written on .*\((\d+) pages?[,)]", re.MULTILINE)
_MISSING_GLYPH = re.compile(
    r"^Missing character: There is no (.+?) \((U\+\w+)\) in font \[?([^:\]\n]+)", re.MULTILINE
)
# LaTeX warns of references, natbib and other packages warn of theirs in the same words.
_REFERENCE_WARNING = re.compile(
    r"^(?:LaTeX|Package [\w-]+) Warning: (?P<kind>Reference|Citation|Hyper reference|Label) `(?P<name>.*)'"
    r"(?: on page .*)? (?P<fault>undefined|multiply defined)(?: on input line (?P<line>\d+)|\.)"
    r"|^Package natbib Warning: Year undefined for citation *`(?P<citation>.*)' *"
    r"\n\(natbib\) +on page .* on input line (?P<at>\d+)"
    r"|^warning  \(pdf backend\): unreferenced destination with name '(?P<link>.*)'",
    re.MULTILINE,
)
_OVERFULL = re.compile(
    r"^(?P<message>(?:Overfull \\[hv]box \(|LaTeX Warning: Float too large for page by )"
    r"(?P<points>[\d.]+)pt(?: too (?:wide|high)\))?)(?:.* lines? (?P<line>\d+))?"
)


def _printable(text: str) -> str:
    """Escape what a terminal would not print but obey."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _one_line(error: re.Match[str]) -> str:
    """Return TeX's message without line breaks and full stop; add the name of an unknown macro."""
    message = re.sub(r"\s*\n\(\w+\)\s+", " ", error["message"]).strip().removesuffix(".")
    unknown = re.search(r"\\(?:[A-Za-z@]+|.) *$", error["context"])
    if message == "Undefined control sequence" and unknown:
        return f"{message} {unknown[0].rstrip()}"
    return message


def _overfull_boxes(log: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each box overfull by more than `OVERFULL_POINTS`, and its file unless that is the .tex.

    TeX gives the line but not the file. All it writes while it reads a file is in brackets: `(./job.toc`
    begins it, and `)` at the start of a line, perhaps after pages, ends it.
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
    """Return `path` relative to the current directory if it is in there, else in full."""
    path = path.resolve()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
