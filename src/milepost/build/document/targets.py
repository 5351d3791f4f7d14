"""What can be built, and what a build says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.base.errors import Problem


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
