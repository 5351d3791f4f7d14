"""Every file name, in and out, from one root: the directory of the document's YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SOURCE = "milestones.yaml"
"""The name of a document's source unless the user names another."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Where templates are looked for.

    Attributes:
        own: directories of a project, whose templates replace the built-in ones of the same name.
    """

    own: tuple[Path, ...] = ()

    @classmethod
    def beside(cls, source: Path) -> Templates:
        """Return the templates for the YAML `source`: those in `templates/` beside it come first."""
        directory = source.parent / "templates"
        return cls((directory,)) if directory.is_dir() else BUILT_IN

    @property
    def directories(self) -> tuple[Path, ...]:
        """All directories, in the order in which a template is looked for."""
        return (*self.own, builtin_templates())


BUILT_IN = Templates()
"""The templates that come with the program, and no others."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a document's files are.

    Attributes:
        source: the YAML.
        build: the directory in which everything generated lies.
    """

    source: Path
    build: Path

    @classmethod
    def around(cls, source: Path) -> Workspace:
        """Return the workspace of `source`: what is built from it lies in `build/` beside it."""
        return cls(source, source.parent / "build")

    @property
    def templates(self) -> Templates:
        """The templates of the document: those beside the source, if any, and the built-in ones."""
        return Templates.beside(self.source)

    @property
    def latex(self) -> Path:
        """The directory in which LaTeX runs; everything it reads lies below it."""
        return self.build / "latex"

    @property
    def rst(self) -> Path:
        """The directory of the reStructuredText document."""
        return self.build / "rst"

    @property
    def state(self) -> Path:
        """What the last build was made from."""
        return self.build / ".state.json"

    @property
    def diff(self) -> Path:
        """The directory of what is said about the difference of two editions."""
        return self.build / "diff"

    @property
    def site(self) -> Path:
        """The directory of the site, ready for any host."""
        return self.build / "site"

    @property
    def site_work(self) -> Path:
        """The directory in which Sphinx makes it."""
        return self.build / "site-work"

    @property
    def editions(self) -> Path:
        """The directory of the sites of all editions, ready for any host."""
        return self.build / "editions" / "site"

    @property
    def editions_cache(self) -> Path:
        """The directory of editions that have been made."""
        return self.build / "editions" / "cache"

    @property
    def editions_work(self) -> Path:
        """The directory in which editions are made."""
        return self.build / "editions" / "work"

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
"""Directory of the fonts, below that in which LaTeX runs."""
FIGURES = "figures"
"""Directory of the figures, below that of the document which shows them."""

DATA = "milestones.json"
"""The milestones of a site as JSON; this and the following lie at its top."""
TABLE = "milestones.csv"
"""The same as a table."""
CALENDAR = "milestones.ics"
"""The open due dates as a calendar."""
FEED = "feed.xml"
"""The change record as a feed."""
SITEMAP = "sitemap.xml"
"""The list of the pages."""
ROBOTS = "robots.txt"
"""What programs that walk the web may read."""


def stem(handle: str) -> str:
    """Return the name of the files of the document `handle`, without an ending: safe for TeX and shells."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", handle)


def figure(name: str, ending: str) -> str:
    """Return the path of a figure, relative to the document that shows it."""
    return f"{FIGURES}/{stem(name)}.{ending}"


def builtin_templates() -> Path:
    """Return the directory of the templates that come with the program.

    An installed package carries them; in a checkout they lie at its top.
    """
    package = Path(__file__).parents[1]
    installed = package / "templates"
    return installed if installed.is_dir() else package.parents[1] / "templates"
