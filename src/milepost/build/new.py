"""Write the files of a new document: its YAML with an example of each part, and what builds it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from milepost.base import files
from milepost.base.addresses import HANDLE
from milepost.base.errors import MilepostError, Place, Problem
from milepost.base.paths import SOURCE
from milepost.render.environment import new_document_environment
from milepost.schema.generate import json_schema

if TYPE_CHECKING:
    from pathlib import Path

_FILES = {
    SOURCE: "milestones.yaml",
    "Makefile": "Makefile",
    ".gitignore": "gitignore",
    ".github/workflows/milestones.yml": "check.yml",
}
"""The files, and the templates below `templates/new/` that make them."""
_SCHEMA = "milestones-schema.json"
_HANDLE = "PLAN-1"
"""The handle where the name of the folder cannot be one."""


def write_new(directory: Path) -> tuple[Path, ...]:
    """Write the files of a new document into `directory`, and return their paths.

    The folder is made where there is none. Its name becomes the handle, if it can be one.

    Raises:
        MilepostError: one of the files is there already; nothing is written then.
    """
    nearest = next(each for each in (directory, *directory.parents) if os.path.lexists(each))
    if not nearest.is_dir():
        what = "this is a file" if nearest.exists() else "this link leads nowhere"
        raise MilepostError(_problem(nearest, what, "name a folder"))
    there = [path for name in (*_FILES, _SCHEMA) if os.path.lexists(path := directory / name)]
    if there:
        hint = "choose another folder; nothing is written"
        raise MilepostError(*(_problem(path, "this file is there already", hint) for path in there))
    environment = new_document_environment()
    contents = {
        name: environment.get_template(f"new/{template}.jinja").render(handle=_handle(directory))
        for name, template in _FILES.items()
    }
    contents[_SCHEMA] = json_schema()
    # The YAML comes last: a folder that has it has everything.
    order = sorted(contents, key=lambda name: (name == SOURCE, name))
    for name in order:
        files.write_if_changed(directory / name, contents[name], durable=True)
    return tuple(directory / name for name in sorted(contents))


def _handle(directory: Path) -> str:
    name = re.sub(r"[\s_]+", "-", directory.resolve().name).upper()
    return name if HANDLE.fullmatch(name) else _HANDLE


def _problem(path: Path, message: str, hint: str) -> Problem:
    return Problem(rule="new", place=Place(str(path)), message=message, hint=hint)
