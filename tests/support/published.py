"""Documents as a site publishes them: their views and milestones; and the files in `tests/golden`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import strategies as st

from milepost.loading.load import Loaded, load, loads
from milepost.views.document import DocumentView, RevisionLine
from milepost.views.milestones import Milestones, milestones_of
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
REAL = ROOT / "milestones.yaml"
HOSTILE = ROOT / "tests/data/hostile.yaml"
MINIMAL = ROOT / "tests/data/documents/minimal.yaml"
REVISION = RevisionLine(date=date(2024, 12, 1), commit="0123abcd", modified=True)

ANY_TEXT = st.text(min_size=1)
# The loader refuses characters of these categories.
PRINTED = st.text(
    st.characters(exclude_categories=("Cc", "Cn", "Co", "Cs", "Zl", "Zp")) | st.sampled_from("\\nN,;:\"' "),
    min_size=1,
)


@dataclass(frozen=True)
class Published:
    view: DocumentView
    milestones: Milestones


@cache
def published(path: Path) -> Published:
    """Return the document in the file `path`."""
    return published_document(load(path))


def published_values(values: Mapping[str, Any]) -> Published:
    """Return the document with these values."""
    return published_document(loads(json.dumps(values).encode(), "milestones.yaml"))


def published_document(loaded: Loaded) -> Published:
    view = resolve(loaded.document, loaded.places, REVISION)
    return Published(view, milestones_of(loaded.document, view))


@cache
def real_values() -> dict[str, Any]:
    """Return the YAML of the real document, with all scalars as text."""
    values: dict[str, Any] = yaml.load(REAL.read_text("utf-8"), yaml.BaseLoader)
    return values


def golden(name: str, actual: bytes) -> bytes:
    """Return the expected output `name`; write `actual` to it first if MILEPOST_UPDATE_GOLDEN is set."""
    path = ROOT / "tests/golden" / name
    if os.environ.get("MILEPOST_UPDATE_GOLDEN"):
        path.write_bytes(actual)
    return path.read_bytes()
