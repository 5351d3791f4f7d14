"""Every command says what it does, with examples and exit codes, and every argument is explained."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support import forked

from milepost.cli.main import _command, parser

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
            assert action.help
            assert not action.help.endswith("."), (command.prog, action.dest)


def test_every_command_takes_the_document_before_and_after_it() -> None:
    for command in COMMANDS.values():
        assert "-f" in command._option_string_actions, command.prog


@pytest.mark.parametrize("name", [name for name, each in COMMANDS.items() if name != "milepost import"][1:])
def test_the_document_is_named_before_or_after_the_command(name: str) -> None:
    example = next(line for line, _ in COMMANDS[name].about.examples if line.startswith(name))
    words = shlex.split(example.partition("|")[0])[1:]
    words = words[: next((at for at, word in enumerate(words) if word in {">", "&&"}), None)]
    for line in (
        ["-f", "a.yaml", *words],
        [*words, "-f", "a.yaml"],
        ["--file=b.yaml", *words, "--file", "a.yaml"],
    ):
        assert parser().parse_args(line).file == Path("a.yaml"), line
    assert parser().parse_args(words).file is None


def milepost(directory: Path, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    done = forked.milepost(directory, *arguments, stdin=stdin)
    return done.returncode, done.stdout, done.stderr


PLAN = """\
format: 1
document:
  handle: DOC-1
  title: Plan
  authors: [A. Author]
  organisation: Office
  draft_mark: Draft
  data_date: 2024-01-31
  status: draft
sections:
- {title: Schedule, milestones: {level: 1, no_deliveries: Nothing.}}
milestones:
  A-1: {name: Start, level: 1, due: 2024-03-01}
"""


def test_standard_input_is_a_document_where_nothing_has_to_be_beside_it(tmp_path: Path) -> None:
    faulty = PLAN.replace("2024-03-01", "2024-03-99")
    message = "-:13:37: 2024-03-99 is not a date"
    for command in (
        ["check"],
        ["fmt"],
        ["report", "status"],
        ["quality"],
        ["history"],
        ["impact", "A-1", "--to", "2025-01-01"],
    ):
        code, output, errors = milepost(tmp_path, "-f", "-", *command, stdin=PLAN)
        assert (code, errors) == (0, ""), command
        assert output
    code, output, errors = milepost(tmp_path, "impact", "A-1", "--to", "2025-01-01", "-f", "-", stdin=faulty)
    assert (code, output) == (1, "")
    assert errors.startswith(message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["build", "diff x", "serve", "editions", "release 1", "edit remove A-1", "jira push"]
)
def test_other_commands_say_that_they_need_a_file(tmp_path: Path, command: str) -> None:
    code, output, errors = milepost(tmp_path, "-f", "-", *command.split(), stdin=PLAN)

    assert (code, output) == (2, "")
    assert errors.splitlines()[-1].endswith(
        "error: this command needs a file, and cannot read the document from standard input"
    )


def test_the_document_is_found_from_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "old.yaml").write_text(PLAN.replace("03-01", "02-01"), "utf-8")
    below = tmp_path / "notes/2024"
    below.mkdir(parents=True)
    using = "using ../../milestones.yaml\n"

    assert milepost(below, "check") == (
        0,
        "../../milestones.yaml: 1 milestone, no errors, no warnings\n",
        using,
    )
    code, output, errors = milepost(below, "build", "rst")
    assert (code, output, errors) == (0, "../../build/rst/DOC-1.rst\n", using)
    code, output, errors = milepost(below, "diff", "../../old.yaml", "--no-pdf", "--format", "text")
    assert (code, errors) == (0, using)
    assert "29 days later" in output
    assert list(below.iterdir()) == []
    (tmp_path / "milestones.yaml").write_text(PLAN.replace("2024-03-01", "soon"), "utf-8")
    for command in (["check"], ["build", "rst"], ["diff", "../../old.yaml"]):
        code, _, errors = milepost(below, *command)
        assert code == 1
        assert errors.startswith(f"{using}../../milestones.yaml:13:37: 'soon' is not a date"), command


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("check", "check"),
        ("-f check build", "build"),
        ("--file check build pdf", "build"),
        ("--fil check build", "build"),
        ("--file=check build", "build"),
        ("-fcheck build", "build"),
        ("-f - check", "check"),
        ("--version", None),
        ("-f check", None),
        ("chek", None),
        ("", None),
    ],
)
def test_only_the_module_of_the_command_is_imported(line: str, command: str | None) -> None:
    assert _command(line.split()) == command
    if command:
        assert list(below(parser(command)))[1].prog == f"milepost {command}"


def test_a_wrong_command_gets_the_list_of_all(tmp_path: Path) -> None:
    code, _, errors = milepost(tmp_path, "-f", "check", "chek")

    assert code == 2
    assert "invalid choice: 'chek'" in errors
    assert "'completion'" in errors
