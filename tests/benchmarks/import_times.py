"""How long it takes to read a large export, and how much memory: 10,000 activities, 200,000 relations.

Run it with `python -m tests.benchmarks.import_times`. It makes the files in a temporary directory, reads each
in a process of its own, and prints the processor time and the memory.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import ROOT, keep_table, run
from tests.benchmarks.results import number, table
from tests.support.exports import Sheets, relation, sheets, task, xls, xlsx

ACTIVITIES, RELATIONS = 10_000, 200_000
MOST_ROWS = 65_000
"""Of a sheet of `.xls`, which has 65,536."""
_READ = """
import sys
from pathlib import Path
from milepost.schedule.read import read
read(Path(sys.argv[1]))
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""
"""Says how much memory it had itself: what the system says includes that of the process that started it."""


def large_export(relations: int) -> Sheets:
    """Return the sheets of an export, the same ones each time."""
    numbers = random.Random(1)

    def day() -> str:
        return f"{numbers.randint(1, 12)}/{numbers.randint(1, 28)}/{numbers.randint(2020, 2030)} 5:00:00 PM"

    codes = [f"ABC-{number:05}" for number in range(ACTIVITIES)]
    links = (relation(numbers.choice(codes), numbers.choice(codes)) for _ in range(relations))
    return sheets([task(code, day(), end_date=day()) for code in codes], list(links))


def main() -> None:
    """Print a table of the formats."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        files = {
            f".xls, {MOST_ROWS:,} relations": xls(large_export(MOST_ROWS)),
            f".xlsx, {RELATIONS:,} relations": xlsx(large_export(RELATIONS)),
        }
        for name, content in files.items():
            path = Path(folder) / f"202401{name.partition(',')[0]}"
            path.write_bytes(content)
            done = run((sys.executable, "-c", _READ, str(path)), ROOT)
            rows.append((name, number(done.processor, "{:.1f}"), f"{int(done.output) * 1024 / 1e6:.0f}"))
    text = table((f"export of {ACTIVITIES:,} activities", "CPU seconds", "MB"), rows)
    keep_table("import_times", text)
    print(text)


if __name__ == "__main__":
    main()
