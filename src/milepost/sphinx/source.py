"""The milestones of a project, ready for its documents to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from milepost.base import files, paths
from milepost.base.paths import BUILT_IN, Templates
from milepost.base.suggest import Vocabulary
from milepost.views.milestones import Milestones
from milepost.views.page import SPHINX

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.document.acronyms import Finder
    from milepost.views.chart import GanttChart
    from milepost.views.milestones import MilestoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of the YAML; `number` is that of its figure, None if the document does not contain it."""

    drawing: GanttChart
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
            from milepost.charts import output  # noqa: PLC0415 -- importing matplotlib is slow

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
    def finder(self) -> Finder:
        """Finds the acronyms in texts."""
        from milepost.document.acronyms import Finder  # noqa: PLC0415 -- importing pydantic is slow

        return Finder(self.acronyms, self.names, self.unexpanded)


def _part(first: Path, number: int) -> Path:
    return first.with_stem(f"{first.stem}-part-{number}")
