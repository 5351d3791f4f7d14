"""The source of a project's milestones: the YAML, read once in a build, and not at all if unchanged."""

from __future__ import annotations

import gc
import hashlib
import pickle
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Self

from milepost import files, ingredients, paths
from milepost.catalogue import Catalogue
from milepost.spelling import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.acronyms import Finder
    from milepost.catalogue import Entry
    from milepost.chart import GanttChart
    from milepost.errors import Problem

_LIBRARIES = ("docutils", "pydantic", "pyyaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of the YAML; `number` is that of its figure in the document, None where it is not placed."""

    drawing: GanttChart
    number: str | None


@dataclass(frozen=True, kw_only=True)
class Source:
    """What the YAML says, ready to print, and what it was read from.

    Attributes:
        catalogue: the milestones.
        charts: by the names of their figures, in the order of the file.
        acronyms: all of the table, with their definitions.
        names: the codes and handles in which nothing is an acronym, but for those that show it by their form.
        unexpanded: words that look like acronyms and have no definition on purpose.
        doubts: what is contradictory in the file, but no fault.
        own_templates: directories whose templates stand before the built-in ones.
        program: a digest of the program and the templates.
        digest: of the file, its place, and `program`.
    """

    catalogue: Catalogue
    charts: dict[str, Chart] = field(default_factory=dict)
    acronyms: dict[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    unexpanded: tuple[str, ...] = ()
    doubts: tuple[Problem, ...] = ()
    own_templates: tuple[Path, ...] = ()
    program: str = ""
    digest: str = ""

    @classmethod
    def none(cls) -> Self:
        """Return the source of a project that has no milestones of its own."""
        return cls(catalogue=Catalogue(handle="", title="", data_date="", entries=(), acronyms={}))

    def entry(self, code: str) -> Entry | None:
        """Return the milestone of that code, which may be an earlier one; None where there is none."""
        return self.catalogue.entry(code)

    def entries(self, codes: tuple[str, ...]) -> list[Entry]:
        """Return the milestones of `codes`, in that order."""
        return [entry for code in codes if (entry := self.entry(code)) is not None]

    def drawn(self, chart: Chart, ending: str, directory: Path) -> Path:
        """Return the file with the drawing of `chart`; it is drawn where that has not been done before.

        Args:
            chart: one of `charts`.
            ending: `svg` or `pdf`.
            directory: where drawings are kept.
        """
        made_from = files.digest(repr(chart.drawing), self.program)
        path = directory / made_from[:16] / f"{paths.stem(chart.drawing.name)}.{ending}"
        if not path.is_file():
            from milepost.render import figures  # noqa: PLC0415 -- matplotlib takes its time

            files.write(path, figures.pdf(chart.drawing) if ending == "pdf" else figures.svg(chart.drawing))
        return path

    def chart(self, name: str | None) -> Chart | None:
        """Return the chart of that name, the first one for None; None where there is none."""
        return self.charts.get(name) if name else next(iter(self.charts.values()), None)

    @cached_property
    def codes(self) -> Vocabulary:
        """All codes, the earlier ones too, for hints."""
        return Vocabulary(code for entry in self.catalogue.entries for code in (entry.code, *entry.aka))

    @cached_property
    def finder(self) -> Finder:
        """What finds the acronyms in texts."""
        from milepost.acronyms import Finder  # noqa: PLC0415 -- pydantic, below it, takes its time

        return Finder(self.acronyms, self.names, self.unexpanded)


def read(path: Path, cache: Path) -> Source:
    """Return what the YAML `path` says.

    Args:
        path: the file.
        cache: where the result is kept for the next time, when the file and the program are the same.

    Raises:
        MilepostError: with all faults of the file.
    """
    own = tuple(directory for directory in (path.parent / "templates",) if directory.is_dir())
    program = _program(own)
    digest = files.digest(str(path), _content(path), program)
    with _nothing_collected():
        found = _from_cache(cache, digest)
        if found is None:
            from milepost.sphinx import reading  # noqa: PLC0415 -- pydantic, below it, takes its time

            found = replace(reading.read(path), own_templates=own, program=program, digest=digest)
            pickled = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
            files.write(cache, hashlib.sha256(pickled).digest() + pickled)
    return found


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Pause the collector of garbage, which looks for it in vain, and long, where much is made to stay."""
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
        return b""  # loading says what is the matter with it


def _program(own_templates: tuple[Path, ...]) -> str:
    """Return a digest of everything but the YAML that can change what is printed."""
    return files.digest(
        ingredients.of_program(own_templates),
        *map(version, _LIBRARIES),
    )


def _from_cache(cache: Path, digest: str) -> Source | None:
    """Return what was read before from the same; None where it is something else, or damaged."""
    try:
        kept = cache.read_bytes()
    except OSError:
        return None
    checksum, pickled = kept[:32], kept[32:]
    if hashlib.sha256(pickled).digest() != checksum:
        return None
    try:
        found = pickle.loads(pickled)  # noqa: S301 -- written by us, beside Sphinx's own pickles
    except Exception:
        return None
    return found if isinstance(found, Source) and found.digest == digest else None
