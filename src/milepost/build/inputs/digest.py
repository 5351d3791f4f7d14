"""A digest of all that can change an output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base import files, fingerprint
from milepost.history.names import ACTIVITIES, links_from, states_beside
from milepost.latex import toolchain

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.base.paths import Workspace
    from milepost.git.source_state import SourceState


def digest_of_inputs(workspace: Workspace, source: SourceState) -> str:
    """Return a digest of everything that can change what is built."""
    text = _content(workspace.source)
    history = [
        (path.name, _content(path), _content(path.with_name(f"{path.stem}{ACTIVITIES}")))
        for _, path in states_beside(workspace, text)
    ]
    everything = fingerprint.of_everything(workspace.templates)
    recorded = repr(history), links_from(workspace, text)
    return files.digest(text, repr(source), *recorded, everything, toolchain.own_classes())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # the loader reports why it can't be read
