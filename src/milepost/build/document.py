"""Building: the one writer. It makes what has changed since the last build, and nothing else.

What a file is made from is remembered as a digest in `build/.state.json`: the inputs of the whole, those of
each figure, and those of LaTeX. A file that was removed or changed by hand is made again.

Loading, drawing and typesetting are imported when they are needed: a build that has nothing to do takes less
time than importing matplotlib.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from milepost.base import dates, files, fingerprint, paths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.base.paths import Workspace
    from milepost.git.source_state import SourceState
    from milepost.latex.engine import Progress
    from milepost.loading.load import Loaded
    from milepost.views.chart import Figure
    from milepost.views.document import DocumentView


class Target(StrEnum):
    """What can be built."""

    PDF = "pdf"
    RST = "rst"
    FIGURES = "figures"
    SITE = "site"


@dataclass(slots=True)
class Report:
    """What a build has done.

    Attributes:
        written: the files that were made anew.
        passes: how often LaTeX ran.
        pages: how many pages the PDF has, when LaTeX ran.
        site_files: how many files the site has, when it was made.
        warnings: doubts about the document, and what LaTeX warned of.
    """

    written: list[Path] = field(default_factory=list)
    passes: int = 0
    pages: int | None = None
    site_files: int | None = None
    warnings: list[Problem] = field(default_factory=list)


def build(
    workspace: Workspace,
    targets: frozenset[Target],
    source: SourceState,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Bring `targets` up to date; wait for another build in the same place to end.

    A site that is built together with the PDF offers it for download.

    Raises:
        MilepostError: with all faults of the document, or what LaTeX stumbled over. Files that an earlier
            build made stay as they are.
    """
    with files.alone(workspace.build):
        state = _State.read(workspace.state)
        inputs = _inputs(workspace, source)
        wanted = {str(target) for target in targets}
        if state.inputs == inputs and wanted <= set(state.targets) and state.intact(workspace.build):
            return Report()
        return _Build(workspace, source, state, on_progress).run(targets, inputs)


def _inputs(workspace: Workspace, source: SourceState) -> str:
    """Return a digest of everything that can change what is built."""
    try:
        text = workspace.source.read_bytes()
    except OSError:
        text = b""  # loading says what is the matter with it
    return files.digest(text, repr(source), fingerprint.of_everything(workspace.templates))


@dataclass(slots=True)
class _State:
    """What the last build was made from; an unreadable state is that of no build at all."""

    inputs: str = ""
    targets: list[str] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)
    latex: str = ""
    outputs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> _State:
        try:
            values: dict[str, Any] = json.loads(path.read_text("utf-8"))
            return cls(**values)
        except (OSError, ValueError, TypeError):
            return cls()

    def write(self, path: Path) -> None:
        values = {name: getattr(self, name) for name in self.__slots__}
        files.write(path, json.dumps(values, indent=1, sort_keys=True) + "\n")

    def intact(self, build: Path) -> bool:
        """Return whether every file that was built is still there, as it was built."""
        return all(self.has(build, name) for name in self.outputs)

    def has(self, build: Path, name: str) -> bool:
        path = build / name
        return (
            name in self.outputs and path.is_file() and files.digest(path.read_bytes()) == self.outputs[name]
        )


class _Build:
    """One run over the targets."""

    def __init__(
        self,
        workspace: Workspace,
        source: SourceState,
        state: _State,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._workspace = workspace
        self._source = source
        self._state = state
        self._on_progress = on_progress
        self._report = Report()

    def run(self, targets: frozenset[Target], inputs: str) -> Report:
        """Make `targets`; remember `inputs` when all of them are made, and else what was."""
        loaded, document, epoch = self._prepare()
        self._report.warnings += loaded.warnings
        self._state.inputs = ""
        try:
            if targets & {Target.PDF, Target.FIGURES}:
                self._figures(document, self._workspace.latex, "pdf")
            if targets & {Target.RST, Target.FIGURES}:
                self._figures(document, self._workspace.rst, "svg")
            if Target.RST in targets:
                self._rst(document)
            if Target.PDF in targets:
                self._pdf(document, epoch)
            if Target.SITE in targets:
                self._site(loaded, document, epoch, with_pdf=Target.PDF in targets)
            self._state.inputs, self._state.targets = inputs, sorted(targets)
        finally:
            self._state.write(self._workspace.state)
        return self._report

    def _prepare(self) -> tuple[Loaded, DocumentView, int]:
        """Load the document and lay it out; also return the time that the PDF bears."""
        from milepost.loading.load import load

        loaded = load(self._workspace.source)
        return loaded, *resolved(loaded, self._source)

    def _figures(self, document: DocumentView, directory: Path, ending: str) -> None:
        program = fingerprint.of_figures()
        names = set()
        for figure in document.figures.values():
            path = directory / paths.figure(figure.name, ending)
            name = self._name(path)
            names.add(name)
            made_from = files.digest(repr(figure.drawing), program)
            if self._state.figures.get(name) != made_from or not self._state.has(self._workspace.build, name):
                self._write(path, _drawn(figure.drawing, ending))
                self._state.figures[name] = made_from
        prefix = self._name(directory)
        for name in [
            name for name in self._state.figures if name.startswith(f"{prefix}/") and name not in names
        ]:
            del self._state.figures[name]
            self._state.outputs.pop(name, None)
            (self._workspace.build / name).unlink(missing_ok=True)

    def _rst(self, document: DocumentView) -> None:
        from milepost.render.documents import rst

        text = rst(document, self._workspace.templates)
        self._write(self._workspace.rst_document(document.handle), text)

    def _pdf(self, document: DocumentView, epoch: int) -> None:
        from milepost.latex import engine
        from milepost.latex.pdf import typeset_text
        from milepost.render.documents import latex

        workspace = self._workspace
        text = latex(document, self._workspace.templates)
        self._write(workspace.tex(document.handle), text)
        pdf = workspace.pdf(document.handle)
        made_from = files.digest(
            # Marks say where a line comes from; they move with every line above and print nothing.
            *(line for line in text.splitlines() if not line.startswith("% ")),
            *(self._state.outputs[name] for name in sorted(self._state.figures) if name.endswith(".pdf")),
            str(epoch),
            fingerprint.of_typesetting(),
        )
        if self._state.latex == made_from and self._state.has(workspace.build, self._name(pdf)):
            return
        self._state.latex = ""
        typeset = typeset_text(
            text,
            workspace.latex,
            paths.stem(document.handle),
            epoch=epoch,
            layout=document.layout,
            on_progress=self._on_progress or engine.ignore,
        )
        self._write(pdf, typeset.pdf.read_bytes())
        self._report.passes, self._report.pages = typeset.passes, typeset.pages
        self._report.warnings += typeset.warnings
        self._state.latex = made_from

    def _site(self, loaded: Loaded, document: DocumentView, epoch: int, *, with_pdf: bool) -> None:
        from milepost.build import site

        workspace = self._workspace
        source = site.SiteSource(
            content=workspace.source.read_bytes(),
            loaded=loaded,
            view=document,
            pdf=workspace.pdf(document.handle) if with_pdf else None,
            time=epoch,
            templates=self._workspace.templates,
        )
        report = site.make_site(source, workspace.site_work, workspace.site)
        self._report.written += report.written
        self._report.site_files = len(report.files)
        self._state.outputs = {
            name: digest for name, digest in self._state.outputs.items() if not name.startswith("site/")
        }
        for name in report.files:
            path = workspace.site / name
            self._state.outputs[self._name(path)] = files.digest(path.read_bytes())

    def _name(self, path: Path) -> str:
        return path.relative_to(self._workspace.build).as_posix()

    def _write(self, path: Path, content: str | bytes) -> None:
        if files.write(path, content):
            self._report.written.append(path)
        self._state.outputs[self._name(path)] = files.digest(content)


def resolved(loaded: Loaded, source: SourceState) -> tuple[DocumentView, int]:
    """Lay out a document as a revision of its source; also return the time that its outputs bear.

    Raises:
        MilepostError: a character has no glyph.
    """
    from milepost.latex import glyphs
    from milepost.views.document import RevisionLine
    from milepost.views.resolve import resolve

    glyphs.require(loaded)
    stated = dates.to_epoch(loaded.document.stated_date)
    epoch = next(time for time in (source.epoch, source.committed, stated) if time is not None)
    shown = next(time for time in (source.committed, source.epoch, stated) if time is not None)
    revision = RevisionLine(date=dates.from_epoch(shown), commit=source.commit, modified=source.modified)
    return resolve(loaded.document, loaded.places, revision), epoch


def _drawn(drawing: Figure, ending: str) -> str | bytes:
    from milepost.charts import output

    return output.pdf(drawing) if ending == "pdf" else output.svg(drawing)
