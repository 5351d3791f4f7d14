"""Links that other parts of Sphinx are told of: labels of milestones, and the addresses on their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.builders.linkcheck import CheckExternalLinksBuilder, Hyperlink

from milepost.base.addresses import milestone_anchor
from milepost.sphinx.domain import milepost_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def remove_labels(env: BuildEnvironment) -> None:
    """Remove the labels of the last build: a document that is read now may have a label of the same name."""
    standard = env.domains.standard_domain
    for name in milepost_domain(env).data["labels"]:
        standard.labels.pop(name, None)
        standard.anonlabels.pop(name, None)
    milepost_domain(env).data["labels"] = []


def add_labels(_app: Sphinx, env: BuildEnvironment) -> None:
    """Give each milestone that has a place a label (event `env-updated`).

    So it can be reached by `ref`, also from projects without this extension, whose roles do not find the
    objects of a domain that they do not have. A document's own label of that name comes first.
    """
    domain, standard = milepost_domain(env), env.domains.standard_domain
    for entry in domain.source.milestones.entries:
        place = domain.place(entry)
        for name in map(milestone_anchor, (entry.code, *entry.aka)):
            if place is not None and name not in standard.anonlabels:
                standard.labels[name] = (*place, entry.heading)
                standard.anonlabels[name] = place
                domain.data["labels"].append(name)


def add_addresses(app: Sphinx, env: BuildEnvironment) -> None:
    """Have the builder `linkcheck` check the issues on the pages of milestones, too (event `env-updated`).

    It looks for links in documents, which these pages are not.
    """
    if not isinstance(app.builder, CheckExternalLinksBuilder) or not app.config.milepost_pages:
        return
    for entry in milepost_domain(env).source.milestones.entries:
        for issue in entry.issues:
            if issue.url is not None:
                page = f"{app.config.milepost_pages}/{entry.page}"
                link = Hyperlink(issue.url, page, env.doc2path(page), 0)
                app.builder.hyperlinks.setdefault(issue.url, link)
