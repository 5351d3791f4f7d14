"""What a site publishes of a document: its view and its catalogue; and what is expected of their outputs."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milepost.loading.load import Loaded, load, loads
from milepost.views.document import DocumentView, RevisionLine
from milepost.views.milestones import Catalogue, catalogue
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
REAL = ROOT / "milestones.yaml"
HOSTILE = ROOT / "tests/data/hostile.yaml"
REVISION = RevisionLine(date=date(2024, 12, 1), commit="0123abcd", modified=True)


@dataclass(frozen=True)
class Published:
    view: DocumentView
    catalogue: Catalogue


@cache
def published(path: Path) -> Published:
    """Return what is published of the document in the file `path`."""
    return _published(load(path))


def published_values(values: Mapping[str, Any]) -> Published:
    """Return what is published of the document with these values."""
    return _published(loads(json.dumps(values).encode(), "milestones.yaml"))


def _published(loaded: Loaded) -> Published:
    view = resolve(loaded.document, loaded.places, REVISION)
    return Published(view, catalogue(loaded.document, view))


def golden(name: str, actual: bytes) -> bytes:
    """Return what is expected of the output `name`; `actual` is what it is now."""
    path = ROOT / "tests/golden" / name
    if os.environ.get("MILEPOST_UPDATE_GOLDEN"):
        path.write_bytes(actual)
    return path.read_bytes()
