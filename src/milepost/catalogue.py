"""The public name of the facts of a milestone; the event `milepost-page` gives them to extensions."""

from milepost.views.milestones import MilestoneInfo as Entry

__all__ = ["Entry"]
