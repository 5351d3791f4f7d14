"""The names of all files that are read and written, relative to the document's YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from milepost.base.addresses import LONGEST_SLUG, with_digest

SOURCE = "milestones.yaml"
"""The name of a document's source unless the user names another."""
LOCK = "document"
"""Of all commands that change the YAML, so that only one does at a time."""
SCHEDULE = "schedule"
"""The folder of recorded exports unless the document names another."""
HISTORY = "history"
"""The name of the directory of its earlier states, beside it."""


@dataclass(frozen=True, slots=True)
class Templates:
    """The directories of templates.

    Attributes:
        own: those of a project; their templates replace the built-in ones of the same name.
    """

    own: tuple[Path, ...] = ()

    @classmethod
    def beside(cls, source: Path) -> Templates:
        """Return the templates for the YAML `source`: those in `templates/` beside it come first."""
        directory = source.parent / "templates"
        return cls((directory,)) if directory.is_dir() else BUILT_IN

    @property
    def directories(self) -> tuple[Path, ...]:
        """All directories, in search order."""
        return (*self.own, builtin_templates())


BUILT_IN = Templates()
"""The templates of the program alone."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The paths of a document's files.

    Attributes:
        source: the YAML.
        build: the directory of everything that is generated.
    """

    source: Path
    build: Path

    @classmethod
    def of(cls, source: Path) -> Workspace:
        """Return the workspace of the YAML `source`: its outputs go to `build/` beside it."""
        return cls(source, source.parent / "build")

    @property
    def templates(self) -> Templates:
        """The templates beside the source, if any, and the built-in ones."""
        return Templates.beside(self.source)

    @property
    def history(self) -> Path:
        """The directory of the snapshots of earlier states."""
        return self.source.parent / HISTORY

    def schedule(self, folder: str = SCHEDULE) -> Path:
        """The directory of recorded exports of the schedule, which the document may call differently."""
        return self.source.parent / folder

    @property
    def latex(self) -> Path:
        """The directory in which LaTeX runs, with everything that it reads."""
        return self.build / "latex"

    @property
    def rst(self) -> Path:
        """The directory of the reStructuredText document."""
        return self.build / "rst"

    @property
    def state(self) -> Path:
        """What the files of the last build were made from."""
        return self.build / ".state.json"

    @property
    def diff(self) -> Path:
        """Directory for diff reports."""
        return self.build / "diff"

    @property
    def review(self) -> Path:
        """Directory for the packet of a decision."""
        return self.build / "review"

    @property
    def diff_work(self) -> Path:
        """The directory in which LaTeX runs for diff reports."""
        return self.build / "diff-work"

    @property
    def site(self) -> Path:
        """The finished site."""
        return self.build / "site"

    @property
    def site_work(self) -> Path:
        """The working directory of Sphinx."""
        return self.build / "site-work"

    @property
    def editions(self) -> Path:
        """The finished site of all editions."""
        return self.build / "editions" / "site"

    @property
    def editions_cache(self) -> Path:
        """The sites of single editions, kept for the next run."""
        return self.build / "editions" / "cache"

    @property
    def comparisons(self) -> Path:
        """The pages that compare editions, kept for the next run."""
        return self.build / "editions" / "comparisons"

    @property
    def editions_work(self) -> Path:
        """The working directory for editions."""
        return self.build / "editions" / "work"

    def lock(self, command: str) -> Path:
        """The file that is locked by the command while it writes: build, diff, editions or document."""
        return self.build / f".{command}.lock"

    def tex(self, handle: str) -> Path:
        """The LaTeX document."""
        return self.latex / f"{stem(handle)}.tex"

    def pdf(self, handle: str) -> Path:
        """The finished PDF."""
        return self.build / f"{stem(handle)}.pdf"

    def rst_document(self, handle: str) -> Path:
        """The reStructuredText document."""
        return self.rst / f"{stem(handle)}.rst"


FONTS = "fonts"
"""Directory of fonts below that of LaTeX."""
FIGURES = "figures"
"""Directory of figures below that of the document."""

DATA = "milestones.json"
"""The milestones of a site as JSON; this file and the next ones are at the top of the site."""
TABLE = "milestones.csv"
"""The milestones as a table for programs."""
EXCEL_TABLE = "milestones-excel.csv"
"""The milestones as a table that Excel opens."""
WORKBOOK = "milestones.xlsx"
"""The milestones as a workbook."""
CALENDAR = "milestones.ics"
"""The open due dates as a calendar."""
FORECASTS = "milestones-forecast.ics"
"""The dates on which open milestones are expected, as a calendar."""
CODES = "codes.js"
"""The codes, for the box on each page that jumps to a milestone."""
FEED = "feed.xml"
"""The change record as a feed."""
SITEMAP = "sitemap.xml"
"""The list of the pages."""
ROBOTS = "robots.txt"
"""Rules for web crawlers."""


def stem(handle: str) -> str:
    """Return the base name of the files of the document `handle`, safe for TeX, shells and file systems."""
    name = re.sub(r"[^A-Za-z0-9._-]", "-", handle)
    return name if len(name) <= LONGEST_SLUG else with_digest(name, handle)


def figure(name: str, ending: str) -> str:
    """Return the path of a figure relative to its document."""
    return f"{FIGURES}/{stem(name)}.{ending}"


def builtin_templates() -> Path:
    """Return the directory of the built-in templates, in an installed package or in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "templates"
    return installed if installed.is_dir() else package.parents[1] / "templates"
