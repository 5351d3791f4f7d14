"""Notice changes of the files from which a document is built.

The times of the files are asked for again and again: that works on every system and for network folders, from
which the system gives no notices, and costs about a hundredth of a processor.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from milepost.build.inputs.sources import built_in, files_of, files_of_git, modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from milepost.base.paths import Workspace

_TICK = 0.015
"""Seconds between two looks at the YAML."""
_TICKS_BETWEEN_LOOKS = 12
"""At all other files, of which there may be hundreds."""
_MOMENT = 0.15
"""Seconds without a change after which what was saved is built; an editor may save twice."""
_ABSENCE = 2.0
"""Seconds that the YAML may be missing: editors and git remove it and write it again."""

_State = dict["Path", tuple[int, int, int]]


class Sources:
    """The files from which a document is built, as they were when they were last looked at."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._modules = modules()
        self._program = _state_of(self._modules)
        self._others = [*files_of_git(workspace), *built_in(), *self._modules]
        self._source = _state_of([workspace.source])
        self._files = self._look()
        self._last_change = -_ABSENCE

    def wait(self, meanwhile: Callable[[], object]) -> None:
        """Wait for a change; call `meanwhile` again and again."""
        ticks = 0
        while not self._has_changed(everything=ticks % _TICKS_BETWEEN_LOOKS == 0):
            meanwhile()
            time.sleep(_TICK)
            ticks += 1

    def settled(self) -> bool:
        """Wait until nothing has changed for a moment; return False at once if something changes."""
        moment = _MOMENT if self._source else _ABSENCE
        while time.monotonic() - self._last_change < moment:
            if self._has_changed():
                return False
            time.sleep(_TICK)
        return not self._has_changed(everything=True)

    def program_has_changed(self) -> bool:
        """Return whether the program is no longer the one that runs."""
        return _state_of(self._modules) != self._program

    def _has_changed(self, *, everything: bool = False) -> bool:
        source = _state_of([self._workspace.source])
        changed = source != self._source
        self._source = source
        if changed or everything:
            files = self._look()
            changed = changed or files != self._files
            self._files = files
        if changed:
            self._last_change = time.monotonic()
        return changed

    def _look(self) -> _State:
        return _state_of([*files_of(self._workspace), *self._others])


def _state_of(paths: Iterable[Path]) -> _State:
    """Return the identity, the time and the size of each file that exists."""
    found = {}
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 -- a third of the time that `Path.stat` takes
        except OSError:
            continue
        found[path] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return found
