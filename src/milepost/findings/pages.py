"""Findings and rules by templates: JUnit, and rules for people in Markdown and text."""

from __future__ import annotations

import textwrap
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base import escape
from milepost.base.dates import iso
from milepost.base.errors import count
from milepost.base.paths import BUILT_IN, Templates
from milepost.findings.waivers import waivers_of
from milepost.render.environment import escaping_environment, text_environment, xml_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.findings.report import Report
    from milepost.loading.load import Loaded
    from milepost.render.templates import TemplateEnvironment
    from milepost.rulebook.book import Rule

_WIDTH = 96


def junit(report: Report, templates: Templates = BUILT_IN) -> str:
    """Return a report as the XML of JUnit: a test for each finding, which fails if it is an error.

    What is waived is a test that was skipped.
    """
    template = xml_environment(templates).get_template("findings/junit.xml.jinja")
    return template.render(report=report, waived=len(report.waived))


def rules_page(rules: Sequence[Rule], templates: Templates = BUILT_IN) -> str:
    """Return the page of the documentation about `rules`, which are in order, as Markdown."""
    subjects = [(subject, list(each)) for subject, each in groupby(rules, lambda rule: rule.subject)]
    return _environment(templates).get_template("findings/rules.md.jinja").render(subjects=subjects)


def rules_text(rules: Sequence[Rule], templates: Templates = BUILT_IN) -> str:
    """Return some rules as text: a line for each of several, everything about a single one."""
    return _environment(templates).get_template("findings/rules.txt.jinja").render(rules=rules)


def waivers_page(loaded: Loaded, templates: Templates = BUILT_IN) -> str:
    """Return a page about the waivers of a document as Markdown."""
    waivers = waivers_of(loaded)
    about = loaded.document.metadata
    findings = count(sum(len(waiver.findings) for waiver in waivers), "finding")
    environment = escaping_environment(escape.markdown, templates)
    return environment.get_template("findings/waivers.md.jinja").render(
        handle=about.handle,
        data_date=iso(about.data_date),
        counts=f"{findings}, {count(len(waivers), 'waiver')}",
        rules=[
            (rule.id, Markup(rule.title), list(each))  # noqa: S704 -- our own text
            for rule, each in groupby(waivers, lambda waiver: waiver.rule)
        ],
    )


def waivers_text(loaded: Loaded, templates: Templates = BUILT_IN) -> str:
    """Return the waivers of a document as text."""
    template = text_environment(templates).get_template("findings/waivers.txt.jinja")
    return template.render(waivers=waivers_of(loaded))


@cache
def _environment(templates: Templates) -> TemplateEnvironment:
    """Return the environment of templates for the program's own texts, which are Markdown."""
    environment = escaping_environment(Markup, templates)
    environment.add_filters(
        length=len,
        lower=str.lower,
        wrapped=lambda text: textwrap.fill(text, _WIDTH),
    )
    return environment
