"""The pages of sections, which are kept from one build to the next while what they print stays the same."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.printed import DOCUMENTS
from tests.support.published import REAL, published

from milepost.base.escape import rst_finish
from milepost.base.files import Kept
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import rst_environment
from milepost.views import site as site_views
from milepost.views.site import SiteView
from milepost.web.sources import site_sources

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.published import Published


def site_view(source: Published) -> SiteView:
    empty: dict[str, Any] = dict.fromkeys(("overdue", "next", "slips", "files", "bibtex"), ())
    return SiteView(
        pages=site_views.pages(source.view),
        milestones={entry.anchor: entry.code for entry in source.milestones.entries},
        charts=site_views.charts(source.view),
        timelines=site_views.timelines(source.view),
        status="draft",
        summary="",
        pdf=None,
        citation="",
        **empty,
    )


class Only(SimpleNamespace):
    """Something of which nothing else is read."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is not among what the page is known by")


@pytest.mark.parametrize("path", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_page_of_a_section_prints_only_what_it_is_known_by(path: Path) -> None:
    source = published(path)
    view, site = source.view, site_view(source)
    figures = {
        name: Only(
            name=name,
            number=figure.number,
            anchor=figure.anchor,
            caption=figure.caption,
            drawing=Only(description=figure.drawing.description),
        )
        for name, figure in view.figures.items()
    }
    texts = site_sources(view, site)
    template = rst_environment(BUILT_IN).get_template("site/page.rst.jinja")
    for page in site.pages:
        if page.section is not None:
            document = Only(
                linked=view.linked,
                figures={name: each for name, each in figures.items() if repr(name) in repr(page)},
            )
            known = Only(milestones=site.milestones, charts=site.charts)
            text = template.render(document=document, site=known, page=page)
            assert rst_finish(text) == texts[page.name]


def test_what_is_kept_is_what_would_be_made(tmp_path: Path) -> None:
    source = published(REAL)
    site = site_view(source)
    first = site_sources(source.view, site, kept=Kept(tmp_path))
    again = site_sources(source.view, site, kept=Kept(tmp_path))
    name, figure = next(iter(source.view.figures.items()))
    changed = replace(source.view, figures=source.view.figures | {name: replace(figure, number="77")})
    other = site_sources(changed, site, kept=Kept(tmp_path))

    assert first == again == site_sources(source.view, site)
    assert other == site_sources(changed, site) != first


def test_with_templates_of_a_project_no_page_is_kept(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    source = published(REAL)

    site_sources(
        source.view, site_view(source), Templates((tmp_path / "templates",)), Kept(tmp_path / "kept")
    )

    assert not (tmp_path / "kept").exists()
