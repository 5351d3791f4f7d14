"""The difference of two documents as one page: a merged view through `templates/diff/`.

A merged view is a `DocumentView` in which any string may be a `Marked`: what is in both editions, in the new
one or in the old one alone. The page needs nothing but itself: styles, script and figures are inside. Its
policy lets no request leave it and no script run but its own, whatever a document says.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base.paths import BUILT_IN, Templates
from milepost.redline.change_list import grouped
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Environment

    from milepost.redline.change_list import ListedChange
    from milepost.views.document import DocumentView


def diff_page(  # noqa: PLR0913, PLR0917 -- what the page says, each thing by itself
    merged: DocumentView,
    changes: Iterable[ListedChange],
    old_name: str,
    new_name: str,
    figures: Mapping[str, str],
    headline: str,
    templates: Templates = BUILT_IN,
) -> str:
    """Return the page that shows what differs between two editions of a document.

    Args:
        merged: both editions in one, as `milepost.redline.merge` makes it.
        changes: the list of what has changed. A group stands where its first line does. An anchor that the
            page does not have is no link.
        old_name: what the earlier edition is called.
        new_name: what the later one is called.
        figures: SVG by the figure's name, trusted; identifiers in it begin with that name. A figure without
            one is shown by its description.
        headline: the difference in one sentence.
        templates: where templates are looked for.
    """
    environment = html_environment(templates)
    anchors = merged.anchors | merged.part_anchors
    script = Markup(_source(environment, "diff/static/page.js"))  # noqa: S704 -- ours, like the next
    style = Markup(_source(environment, "diff/static/page.css"))  # noqa: S704
    return environment.get_template("diff/page.html.jinja").render(
        document=merged,
        anchors=anchors,
        groups=grouped(changes, anchors),
        old_name=old_name,
        new_name=new_name,
        figures={name: Markup(svg[svg.index("<svg") :]) for name, svg in figures.items()},  # noqa: S704
        headline=headline,
        script=script,
        script_hash=Markup(b64encode(sha256(script.encode()).digest()).decode()),  # noqa: S704 -- base64
        style=style,
    )


def _source(environment: Environment, name: str) -> str:
    """Return the text of a file among the templates, as it is."""
    if environment.loader is None:
        raise TypeError("an environment without templates")
    return environment.loader.get_source(environment, name)[0]
