"""The results of a run: what is kept as JSON, and the tables that are made of it."""

from __future__ import annotations

import statistics
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.growth_times import STEPS, exponent
from tests.benchmarks.measuring import median

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.benchmarks.measuring import Sample

Results = dict[str, Any]
"""As in `build/bench.json`: `machine`, `rows` (named as in `rows.toml`), `growth` (by step and size), and
`PROFILES` (phases by the title of a build)."""
PROFILES = ("profile", "site-profile")
"""What is profiled: builds of the PDF, and that of a large site."""
ROWS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("rows.toml").read_text("utf-8"))
MOST_EXPONENT = 1.1
TARGETS_OF_GROWTH = tuple(step for step in STEPS if step != "view")


def results(samples: Mapping[str, Sequence[Sample]], machine: Mapping[str, str]) -> Results:
    """Return the medians of what was measured.

    Args:
        samples: by row; `STEP@SIZE` is a step of a made-up document.
        machine: what the numbers depend on.
    """
    growth: dict[str, dict[str, Any]] = {}
    for name, of in samples.items():
        step, found, size = name.partition("@")
        if found:
            growth.setdefault(step, {})[size] = medians(of)
    rows = {name: medians(samples[name]) for name in ROWS if name in samples}
    return {"machine": dict(machine), "rows": rows, "growth": growth}


def joined(before: Results, found: Results) -> Results:
    """Return the results of two runs; what both have measured is that of the later one."""
    steps = before["growth"] | found["growth"]
    growth = {step: before["growth"].get(step, {}) | found["growth"].get(step, {}) for step in steps}
    profiles = {kind: before.get(kind, {}) | found.get(kind, {}) for kind in PROFILES}
    return found | {"rows": before["rows"] | found["rows"], "growth": growth, **profiles}


def medians(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return the medians of the samples of a row; `passes_ratio` is that of the pairs with a bare pass."""
    ratios = [each.seconds / each.bare for each in samples if each.bare]
    return {
        "runs": len(samples),
        "seconds": median(each.seconds for each in samples),
        "least": min(each.seconds for each in samples),
        "most": max(each.seconds for each in samples),
        "processor": median(each.processor for each in samples),
        "memory": median(each.memory for each in samples),
        "passes": samples[-1].passes,
        "passes_ratio": statistics.median(ratios) if ratios else None,
    }


def targets(found: Results, row: str) -> Iterator[tuple[str, str, bool]]:
    """Yield each target of a row, its value, and whether it is met, as far as they have been measured."""
    values = found["rows"][row]
    for target in ROWS[row].get("targets", ()):
        match target:
            case {"seconds": most}:
                yield f"{most} s", f"{values['seconds']:.2f} s", values["seconds"] <= most
            case {"memory": most} if values["memory"] is not None:
                yield f"{most} MB", f"{values['memory']:.0f} MB", values["memory"] <= most
            case {"passes": most} if values["passes_ratio"] is not None:
                yield f"{most} passes", f"{values['passes_ratio']:.2f}", values["passes_ratio"] <= most
            case {"times": most, "of": others, "name": name} if all(each in found["rows"] for each in others):
                ratio = values["seconds"] / max(found["rows"][each]["seconds"] for each in others)
                yield f"{most} times {name}", f"{ratio:.2f}", ratio <= most


def times_table(found: Results) -> str:
    """Return the rows as a table in Markdown."""
    lines = []
    for name, about in ROWS.items():
        values = found["rows"].get(name)
        if values is None:
            continue
        judged = [
            f"{asked}: {'met' if is_met else 'not met'}, {value}"
            for asked, value, is_met in targets(found, name)
        ]
        lines.append(
            (
                about["title"],
                number(values["seconds"]),
                number(about.get("before")),
                number(values["processor"]),
                number(values["memory"], "{:.0f}"),
                _passes(values["passes"]),
                number(values["passes_ratio"]),
                "; ".join(judged),
            )
        )
    heads = ("what", "seconds", "before", "CPU", "MB", "LaTeX", "bare passes", "target")
    return table(heads, lines)


def growth_table(found: Results) -> str:
    """Return the steps of made-up documents, and how they grow, as a table in Markdown."""
    sizes = sorted({int(size) for by_size in found["growth"].values() for size in by_size})
    lines = []
    for step in STEPS:
        by_size = {int(size): values for size, values in found["growth"].get(step, {}).items()}
        if not by_size:
            continue
        cells = [_step(by_size.get(size)) for size in sizes]
        power, target = "", ""
        if len(by_size) > 1:
            fitted = exponent({size: values["processor"] for size, values in by_size.items()})
            power = f"{fitted:.2f}"
            if step in TARGETS_OF_GROWTH:
                target = f"{MOST_EXPONENT}: {'met' if fitted <= MOST_EXPONENT else 'not met'}"
        lines.append((step, *cells, power, target))
    return table(("step", *(f"{size:,}" for size in sizes), "exponent", "target"), lines)


def profile_table(found: Results, kind: str = "profile") -> str:
    """Return where the time of some builds goes, as a table in Markdown for each."""
    tables = (
        f"{title}:\n\n"
        + table(
            ("begins at", "takes", "what"),
            [(number(each["start"]), number(each["seconds"]), each["name"]) for each in phases],
        )
        for title, phases in found.get(kind, {}).items()
    )
    return "\n".join(tables)


def machine_line(found: Results) -> str:
    """Return in a line what the numbers depend on."""
    about = found["machine"]
    values = (f"{about['cores']} cores", about["system"], f"Python {about['Python']}", about["TeX"])
    return f"{about['processor']}, {', '.join(values)}."


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown; nothing without rows."""
    if not rows:
        return ""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def number(value: float | None, form: str = "{:.2f}") -> str:
    """Return a number for a table."""
    return "" if value is None else form.format(value)


def _passes(value: int | None) -> str:
    return "" if value is None else f"{value} times" if value != 1 else "once"


def _step(values: Mapping[str, Any] | None) -> str:
    return "" if values is None else f"{values['processor']:.2f} s, {values['memory']:.0f} MB"
