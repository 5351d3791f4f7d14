"""The names that the documentation promises: modules, classes and types of warnings."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCUMENTED = {name for page in PAGES for name in re.findall(r"\bmilepost(?:\.\w+)+", page.read_text("utf-8"))}
WARNINGS = {
    f"milepost.{name}"
    for module in (ROOT / "src/milepost/sphinx").glob("*.py")
    for name in re.findall(r'subtype="(\w+)"', module.read_text("utf-8"))
}


@pytest.mark.parametrize("name", sorted(DOCUMENTED - WARNINGS))
def test_a_documented_name_can_be_imported(name: str) -> None:
    assert pkgutil.resolve_name(name) is not None


def test_public_names_and_all_warnings_are_documented() -> None:
    assert {"milepost.sphinx", "milepost.catalogue.Entry"} | WARNINGS <= DOCUMENTED
    assert len(WARNINGS) == 4
