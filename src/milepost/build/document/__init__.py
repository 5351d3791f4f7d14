"""Build the targets of a document; write only what has changed since the last build."""

from milepost.build.document.make import build, document_view
from milepost.build.document.targets import Report, Target

__all__ = ["Report", "Target", "build", "document_view"]
