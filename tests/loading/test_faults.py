"""Every broken file in `faults/`: all of its problems, in the order of the file, word for word.

`NAME.txt` has the messages for `NAME.yaml`. Files named `warnings-...` are valid and only give warnings;
those with an empty text are accepted without any.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from milepost.base.errors import MilepostError, Problem, Severity
from milepost.loading.load import load

FAULTS = Path(__file__).parent / "faults"
FILES = sorted(FAULTS.glob("*.yaml"))

# Words of Python, pydantic, YAML or docutils that mean nothing to the owner of a document.
JARGON = re.compile(
    r"Traceback|Error\b|Exception|Input should|None\b|NoneType|\bdict\b|\btuple\b|\bstr\b|\bint\b|\bbool\b"
    r"|\bscalar|\bnode\b|\btoken|start-string|unindent|interpreted text|pydantic|docutils|\bloc\b"
)


def problems_of(path: Path) -> tuple[Problem, ...]:
    """Return the problems of the file at `path`."""
    try:
        return load(path, shown_as=path.name).warnings
    except MilepostError as error:
        return error.problems


def test_the_directory_is_complete() -> None:
    assert len(FILES) >= 90
    assert [path.with_suffix(".txt") for path in FILES] == sorted(FAULTS.glob("*.txt"))
    assert sorted(FAULTS.iterdir()) == sorted([*FILES, *FAULTS.glob("*.txt")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file(path: Path) -> None:
    problems = problems_of(path)
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert "".join(f"{problem}\n" for problem in problems) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_problems_are_readable(path: Path) -> None:
    problems = problems_of(path)
    lines = re.split(r"\r\n|\r|\n", path.read_bytes().decode("utf-8-sig", errors="replace"))
    warning = path.stem.startswith("warnings-")
    for problem in problems:
        assert problem.severity is (Severity.WARNING if warning else Severity.ERROR)
        assert problem.place is not None
        assert problem.place.file == path.name
        if problem.place.line:
            assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
        shown = str(problem)
        assert shown.isprintable()
        assert not JARGON.search(shown.removeprefix(str(problem.place)))
        assert not problem.message.endswith(".")
        assert problem.hint
        assert not problem.hint.endswith(".") or problem.hint.endswith("...")
    assert list(problems) == sorted(problems, key=lambda problem: (problem.place, problem.message))


def test_all_faults_are_reported_in_one_run() -> None:
    rules = {problem.rule for problem in problems_of(FAULTS / "many-at-once.yaml")}
    assert rules == {
        "choice",
        "cycle",
        "dangling",
        "date",
        "duplicate",
        "number",
        "predecessor",
        "prose",
        "unknown",
    }


@pytest.mark.parametrize(
    "name", ["yaml-alias-bomb", "yaml-nesting", "yaml-nesting-dashes", "yaml-alias-deep"]
)
def test_attacks_cost_nothing(name: str) -> None:
    start = time.process_time()
    problems_of(FAULTS / f"{name}.yaml")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no.yaml", "there is no such file (check its name and folder)"),
        ("no/such.yaml", "there is no such file (check its name and folder)"),
        (".", "this is a folder (give the file in it)"),
        (
            "file/milestones.yaml",
            "the file cannot be read: not a directory (check its name and its permissions)",
        ),
    ],
)
def test_unreadable(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MilepostError) as caught:
        load(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: {message}"
    with pytest.raises(MilepostError) as caught:
        load(tmp_path / name, shown_as="here")
    assert str(caught.value) == f"here: {message}"
