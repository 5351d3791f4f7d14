"""The packages: small enough to read, and only the edge asks for the time and the environment.

That imports go one way is checked by import-linter, as `pyproject.toml` says, in `make lint`.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "milepost"
MAXIMUM_LINES = 400
MAXIMUM_MODULES = 10
MAXIMUM_AT_THE_TOP = 4

MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_are_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAXIMUM_LINES


def test_no_package_has_too_many_modules() -> None:
    number = Counter(path.parent for path in MODULES if path.name != "__init__.py")

    assert {name for name, count in number.items() if count > MAXIMUM_MODULES} == set()
    assert len([path for path in SOURCE.iterdir() if path.is_file()]) <= MAXIMUM_AT_THE_TOP


def test_every_package_says_what_goes_in_and_what_comes_out() -> None:
    for path in SOURCE.glob("*/__init__.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        assert "In: " in docstring, path
        assert "Out: " in docstring, path


def test_only_the_command_line_asks_for_the_time_and_the_environment() -> None:
    allowed = {
        "cli/main.py",
        "cli/release.py",  # the day of approval
        "cli/schedule/jira.py",  # the token
        "git/source_state.py",  # SOURCE_DATE_EPOCH, for the command line
        "latex/engine.py",  # hands the environment on to the engine
        "git/repository.py",  # hands the environment on to git, with the language in which it answers
        "latex/toolchain.py",  # a program of its own, run before the package is complete
    }
    asking = {
        path.relative_to(SOURCE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "time.time"})
        or (isinstance(node, ast.Attribute) and node.attr in {"today", "now", "utcnow"})
    }

    assert asking <= allowed


def test_the_program_knows_no_document() -> None:
    names = ("LDM", "Rubin", "LSST ", "DM-")
    for path in MODULES:
        text = path.read_text("utf-8")
        # The document class has its name; examples of codes in docstrings are made up or generic.
        assert not [name for name in names if name in text], path
