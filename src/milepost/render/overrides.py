"""The templates of a project: which of them have no effect or cannot be read.

Do not import Jinja here: that takes longer than to check most documents.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base import paths
from milepost.base.errors import Place, Problem, Severity
from milepost.base.suggest import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOR_THE_PROGRAM = ("new/", "schema/", "findings/", "commands/")
"""Folders of templates that are about no document of a project."""
_QUOTED = re.compile(r"""["']([\w./-]+)["']""")


def check_templates(source: Path) -> Iterator[Problem]:
    """Yield a warning for each file in `templates/` beside a YAML that has no effect or cannot be read."""
    directory = source.parent / "templates"
    if not os.path.lexists(directory):
        return
    if not directory.is_dir():
        yield Problem(
            rule="template",
            place=Place(str(directory)),
            message="the templates in it are not used: it is not a folder",
            hint="make it a folder, or give it another name",
            severity=Severity.WARNING,
        )
        return
    if directory.samefile(paths.builtin_templates()):
        return  # a document in the program's own repository
    everything = set(_files(paths.builtin_templates()))
    built_in = set(filter(_is_loaded, everything))
    folders = {name.partition("/")[0] for name in built_in}
    unreadable: list[OSError] = []
    texts: dict[str, str] = {}
    for name in _files(directory, unreadable.append):
        if not name.endswith(".jinja") and name.partition("/")[0] not in folders:
            continue  # the folder may have other purposes, too
        path = directory / name
        try:
            texts[name] = path.read_text("utf-8")
        except UnicodeDecodeError as error:
            texts[name] = ""
            if _is_loaded(name):
                yield _unreadable(path, "it is not UTF-8", error.object[: error.start].count(b"\n") + 1)
        except OSError as error:
            unreadable.append(error)
    for failure in unreadable:
        reason = (failure.strerror or str(failure)).lower()
        yield _unreadable(Path(str(failure.filename)), reason)
    imported = {name for text in texts.values() for name in _QUOTED.findall(text)}
    names = Vocabulary(built_in)
    for name in texts:
        if name in everything - built_in:
            yield Problem(
                rule="template",
                place=Place(str(directory / name)),
                message="this file of the program cannot be replaced",
                hint="remove it; `milepost templates list` names those that can be",
                severity=Severity.WARNING,
            )
        elif name not in built_in and name not in imported:
            yield Problem(
                rule="template",
                place=Place(str(directory / name)),
                message="this file replaces no template, and no template imports it",
                hint=names.hint(name, "give it the name of a built-in template, or remove it"),
                severity=Severity.WARNING,
            )


def replaceable() -> tuple[str, ...]:
    """Return the names of the built-in files that a file of the same name in `templates/` replaces."""
    return tuple(name for name in _files(paths.builtin_templates()) if _is_loaded(name))


def _files(directory: Path, on_error: Callable[[OSError], None] | None = None) -> Iterator[str]:
    """Yield the names of all files below a directory that are not hidden."""
    for folder, folders, names in os.walk(directory, onerror=on_error, followlinks=True):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "README")) and not name.endswith("~"):
                yield Path(folder, name).relative_to(directory).as_posix()


def _is_loaded(name: str) -> bool:
    """Return whether a built-in file of that name can be replaced."""
    if name.startswith(_FOR_THE_PROGRAM):
        return False
    return name.endswith(".jinja") or name.startswith("diff/static/")


def _unreadable(path: Path, reason: str, line: int = 0) -> Problem:
    return Problem(
        rule="template",
        place=Place(str(path), line),
        message=f"the template cannot be read: {reason}",
        hint="make it a readable text file in UTF-8",
        severity=Severity.WARNING,
    )
