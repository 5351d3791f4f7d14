"""How long `milepost check` takes, compared with starting Python, importing libraries and parsing YAML.

Run it as `python -m tests.benchmarks.check_times`. It prints the median of both (time of the processor)
and their ratio. Python keeps what it compiles, whatever PYTHONDONTWRITEBYTECODE says, as it does for users.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 11
LIBRARIES = """\
import docutils.nodes, docutils.parsers.rst, docutils.utils, pydantic, yaml
pydantic.BaseModel, pydantic.BeforeValidator, pydantic.TypeAdapter
with open("milestones.yaml", "rb") as file:
    yaml.compose(file, yaml.CSafeLoader)
"""


def processor_time(*arguments: str) -> float:
    """Return the seconds that Python computes."""
    environment = {name: each for name, each in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    lines = {"milepost check": ("-m", "milepost", "check"), "libraries and YAML": ("-c", LIBRARIES)}
    times: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(RUNS):  # in turn, so that a busy machine is as busy for both
        for name, arguments in lines.items():
            times[name].append(processor_time(*arguments))
    check, libraries = (statistics.median(each) for each in times.values())
    print(f"milepost check      {check:.3f} s")
    print(f"libraries and YAML  {libraries:.3f} s")
    print(f"ratio               {check / libraries:.2f}")


if __name__ == "__main__":
    main()
