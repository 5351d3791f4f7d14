"""What is remembered of earlier builds, so that only what has changed is written."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from milepost.base import files
from milepost.build import publish
from milepost.build.document.targets import Target

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.base.paths import Workspace


@dataclass(frozen=True, slots=True)
class LastPdf:
    """How the last PDF was typeset.

    Attributes:
        tex: the name of its LaTeX, in the build directory.
        engine: the program.
        epoch: the time in the PDF, in seconds since 1970.
        program: a digest of the fonts and the engines.
    """

    tex: str
    engine: str
    epoch: int
    program: str

    @property
    def is_sound(self) -> bool:
        """Whether all values are of their types; the record may be damaged."""
        texts = (self.tex, self.engine, self.program)
        return all(isinstance(each, str) for each in texts) and isinstance(self.epoch, int)

    @property
    def job(self) -> str:
        """The name of its LaTeX without directory and suffix."""
        return PurePosixPath(self.tex).stem


@dataclass(slots=True)
class State:
    """What is remembered of earlier builds. A missing or damaged file counts as no build.

    Attributes:
        built: a digest of what each target was last built from.
        outputs: a digest of each file in `build/` and `build/latex/`.
        published: a digest of all files of each directory that is published as a whole.
        figures: a digest of what each figure was drawn from.
        latex: a digest of what the PDF was typeset from.
        typeset: how; None without a PDF.
    """

    built: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    latex: str = ""
    typeset: LastPdf | None = None

    @classmethod
    def read(cls, path: Path) -> State:
        """Return what the file `path` says."""
        try:
            values: dict[str, Any] = json.loads(path.read_text("utf-8"))
            last = values.pop("typeset", None)
            state = cls(**values, typeset=LastPdf(**last) if last is not None else None)
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return cls()
        records = (state.built, state.outputs, state.published, state.figures)
        is_sound = all(map(publish.is_record, records)) and isinstance(state.latex, str)
        return state if is_sound and (state.typeset is None or state.typeset.is_sound) else cls()

    def write(self, path: Path) -> None:
        """Write it to the file `path`."""
        values = asdict(self)
        files.write_if_changed(path, json.dumps(values, indent=1, sort_keys=True) + "\n")

    def is_current(
        self, target: Target, targets: frozenset[Target], inputs: str, workspace: Workspace
    ) -> bool:
        """Return whether `target` was built from `inputs`, and its files are unchanged."""
        if self.built.get(target) != made_from(target, targets, inputs):
            return False
        if target is Target.SITE:
            return publish.is_intact(workspace.site, self.published.get("site", ""))
        if target is not Target.PDF and not publish.is_intact(workspace.rst, self.published.get("rst", "")):
            return False
        return target is Target.RST or all(
            self.has(workspace.build, name)
            for name in self.outputs
            if target is Target.PDF or name in self.figures
        )

    def has(self, build: Path, name: str) -> bool:
        """Return whether the file `name` in `build` is as it was written."""
        return name in self.outputs and publish.has_digest(build / name, self.outputs[name])


def made_from(target: Target, targets: frozenset[Target], inputs: str) -> str:
    """Return a digest of what a target is built from when it is built together with others."""
    offers_pdf = target is Target.SITE and Target.PDF in targets
    return files.digest(inputs, str(offers_pdf))
