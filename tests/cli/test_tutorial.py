"""Pages that start in an empty folder: every command is typed as it is written, and prints what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.support.walkthrough import Reader

ROOT = Path(__file__).parents[2]


def follow(page: str, folder: Path) -> Reader:
    """Do what a page says. Where it fails: `python -m tests.support.walkthrough PAGE --write`, and look."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    reader = Reader(folder)
    assert reader.follow(text) == text
    return reader


@pytest.mark.slow
def test_the_tutorial(tmp_path: Path) -> None:
    plan = follow("tutorial/first-document.md", tmp_path).place

    pages = "".join(page.extract_text() for page in PdfReader(plan / "build/PLAN.pdf").pages)
    assert "Milestones of the Hill Observatory" in pages
    assert "First light" in pages
    assert "DRAFT" not in pages
    landing = (plan / "build/site/index.html").read_text("utf-8")
    assert "Ada Ferrer" in landing
    assert (plan / "build/site/PLAN.pdf").read_bytes() == (plan / "build/PLAN.pdf").read_bytes()
    assert "First light is later." in (plan / "build/diff/index.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("page", ["languages", "migrating", "month", "templates"])
def test_a_how_to_in_a_new_document(page: str, tmp_path: Path) -> None:
    follow(f"how-to/{page}.md", tmp_path)
