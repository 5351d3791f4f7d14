"""What pages of milestones and documents were made from, kept beside Sphinx's own cache."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Self

from milepost.base import files

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class _Record:
    """Something that a build wrote to the directory `output`."""

    output: str

    @classmethod
    def read(cls, path: Path, output: str) -> Self:
        """Return the record in `path`, or an empty one if there is none for that output."""
        try:
            record = cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return cls(output)
        return record if record.output == output else cls(output)

    def write(self, path: Path) -> None:
        """Write the record to `path`."""
        files.write_if_changed(path, json.dumps(asdict(self), indent=1, sort_keys=True) + "\n")


@dataclass(slots=True)
class WrittenDocuments(_Record):
    """The documents that the last build wrote, with digests of the milestones that they show."""

    answers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Manifest(_Record):
    """The pages that the last build wrote.

    Attributes:
        source: the digest of the source.
        made_from: a digest of everything that the pages were made from.
        heads: a digest of what other extensions put into the heads of the pages.
        frames: digests of the theme's frame of two of the pages.
        pages: digests of the contents of the pages, by their names.
        redirects: the names of the pages of earlier codes.
    """

    source: str = ""
    made_from: str = ""
    heads: str = ""
    frames: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    redirects: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """The names of all pages that were written."""
        return [*self.pages, *self.redirects]
