"""Every command says what it does, with examples and exit codes, and every argument is explained."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

import pytest

from milepost.cli.main import parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.cli.commands import Command


def below(command: Command) -> Iterator[Command]:
    yield command
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from below(each)


COMMANDS = {command.prog: command for command in below(parser())}


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> Command:
    return COMMANDS[request.param]


def test_the_description_is_one_or_more_sentences(command: Command) -> None:
    about = command.about

    assert about.summary
    assert not about.summary.endswith(".")
    assert about.description.strip()
    assert about.description.splitlines()[0][0].isupper()


def test_examples_can_be_parsed(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """Each example is a command line of this command, or of one below it, that is right."""
    assert command.about.examples
    for line, _ in command.about.examples:
        assert command.prog in line or command.prog == "milepost" or " -f " in line
        (part,) = (part for part in line.split("|") if part.strip().startswith("milepost"))
        words = shlex.split(part)
        words = words[: next((at for at, word in enumerate(words) if word in {">", "&&"}), None)]
        try:
            parser().parse_args(words[1:])
        except SystemExit:
            pytest.fail(f"{line}: {capsys.readouterr().err}")


def test_exit_codes_are_explained(command: Command) -> None:
    codes = dict(command.about.all_exit_codes())

    assert {0, 2} <= codes.keys()
    assert all(meaning.strip() for meaning in codes.values())


def test_every_argument_is_explained(command: Command) -> None:
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            assert {each.dest for each in action._choices_actions} == set(action.choices)
            assert all(each.help for each in action._choices_actions)
        else:
            assert action.help, (command.prog, action.dest)
            assert not action.help.endswith("."), (command.prog, action.dest)


def test_every_command_takes_the_document_before_and_after_it() -> None:
    for command in COMMANDS.values():
        assert "-f" in command._option_string_actions, command.prog
