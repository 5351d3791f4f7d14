"""The model of figures: what an entry of `figures` may contain, for each kind."""

from typing import Annotated, Literal

from pydantic import Field

from milepost.document.fields import Caption, Count, Day, Flag, Handle, KeyedValue, String
from milepost.document.selection import Selection
from milepost.document.settings.waiver import Waiver


class EnclaveData(KeyedValue):
    """A group of components of a facility."""

    name: String
    number: Count | None = None
    components: tuple[String, ...] = ()


class FacilityData(KeyedValue):
    """A site and the enclaves in it."""

    name: String
    number: Count | None = None
    enclaves: tuple[EnclaveData, ...] = ()


class DeploymentFigure(KeyedValue):
    """An entry of `figures` with `kind: deployment`: facilities, their enclaves, the components in those."""

    name: Handle
    kind: Literal["deployment"]
    caption: Caption
    facilities: Annotated[tuple[FacilityData, ...], Field(min_length=1)]
    waivers: tuple[Waiver, ...] = ()


class GanttFigure(Selection):
    """An entry of `figures` with `kind: gantt`: the chart of the selected milestones.

    `context` selects milestones of other parts of the project that are drawn beside them.
    """

    name: Handle
    kind: Literal["gantt"]
    caption: Caption
    context: Selection | None = None
    waivers: tuple[Waiver, ...] = ()


class TrendFigure(Selection):
    """An entry of `figures` with `kind: trend`: how a date of the selected milestones moved with time."""

    name: Handle
    kind: Literal["trend"]
    caption: Caption
    date: Literal["due", "forecast"] = "due"
    direction: Literal["up", "down"] = "up"
    since: Day | None = None
    labels: Selection | None = None
    baseline: Flag = False
    waivers: tuple[Waiver, ...] = ()


MOST_LABELS = 15
"""So many lines of a trend chart can have labels."""

FigureData = Annotated[DeploymentFigure | GanttFigure | TrendFigure, Field(discriminator="kind")]
