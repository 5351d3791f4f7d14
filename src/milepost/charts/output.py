"""Figures as bytes and text: values in, PDF or SVG out, and the same values always give the same bytes.

Neither the clock nor a file of settings nor an installed font has a say.
"""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO, StringIO
from threading import RLock
from typing import TYPE_CHECKING, Any, assert_never

import matplotlib as mpl

from milepost.charts import deployment, gantt
from milepost.charts import svg as markup
from milepost.charts.fonts import FAMILY
from milepost.views.chart import DeploymentDiagram, GanttChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure as Drawing

    from milepost.views.chart import Figure

_SETTINGS: dict[Any, Any] = {
    "font.family": ["sans-serif"],
    "font.sans-serif": [FAMILY],
    "pdf.fonttype": 42,  # TrueType: text that can be selected and searched
    "svg.fonttype": "none",  # text as text
    "text.parse_math": False,
    "text.usetex": False,
}

# The families of settings that drawing and saving read.
_READ = ("figure.", "font.", "lines.", "markers.", "patch.", "path.", "pdf.", "savefig.", "svg.", "text.")

_LOCK = RLock()


def draw(figure: Figure) -> Drawing:
    """Return the drawing of `figure`, 6.5 inches wide."""
    with _settings():
        match figure:
            case GanttChart():
                return gantt.draw(figure)
            case DeploymentDiagram():
                return deployment.draw(figure)
            case _:
                assert_never(figure)


def pdf(figure: Figure) -> bytes:
    """Return `figure` as a PDF of one page with its fonts embedded."""
    buffer = BytesIO()
    metadata = {"Title": figure.title, "Creator": "Milepost", "Producer": "Milepost", "CreationDate": None}
    with _settings():
        draw(figure).savefig(buffer, format="pdf", backend="pdf", metadata=metadata)
    return buffer.getvalue()


def svg(figure: Figure) -> str:
    """Return `figure` as SVG: text as text, and a titled group for each thing it shows."""
    buffer = StringIO()
    # Marks are defined once and used by identifiers, which are made from the salt and must differ between
    # the figures of a page.
    with _settings(salt=f"milepost-{figure.name}"):
        drawing = draw(figure)
        drawing.savefig(buffer, format="svg", backend="svg", metadata={"Date": None})
    return markup.finish(
        buffer.getvalue(), drawing, name=figure.name, title=figure.title, description=figure.description
    )


@contextmanager
def _settings(salt: str = "milepost") -> Iterator[None]:
    """Use matplotlib's own defaults and ours, whatever the process or a matplotlibrc has set.

    Matplotlib's settings belong to the process, so only one thread draws at a time.
    """
    defaults: dict[Any, Any] = {
        key: value for key, value in mpl.rcParamsDefault.items() if key.startswith(_READ)
    }
    with _LOCK, mpl.rc_context({**defaults, **_SETTINGS, "svg.hashsalt": salt}):
        yield
