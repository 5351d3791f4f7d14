"""Build the targets of a document; write only what has changed since the last build.

`build/.state.json` keeps digests of what each file was made from, and of the file itself. A file that was
removed or changed by hand is built again.

Loading, drawing and typesetting are imported when they are needed, because importing matplotlib takes longer
than a build that has nothing to do.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.base import dates, files, fingerprint, paths
from milepost.base.processes.beside import Beside
from milepost.build import publish
from milepost.build.document.state import LastPdf, State, made_from
from milepost.build.document.targets import Report, Target
from milepost.build.inputs.digest import digest_of_inputs
from milepost.latex import toolchain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.base.paths import Workspace
    from milepost.git.source_state import SourceState
    from milepost.history.states import Snapshot
    from milepost.latex.engine import Progress
    from milepost.latex.passes import Engines
    from milepost.loading.load import Loaded
    from milepost.views.document import DocumentView
    from milepost.views.figures import Figure
    from milepost.views.page import Page


def build(  # noqa: PLR0913 -- all but the first three by name
    workspace: Workspace,
    targets: frozenset[Target],
    source: SourceState,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    on_wait: Callable[[], None] = lambda: None,
    engines: Engines | None = None,
    load: Callable[[Path], Loaded] | None = None,
) -> Report:
    """Bring `targets` up to date; call `on_wait` and wait if another build in the same workspace is running.

    A site that is built together with the PDF offers it for download.

    Args:
        workspace: where the document is, and where its outputs go.
        targets: what is built.
        source: the revision of the document.
        on_progress: called after each page that LaTeX has typeset.
        on_wait: called before it waits.
        engines: may have one that waits for this document, and may keep one for the next build.
        load: loads the document as `milepost.loading.load.load` does, which is the default.

    Raises:
        MilepostError: with all faults of the document, or the error of LaTeX or Sphinx. The outputs of
            earlier builds are unchanged.
    """
    with files.lock(workspace.lock("build"), on_wait):
        for directory in (workspace.site, workspace.rst):
            publish.recover(directory)
        files.remove_temporary_files(workspace.latex, workspace.latex / paths.FIGURES)
        state = State.read(workspace.state)
        inputs = digest_of_inputs(workspace, source)
        if all(state.is_current(target, targets, inputs, workspace) for target in targets):
            return Report()
        with ExitStack() as own:
            if engines is None:
                from milepost.latex.passes import Engines

                engines = own.enter_context(Engines())
            return _Build(workspace, source, state, on_progress, engines).run(targets, inputs, load)


class _Build:
    """One run over the targets."""

    def __init__(
        self,
        workspace: Workspace,
        source: SourceState,
        state: State,
        on_progress: Callable[[Progress], None] | None,
        engines: Engines,
    ) -> None:
        self._workspace = workspace
        self._source = source
        self._state = state
        self._on_progress = on_progress
        self._engines = engines
        self._report = Report()
        self._states: tuple[Snapshot, ...] = ()
        self._inputs_at_pages: set[str] = set()

    def run(self, targets: frozenset[Target], inputs: str, load: Callable[[Path], Loaded] | None) -> Report:
        """Build `targets`; record `inputs` only if all of them succeed."""
        if Target.PDF in targets:
            self._expect_the_last_preamble()
        loaded, document, epoch = self._prepare(load)
        self._report.warnings += loaded.warnings
        for target in targets:
            self._state.built.pop(target, None)
        try:
            self._make(targets, loaded, document, epoch)
        except BaseException:
            with suppress(OSError):  # on a full disk, the first error says why
                self._state.write(self._workspace.state)
            raise
        # The source may have been edited in the meantime.
        if Target.SITE in targets or not self._inputs_at_pages:
            self._inputs_at_pages.add(digest_of_inputs(self._workspace, self._source))
        if self._inputs_at_pages == {inputs}:
            self._state.built |= {str(each): made_from(each, targets, inputs) for each in targets}
        self._state.write(self._workspace.state)
        return self._report

    def _make(self, targets: frozenset[Target], loaded: Loaded, document: DocumentView, epoch: int) -> None:
        """Make the targets; the site beside the others, of which it has only the finished PDF.

        What both need is imported and drawn before: the process of the site is a copy of this one.
        """

        def site() -> tuple[publish.Contents, list[Problem]]:
            return self._site(loaded, document, epoch, with_pdf=Target.PDF in targets)

        others = targets - {Target.SITE}
        text = self._tex(document, epoch) if Target.PDF in targets else ""
        undrawn = self._undrawn(document) if targets & {Target.PDF, Target.FIGURES} else {}
        if undrawn:
            from milepost.charts import output

            if {Target.RST, Target.SITE} <= targets:
                for figure in undrawn.values():
                    output.svg(figure)  # which is kept
        with Beside(site, begin=Target.SITE in targets and bool(others)) as pages:
            if targets & {Target.PDF, Target.FIGURES}:
                self._latex_figures(document, undrawn, text, epoch)
            if targets & {Target.RST, Target.FIGURES}:
                self._rst(document, with_text=Target.RST in targets)
            if Target.PDF in targets:
                self._pdf(document, text, epoch)
            if Target.SITE in targets:
                contents, warnings = pages.result()
                self._report.warnings += warnings
                self._report.site_files = self._publish("site", contents, self._workspace.site)

    def _prepare(self, load: Callable[[Path], Loaded] | None) -> tuple[Loaded, DocumentView, int]:
        """Load the document; return it, its view and the time that the PDF states."""
        from milepost.history.folder import drawn_states, without_states
        from milepost.loading import load as loading

        loaded = (load or loading.load)(self._workspace.source)
        self._states, warnings = drawn_states(self._workspace, loaded.document)
        self._report.warnings += [*warnings, *without_states(loaded, self._states)]
        return loaded, *document_view(loaded, self._source, self._states)

    def _undrawn(self, document: DocumentView) -> dict[str, Figure]:
        """Return the figures that have to be drawn for LaTeX, by the names of their files."""
        latex, page = self._workspace.latex, document.page
        figures = {paths.figure(each.name, "pdf"): each.drawing for each in document.figures.values()}
        return {
            name: figure
            for name, figure in figures.items()
            if self._state.figures.get(self._name(latex / name)) != self._drawn_from(figure, page)
            or not self._state.has(self._workspace.build, self._name(latex / name))
        }

    def _latex_figures(
        self, document: DocumentView, undrawn: dict[str, Figure], text: str, epoch: int
    ) -> None:
        """Draw the figures `undrawn` for LaTeX, and remove those that the document no longer has.

        They are drawn in the order of `text`; meanwhile the engine typesets what is before them.
        """
        latex, page = self._workspace.latex, document.page
        names = {paths.figure(each.name, "pdf") for each in document.figures.values()}
        complete = names - undrawn.keys()
        for name in sorted(undrawn, key=text.find):
            self._give(document, text, epoch, complete)
            from milepost.charts import output

            self._write(latex / name, output.pdf(undrawn[name], page))
            self._state.figures[self._name(latex / name)] = self._drawn_from(undrawn[name], page)
            complete.add(name)
        if undrawn:
            self._give(document, text, epoch, complete)
        current = {self._name(latex / name) for name in names}
        self._forget(name for name in self._state.figures if name.endswith(".pdf") and name not in current)

    def _give(self, document: DocumentView, text: str, epoch: int, complete: set[str]) -> None:
        """Let the engine typeset what `text`, if there is any, has before a figure that is not complete."""
        if text:
            from milepost.latex.pdf import give

            stem, latex = paths.stem(document.handle), self._workspace.latex
            give(self._engines, text, latex, stem, epoch=epoch, layout=document.layout, complete=complete)

    def _rst(self, document: DocumentView, *, with_text: bool) -> None:
        """Publish the reStructuredText and its figures; without text, only the figures change."""
        from milepost.views.page import SCREEN

        directory = self._workspace.rst
        manifest = publish.Manifest.read(directory)
        before = manifest.files if manifest else {}
        contents: dict[str, str | bytes | Path] = {}
        figures: dict[str, str] = {}
        for figure in document.figures.values():
            name = paths.figure(figure.name, "svg")
            path, made_from = directory / name, self._drawn_from(figure.drawing, SCREEN)
            figures[self._name(path)] = made_from
            is_drawn = self._state.figures.get(self._name(path)) == made_from
            if is_drawn and publish.has_digest(path, before.get(name, "")):
                contents[name] = path
            else:
                from milepost.charts import output

                contents[name] = output.svg(figure.drawing)
        if with_text:
            from milepost.render.documents import rst

            text = rst(document, self._workspace.templates)
            contents[self._workspace.rst_document(document.handle).name] = text
        else:
            texts = [name for name in before if name.endswith(".rst") and (directory / name).is_file()]
            contents |= {name: directory / name for name in texts}
        self._publish("rst", contents, directory)
        for_latex = {name: made for name, made in self._state.figures.items() if name.endswith(".pdf")}
        self._state.figures = for_latex | figures

    def _expect_the_last_preamble(self) -> None:
        """Have an engine wait that has read the preamble of the last PDF, before the document is loaded."""
        last = self._state.typeset
        if last is None or last.program != self._typesetting_program:
            return
        try:
            text = (self._workspace.build / last.tex).read_text("utf-8")
        except (OSError, ValueError):
            return
        from milepost.latex import engine

        directory = self._workspace.latex
        job = engine.job_of(directory, last.job, last.engine, last.epoch)
        engine.prepare(self._engines, job, text)

    def _tex(self, document: DocumentView, epoch: int) -> str:
        """Write the document as LaTeX; the engine reads its preamble while the figures are drawn."""
        from milepost.latex.pdf import start
        from milepost.render.documents import latex

        text = latex(document, self._workspace.templates)
        self._write(self._workspace.tex(document.handle), text)
        start(
            self._engines,
            text,
            self._workspace.latex,
            paths.stem(document.handle),
            epoch=epoch,
            layout=document.layout,
        )
        return text

    def _pdf(self, document: DocumentView, text: str, epoch: int) -> None:
        from milepost.latex.pdf import ENGINES, start, typeset_text

        workspace, stem = self._workspace, paths.stem(document.handle)
        tex, pdf = workspace.tex(document.handle), workspace.pdf(document.handle)
        typeset_from = files.digest(
            # Source marks name YAML lines, which change with every line above; they print nothing.
            *(line for line in text.splitlines() if not line.startswith("% ")),
            *(self._state.outputs[name] for name in sorted(self._state.figures) if name.endswith(".pdf")),
            str(epoch),
            self._typesetting_program,
        )
        if self._state.latex != typeset_from or not self._state.has(workspace.build, self._name(pdf)):
            self._state.latex = ""
            self._state.typeset = None
            typeset = typeset_text(
                text,
                workspace.latex,
                stem,
                epoch=epoch,
                layout=document.layout,
                on_progress=self._progress,
                engines=self._engines,
            )
            self._write(pdf, typeset.pdf.read_bytes())
            self._report.passes, self._report.pages = typeset.passes, typeset.pages
            self._report.warnings += typeset.warnings
            self._state.latex = typeset_from
        self._state.typeset = LastPdf(
            self._name(tex), ENGINES[document.layout], epoch, self._typesetting_program
        )
        if self._engines.keeps_one:
            start(self._engines, text, workspace.latex, stem, epoch=epoch, layout=document.layout)
            if document.figures:
                import milepost.charts.output  # noqa: F401 -- the next build may draw
        current = {self._name(tex), self._name(pdf)}
        self._forget(set(self._state.outputs) - set(self._state.figures) - current)

    def _progress(self, progress: Progress) -> None:
        if progress.page == 1:  # everything has been read, and there is time while LaTeX sets the other pages
            self._inputs_at_pages.add(digest_of_inputs(self._workspace, self._source))
        if self._on_progress:
            self._on_progress(progress)

    def _site(
        self, loaded: Loaded, document: DocumentView, epoch: int, *, with_pdf: bool
    ) -> tuple[publish.Contents, list[Problem]]:
        """Return the files of the site, and doubts about the history."""
        from milepost.build import site
        from milepost.build.history import earlier_dates, states_of
        from milepost.history.lags import recorded_lags
        from milepost.history.recorded import recorded_of

        workspace = self._workspace
        earlier, warnings = earlier_dates(workspace, loaded.document)
        lags = recorded_lags(workspace, loaded.document)
        recorded = recorded_of(workspace, loaded.document)
        source = site.SiteSource(
            content=workspace.source.read_bytes(),
            loaded=loaded,
            view=document,
            pdf=workspace.pdf(document.handle) if with_pdf else None,
            time=epoch,
            templates=self._workspace.templates,
            earlier=earlier,
            states=self._states,
            lags=lags,
            known=states_of(workspace, loaded.document)[0],
            recorded=recorded,
        )
        doubts = [*warnings, *lags.problems, *recorded.problems]
        return site.make_site(source, workspace.site_work), doubts

    def _publish(self, name: str, contents: publish.Contents, directory: Path) -> int:
        """Publish the files of a directory, and return how many it has."""
        published = publish.publish(contents, directory)
        self._state.published[name] = published.digest
        self._report.written += published.written
        self._report.warnings += published.warnings
        return published.number

    @cached_property
    def _typesetting_program(self) -> str:
        return files.digest(fingerprint.of_typesetting(), toolchain.own_classes())

    @cached_property
    def _drawing_program(self) -> str:
        return fingerprint.of_figures()

    def _drawn_from(self, drawing: Figure, page: Page) -> str:
        return files.digest(repr(drawing), repr(page), self._drawing_program)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._workspace.build).as_posix()

    def _write(self, path: Path, content: str | bytes) -> None:
        if files.write_if_changed(path, content, durable=True):
            self._report.written.append(path)
        self._state.outputs[self._name(path)] = files.digest(content)

    def _forget(self, names: Iterable[str]) -> None:
        """Remove files that an earlier build wrote, and that are no longer made."""
        for name in list(names):
            (self._workspace.build / name).unlink(missing_ok=True)
            self._state.outputs.pop(name, None)
            self._state.figures.pop(name, None)


def document_view(
    loaded: Loaded, source: SourceState, states: tuple[Snapshot, ...] = ()
) -> tuple[DocumentView, int]:
    """Return the view of a document at a revision of its source, and the time that its outputs state.

    Args:
        loaded: the document.
        source: the revision.
        states: earlier states, from which trend charts are drawn.

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
    return resolve(loaded.document, loaded.places, revision, states), epoch
