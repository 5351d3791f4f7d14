"""Let Graphviz draw a graph: its program `dot` makes SVG, which is checked and described."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from milepost.base.errors import MilepostError, Problem, printable
from milepost.charts import svg

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 60
_ELEMENTS = frozenset({"svg", "g", "title", "desc", "polygon", "ellipse", "path", "polyline", "text"})
_OTHERWISE = "or write it as --format dot or --format mermaid"


def draw(text: str, *, name: str, title: str, description: str, titles: Mapping[str, str]) -> str:
    """Return the drawing of a graph as SVG.

    Args:
        text: the graph in the language of Graphviz.
        name: for identifiers.
        title: of the drawing.
        description: its text alternative.
        titles: those of nodes and edges, by the names that Graphviz gives them.

    Raises:
        MilepostError: Graphviz is not installed, takes too long or reports an error.
    """
    root = _checked(_run(text))
    for group in root.iter(f"{{{svg.SVG}}}g"):
        found = group.find(f"{{{svg.SVG}}}title")
        if found is not None and group.get("class") == "graph":
            group.remove(found)
        elif found is not None:
            found.text = titles.get(found.text or "", found.text)
    svg.describe(root, name, title, description)
    return svg.written(root)


def _run(text: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        raise _error("the program dot of Graphviz, which draws graphs, is not found", "install Graphviz")
    try:
        result = subprocess.run(
            (program, "-Tsvg"), input=text.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _error(
            f"Graphviz did not draw the graph within {_SECONDS} seconds", "select fewer milestones"
        ) from None
    if result.returncode:
        said = printable(" ".join(result.stderr.decode("utf-8", "replace").split()))
        raise _error(f"Graphviz failed: {said or result.returncode}", "check that dot works")
    return result.stdout


def _checked(drawn: bytes) -> ET.Element:
    """Return the root of an SVG that has nothing but shapes and text."""
    try:
        root = ET.fromstring(drawn)  # noqa: S314 -- the texts in it are escaped, and it has no entities
    except ET.ParseError:
        raise _error("Graphviz wrote something that is not SVG", "check that dot works") from None
    names = {element.tag.removeprefix(f"{{{svg.SVG}}}") for element in root.iter()}
    if others := names - _ELEMENTS:
        raise _error(f"Graphviz drew {', '.join(sorted(others))}, which is not expected", "update Graphviz")
    return root


def _error(message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="graphviz", message=message, hint=f"{hint}, {_OTHERWISE}"))
