"""The source of a project's milestones: what its YAML says, ready for its documents to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from milepost.base import files, paths
from milepost.base.paths import BUILT_IN, Templates
from milepost.base.suggest import Vocabulary
from milepost.views.milestones import Catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.document.acronyms import Finder
    from milepost.views.chart import GanttChart
    from milepost.views.milestones import MilestoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of the YAML; `number` is that of its figure in the document, None where it is not placed."""

    drawing: GanttChart
    number: str | None


@dataclass(frozen=True, kw_only=True)
class ProjectMilestones:
    """What the YAML says, ready to print, and what it was read from.

    Attributes:
        catalogue: the milestones.
        charts: by the names of their figures, in the order of the file.
        acronyms: all of the table, with their definitions.
        names: the codes and handles in which nothing is an acronym, but for those that show it by their form.
        unexpanded: words that look like acronyms and have no definition on purpose.
        doubts: what is contradictory in the file, but no fault.
        templates: where templates are looked for.
        program: a digest of the program and the templates.
        digest: of the file, its place, and `program`.
    """

    catalogue: Catalogue
    charts: dict[str, Chart] = field(default_factory=dict)
    acronyms: dict[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    unexpanded: tuple[str, ...] = ()
    doubts: tuple[Problem, ...] = ()
    templates: Templates = BUILT_IN
    program: str = ""
    digest: str = ""

    @classmethod
    def none(cls) -> Self:
        """Return the source of a project that has no milestones of its own."""
        return cls(catalogue=Catalogue(handle="", title="", data_date="", entries=(), acronyms={}))

    def entry(self, code: str) -> MilestoneInfo | None:
        """Return the milestone of that code, which may be an earlier one; None where there is none."""
        return self.catalogue.entry(code)

    def entries(self, codes: tuple[str, ...]) -> list[MilestoneInfo]:
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
            from milepost.charts import output  # noqa: PLC0415 -- matplotlib takes its time

            files.write(path, output.pdf(chart.drawing) if ending == "pdf" else output.svg(chart.drawing))
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
        from milepost.document.acronyms import Finder  # noqa: PLC0415 -- pydantic, below it, takes its time

        return Finder(self.acronyms, self.names, self.unexpanded)
