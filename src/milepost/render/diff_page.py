"""The difference of two documents as one HTML page, by the templates in `templates/diff/`.

The page has its styles, script and figures inside. Its content security policy allows no requests and no
other scripts, whatever is in the document.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base.paths import BUILT_IN, Templates
from milepost.redline.change_list import grouped
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Environment

    from milepost.redline.change_list import ListedChange
    from milepost.review.report import Report
    from milepost.review.side_by_side import SideBySide
    from milepost.views.document import DocumentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Where the page is published: the addresses, relative to it, of what it leads back to.

    Attributes:
        home: the landing page of the site.
        others: the page on which other editions can be chosen.
        old, new: the landing pages of the two editions.
        canonical: the complete address of the page; None if that of the site is not known.
    """

    home: str
    others: str
    old: str
    new: str
    canonical: str | None


def diff_page(  # noqa: PLR0913, PLR0917 -- the parts of the page
    merged: DocumentView,
    changes: Sequence[ListedChange],
    old_name: str,
    new_name: str,
    figures: Mapping[str, str],
    headline: str,
    templates: Templates = BUILT_IN,
    *,
    report: Report | None = None,
    side_by_side: SideBySide | None = None,
    published: Published | None = None,
) -> str:
    """Return the page that shows the difference of two editions.

    Args:
        merged: both editions in one, made by `milepost.redline.merge`.
        changes: the list of changes. Groups are in the order of their first lines. An anchor that the page
            does not have becomes plain text.
        old_name: the name of the old edition.
        new_name: the name of the new edition.
        figures: SVG by the name of the figure, trusted; identifiers in it begin with that name. For a figure
            without SVG, its description is shown.
        headline: the difference in one sentence.
        templates: the directories to search for templates.
        report: the changes as a board reads them, in the order of `changes`, instead of which it is listed.
        side_by_side: the dates of more than two editions.
        published: where the page is published; None for a page alone. Then search engines are asked to leave
            it out, because it repeats what the editions say.
    """
    environment = html_environment(templates)
    anchors = merged.anchors | merged.part_anchors
    scripts = (_source(environment, f"diff/static/{name}.js") for name in ("page", "comments"))
    script = Markup("\n".join(scripts))  # noqa: S704 -- ours, like the next
    style = Markup(_source(environment, "diff/static/page.css"))  # noqa: S704
    return environment.get_template("diff/page.html.jinja").render(
        document=merged,
        anchors=anchors,
        groups=grouped(changes, anchors),
        places=[anchor for _, anchor, _ in changes],
        report=report,
        side_by_side=side_by_side,
        published=published,
        old_name=old_name,
        new_name=new_name,
        figures={name: Markup(svg[svg.index("<svg") :]) for name, svg in figures.items()},  # noqa: S704
        headline=headline,
        script=script,
        script_hash=Markup(b64encode(sha256(script.encode()).digest()).decode()),  # noqa: S704 -- base64
        style=style,
    )


def _source(environment: Environment, name: str) -> str:
    """Return the text of a file in the directories of templates."""
    if environment.loader is None:
        raise TypeError("an environment without templates")
    return environment.loader.get_source(environment, name)[0]
