"""`milepost check`: find errors and contradictions, and print them for people or programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem, Severity
from milepost.cli.commands import STANDARD_INPUT, Help, add_command
from milepost.cli.editing import standard_input

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal
    from milepost.findings.report import Found, Report
    from milepost.loading.load import Loaded
    from milepost.release.checked import Inspected

_HELP = Help(
    summary="check the document for errors and contradictions",
    description="""\
Check for errors, which stop a build, and for contradictions, which are warnings.

In a terminal, each finding is shown with its line of the file, otherwise as
FILE:LINE:COLUMN: what is wrong (how to fix it) [RULE]. `milepost rule RULE` explains a rule.

Warnings that `waivers` in the document accept are counted only; `milepost waivers` lists them.
""",
    examples=(
        ("milepost check --strict", "warnings count as errors"),
        ("milepost check --ignore MP203,acronym", "leave some warnings out"),
        ("milepost check --format sarif > milepost.sarif", ""),
        ("git show HEAD:milestones.yaml | milepost check -f -", ""),
    ),
    exit_codes={
        0: "there are no errors; with --strict, no warnings either",
        1: "there are errors; with --strict, or warnings",
    },
    reads_input=True,
)

_FORMATS = ("text", "lines", "json", "sarif", "github", "junit")


def add_parser(commands: Commands) -> None:
    """Add the command `check` to `commands`."""
    parser = add_command(commands, "check", _HELP, run, checks=True)
    parser.add_argument("--strict", action="store_true", help="exit with 1 if there are warnings")
    parser.add_argument(
        "--format",
        choices=_FORMATS,
        help="text: with the lines of the file; lines: each in one line; json; sarif; github: annotations of "
        "a workflow; junit (default: text in a terminal, lines elsewhere)",
    )
    parser.add_argument(
        "--select", metavar="RULES", action="append", help="only these warnings, such as MP2,acronym"
    )
    parser.add_argument(
        "--ignore", metavar="RULES", action="append", default=[], help="leave these warnings out"
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    loudness.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="explain each rule that is broken, list what is waived",
    )


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print what is found, and return the exit code."""
    from milepost.findings.report import report, rules_in

    select = rules_in(options.select, "--select") if options.select else None
    if select == ():
        hint = "name some, or leave the option out"
        raise MilepostError(
            Problem(rule="rule", place=Place("--select"), message="there is no rule", hint=hint)
        )
    ignore = rules_in(options.ignore, "--ignore")
    content, loaded, problems = checked(options.file)
    milestones = len(loaded.document.milestones) if loaded else None
    waived = loaded.waived if loaded else ()
    found = report(str(options.file), milestones, [*problems, *waived], select, ignore)
    _print(found, content, options, terminal)
    if loaded is None or found.errors:
        return 1
    return 1 if options.strict and found.warnings else 0


def checked(
    file: Path, inspect: Callable[[bytes, str], Inspected] | None = None
) -> tuple[bytes, Loaded | None, list[Problem]]:
    """Return the content of the document, the document if it can be read, and its problems.

    Args:
        file: the document.
        inspect: as for `milepost.release.checked.check_text`.

    Raises:
        MilepostError: the file cannot be read.
    """
    from milepost.loading import load
    from milepost.release.checked import accepted, check_text
    from milepost.release.earlier import check_earlier

    if file == STANDARD_INPUT:
        content = standard_input()
        return content, *check_text(content, file)
    content = load.read(file, str(file))
    loaded, problems = check_text(content, file, inspect=inspect or load.inspect)
    if loaded is not None:
        loaded, earlier = accepted(loaded, check_earlier(loaded, file), "history")
        problems += earlier
        if loaded.document.metadata.status != "draft":
            from milepost.release.approved import check_approved

            loaded, others = check_approved(loaded, file)
            problems += others
    return content, loaded, problems


def _print(report: Report, content: bytes, options: argparse.Namespace, terminal: Terminal) -> None:
    match options.format or ("text" if terminal.is_live else "lines"):
        case "json":
            from milepost.findings.formats import as_json

            terminal.write(as_json(report))
        case "sarif":
            from importlib.metadata import version

            from milepost.findings.formats import as_sarif

            terminal.write(as_sarif(report, version("milepost")))
        case "github":
            from milepost.findings.formats import as_github

            terminal.write(as_github(report))
        case "junit":
            from milepost.findings.pages import junit

            terminal.write(junit(report))
        case form:
            lines = content.decode(errors="replace").splitlines() if form == "text" else []
            _print_lines(report, lines, options, terminal)


def _print_lines(report: Report, lines: list[str], options: argparse.Namespace, terminal: Terminal) -> None:
    shown = [each for each in report.findings if not options.quiet or each.problem.severity is Severity.ERROR]
    print_findings(shown, report.file, lines, terminal)
    if options.verbose:
        for rule in dict.fromkeys(found.rule for found in shown if found.rule):
            terminal.say_error(f"{rule.id}: {rule.title}. {rule.explanation} {rule.remedy}")
        for found in report.waived:
            if found.waived is not None:
                fact = f"{found.problem.message} ({found.waived.why})"
                terminal.say_error(f"{found.problem.place}: waived: {fact} [{found.id}]")
    file = report.file.replace("\n", "<U+000A>")
    sound = report.milestones is not None and not report.errors
    if sound and not options.quiet:
        terminal.say(f"{file}: {report.counts}")
    elif not sound and lines:
        terminal.say_error(f"{file}: {report.counts}")


def print_findings(found: Iterable[Found], file: str, lines: Sequence[str], terminal: Terminal) -> None:
    """Print findings, with the lines of the document `file` that they are about."""
    from milepost.findings.excerpt import excerpt

    for each in found:
        place = each.problem.place
        excerpts = excerpt(place, lines) if place is not None and place.file == file else []
        terminal.finding(each.problem, each.id if each.rule else "", excerpts)
