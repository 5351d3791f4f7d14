"""Reviewing: the files in `build/diff/` that show a difference. Here further ones are added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost import files, summary
from milepost.render.summary import markdown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from milepost.comparison import Comparison
    from milepost.paths import Workspace


def summary_markdown(comparison: Comparison, workspace: Workspace) -> str:
    """Return the summary as Markdown, from the document's own templates where it has them."""
    own = workspace.own_templates
    return markdown(summary.view(comparison), *([own] if own.is_dir() else []))


def summary_json(comparison: Comparison, _: Workspace) -> str:
    """Return the summary as JSON."""
    return summary.as_json(comparison)


OUTPUTS: dict[str, Callable[[Comparison, Workspace], str | bytes]] = {
    "summary.md": summary_markdown,
    "summary.json": summary_json,
}
"""What makes each file, by its name."""


def write(comparison: Comparison, workspace: Workspace) -> list[Path]:
    """Make all files that show `comparison`, and return their paths; none, if one cannot be made."""
    made = {workspace.diff / name: make(comparison, workspace) for name, make in OUTPUTS.items()}
    for path, content in made.items():
        files.write(path, content)
    return list(made)
