"""The manifest: what pages of milestones were made from, kept beside Sphinx's memory of its documents."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from milepost.base import files

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Manifest:
    """What was written the last time.

    Attributes:
        output: the directory of the output.
        source: the digest of the source.
        made_from: a digest of all that the pages were made from.
        heads: a digest of what other extensions had in the heads of the pages.
        frames: digests of what the theme puts around two of the pages.
        pages: by their names, digests of what they say.
        redirects: the names of the pages that lead to others.
    """

    output: str
    source: str = ""
    made_from: str = ""
    heads: str = ""
    frames: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    redirects: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, output: str) -> Manifest:
        """Return the manifest in `path`; an empty one where there is none of that output."""
        try:
            manifest = cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return cls(output)
        return manifest if manifest.output == output else cls(output)

    @property
    def files(self) -> list[str]:
        """The names of all that was written."""
        return [*self.pages, *self.redirects]

    def write(self, path: Path) -> None:
        """Keep the manifest in `path`."""
        values = asdict(self)
        files.write(path, json.dumps(values, indent=1, sort_keys=True) + "\n")
