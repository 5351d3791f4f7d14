"""The Jinja environments, one for each format, made so that nothing is printed without being escaped.

Jinja's autoescaping alone would escape for HTML. Here `finalize` sees every printed value first: it passes on
`Markup`, which is markup already (the output of macros and of the escaping functions), and escapes all other
text for the format. A template that prints a value needs no filter, and cannot forget one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from docutils.utils import column_width
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from milepost import escape, paths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from milepost.errors import Place

_RST_ADORNMENTS = ("#", "=", "-", "~", "^", '"')


@cache
def latex_environment(*own: Path) -> Environment:
    r"""Return the environment of LaTeX templates: `<% %>` for statements, `<< >>` for values, `<!-- -->`.

    Args:
        own: directories whose templates stand before the built-in ones.
    """
    environment = _environment(
        escape.latex,
        own,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<!--",
        comment_end_string="-->",
    )
    environment.filters.update(
        code=escape.latex_code,
        figure=_figure("pdf"),
        mark=_mark,
        pdf_text=escape.pdf_text,
        url=escape.latex_url,
    )
    return environment


@cache
def rst_environment(*own: Path) -> Environment:
    """Return the environment of reStructuredText templates; `own` as in `latex_environment`.

    What a template renders must go through `escape.rst_finish`.
    """
    environment = _environment(escape.rst, own)
    environment.globals.update(join=escape.RST_JOIN, start=escape.RST_START)
    environment.filters.update(heading=_heading, figure=_figure("svg"), literal=Markup, url=escape.rst_url)
    return environment


def _environment(escape_text: Callable[[str], Markup], own: tuple[Path, ...], **syntax: str) -> Environment:
    def finalize(value: Any) -> Markup:
        if isinstance(value, Markup):
            return value
        if isinstance(value, str | int) and not isinstance(value, bool):
            return escape_text(str(value))
        raise TypeError(f"a template prints {value!r}, which is neither text nor a number")

    environment = Environment(
        loader=FileSystemLoader([*own, paths.builtin_templates()]),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **syntax,  # type: ignore[arg-type]  # the delimiters, all of them strings
    )
    # Filters that join or change text could mix escaped and plain text; only those that cannot are left.
    environment.filters = {"indent": environment.filters["indent"]}
    return environment


def _figure(ending: str) -> Callable[[str], Markup]:
    def path(name: str) -> Markup:
        return Markup(paths.figure(name, ending))  # noqa: S704 -- `paths.stem` leaves letters, digits and ._-

    return path


def _mark(place: Place) -> Markup:
    """Return `place` for a comment, by which `milepost.tex` traces an error back to the source."""
    name = re.sub(r"[^\w. +,=@-]", "-", place.file.rsplit("/", 1)[-1])
    return Markup(f"{name}:{place.line}")  # noqa: S704 -- no line end can be in it


def _heading(title: str, depth: int) -> Markup:
    """Return `title` as a reStructuredText heading of that depth; 0 is the title of the document."""
    markup = title if isinstance(title, Markup) else escape.rst(title)
    line = _RST_ADORNMENTS[min(depth, len(_RST_ADORNMENTS) - 1)] * column_width(markup)
    return Markup(f"{line}\n{markup}\n{line}" if depth == 0 else f"{markup}\n{line}")  # noqa: S704 -- escaped above
