"""Print as JSON how the engine is called for the last build in BUILD: its command and its environment.

    python -m tests.benchmarks.bare_pass BUILD DIRECTORY

The engine is to run in DIRECTORY, a copy of `latex/` in BUILD. This is a process of its own so that the one
that measures imports nothing large.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from milepost.build.document.state import State
from milepost.latex import engine


def main() -> None:
    build, directory = map(Path, sys.argv[1:])
    last = State.read(build / ".state.json").typeset
    if last is None:
        raise SystemExit(f"{build}: no PDF has been built")
    job = engine.job_of(directory, last.job, last.engine, last.epoch)
    print(json.dumps([[*job.command, f"{job.name}.tex"], dict(job.environment)]))


if __name__ == "__main__":
    main()
