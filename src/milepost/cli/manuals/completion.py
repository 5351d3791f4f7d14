"""`milepost completion`: scripts with which shells complete commands, options, files and codes.

shtab writes them from the parser. They know everything but the codes of milestones, for which
they run `milepost completion --codes`. Codes are data: no shell may expand them.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from milepost.cli.commands import Command, Help, add_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="print a script that completes commands in a shell",
    description="""\
Print a script with which a shell completes commands, options, files, rules, reports and the codes of the
milestones in the document. To install it:

  bash   milepost completion bash > ~/.local/share/bash-completion/completions/milepost
  zsh    milepost completion zsh > DIR/_milepost      where DIR is one of the folders of $fpath
  fish   milepost completion fish > ~/.config/fish/completions/milepost.fish

Shells that are started later have it. Do it again after an update of Milepost.
""",
    examples=(
        ("milepost completion bash", ""),
        ("milepost completion --codes", "the codes that scripts offer"),
    ),
    exit_codes={0: "success"},
)

_SHELLS = ("bash", "zsh", "fish")

_CODES = {"bash": "_milepost_codes", "zsh": "_milepost_codes", "fish": "(_milepost_codes)"}
"""The functions that are written below, as shtab wants them."""

_PREAMBLE = {
    "bash": r"""
_milepost_codes() {
  local at code file=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "${COMP_WORDS[at]}" in -f|--file) file=(-f "${COMP_WORDS[at + 1]}") ;; esac
  done
  "${COMP_WORDS[0]}" completion --codes "${file[@]}" 2>/dev/null | while IFS= read -r code; do
    [[ $code == "$1"* ]] && printf '%q\n' "$code"
  done
}
""",
    "zsh": r"""
_milepost_codes() {
  local -a codes file typed=("${(@Q)${(z)BUFFER}}")  # `words` begins at the command
  local at
  for ((at = 2; at < ${#typed}; at++)); do
    case "${typed[at]}" in -f|--file) file=(-f "${typed[at + 1]}") ;; esac
  done
  codes=("${(@f)$("${typed[1]}" completion --codes "${file[@]}" 2>/dev/null)}")
  compadd -a codes
}
""",
    "fish": """\
function _milepost_codes
  set -l words (commandline -opc)
  set -l file
  for at in (seq 2 (count $words))
    if contains -- $words[$at] -f --file
      set file -f $words[(math $at + 1)]
    end
  end
  milepost completion --codes $file 2>/dev/null
end
""",
}


def add_parser(commands: Commands) -> None:
    """Add the command `completion` to `commands`."""
    parser = add_command(commands, "completion", _HELP, run, checks=True)
    parser.add_argument("shell", choices=_SHELLS, nargs="?", help="the shell that the script is for")
    parser.add_argument("--codes", action="store_true", help="print the codes of the milestones instead")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print a script or codes, and return the exit code."""
    if options.codes == bool(options.shell):
        options.usage_error(f"name a shell: {', '.join(_SHELLS)}")
    if options.codes:
        for code in _codes(options.file):
            terminal.say(code)
        return 0
    import shtab

    whole = options.parser()
    for command in _all(whole):
        command.description = command.about.summary
        for action in command._actions:
            _complete(command, action)
    terminal.write(shtab.complete(whole, options.shell, preamble=_PREAMBLE[options.shell]))
    return 0


def _all(command: Command) -> Iterator[Command]:
    yield command
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _all(each)


def _complete(command: Command, action: argparse.Action) -> None:
    """Say by what shtab completes an argument."""
    import shtab

    if isinstance(action, argparse._SubParsersAction):
        return
    if action.choices:
        action.choices = [str(choice) for choice in action.choices]
    completed: Mapping[str, str | dict[str, str]]
    match command.prog, action.metavar or action.dest:
        case _, "FILE" | "EXPORT" | "file" | "OLD" | "NEW":
            completed = shtab.FILE
        case _, "DIR":
            completed = shtab.DIRECTORY
        case ("milepost impact", "CODE") | ("milepost edit", "ARGUMENT"):
            completed = _CODES
        case _, "RULE" | "RULES":
            from milepost.rulebook.book import rules

            action.choices = [name for rule in rules() for name in (rule.id, *rule.names)]
            return
        case "milepost build", "TARGET":
            action.choices = ["pdf", "rst", "figures", "site", "all"]
            return
        case "milepost report", "NAME":
            from milepost.views.reports.registry import REPORTS

            action.choices = [report.name for report in REPORTS]
            return
        case "milepost templates", "NAME":
            from milepost.render.overrides import replaceable

            action.choices = list(replaceable())
            return
        case _:
            return
    vars(action)["complete"] = completed  # where shtab looks for it


def _codes(file: Path) -> list[str]:
    """Return the codes in the document; none if it cannot be read: a shell could not show why."""
    import yaml

    try:
        root = yaml.compose(file.read_bytes(), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, UnicodeError):
        return []
    for _, entries in _entries(root, "milestones"):
        return [code for code, _ in _entries(entries) if code.isprintable() and not set(code) & set(" \t")]
    return []


def _entries(node: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Yield the keys and values of a mapping, or those called `name`."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and (not name or key.value == name):
                yield key.value, value
