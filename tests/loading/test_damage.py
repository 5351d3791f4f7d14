"""One damage to a good file: it is reported at its line, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.base.errors import MilepostError, Place, Problem
from milepost.loading.load import loads

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = (Path(__file__).parents[1] / "data" / "small.yaml").read_text(encoding="utf-8")
LINES = SMALL.splitlines()
SHAPES = [re.sub(r"[^\W_]+", "w", line) for line in LINES]
OF_EACH_SHAPE = [number for number, shape in enumerate(SHAPES) if SHAPES[:number].count(shape) < 2]
"""Two lines of each shape: there are eleven that have a short text at the same indentation."""
SIGNS = [
    *("[", "{", "]", "}", ",", "& ", "*", "| ", "> ", "%", "@", "`", "'", '"', "- ", "? ", ": "),
    *("[x] ", "{x} ", '"x" ', "'x' ", "a: "),
]


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        return loads(text.encode(), "file").warnings
    except MilepostError as error:
        return error.problems


def is_yaml(text: str) -> bool:
    try:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return False
    return True


def replaced(pattern: str, replacement: str) -> Callable[[str], str]:
    return lambda line: re.sub(pattern, replacement, line)


DAMAGES: dict[str, Callable[[str], str]] = {
    "a tab": replaced("^ *", "\t"),
    "one space more": replaced("^", " "),
    "two spaces more": replaced("^", "  "),
    "four spaces more": replaced("^", "    "),
    "one space less": replaced("^ ", ""),
    "two spaces less": replaced("^  ", ""),
    "no indentation": replaced("^ +", ""),
    "no-break spaces": lambda line: line.replace("  ", "\u00a0\u00a0"),
    "no colon": replaced(r"^( *(?:- )?[\w.-]+):", r"\1"),
    "no space after the colon": replaced(r"^( *(?:- )?[\w.-]+): (?=\S)", r"\1:"),
    "a no-break space after the colon": replaced(r"^( *(?:- )?[\w.-]+): ", "\\1:\u00a0"),
    "a wide colon": replaced(r"^( *(?:- )?[\w.-]+): ", "\\1\uff1a "),
    "no dash": replaced("^( *)- ", r"\1"),
    "no space after the dash": replaced("^( *)- ", r"\1-"),
    **{
        f"the sign {sign}": lambda line, sign=sign: re.sub(  # type: ignore[misc]
            r"^( *(?:- )?[\w.-]+: |(?<!\S) +- )(?=[^\s|>])", lambda match: match[1] + sign, line
        )
        for sign in SIGNS
    },
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_line_is_the_only_one_reported(damage: str) -> None:
    tried = 0
    step = 4 if damage.startswith("the sign") else 1  # they differ less from line to line
    for number in OF_EACH_SHAPE[::step]:
        line = LINES[number]
        damaged = DAMAGES[damage](line)
        text = "\n".join([*LINES[:number], damaged, *LINES[number + 1 :]]) + "\n"
        if not line.strip() or damaged == line or is_yaml(text):
            continue
        tried += 1
        places = [problem.place for problem in problems_of(text)]
        assert [place and place.line for place in places] == [number + 1], (damaged, problems_of(text))
    assert tried > 5 or "dash" in damage or step > 1


@given(
    st.integers(0, len(SMALL) - 1),
    st.integers(0, 2),
    st.text("ab:-?*&!|>'\"%@`{}[],#\n\t ~\\\u00a0\u200b\ufeff\0", max_size=2),
)
@settings(max_examples=150)
def test_any_damage_has_a_place(index: int, removed: int, added: str) -> None:
    text = SMALL[:index] + added + SMALL[index + removed :]
    lines = re.split(r"\r\n|\r|\n", text)
    problems = problems_of(text)
    places = [problem.place for problem in problems if problem.place is not None]
    assert len(places) == len(problems)
    assert places == sorted(places)
    assert all(place.column <= len(lines[place.line - 1]) + 1 for place in places)
    assert all(place >= Place("file", 1, 1) for place in places)


@given(st.lists(st.tuples(st.sampled_from(list(DAMAGES)), st.integers(0, len(LINES) - 1)), max_size=4))
@settings(max_examples=60)
def test_several_damages_have_places(damages: list[tuple[str, int]]) -> None:
    lines = list(LINES)
    for damage, number in damages:
        lines[number] = DAMAGES[damage](lines[number])
    problems = problems_of("\n".join(lines) + "\n")
    places = [problem.place for problem in problems]
    assert all(place and 1 <= place.line <= len(lines) + 1 for place in places)
