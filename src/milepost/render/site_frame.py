"""The frame of a site: what stands round the text of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.render.html import html_environment

if TYPE_CHECKING:
    from pathlib import Path

    from markupsafe import Markup

    from milepost.views import DocumentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is the same on all pages, as markup, since Sphinx escapes nothing.

    Attributes:
        handle, title: of the document.
        name: both, for the titles of windows.
        edition: version, status and data date in one line.
        banner: what warns of a draft; empty for an approved document.
        edit_url: where a reader can propose a change; empty where there is no such place.
    """

    handle: Markup
    title: Markup
    name: Markup
    edition: Markup
    banner: Markup
    edit_url: Markup


def frame(document: DocumentView, status: str, *own_templates: Path) -> Frame:
    """Return the frame of the site of `document`; `own_templates` as for the other environments."""
    environment = html_environment(*own_templates)
    module = environment.get_template("site/frame.html.jinja").make_module(
        {"document": document, "status": status}
    )
    return Frame(**{name: getattr(module, name)() for name in Frame.__slots__})
