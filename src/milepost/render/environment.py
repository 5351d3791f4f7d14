"""The Jinja environments, one for each format, in which everything that is printed is escaped.

Jinja's autoescaping alone would escape for HTML. Here `finalize` gets every printed value first: it passes on
`Markup` (the output of macros and of the escaping functions) and escapes all other text for the format. So a
template that prints a value needs no filter, and cannot forget one.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from docutils.utils import column_width
from jinja2 import Undefined
from jinja2.filters import do_indent
from markupsafe import Markup

from milepost.base import escape, paths
from milepost.base.addresses import reference_anchor
from milepost.base.marked import Mark, Marked, along, beside, fate, pieces, separated
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.templates import TemplateEnvironment

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.base.errors import Place

# Before a capital letter, and not after an initial.
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b[^\W\d_]\.) +(?=[^\W\d_a-z])")
_LONGEST_SHOWN = 60
_RST_ADORNMENTS = ("#", "=", "-", "~", "^", '"')


LATEX_DELIMITERS = {
    "block_start_string": "<%",
    "block_end_string": "%>",
    "variable_start_string": "<<",
    "variable_end_string": ">>",
    "comment_start_string": "<!--",
    "comment_end_string": "-->",
}
"""Delimiters for formats in which braces and percent signs are common."""


@cache
def latex_environment(templates: Templates = BUILT_IN) -> TemplateEnvironment:
    r"""Return the environment of LaTeX templates: `<% %>` for statements, `<< >>` for values, `<!-- -->`.

    Args:
        templates: the directories to search for templates.
    """
    environment = escaping_environment(_with_marks(escape.latex), templates, **LATEX_DELIMITERS)
    environment.add_filters(
        along=along,
        beside=beside,
        cite_key=_cite_key,
        code=_with_marks(escape.latex_code),
        figure=_figure("pdf"),
        mark=_mark,
        pdf_text=escape.pdf_text,
        plain=lambda text: escape.latex(str(text)),  # without marks
        separated=separated,
        uri_digits=_uri_digits,
        url=_latex_url,
    )
    environment.tests.update(
        beyond_latin=lambda text: any(letter.isalpha() for letter in text if letter > "\u024f"),
        added=lambda value: fate(value) is Mark.INSERTED,
        marked=lambda value: isinstance(value, Marked),
        changed=lambda value: any(mark is not Mark.KEPT for mark, _ in pieces(value)),
        removed=lambda value: fate(value) is Mark.DELETED,
    )
    return environment


@cache
def new_document_environment() -> TemplateEnvironment:
    """Return the environment of the files of a new document, with the delimiters of LaTeX templates."""
    return escaping_environment(Markup, BUILT_IN, **LATEX_DELIMITERS)


@cache
def rst_environment(templates: Templates = BUILT_IN) -> TemplateEnvironment:
    """Return the environment of reStructuredText templates; `templates` as in `latex_environment`.

    The output of a template must be passed to `escape.rst_finish`.
    """
    environment = escaping_environment(escape.rst, templates)
    environment.globals.update(join=escape.RST_JOIN, start=escape.RST_START)
    environment.add_filters(heading=_heading, figure=_figure("svg"), literal=Markup, url=escape.rst_url)
    return environment


@cache
def text_environment(templates: Templates = BUILT_IN) -> TemplateEnvironment:
    """Return the environment of plain-text templates; `templates` as in `latex_environment`."""
    environment = escaping_environment(Markup, templates)
    environment.add_filters(sentences=_sentences)
    return environment


@cache
def xml_environment(templates: Templates = BUILT_IN) -> TemplateEnvironment:
    """Return the environment of XML templates.

    Args:
        templates: the directories to search for templates.
    """
    return escaping_environment(escape.xml, templates)


def _sentences(text: str) -> Markup:
    """Return `text` with each sentence on its own line."""
    return Markup(_SENTENCE_END.sub("\n", text))  # noqa: S704 -- plain text needs no escaping


def escaping_environment(
    escape_text: Callable[[str], Markup], templates: Templates, **syntax: str
) -> TemplateEnvironment:
    """Return an environment in which `escape_text` escapes every text that a template prints.

    Args:
        escape_text: turns text, which may be a `Marked`, into markup of the format.
        templates: as in `latex_environment`.
        syntax: delimiters other than Jinja's own.
    """

    def finalize(value: Any, expression: str = "") -> Markup:
        if isinstance(value, Markup):
            return value
        if isinstance(value, Undefined):
            return Markup(str(value))  # noqa: S704 -- raises an error with the name
        if isinstance(value, str | int) and not isinstance(value, bool):
            return escape_text(value if isinstance(value, str) else str(value))
        shown = repr(value)
        if len(shown) > _LONGEST_SHOWN or " at 0x" in shown:
            shown = f"{type(value).__name__}(…)"
        name = f"{expression} = " if expression else ""
        raise TypeError(f"a template prints {name}{shown}, which is neither text nor a number")

    environment = TemplateEnvironment(
        templates,
        autoescape=True,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **syntax,
    )
    # Filters that join or change text could mix escaped and plain text; only filters that cannot are kept.
    environment.filters = {"indent": _indent}
    return environment


def _indent(text: str, *arguments: Any, **named: Any) -> str:
    """Indent as Jinja does, but markup as plain text, which is much faster, with the same result."""
    indented = do_indent(str(text) if isinstance(text, Markup) else text, *arguments, **named)
    return Markup(indented) if isinstance(text, Markup) else indented  # noqa: S704 -- it was markup


def _with_marks(escape_text: Callable[[str], Markup]) -> Callable[[str], Markup]:
    r"""Extend `escape_text` to marked text, which needs the macros `\inserted`, `\deleted` and `\changed`."""

    def markup(text: str) -> Markup:
        if not isinstance(text, Marked):
            return escape_text(text)
        result: list[Markup] = []
        pieces = [*text.pieces, (Mark.KEPT, "")]
        skip = False
        for (mark, piece), (following, other) in itertools.pairwise(pieces):
            escaped = escape_text(piece)
            if skip:
                skip = False
            elif (mark, following) == (Mark.DELETED, Mark.INSERTED):
                result.append(_CHANGED.format(escaped, escape_text(other)))
                skip = True
            else:
                result.append(escaped if mark is Mark.KEPT else _ONE_MARK[mark].format(escaped))
        return Markup().join(result)

    return markup


_CHANGED = Markup("\\changed{{{}}}{{{}}}")
_ONE_MARK = {Mark.INSERTED: Markup("\\inserted{{{}}}"), Mark.DELETED: Markup("\\deleted{{{}}}")}


def _latex_url(url: str) -> Markup:
    """Return the target of a link, as `_target` does, for a command of LaTeX."""
    return escape.latex_url(_target(url))


def _uri_digits(url: str) -> Markup:
    """Return the target of a link, as `_target` does, as the digits of a hexadecimal PDF string."""
    octets = re.sub(rb"[\x80-\xff]", lambda octet: b"%%%02X" % octet[0][0], _target(url).encode())
    return Markup(octets.hex().upper())  # noqa: S704 -- hexadecimal digits


def _target(url: str) -> str:
    """Return the target of a link; that of a deleted link is the old one."""
    return (str(url) or url.before) if isinstance(url, Marked) else url


def _cite_key(handle: str) -> Markup:
    """Return the key of a reference for LaTeX: its handle, or its anchor if the handle has `_` or `&`."""
    plain = re.fullmatch(r"[A-Za-z0-9.+/-]+", handle)
    return Markup(handle if plain else reference_anchor(handle))  # noqa: S704 -- letters, digits and .+/-


def _figure(ending: str) -> Callable[[str], Markup]:
    def path(name: str) -> Markup:
        return Markup(paths.figure(name, ending))  # noqa: S704 -- `paths.stem` leaves letters, digits and ._-

    return path


def _mark(place: Place) -> Markup:
    """Return `place` for a comment, from which `milepost.latex.engine` reads the source of an error."""
    name = re.sub(r"[^\w. +,=@-]", "-", place.file.rsplit("/", 1)[-1])
    return Markup(f"{name}:{place.line}")  # noqa: S704 -- without line ends


def _heading(title: str, depth: int) -> Markup:
    """Return `title` as a reStructuredText heading of level `depth`; 0 is the title of the document."""
    markup = title if isinstance(title, Markup) else escape.rst(title)
    if depth == 0:
        # Sections begin with a number; a title such as `...` could be taken for a line.
        markup = Markup(escape.rst_finish(escape.RST_START + markup))  # noqa: S704 -- escaped above
    # docutils takes a line of fewer than four characters for text.
    line = _RST_ADORNMENTS[min(depth, len(_RST_ADORNMENTS) - 1)] * max(column_width(markup), 4)
    return Markup(f"{line}\n{markup}\n{line}" if depth == 0 else f"{markup}\n{line}")  # noqa: S704 -- escaped above
