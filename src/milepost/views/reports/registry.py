"""The list of all reports. It imports none of them, so that a command can list them at once."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from milepost.document.model import Document
    from milepost.history.states import Snapshot
    from milepost.views.reports.charts import Chart
    from milepost.views.reports.table import Options, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report.

    Attributes:
        name: of the command and of the function in its module.
        about: what it shows, in one line.
        module: of this package; its function `NAME_chart` gives the chart, if there is one.
        options: those that it has of its own, as fields of `milepost.views.reports.table.Options`.
        has_chart: whether there is a chart.
        drawn_as: the formats of a drawing that is not a chart.
        is_recorded: whether it is about what an import of the schedule records.
        looks_ahead: whether `as_of` may be a day after the data date.
    """

    name: str
    about: str
    module: str
    options: tuple[str, ...] = ()
    has_chart: bool = False
    drawn_as: tuple[str, ...] = ()
    is_recorded: bool = False
    looks_ahead: bool = False

    def table(self, document: Document, snapshots: Sequence[Snapshot], options: Options) -> Table:
        """Return the report on `document`, whose earlier states are `snapshots`."""
        found: Table = self._function(self.name)(document, snapshots, options)
        return found

    def chart(self, document: Document, snapshots: Sequence[Snapshot], options: Options) -> Chart:
        """Return the same for a drawing, where there are `drawings`."""
        found: Chart = self._function(f"{self.name}_chart")(document, snapshots, options)
        return found

    @property
    def drawings(self) -> tuple[str, ...]:
        """All formats of its drawing."""
        return ("svg", "pdf") if self.has_chart else self.drawn_as

    def _function(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(import_module(f"{__package__}.{self.module}"), name)
        return function


REPORTS = (
    Report(
        name="status",
        about="how many milestones are in which state, by level and WBS",
        module="counts",
        options=("as_of", "wbs_depth"),
        has_chart=True,
    ),
    Report(
        name="slip",
        about="how far dates have moved in one and two months, and from the baseline",
        module="through_time.slip",
        options=("as_of", "dates", "moved"),
        has_chart=True,
    ),
    Report(
        name="delayed",
        about="what is overdue or expected late, and what waits for it",
        module="dates",
        options=("as_of",),
    ),
    Report(
        name="upcoming",
        about="what is overdue, and what comes next",
        module="dates",
        options=("as_of", "days", "to"),
        has_chart=True,
    ),
    Report(
        name="remaining",
        about="what is not completed, by WBS",
        module="dates",
        options=("as_of", "wbs_depth"),
        looks_ahead=True,
    ),
    Report(
        name="deliveries",
        about="what each milestone with a section delivers",
        module="deliveries",
        options=("as_of", "transitive"),
    ),
    Report(
        name="monthly",
        about="what is completed of what is planned, by the month in which it is due",
        module="monthly",
        options=("as_of", "by", "codes", "wbs_depth"),
        has_chart=True,
    ),
    Report(
        name="burndown",
        about="how many remain each month: planned, forecast, forecast earlier, achieved",
        module="shown.burndown",
        options=("as_of", "months"),
        has_chart=True,
    ),
    Report(
        name="celebratory",
        about="what is tracked for the public, with the date stated previously",
        module="shown.celebratory",
        is_recorded=True,
        options=("as_of",),
    ),
    Report(
        name="blocks",
        about="activities by category on an axis of time, with milestones above",
        module="shown.blocks",
        is_recorded=True,
        has_chart=True,
    ),
    Report(
        name="graph",
        about="the links between milestones",
        module="shown.graph",
        options=("as_of", "direction"),
        drawn_as=("svg", "dot", "mermaid"),
    ),
)
"""All reports, in the order in which they are listed."""
