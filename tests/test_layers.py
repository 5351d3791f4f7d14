"""The rooms of the house: imports point one way, and no module grows too large to read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "milepost"

# A module may import modules of its own level or below it, never above. Order within a level is free of
# cycles because Python would not import them.
LEVELS = {
    "errors": 0,
    "paths": 0,
    "dates": 0,
    "escape": 0,
    "text": 0,
    "chart": 0,
    "marked": 0,
    "prose_faults": 0,
    "files": 0,
    "typefaces": 0,
    "spelling": 0,
    "sequences": 0,
    "ingredients": 1,
    "wording": 1,
    "prose": 1,
    "fields": 1,
    "yaml_nodes": 1,
    "yaml_faults": 1,
    "places": 1,
    "model": 2,
    "changes": 3,
    "outline": 3,
    "diff": 3,
    "entries": 3,
    "matching": 3,
    "acronyms": 3,
    "rules": 3,
    "validation": 3,
    "load": 4,
    "explain": 4,
    "record": 4,
    "glyphs": 5,
    "views": 5,
    "chart_layout": 5,
    "chart_diff": 5,
    "merge": 5,
    "merge_outline": 5,
    "merge_prose": 5,
    "layout": 5,
    "catalogue": 5,
    "site_layout": 5,
    "comparison": 5,
    "summary": 5,
    "render": 6,
    "toolchain": 6,
    "texlog": 6,
    "tex": 6,
    "sphinx": 7,
    "site": 7,
    "site_files": 7,
    "assembly": 7,
    "editions": 7,
    "site_sphinx": 7,
    "pdf": 7,
    "build": 7,
    "diff_pdf": 7,
    "review": 7,
    "git": 8,
    "surroundings": 8,
    "revisions": 8,
    "cli_serve": 8,
    "cli_editions": 8,
    "cli_diff": 8,
    "marked_edition": 7,
    "terminal": 8,
    "cli": 8,
    "__main__": 9,
    "__init__": 9,
}
MAXIMUM_LINES = 400

MODULES = sorted(SOURCE.rglob("*.py"))


def room(path: Path) -> str:
    """Return the name of the top-level module or package of `path`."""
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imported_rooms(tree: ast.AST) -> set[str]:
    """Return the rooms that a module imports anywhere, inside of functions too, but for types only."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            if module == "milepost":
                found |= {alias.name for alias in node.names}
            elif module.startswith("milepost."):
                found.add(module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("milepost.")}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    upward = {
        name
        for name in imported_rooms(ast.parse(path.read_text("utf-8")))
        if LEVELS[name] > LEVELS[room(path)]
    }

    assert upward == set()


def test_the_rendering_room_knows_neither_the_model_nor_files() -> None:
    imported = set()
    for path in (SOURCE / "render").glob("*.py"):
        imported |= imported_rooms(ast.parse(path.read_text("utf-8")))

    assert imported <= {
        "catalogue",
        "chart",
        "dates",
        "errors",
        "escape",
        "marked",
        "paths",
        "render",
        "site_layout",
        "summary",
        "text",
        "typefaces",
        "views",
    }


def test_every_level_is_that_of_a_module() -> None:
    assert set(LEVELS) == {room(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_are_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAXIMUM_LINES


def test_only_the_command_line_asks_for_the_time_and_the_environment() -> None:
    allowed = {
        "cli.py",  # the edge
        "surroundings.py",  # likewise
        "tex.py",  # hands the environment on to the engine
        "git.py",  # hands the environment on to git, with the language in which it answers
        "toolchain.py",  # a program of its own, run before the package is complete
    }
    asking = {
        path.name
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
