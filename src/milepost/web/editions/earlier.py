"""Put what was known of a milestone earlier into its finished page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.paths import BUILT_IN, Templates
from milepost.render.html import html_environment
from milepost.web.editions.page import HISTORY, insert

if TYPE_CHECKING:
    from collections.abc import Sequence


_COLUMNS = (("Due", "due"), ("Forecast", "forecast"), ("State", "status"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownThen:
    """The dates of a milestone in an earlier state, as they are printed; None is not known, "" is none."""

    day: str
    due: str | None
    forecast: str | None
    status: str | None


def with_earlier(page: str, states: Sequence[KnownThen], templates: Templates = BUILT_IN) -> str:
    """Return the page of a milestone with a table of `states`, the latest first."""
    template = html_environment(templates).get_template("site/editions.html.jinja")
    columns = [
        (name, key) for name, key in _COLUMNS if any(getattr(state, key) is not None for state in states)
    ]
    module = template.make_module({"states": states, "columns": columns})
    return insert(page, HISTORY, str(module.earlier()))  # type: ignore[attr-defined]  # a macro
