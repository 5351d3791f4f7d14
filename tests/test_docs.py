"""The documentation names files, functions and public names that exist."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
EXTENSION = "".join(path.read_text("utf-8") for path in (ROOT / "src/milepost/sphinx").rglob("*.py"))
WARNINGS = {f"milepost.{kind}" for kind in re.findall(r'subtype="(\w+)"', EXTENSION)}


def existing(name: str) -> bool:
    """Return whether `name`, such as `milepost.base.dates.iso`, is a module or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None) or getattr(found, "model_fields", {}).get(part)
        return found is not None
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    # A block below "Write `NAME`:" is a file of the reader's own.
    named = set(re.findall(r"(?<!Write )`((?:src|templates|tests|docs)/[\w./-]+)`", text))
    linked = {link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not link.startswith("http")}

    assert {name for name in named if not (ROOT / name).exists()} == set()
    assert {link for link in linked if not (page.parent / link).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_name_of_python_that_a_page_gives_can_be_imported(page: Path) -> None:
    names = set(re.findall(r"`(milepost(?:\.\w+)+)`", page.read_text("utf-8")))

    assert {name for name in names - WARNINGS if not existing(name)} == set()


def test_the_page_on_the_extension_names_all_that_is_public() -> None:
    page = (ROOT / "docs/how-to/sphinx.md").read_text("utf-8")
    public = {"milepost.sphinx", "milepost-page", "milepost.catalogue.Entry"}

    assert {name for name in public | WARNINGS if name not in page} == set()
    assert len(WARNINGS) == 4
