"""Write figures as PDF and SVG.

Output does not depend on the clock, matplotlibrc or installed fonts.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO, StringIO
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol

import matplotlib as mpl
from fontTools import subset
from matplotlib.backends.backend_pdf import PdfPages

from milepost.charts import deployment
from milepost.charts import svg as markup
from milepost.charts.fonts import FAMILY
from milepost.charts.gantt import drawing as gantt
from milepost.charts.trend import drawing as trend
from milepost.views.chart import GanttChart
from milepost.views.page import SCREEN
from milepost.views.trend.lines import TrendChart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fontTools.ttLib import TTFont
    from matplotlib.figure import Figure as Drawing

    from milepost.views.figures import Figure
    from milepost.views.page import Page


class Described(Protocol):
    """Has the texts of a drawing: its name for identifiers, its title and its text alternative."""

    @property
    def name(self) -> str:
        """For identifiers."""

    @property
    def title(self) -> str:
        """Of the whole drawing."""

    @property
    def description(self) -> str:
        """What it shows, in words."""


_SETTINGS: dict[Any, Any] = {
    "font.family": ["sans-serif"],
    "font.sans-serif": [FAMILY],
    "pdf.fonttype": 42,  # TrueType: text that can be selected and searched
    "svg.fonttype": "none",  # text as text
    "text.parse_math": False,
    "text.usetex": False,
}

# Prefixes of the settings that drawing and saving read.
_PREFIXES = ("figure.", "font.", "lines.", "markers.", "patch.", "path.", "pdf.", "savefig.", "svg.", "text.")

_FOR_SETTING_TEXT = ("GDEF", "GPOS", "GSUB", "kern")
"""Tables of a font that say which glyphs are set where, which a PDF says itself."""

_LOCK = RLock()


def draw(figure: Figure, page: Page = SCREEN) -> Drawing:
    """Draw `figure` as wide as `page`, however high it becomes."""
    with _settings():
        if isinstance(figure, GanttChart):
            return gantt.draw(figure, page)
        if isinstance(figure, TrendChart):
            return trend.draw(figure, page)
        return deployment.draw(figure, page)


def draw_parts(figure: Figure, page: Page) -> tuple[Drawing, ...]:
    """Draw `figure` on as many pages like `page` as it needs to be readable."""
    with _settings():
        if isinstance(figure, GanttChart):
            return tuple(gantt.draw_parts(figure, page))
        if isinstance(figure, TrendChart):
            return (trend.draw(figure, page),)
        return tuple(deployment.draw_parts(figure, page))


def pdf(figure: Figure, page: Page) -> bytes:
    """Write `figure` as a PDF with embedded fonts, on as many pages like `page` as it needs."""
    with _settings():
        return _pdf(figure, draw_parts(figure, page))


def pdfs(figure: Figure, page: Page) -> list[bytes]:
    """Write each part of `figure` as a PDF of its own."""
    with _settings():
        return [_pdf(figure, [drawing]) for drawing in draw_parts(figure, page)]


def pdf_of(chart: Described, drawn: Callable[[], Drawing]) -> bytes:
    """Write what `drawn` draws of `chart` as a PDF of one page."""
    with _settings():
        return _pdf(chart, [drawn()])


def _pdf(figure: Described, drawings: Iterable[Drawing]) -> bytes:
    buffer = BytesIO()
    metadata = {"Title": figure.title, "Creator": "Milepost", "Producer": "Milepost", "CreationDate": None}
    with _embedding_glyphs_only(), PdfPages(buffer, metadata=metadata) as pages:
        for drawing in drawings:
            pages.savefig(drawing)
    return buffer.getvalue()


@contextmanager
def _embedding_glyphs_only() -> Iterator[None]:
    """Leave the tables `_FOR_SETTING_TEXT` out of embedded fonts.

    To reduce them to the glyphs in use takes longer than all the rest of a drawing. With the setting that
    fontTools has for this, it reads them first, which takes a quarter of the rest.
    """
    load = subset.load_font  # what matplotlib calls

    def load_without_tables(*arguments: Any, **options: Any) -> TTFont:
        font = load(*arguments, **options)
        for table in _FOR_SETTING_TEXT:
            if table in font:
                del font[table]
        return font

    subset.load_font = load_without_tables
    try:
        yield
    finally:
        subset.load_font = load


@lru_cache(maxsize=32)
def svg(figure: Figure) -> str:
    """Write `figure` as SVG, with text as text and a titled group for each row, link or box.

    A document and its site have the same figures, so that the last ones are kept.
    """
    return svg_of(figure, lambda: draw(figure))


def svg_of(chart: Described, drawn: Callable[[], Drawing]) -> str:
    """Write as SVG what `drawn` returns: the drawing of `chart`."""
    buffer = StringIO()
    # Matplotlib makes the identifiers of shared marks from the salt; figures of one page need different ones.
    with _settings(salt=f"milepost-{chart.name}"):
        drawing = drawn()
        drawing.savefig(buffer, format="svg", backend="svg", metadata={"Date": None})
    return markup.finish(
        buffer.getvalue(), drawing, name=chart.name, title=chart.title, description=chart.description
    )


@contextmanager
def _settings(salt: str = "milepost") -> Iterator[None]:
    """Use matplotlib's defaults and `_SETTINGS` instead of those of the process or a matplotlibrc.

    Matplotlib's settings are global, so only one thread draws at a time.
    """
    defaults: dict[Any, Any] = {
        key: value for key, value in mpl.rcParamsDefault.items() if key.startswith(_PREFIXES)
    }
    with _LOCK, mpl.rc_context({**defaults, **_SETTINGS, "svg.hashsalt": salt}):
        yield
