"""The pages of commands as manual pages and as Markdown, by the templates in `templates/commands/`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base import escape
from milepost.base.paths import BUILT_IN
from milepost.render.environment import escaping_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from milepost.cli.manuals.pages import Page
    from milepost.render.templates import TemplateEnvironment

_CODE = re.compile(r"`([^`]+)`")


def manual_page(page: Page, others: Iterable[str]) -> str:
    """Return the manual page of a command, in the macros of man(7).

    Args:
        page: the command.
        others: the names of the manual pages that it refers to.
    """
    environment = escaping_environment(escape.roff, BUILT_IN)
    environment.add_filters(
        prose=_prose(escape.roff, lambda code: Markup(r"\fB{}\fR").format(escape.roff(code)))
    )
    _add_texts(environment)
    template = environment.get_template("commands/manual.roff.jinja")
    return template.render(page=page, others=list(others))


def reference(pages: Sequence[Page]) -> str:
    """Return the reference of all commands as Markdown."""
    environment = escaping_environment(escape.markdown, BUILT_IN)
    environment.add_filters(
        prose=_prose(escape.markdown, lambda code: Markup("`{}`").format(Markup(code))),  # noqa: S704 -- has no `
        code=lambda text: Markup("`{}`").format(Markup(text)),  # noqa: S704 -- names, none with a backtick
        kept=Markup,
    )
    _add_texts(environment)
    text = environment.get_template("commands/reference.md.jinja").render(pages=pages)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def _add_texts(environment: TemplateEnvironment) -> None:
    """Add filters that give text, which is escaped when it is printed."""
    environment.add_filters(words=" ".join, upper=str.upper, capital=str.capitalize)


def _prose(plain: Callable[[str], Markup], code: Callable[[str], Markup]) -> Callable[[str], Markup]:
    """Return a filter that escapes a text, in which what is between backticks is code."""

    def prose(text: str) -> Markup:
        parts = _CODE.split(" ".join(text.split()))
        return Markup().join(code(part) if at % 2 else _spaced(part, plain) for at, part in enumerate(parts))

    return prose


def _spaced(text: str, plain: Callable[[str], Markup]) -> Markup:
    """Escape `text`, and keep the spaces at its ends."""
    before, after = (" " if text[at : at + 1 or None].isspace() else "" for at in (0, -1))
    return Markup("{}{}{}").format(before, plain(text.strip()), after if text.strip() else "")
