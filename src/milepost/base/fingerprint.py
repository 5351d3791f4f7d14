"""What an output is made from besides its document: the program, its templates and its libraries, as digests.

Nothing here imports what it asks about: a build that has nothing to do takes less time than that.
"""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base import files

if TYPE_CHECKING:
    from milepost.base.paths import Templates

_LIBRARIES = (
    "docutils",
    "fontpkg-fira-sans",
    "furo",
    "icalendar",
    "jinja2",
    "matplotlib",
    "pydantic",
    "pyyaml",
    "sphinx",
)


def of_everything(templates: Templates) -> str:
    """Return a digest of all that can change what is made from a document.

    Args:
        templates: where templates are looked for.
    """
    return files.digest(of_program(templates), *(_version(name) for name in _LIBRARIES), of_typesetting())


def of_program(templates: Templates) -> str:
    """Return a digest of the program and of all templates; `templates` as in `of_everything`."""
    package = Path(__file__).parents[1]
    return files.digest(
        files.digest_of_files(package.rglob("*.py"), package),
        *(
            files.digest_of_files((path for path in directory.rglob("*") if path.is_file()), directory)
            for directory in templates.directories
        ),
    )


def of_typesetting(engine: str = "lualatex") -> str:
    """Return a digest of what turns LaTeX into a PDF, as far as it shows without running it."""
    program = shutil.which(engine)
    return files.digest(
        version("fontpkg-fira-sans"), str(Path(program).stat().st_mtime_ns) if program else ""
    )


def of_figures() -> str:
    """Return a digest of what turns a figure's data into a drawing."""
    package = Path(__file__).parents[1]
    return files.digest(
        files.digest_of_files((package / "charts").glob("*.py"), package),
        version("matplotlib"),
        version("fontpkg-fira-sans"),
    )


def _version(library: str) -> str:
    """Return the version of a library; nothing for one that is not there, which only a site may need."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
