"""What TeX says, and what it means: each fault as a problem at the place in the source that it comes from."""

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

OVERFULL_POINTS = 0.5  # less sticks out of a line than anybody sees


@dataclass(frozen=True, slots=True, order=True)
class SourceMark(Place):
    """A place that a comment in the .tex names as the source of the lines below it.

    Attributes:
        code: of the milestone these lines are about; may be empty.
    """

    code: str = ""


_MARK = re.compile(r"^\s*%\s*(?P<file>\S.*?\.ya?ml):(?P<line>\d+)(?:\s+(?P<code>\S+))?\s*$")


def source_marks(tex: str) -> Callable[[int], SourceMark | None]:
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

    def locate(line: int) -> SourceMark | None:
        index = bisect_right(numbers, line) - 1
        if index < 0:
            return None
        match = marks[index][1]
        return SourceMark(match["file"], int(match["line"]), code=match["code"] or "")

    return locate


@dataclass(frozen=True, slots=True)
class Transcript:
    """What TeX said about the file `tex` in one pass, as `text` kept in the file `log`, and what it means."""

    text: str
    tex: Path
    log: Path
    locate: Callable[[int], Place | None]

    def problem(self, rule: str, message: str, line: int = 0, file: str = "", hint: str = "") -> Problem:
        """Return a problem where `line` of the .tex (0: unknown) comes from, or in a `file` TeX has made."""
        place = self.locate(line) if line and not file else None
        if isinstance(place, SourceMark):
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
