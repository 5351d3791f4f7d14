"""What `milepost check` says of the text of a document; `approved` has what it says of its repository."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, Severity
from milepost.charts.cut_names import check_labels
from milepost.latex import glyphs
from milepost.loading import load as loading
from milepost.render.overrides import check_templates
from milepost.rules.change_record import INCOMPLETE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from milepost.loading.load import Loaded

    Inspected = tuple[Loaded | None, tuple[Problem, ...]]


def check_text(
    content: bytes,
    source: Path,
    *,
    templates: bool = True,
    inspect: Callable[[bytes, str], Inspected] = loading.inspect,
) -> tuple[Loaded | None, list[Problem]]:
    """Return the document in `content`, if it can be read, and all problems of its text and templates.

    The document may break rules. What its waivers accept is in the document rather than among the problems.

    Args:
        content: the YAML.
        source: the file that has it or shall have it.
        templates: whether to check those beside it.
        inspect: finds what is in `content`, as `milepost.loading.load.inspect` does.
    """
    try:
        loaded, found = inspect(content, str(source))
    except MilepostError as error:
        return None, list(error.problems)
    problems = [*found]
    if loaded is None:
        return None, [*problems, *(check_templates(source) if templates else ())]
    loaded, labels = accepted(loaded, check_labels(loaded), "charts")
    problems += labels
    if loaded.document.metadata.status == "approved":
        problems = [
            replace(each, severity=Severity.ERROR) if each.rule in INCOMPLETE else each for each in problems
        ]
    if templates:
        loaded, others = accepted(loaded, check_templates(source), "templates")
        problems += others
    try:
        glyphs.require(loaded)
    except MilepostError as error:
        problems = [*error.problems, *problems]
    return loaded, problems


def accepted(loaded: Loaded, problems: Iterable[Problem], needs: str | None) -> tuple[Loaded, list[Problem]]:
    """Return the document with more of what its waivers accept, and the other problems."""
    kept, waived = loading.waive(loaded.document, loaded.places, list(problems), needs)
    return replace(loaded, waived=(*loaded.waived, *waived)), list(kept)
