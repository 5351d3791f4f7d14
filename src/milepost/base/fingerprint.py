"""Digests of the program, its templates and its libraries: what an output depends on besides its document.

Do not import the libraries here: that takes longer than a build that has nothing to do.
"""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base import files

if TYPE_CHECKING:
    from milepost.base.paths import Templates

_LIBRARIES = (
    "docutils",
    "fontpkg-fira-sans",
    "furo",
    "jinja2",
    "matplotlib",
    "pydantic",
    "pyyaml",
    "sphinx",
    "xlsxwriter",
)


def of_everything(templates: Templates) -> str:
    """Return a digest of everything besides the document that can change an output."""
    return files.digest(of_program(templates), *(version_of(name) for name in _LIBRARIES), of_typesetting())


def of_program(templates: Templates) -> str:
    """Return a digest of the program and of all templates."""
    package = Path(__file__).parents[1]
    directories = dict.fromkeys(path.resolve() for path in templates.directories)
    return files.digest(files.digest_of_files(package, ".py"), *map(files.digest_of_files, directories))


def of_typesetting() -> str:
    """Return a digest of the fonts and the engines of TeX, which are not run."""
    programs = filter(None, map(shutil.which, ("lualatex", "xelatex")))
    return files.digest(
        version_of("fontpkg-fira-sans"), *(str(Path(program).stat().st_mtime_ns) for program in programs)
    )


def of_figures() -> str:
    """Return a digest of the code and libraries that draw figures."""
    package = Path(__file__).parents[1]
    return files.digest(
        files.digest_of_files(package / "charts", ".py"),
        version_of("matplotlib"),
        version_of("fontpkg-fira-sans"),
    )


def version_of(library: str) -> str:
    """Return the version of a library; "" where it is not installed."""
    if library in _installed():
        return _installed()[library]
    if not any(map(os.path.isfile, sys.path)):
        return ""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(library)
    except PackageNotFoundError:
        return ""


@cache
def _installed() -> dict[str, str]:
    """Return the versions of the libraries that are in folders, from the names of what describes them."""
    found: dict[str, str] = {}
    for folder in filter(Path.is_dir, map(Path, sys.path)):
        for entry in folder.iterdir():
            described, _, ending = entry.name.rpartition(".")
            name, _, version = described.partition("-")
            if ending in {"dist-info", "egg-info"} and version:
                found.setdefault(name.lower().replace("_", "-"), version)
    return found
