"""The public name of what is known of a milestone; the event `milepost-page` hands it to other extensions."""

from milepost.views.milestones import MilestoneInfo as Entry

__all__ = ["Entry"]
