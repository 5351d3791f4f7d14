"""Every broken file in `faults/`: all of its problems, in the order of the file, word for word.

Beside `NAME.yaml` stands `NAME.txt` with what a reader is told. Files named `warnings-...` are valid and only
raise doubts; those with an empty text are accepted in silence.
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
    """Return what is said about the file at `path`."""
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
def test_problems_are_fit_to_be_read(path: Path) -> None:
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


def test_each_fault_is_told_in_one_run() -> None:
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


def test_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "no.yaml"
    with pytest.raises(MilepostError) as caught:
        load(path)
    assert str(caught.value) == f"{path}: there is no such file (look at its name and folder)"


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(MilepostError) as caught:
        load(tmp_path / "no" / "such.yaml", shown_as="no/such.yaml")
    assert str(caught.value) == "no/such.yaml: there is no such file (look at its name and folder)"


def test_folder_as_file(tmp_path: Path) -> None:
    with pytest.raises(MilepostError) as caught:
        load(tmp_path, shown_as="here")
    assert str(caught.value) == "here: this is a folder (name the file in it)"


def test_file_as_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MilepostError) as caught:
        load(tmp_path / "file" / "milestones.yaml", shown_as="file/milestones.yaml")
    assert str(caught.value) == (
        "file/milestones.yaml: the file cannot be read: not a directory "
        "(look at its name and its permissions)"
    )
