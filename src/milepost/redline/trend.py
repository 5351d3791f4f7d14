"""The difference of two trend charts: one chart in which changed lines also have their old course."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import count
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from milepost.views.trend.lines import TrendChart, TrendLine


def compare(old: TrendChart, new: TrendChart, codes: Mapping[str, str]) -> TrendChart:
    """Return the chart `new` with the old courses of its lines, and with the lines that are gone at the end.

    The name is that of `new` with `-diff` added, so that one page may show both charts.

    Args:
        old: the chart of the earlier edition.
        new: the chart of the later edition.
        codes: the new code of each recoded milestone, by its old code.
    """
    was = {codes.get(trend.code, trend.code): trend for trend in old.trends}
    trends = [_compared(trend, was.get(trend.code)) for trend in new.trends]
    here = {trend.code for trend in new.trends}
    trends += [
        # Another milestone may have its anchor now.
        replace(trend, anchor=f"removed-{trend.anchor}", presence=Presence.REMOVED)
        for code, trend in was.items()
        if code not in here
    ]
    return replace(
        new,
        name=f"{new.name}-diff",
        title=f"{new.title.rstrip('.')}: changes since {iso(old.data_date)}",
        description=f"{new.description} {_describe(trends)}",
        trends=tuple(trends),
        old=old,
    )


def _compared(trend: TrendLine, was: TrendLine | None) -> TrendLine:
    return replace(trend, was=was, presence=Presence.ADDED if was is None else Presence.KEPT)


def _describe(trends: list[TrendLine]) -> str:
    """Return in words what has changed."""
    kinds = (
        ("new", [each.code for each in trends if each.presence is Presence.ADDED]),
        ("gone", [each.code for each in trends if each.presence is Presence.REMOVED]),
        ("changed", [each.code for each in trends if each.presence is Presence.KEPT and each.changed]),
    )
    found = [f"{count(len(codes), 'line')} {what}: {', '.join(codes)}" for what, codes in kinds if codes]
    return f"{'. '.join(found or ['No line has changed'])}."
