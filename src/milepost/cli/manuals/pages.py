"""The commands as plain data for templates, which neither the terminal nor the version of Python changes."""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.cli.commands import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.cli.commands import Help


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a text: a paragraph, or lines that are kept as they are."""

    lines: tuple[str, ...]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument: how it is written, and what it does."""

    forms: str
    about: str


@dataclass(frozen=True, slots=True)
class Group:
    """Arguments that belong together."""

    title: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to say of a command.

    Attributes:
        name: the command with those that it belongs to, such as `milepost import primavera`.
        synopsis: its arguments, each as it is written.
        commands: those below it, with their summaries.
        parent: the name of the command that it belongs to.
    """

    name: str
    about: Help
    synopsis: tuple[str, ...]
    description: tuple[Block, ...]
    notes: tuple[Block, ...]
    groups: tuple[Group, ...]
    commands: tuple[tuple[str, str], ...]
    parent: str

    @property
    def file(self) -> str:
        """The name of its manual page."""
        return self.name.replace(" ", "-")


def pages(command: Command, parent: str = "") -> Iterator[Page]:
    """Yield the page of a command, and those of the commands below it."""
    below = [action for action in command._actions if isinstance(action, argparse._SubParsersAction)]
    yield Page(
        name=command.prog,
        about=command.about,
        synopsis=tuple(_synopsis(command)),
        description=blocks(command.about.description),
        notes=blocks(command.about.notes),
        groups=tuple(_groups(command)),
        commands=tuple(
            (choice.dest, choice.help or "") for each in below for choice in each._choices_actions
        ),
        parent=parent,
    )
    for action in below:
        for each in action.choices.values():
            assert isinstance(each, Command)  # noqa: S101 -- parsers of commands are of the class of their parent
            yield from pages(each, command.prog)


def blocks(text: str) -> tuple[Block, ...]:
    """Return the paragraphs of a text, and the lines between them that are indented."""
    result = []
    for kind, group in itertools.groupby(
        text.splitlines(), lambda line: "" if not line.strip() else line[:2] if line[:2] == "  " else "text"
    ):
        lines = tuple(line.rstrip() for line in group)
        if kind:
            result.append(Block(tuple(line.removeprefix("  ") for line in lines), kind == "  "))
    return tuple(result)


def _groups(command: Command) -> Iterator[Group]:
    for group in command._action_groups:
        arguments = tuple(
            Argument(_forms(action), _about(command, action))
            for action in group._group_actions
            if not isinstance(action, argparse._SubParsersAction)
        )
        if arguments:
            title = {"positional arguments": "arguments"}.get(group.title or "", group.title or "")
            yield Group(title, arguments)


def _forms(action: argparse.Action) -> str:
    """Return how an argument is written, in all of its forms."""
    if not action.option_strings:
        return _values(action)
    return ", ".join(f"{form} {_values(action)}".rstrip() for form in action.option_strings)


def _values(action: argparse.Action) -> str:
    """Return the values that an argument takes, as they are written."""
    if action.nargs == 0:
        return ""
    choices = f"{{{','.join(map(str, action.choices))}}}" if action.choices else action.dest.upper()
    name = action.metavar if isinstance(action.metavar, str) else choices
    return {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} [{name} ...]"}.get(
        str(action.nargs or ""), name
    )


def _about(command: Command, action: argparse.Action) -> str:
    """Return what an argument does, and its default."""
    about = (action.help or "") % {**vars(action), "prog": command.prog}
    says = "default" in about or action.default in (None, False, argparse.SUPPRESS, [], "")
    return about if says else f"{about} (default: {action.default})"


def _synopsis(command: Command) -> Iterator[str]:
    done = set()
    for action in command._actions:
        group = next(
            (each for each in command._mutually_exclusive_groups if action in each._group_actions), None
        )
        together = group._group_actions if group else [action]
        if action in done or not action.option_strings or isinstance(action, argparse._HelpAction):
            continue
        done.update(together)
        words = " | ".join(f"{each.option_strings[0]} {_values(each)}".rstrip() for each in together)
        yield words if action.required else f"[{words}]"
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield f"{action.metavar} ..."
        elif not action.option_strings:
            yield _values(action)
