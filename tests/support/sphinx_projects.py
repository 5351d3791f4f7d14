"""Run real Sphinx on small projects."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from milepost.build.site import forget_last_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECTS = Path(__file__).parents[1] / "data/sphinx"


@dataclass
class Built:
    """The results of a build.

    Attributes:
        output: the output directory.
        read: the documents that it read.
        written: the pages that it wrote, relative to `output`.
        removed: the pages that it removed.
        warnings: its warnings, without colours and directories.
        error: the error if it failed.
        status: the exit code of the command.
    """

    output: Path
    read: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    warnings: str = ""
    error: str | None = None
    status: int = 0

    def page(self, name: str) -> BeautifulSoup:
        """Return a page that was written."""
        return BeautifulSoup((self.output / name).read_text("utf-8"), "html.parser")

    def body(self, name: str) -> Tag:
        """Return the text of a page, without the theme."""
        found = self.page(name).select_one('[role="main"]')
        assert found is not None
        return found


@dataclass
class Project:
    """A copy of a project that can be changed and built."""

    source: Path
    build: Path

    @classmethod
    def copied(cls, name: str, directory: Path) -> Project:
        """Return a copy of the project `name` in `directory`."""
        shutil.copytree(PROJECTS / name, directory / name)
        return cls(directory / name, directory / "build")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one occurrence of `old` in a file."""
        path = self.source / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new), "utf-8")

    def make(
        self,
        builder: str = "html",
        *,
        jobs: int = 1,
        nitpicky: bool = True,
        output: str | None = None,
        doctrees: str | None = None,
        prepare: Callable[[Sphinx], object] | None = None,
        **settings: Any,
    ) -> Built:
        """Build the project.

        Args:
            builder: the name of Sphinx's builder.
            jobs: how many processes it may use.
            nitpicky: as `-n`.
            output: the name of the output directory; by default that of the builder.
            doctrees: the name of the cache directory; by default that of `output`.
            prepare: called with the application before it builds.
            settings: settings that override `conf.py`.
        """
        directory = self.build / (output or builder)
        before = dict(_times(directory))
        built = Built(directory)
        warnings = StringIO()
        forget_last_run()
        with patch_docutils(self.source), docutils_namespace():
            try:
                application = Sphinx(
                    srcdir=self.source,
                    confdir=self.source,
                    outdir=directory,
                    doctreedir=self.build / f"doctrees-{doctrees or output or builder}",
                    buildername=builder,
                    confoverrides={"nitpicky": nitpicky, **settings},
                    status=None,
                    warning=warnings,
                    parallel=jobs,
                )
                application.connect(
                    "env-before-read-docs", lambda _app, _env, names: built.read.extend(names)
                )
                if prepare:
                    prepare(application)
                application.build()
                built.status = application.statuscode
            except SphinxError as error:
                built.error = f"{error.category}: {error}"
        after = dict(_times(directory))
        built.written = {name for name, time in after.items() if before.get(name) != time}
        built.removed = before.keys() - after.keys()
        plain = re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue())
        built.warnings = plain.replace(f"{self.source}/", "")
        return built


def _times(directory: Path) -> Iterator[tuple[str, int]]:
    for path in directory.rglob("*.html"):
        name = path.relative_to(directory).as_posix()
        if name not in {"genindex.html", "search.html"}:  # Sphinx writes these in every build
            yield name, path.stat().st_mtime_ns


def rows(table: Tag) -> list[list[str]]:
    """Return the words in the cells of a table, row by row, without the head."""
    body = table.find("tbody")
    assert isinstance(body, Tag)
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["td", "th"])]
        for row in body.find_all("tr")
    ]
