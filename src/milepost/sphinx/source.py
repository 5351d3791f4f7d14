"""The milestones of a project, ready for its documents to show: from the YAML, or from a cache."""

from __future__ import annotations

import gc
import hashlib
import pickle
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Self

from milepost.base import files, fingerprint, paths
from milepost.base.addresses import milestone_anchor
from milepost.base.paths import BUILT_IN, Templates, Workspace
from milepost.base.suggest import Vocabulary
from milepost.history.names import drawn_from, links_from
from milepost.views.milestones import Milestones
from milepost.views.page import SPHINX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.document.acronyms import Finder
    from milepost.history.states import Snapshot
    from milepost.loading.load import Loaded
    from milepost.views.chart import GanttChart
    from milepost.views.document import DocumentView
    from milepost.views.milestones import MilestoneInfo
    from milepost.views.trend.lines import TrendChart

_LIBRARIES = ("docutils", "pydantic", "pyyaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of the YAML; `number` is that of its figure, None if the document does not contain it."""

    drawing: GanttChart | TrendChart
    number: str | None


@dataclass(frozen=True, kw_only=True)
class ProjectMilestones:
    """The contents of the YAML, ready to print, and digests of what they were made from.

    Attributes:
        milestones: the milestones.
        charts: by the names of their figures, in the order of the file.
        acronyms: all acronyms of the table, with their definitions.
        names: codes and handles in which nothing is an acronym, except those with a number.
        unexpanded: words that look like acronyms but are not explained.
        warnings: of the loader.
        templates: the directories of templates.
        program: a digest of the program and the templates.
        digest: of the file, its place, and `program`.
    """

    milestones: Milestones
    charts: dict[str, Chart] = field(default_factory=dict)
    acronyms: dict[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    unexpanded: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    templates: Templates = BUILT_IN
    program: str = ""
    digest: str = ""

    @classmethod
    def none(cls) -> Self:
        """Return the value for a project that has no milestones of its own."""
        return cls(milestones=Milestones(handle="", title="", data_date="", entries=(), acronyms={}))

    def entry(self, code: str) -> MilestoneInfo | None:
        """Return the milestone of that code or earlier code, or None."""
        return self.milestones.entry(code)

    def entries(self, codes: tuple[str, ...]) -> list[MilestoneInfo]:
        """Return the milestones of `codes` that exist, in that order."""
        return [entry for code in codes if (entry := self.entry(code)) is not None]

    def chart_files(self, chart: Chart, ending: str, directory: Path) -> list[Path]:
        """Return the files with the parts of the drawing of `chart`; draw them if they do not exist yet.

        Args:
            chart: one of `charts`.
            ending: `svg`, which is always one file, or `pdf`.
            directory: where drawings are kept.
        """
        digest = files.digest(repr(chart.drawing), self.program)
        stem = directory / digest[:16] / paths.stem(chart.drawing.name)
        first = stem.with_name(f"{stem.name}.{ending}")
        if not first.is_file():
            from milepost.charts import output

            if ending == "svg":
                files.write_if_changed(first, output.svg(chart.drawing))
            else:
                drawn = output.pdfs(chart.drawing, SPHINX)
                # The first is written last, so that there are all where it is.
                for number, part in reversed(list(enumerate(drawn, start=1))):
                    files.write_if_changed(first if number == 1 else _part(first, number), part)
        found = [first]
        while _part(first, len(found) + 1).is_file():
            found.append(_part(first, len(found) + 1))
        return found

    def chart(self, name: str | None) -> Chart | None:
        """Return the chart of that name, or the first one for None; None if there is none."""
        return self.charts.get(name) if name else next(iter(self.charts.values()), None)

    @cached_property
    def codes(self) -> Vocabulary:
        """All codes and earlier codes, for hints."""
        return Vocabulary(code for entry in self.milestones.entries for code in (entry.code, *entry.aka))

    @cached_property
    def labelled(self) -> dict[str, MilestoneInfo]:
        """The milestones by their labels."""
        return {
            milestone_anchor(code): entry
            for entry in self.milestones.entries
            for code in (entry.code, *entry.aka)
        }

    @cached_property
    def finder(self) -> Finder:
        """Finds the acronyms in texts."""
        from milepost.document.acronyms import Finder

        return Finder(self.acronyms, self.names, self.unexpanded)


def _part(first: Path, number: int) -> Path:
    return first.with_stem(f"{first.stem}-part-{number}")


def read(path: Path, cache: Path, templates: Templates, *, printed: bool = False) -> ProjectMilestones:
    """Return the milestones of the YAML `path`.

    Args:
        path: the YAML.
        cache: where to keep the result for the next build.
        templates: the directories of templates.
        printed: whether the project is the site of the document, not another one that shows milestones.

    Raises:
        MilepostError: with all errors in the file.
    """
    digest = _digest(path, templates, printed)
    if digest in _provided:
        return _provided[digest]
    with _without_garbage_collection():
        project = _from_cache(cache, digest)
        if project is None:
            project = _keep(_from_yaml(path, printed), cache, templates, digest)
    return project


def kept_in(doctrees: Path) -> Path:
    """Return where the milestones of a project are kept for its next build, beside Sphinx's own cache."""
    return doctrees / "milepost" / "source.pickle"


def provide(  # noqa: PLR0913, PLR0917 -- what it is made from
    loaded: Loaded,
    view: DocumentView,
    milestones: Milestones,
    path: Path,
    templates: Templates,
    states: tuple[Snapshot, ...] = (),
) -> None:
    """Provide the milestones of the site of a document for the next `read` in this process.

    It need not load them again.

    Args:
        loaded: the document.
        view: the same, ready to print.
        milestones: those of the document.
        path: the file from which `read` would load it, with the same content.
        templates: the directories of templates.
        states: earlier states, which are in the history beside `path`, too.
    """
    project = _of_document(loaded, view, milestones, loaded.warnings, states)
    digest = _digest(path, templates, printed=True)
    _provided.clear()
    _provided[digest] = _complete(project, templates, digest)


_provided: dict[str, ProjectMilestones] = {}
"""What has been provided last, by its digest."""


def _complete(project: ProjectMilestones, templates: Templates, digest: str) -> ProjectMilestones:
    return replace(project, templates=templates, program=_program(templates), digest=digest)


def _keep(project: ProjectMilestones, cache: Path, templates: Templates, digest: str) -> ProjectMilestones:
    project = _complete(project, templates, digest)
    pickled = pickle.dumps(project, pickle.HIGHEST_PROTOCOL)
    files.write_if_changed(cache, hashlib.sha256(pickled).digest() + pickled)
    return project


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause the garbage collector: with many new objects that stay it is slow, and frees nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # the loader reports why it cannot be read


def _digest(path: Path, templates: Templates, printed: bool) -> str:
    """Return a digest of all that the milestones of a project are made from."""
    content = _content(path)
    workspace = Workspace.of(path)
    records = drawn_from(workspace, content), links_from(workspace, content)
    return files.digest(str(path), content, *records, _program(templates), str(printed))


def _program(templates: Templates) -> str:
    """Return a digest of everything besides the YAML that can change the result."""
    return files.digest(fingerprint.of_program(templates), *map(version, _LIBRARIES))


def _from_cache(cache: Path, digest: str) -> ProjectMilestones | None:
    """Return the cached milestones; None if they are of another source, or the cache is damaged."""
    try:
        content = cache.read_bytes()
    except OSError:
        return None
    checksum, pickled = content[:32], content[32:]
    if hashlib.sha256(pickled).digest() != checksum:
        return None
    try:
        project = pickle.loads(pickled)  # noqa: S301 -- written by us, beside Sphinx's own pickles
    except Exception:
        return None
    return project if isinstance(project, ProjectMilestones) and project.digest == digest else None


def _from_yaml(path: Path, printed: bool) -> ProjectMilestones:
    """Return the milestones of the YAML `path`.

    Raises:
        MilepostError: with all errors in the file.
    """
    # These import pydantic, which is slow and not needed when the cache is up to date.
    from milepost.history.folder import drawn_states
    from milepost.history.lags import recorded_lags
    from milepost.loading.load import load
    from milepost.rules import ABOUT_THE_PRINTED_DOCUMENT
    from milepost.views.document import RevisionLine
    from milepost.views.milestones import milestones_of
    from milepost.views.resolve import resolve

    loaded = load(path)
    states, faults = drawn_states(Workspace.of(path), loaded.document)
    view = resolve(loaded.document, loaded.places, RevisionLine(date=loaded.document.stated_date), states)
    warnings = (each for each in loaded.warnings if printed or each.rule not in ABOUT_THE_PRINTED_DOCUMENT)
    lags = recorded_lags(Workspace.of(path), loaded.document)
    doubts = (*warnings, *faults, *lags.problems)
    milestones = milestones_of(loaded.document, view, (*doubts, *loaded.accepted), lags.days)
    return _of_document(loaded, view, milestones, doubts, states)


def _of_document(
    loaded: Loaded,
    view: DocumentView,
    milestones: Milestones,
    warnings: tuple[Problem, ...],
    states: tuple[Snapshot, ...],
) -> ProjectMilestones:
    """Return the milestones of a document, with those `warnings` of the loader that concern the project."""
    from milepost.document.acronyms import is_numbered, names_of
    from milepost.document.figures import DeploymentFigure
    from milepost.prose.values import plain
    from milepost.views import make_charts
    from milepost.views.chart import DeploymentDiagram

    document = loaded.document
    charts = {}
    for figure in document.figures:
        if not isinstance(figure, DeploymentFigure):
            # The document need not contain the figure.
            placed = view.figures.get(figure.name)
            title = plain(figure.caption)
            drawing = placed.drawing if placed else make_charts.draw(figure, document, title, states)
            if not isinstance(drawing, DeploymentDiagram):
                charts[figure.name] = Chart(drawing=drawing, number=placed.number if placed else None)
    return ProjectMilestones(
        milestones=milestones,
        charts=charts,
        acronyms={entry.acronym: entry.definition for entry in document.acronyms},
        names=frozenset(name for name in names_of(document) if not is_numbered(name)),
        unexpanded=document.unexpanded,
        warnings=warnings,
    )
