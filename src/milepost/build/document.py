"""Build the targets of a document; write only what has changed since the last build.

`build/.state.json` keeps digests of what each file was made from, and of the file itself. A file that was
removed or changed by hand is built again.

Loading, drawing and typesetting are imported when they are needed, because importing matplotlib takes longer
than a build that has nothing to do.
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
    """What a build did.

    Attributes:
        written: the files that were written.
        passes: the number of LaTeX runs.
        pages: the number of pages of the PDF, if LaTeX ran.
        site_files: the number of files of the site, if it was built.
        warnings: those about the document, and those of LaTeX.
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
    """Bring `targets` up to date; wait for another build in the same workspace to end.

    A site that is built together with the PDF offers it for download.

    Raises:
        MilepostError: with all faults of the document, or the error of LaTeX or Sphinx. The outputs of
            earlier builds are unchanged.
    """
    with files.lock(workspace.build):
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
        text = b""  # the loader reports why it can't be read
    return files.digest(text, repr(source), fingerprint.of_everything(workspace.templates))


@dataclass(slots=True)
class _State:
    """What the last build was made from; an unreadable file counts as no build."""

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
        files.write_if_changed(path, json.dumps(values, indent=1, sort_keys=True) + "\n")

    def intact(self, build: Path) -> bool:
        """Return whether every file that was built is unchanged."""
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
        """Build `targets`; record `inputs` only if all of them succeed."""
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
        """Load the document; return it, its view and the time that the PDF states."""
        from milepost.loading.load import load

        loaded = load(self._workspace.source)
        return loaded, *document_view(loaded, self._source)

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
            # Source marks name YAML lines, which change with every line above; they print nothing.
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
        if files.write_if_changed(path, content):
            self._report.written.append(path)
        self._state.outputs[self._name(path)] = files.digest(content)


def document_view(loaded: Loaded, source: SourceState) -> tuple[DocumentView, int]:
    """Return the view of a document at a revision of its source, and the time that its outputs state.

    Raises:
        MilepostError: a character has no glyph.
    """
    from milepost.latex import glyphs
    from milepost.views.document import RevisionLine
    from milepost.views.resolve import resolve

    glyphs.require(loaded)
    stated = dates.to_epoch(loaded.document.stated_date)
    epoch = next(time for time in (source.epoch, source.committed, stated) if time is not None)
    dated = next(time for time in (source.committed, source.epoch, stated) if time is not None)
    revision = RevisionLine(date=dates.from_epoch(dated), commit=source.commit, modified=source.modified)
    return resolve(loaded.document, loaded.places, revision), epoch


def _drawn(drawing: Figure, ending: str) -> str | bytes:
    from milepost.charts import output

    return output.pdf(drawing) if ending == "pdf" else output.svg(drawing)
