"""`milepost release`: approve a document, and begin the next draft."""

from __future__ import annotations

import argparse
import shlex
import unicodedata
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.errors import Severity, count
from milepost.base.paths import LOCK, Workspace
from milepost.cli.commands import Help, add_command
from milepost.cli.terminal import Tone

if TYPE_CHECKING:
    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.release.plan import Plan

_HELP = Help(
    summary="approve the document as a version, or begin the next draft",
    description="""\
Approve the document as VERSION, the version of the last entry of its change record, or begin the next draft.

Without --write, the command checks all conditions of a release and shows what it would do. With --write it
sets status: approved in the YAML, commits that file and tags the commit. Nothing is pushed. If git or a hook
refuses, the YAML and the branch are as they were before.
""",
    examples=(
        ("milepost release 1.7", "are all conditions met, and what would be done?"),
        ("milepost release 1.7 --write", "do it"),
        ("milepost release --reopen --write", "begin the next draft"),
        ("milepost release --reopen 1.8 --owner 'A. Author' --text 'New dates.' --write", ""),
    ),
    exit_codes={
        0: "all conditions are met; with --write: it is done",
        1: "a condition is not met, or git refuses; nothing is changed then",
    },
    environment={
        "SOURCE_DATE_EPOCH": "the day of approval, in seconds since 1970 (default: today)",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `release` to `commands`."""
    parser = add_command(commands, "release", _HELP, run, checks=True)
    add = parser.add_argument
    add("version", metavar="VERSION", nargs="?", type=_text, help="the version to release")
    add("--write", action="store_true", help="do it, rather than show it")
    add("--no-commit", action="store_true", help="change the YAML only; neither commit nor tag")
    add("--message", metavar="TEXT", help="the message of the commit")
    add("--date", metavar="YYYY-MM-DD", type=_day, help="the day of approval, or of the new entry")
    add("--strict", action="store_true", help="do not release a document with warnings")
    add("--tag", metavar="NAME", help="the name of the tag (default: as earlier tags, else v and VERSION)")
    add("--tags", metavar="PATTERN", help="which tags are releases (default: those named as the last one)")
    add("--remote", metavar="NAME", help="ask this remote repository, too, whether it has the tag")
    reopen = parser.add_argument_group("the next draft")
    add = reopen.add_argument
    add("--reopen", action="store_true", help="begin the next draft, VERSION if it is known already")
    add("--owner", metavar="NAME", type=_text, help="owner of the new entry of the change record")
    add("--text", metavar="TEXT", type=_text, help="its description; without version, owner and text, the "
        "entry is proposed as a comment")  # fmt: skip
    add("--issue", metavar="KEY", type=_text, help="the key of its issue")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show or carry out a release, or the beginning of the next draft, and return the exit code."""
    from milepost.release.plan import carry_out

    _check_usage(options)
    plan = _plan(options)
    lock = Workspace.of(options.file).lock(LOCK)
    # Where it is not possible, another release may be writing: what holds is known when that has ended.
    if options.write and (plan.possible or lock.exists()):
        plan = carry_out(lambda: _plan(options), lock, terminal.say_waiting)
    for condition in plan.conditions:
        mark = "x" if condition.holds else " " if condition.fails else "?"
        terminal.say(f"[{mark}] {condition.statement}")
    terminal.problems(plan.problems)
    if not plan.possible:
        faults = sum(problem.severity is Severity.ERROR for problem in plan.problems)
        terminal.say_error(f"{options.file}: {count(faults, 'problem')} to solve; nothing is changed")
        return 1
    (_show_done if options.write else _show_proposal)(plan, terminal)
    return 0


def _plan(options: argparse.Namespace) -> Plan:
    from milepost.git.source_state import source_date_epoch
    from milepost.release.conditions import Request
    from milepost.release.plan import Reopening, plan_release, plan_reopening

    epoch = source_date_epoch()
    today = datetime.now(tz=UTC).astimezone().date() if epoch is None else dates.from_epoch(epoch)
    day: date = options.date or today
    if options.reopen:
        reopening = Reopening(
            source=options.file,
            day=day,
            version=options.version,
            owner=options.owner,
            text=options.text,
            issue=options.issue,
            commits=not options.no_commit,
        )
        return plan_reopening(reopening, options.message)
    request = Request(
        source=options.file,
        version=options.version,
        day=day,
        strict=options.strict,
        commits=not options.no_commit,
        tag=options.tag,
        tags=options.tags,
        remote=options.remote,
    )
    return plan_release(request, options.message)


def _check_usage(options: argparse.Namespace) -> None:
    of_release = {name: getattr(options, name) for name in ("strict", "tag", "tags", "remote")}
    of_reopening = {name: getattr(options, name) for name in ("owner", "text", "issue")}
    if not options.reopen and options.version is None:
        options.usage_error("name the version to release, or say --reopen")
    wrong = [name for name, given in (of_release if options.reopen else of_reopening).items() if given]
    if wrong:
        options.usage_error(f"--{wrong[0]} and --reopen do not go together" if options.reopen
                            else f"--{wrong[0]} needs --reopen")  # fmt: skip


def _show_proposal(plan: Plan, terminal: Terminal) -> None:
    terminal.say("")
    for line, before, after in plan.changed_lines:
        terminal.say(f"{plan.source}:{line}", Tone.HEADING)
        for text in before:
            terminal.say(f"- {text}", Tone.BAD)
        for text in after:
            terminal.say(f"+ {text}", Tone.GOOD)
    if plan.message is not None:
        terminal.say(f"commit to {plan.branch}", Tone.HEADING)
        for text in plan.message.splitlines():
            terminal.say(f"  {text}".rstrip())
    if plan.tag is not None:
        terminal.say(f"tag {plan.tag}", Tone.HEADING)
        terminal.say(f"  {plan.tag_message}")
    terminal.say("")
    terminal.say("nothing is changed yet; add --write to do this")


def _show_done(plan: Plan, terminal: Terminal) -> None:
    terminal.say("")
    terminal.say(f"{plan.source}: written")
    if plan.message is not None and plan.repository is not None:
        from milepost.git.source_state import COMMIT_LENGTH

        head = plan.repository.head() or ""
        terminal.say(f"committed to {plan.branch} as {head[:COMMIT_LENGTH]}")
    if plan.tag is not None:
        terminal.say(f"tagged {plan.tag}")
    if plan.message is not None and plan.remote is not None:
        names = [plan.remote, plan.branch or "", *([plan.tag] if plan.tag else [])]
        atomic = "--atomic " if plan.tag else ""
        terminal.say(f"to publish it: git push {atomic}{' '.join(map(shlex.quote, names))}")


def _text(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _day(text: str) -> date:
    try:
        return dates.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write YYYY-MM-DD") from None
