"""Milepost: one `milestones.yaml` in; a controlled milestone document and its figures out."""
