"""The command line as a user meets it: what it prints, where, and its exit codes."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.build.test_build import DOCUMENT, built, edit, made
from tests.support.forked import milepost

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.base.paths import Workspace

__all__ = ["built", "made"]  # fixtures

pytestmark = pytest.mark.slow

FAULTY = DOCUMENT.replace("due: 2026-07-01", "due: 2026-02-30").replace("- R-1", "- R-9")
OVERDUE = DOCUMENT.replace("due: 2026-07-01", "due: 2026-02-01")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "milestones.yaml").write_text(DOCUMENT, "utf-8")
    return tmp_path


def started(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that is started for it."""
    return subprocess.run(
        [sys.executable, "-m", "milepost", *arguments],
        cwd=directory,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *identity, "-C", str(directory), *arguments],
        env={**os.environ, "GIT_COMMITTER_DATE": "@1750000000 +0000"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def on_a_terminal(directory: Path, *arguments: str, **environment: str) -> str:
    """Return what the command prints when both its outputs are a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "milepost", *arguments],
        cwd=directory,
        env={
            **{k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "TERM"}},
            "TERM": "xterm",
            **environment,
        },
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    process.wait()
    return seen.decode()


def test_check_of_a_good_document(plan: Path) -> None:
    done = started(plan, "check")

    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "milestones.yaml: 3 milestones, no errors, no warnings\n",
        "",
    )


def test_check_prints_all_faults(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(FAULTY, "utf-8")
    done = milepost(plan, "check")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "milestones.yaml:31:10: 2026-02-30 is not a date: February 2026 has 28 days "
        "(write it as year-month-day, like 2019-07-16) [MP104]\n"
        "milestones.yaml:33:9: there is no milestone R-9 (did you mean R-2?) [MP210]\n"
    )


def test_check_prints_warnings_and_can_be_strict(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(OVERDUE, "utf-8")
    easy, strict = milepost(plan, "check"), milepost(plan, "check", "--strict")

    warning = (
        "milestones.yaml:31:5: warning: R-2 was due 2026-02-01, before the data date, and is not completed "
        "(enter its completion or a forecast); see milestones.yaml:9:3 [MP203]\n"
    )
    assert (easy.returncode, easy.stderr) == (0, warning)
    assert easy.stdout == "milestones.yaml: 3 milestones, no errors, 1 warning\n"
    assert (strict.returncode, strict.stderr) == (1, warning)


def test_another_file_is_named_as_the_user_named_it(plan: Path) -> None:
    (plan / "milestones.yaml").rename(plan / "plan.yaml")

    missing, found = milepost(plan, "check"), milepost(plan, "-f", "plan.yaml", "check")

    assert missing.returncode == 1
    assert missing.stderr.startswith("milestones.yaml: there is no such file")
    assert found.stdout.startswith("plan.yaml: 3 milestones")


def test_build_says_what_it_made_and_that_there_is_nothing_to_do(plan: Path) -> None:
    first, second = milepost(plan, "build", "rst"), milepost(plan, "build", "rst")

    assert first.returncode == 0
    assert first.stdout == "build/rst/figures/chart.svg\nbuild/rst/ACME-7.rst\n"
    assert first.stderr == ""
    assert (second.returncode, second.stdout) == (0, "nothing to do: everything is up to date\n")


HEAVY = frozenset(
    [
        "babel",
        "docutils",
        "fontTools",
        "difflib",
        "importlib.metadata",
        "jinja2",
        "jira",
        "lsprotocol",
        "matplotlib",
        "milepost.loading.yaml_lines",
        "numpy",
        "openpyxl",
        "pydantic",
        "pygls",
        "requests",
        "sphinx",
        "tomllib",
        "xlsxwriter",
        "yaml",
    ]
)
READING = frozenset({"docutils", "importlib.metadata", "pydantic", "yaml"})
IMPORTED: dict[str, frozenset[str]] = {
    "build rst": frozenset(),  # when there is nothing to do
    "--version": frozenset(),
    "--help": frozenset(),
    "edit --help": frozenset(),
    "check": READING,
    "fmt --check": READING | {"difflib"},
    "diff milestones.yaml --json": READING | {"difflib", "jinja2"},
    "history save": READING | {"jinja2"},
}
"""What is heavy that each command may import: libraries, and what repairs YAML."""


def test_each_command_imports_only_the_heavy_libraries_that_it_needs(plan: Path) -> None:
    code = (
        "import sys\n"
        "from milepost.cli.main import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    milepost(plan, "build", "rst")
    needless = {}
    for command, allowed in IMPORTED.items():
        line = [sys.executable, "-c", code, *command.split()]
        done = subprocess.run(line, cwd=plan, capture_output=True, text=True, check=True)
        if command == "build rst":
            assert done.stdout == "nothing to do: everything is up to date\n"
        needless[command] = (HEAVY - allowed) & set(done.stderr.splitlines()[-1].split())

    assert needless == {key: set() for key in IMPORTED}


def test_details_of_libraries_are_not_printed(plan: Path) -> None:
    """Furo's highlighting sets up logging when it is imported, and fontTools logs every table of a font."""
    code = (
        "import logging; from milepost.cli.main import main; main(['check']); import a11y_pygments;"
        "logging.getLogger('fontTools.subset').info('pruned'); logging.getLogger('x').warning('important')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=plan, capture_output=True, text=True, check=True)

    assert done.stderr == "important\n"


def test_the_pdf_is_reported_with_pages_and_passes(plan: Path) -> None:
    done = started(plan, "build", "pdf")

    assert re.fullmatch(
        r"build/latex/figures/chart\.pdf\nbuild/ACME-7\.pdf \(\d+ pages, 2 times through LaTeX\)\n",
        done.stdout,
    )
    assert done.stderr == ""


def test_progress_and_colours_are_for_terminals(plan: Path, built: Workspace) -> None:
    (plan / "milestones.yaml").write_text(OVERDUE, "utf-8")

    assert "\x1b[33mwarning:\x1b[0m" in on_a_terminal(plan, "check")
    assert "\x1b[3" not in on_a_terminal(plan, "check", NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(plan, "check", TERM="dumb")
    built.source.write_text(OVERDUE, "utf-8")
    shown = on_a_terminal(built.source.parent, "build", "pdf")
    assert "LaTeX, pass 1: page 1" in shown
    assert shown.splitlines()[-1].startswith("milestones.yaml: 1 warning")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "pfd"], "unknown target 'pfd'; choose from pdf, rst, figures, site, all"),
        ([], "the following arguments are required: COMMAND"),
        (["chek"], "invalid choice: 'chek'"),
    ],
)
def test_a_wrong_command_line(plan: Path, arguments: list[str], message: str) -> None:
    done = milepost(plan, *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_teaches(plan: Path) -> None:
    done = milepost(plan, "--help")

    assert done.returncode == 0
    for word in ("milepost check", "milepost build pdf", "exit codes:", "SOURCE_DATE_EPOCH", "NO_COLOR"):
        assert word in done.stdout


@pytest.mark.parametrize("value", ["soon", "-1", "1e9", "١٢"])
def test_a_bad_source_date_epoch(plan: Path, value: str) -> None:
    done = started(plan, "build", "rst", SOURCE_DATE_EPOCH=value)

    assert done.returncode == 1
    assert done.stderr == (
        f"SOURCE_DATE_EPOCH is {value!r}, which is not a number of seconds "
        "(set it to whole seconds since 1970, or unset it)\n"
    )


def test_characters_without_a_glyph_are_refused_where_they_stand(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(DOCUMENT.replace("First flight", "First 漢 flight"), "utf-8")
    done = milepost(plan, "build", "pdf")

    assert done.returncode == 1
    assert done.stderr == (
        "milestones.yaml:29:17: the font has no '漢' (U+6F22) "
        "(write it in Latin, Greek or Cyrillic letters)\n"
    )


def test_git_gives_commit_and_state(plan: Path) -> None:
    def revision() -> str:
        assert milepost(plan, "build", "rst").returncode == 0
        text = (plan / "build" / "rst" / "ACME-7.rst").read_text("utf-8")
        return next(line for line in text.splitlines() if line.startswith("Latest Revision"))

    (plan / ".gitignore").write_text("build/\n", "utf-8")
    git(plan, "init", "-q")
    git(plan, "add", ".")
    git(plan, "commit", "-qm", "Plan")
    commit = git(plan, "rev-parse", "HEAD")[:8]

    assert revision().endswith(f" 2025-06-15 ({commit})")
    (plan / "notes.txt").write_text("not part of the document", "utf-8")
    assert revision().endswith(f" 2025-06-15 ({commit})")
    with (plan / "milestones.yaml").open("a", encoding="utf-8") as source:
        source.write("# edited\n")
    assert revision().endswith(f" 2025-06-15 ({commit}, with uncommitted changes)")


# --- The document -----------------------------------------------------------------------------------------


def test_the_document_is_looked_for_in_the_folders_above(plan: Path) -> None:
    below = plan / "notes/2026"
    below.mkdir(parents=True)
    done = milepost(below, "build", "rst")

    assert done.returncode == 0
    assert done.stderr == "using ../../milestones.yaml\n"
    assert done.stdout == "../../build/rst/figures/chart.svg\n../../build/rst/ACME-7.rst\n"
    assert milepost(plan, "build", "rst").stdout == "nothing to do: everything is up to date\n"

    (below / "milestones.yaml").symlink_to("nothing.yaml")
    assert milepost(below, "check").stderr.startswith("milestones.yaml: there is no such file")


@pytest.mark.parametrize("arguments", [["-f", "plan.yaml", "check"], ["check", "-f", "plan.yaml"]])
def test_the_file_is_named_before_or_after_the_command(plan: Path, arguments: list[str]) -> None:
    (plan / "milestones.yaml").rename(plan / "plan.yaml")

    assert milepost(plan, *arguments).stdout == "plan.yaml: 3 milestones, no errors, no warnings\n"


def test_counts_agree_with_their_nouns(plan: Path) -> None:
    one = DOCUMENT[: DOCUMENT.index("    predecessors:")].replace(
        "See :ref:`chart`.\n\n      .. figure:: chart", "Go."
    )
    (plan / "milestones.yaml").write_text(one, "utf-8")

    assert milepost(plan, "check").stdout == "milestones.yaml: 1 milestone, no errors, no warnings\n"


def approved(plan: Path) -> list[str]:
    """Return the output and the exit code of a strict check of an approved document."""
    done = milepost(plan, "check", "--strict")
    return [*done.stderr.splitlines(), str(done.returncode)]


def test_the_sources_of_an_approved_document_are_committed(plan: Path) -> None:
    path = plan / "milestones.yaml"
    entry = "version: 1\n    date: 2026-03-01\n    owner: A. Author\n    description: Written."
    text = path.read_text("utf-8").replace("status: draft", "status: approved")
    path.write_text(text.replace("sections:\n", f"change_record:\n  - {entry}\nsections:\n"), "utf-8")
    git(plan, "init", "-q")
    line = next(number for number, each in enumerate(path.read_text().splitlines(), 1) if "status:" in each)
    place = f"milestones.yaml:{line}:11: "
    fault = (
        "the document is approved, but its YAML or templates have uncommitted changes "
        "(commit them, or write  status: draft)"
    )

    assert approved(plan) == [f"{place}warning: {fault}; see milestones.yaml [MP607]", "1"]
    git(plan, "add", ".")
    assert approved(plan) == [f"{place}{fault}; see milestones.yaml [MP607]", "1"]
    git(plan, "commit", "-qm", "Plan")
    assert approved(plan) == ["0"]
    template = plan / "templates/latex/body.tex.jinja"
    template.parent.mkdir(parents=True)
    template.write_text("x")
    assert approved(plan) == [f"{place}{fault}; see templates/latex/body.tex.jinja [MP607]", "1"]
    assert milepost(plan, "check").returncode == 1
    (plan / ".git/HEAD").write_text("garbage")
    assert approved(plan) == [
        f"warning: git does not accept {plan}/.git as a repository (repair or remove it)",
        "1",
    ]


def test_a_git_that_fails_stops_a_build(plan: Path) -> None:
    git(plan, "init", "-q")
    git(plan, "add", ".")
    git(plan, "commit", "-qm", "Plan")
    done = started(plan, "build", "rst", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")

    assert done.returncode == 1
    assert done.stderr.startswith("git failed: detected dubious ownership in repository at ")
    assert not (plan / "build").exists()


# --- Outputs ----------------------------------------------------------------------------------------------


def shell(directory: Path, command: str, **environment: str) -> tuple[int, bytes, bytes]:
    """Run a command line in which `milepost` is the program."""
    program = f'milepost() {{ "{sys.executable}" -m milepost "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", program],
        cwd=directory,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8", "utf-16"])
@pytest.mark.parametrize("option", ["--json", "--markdown"])
def test_whole_files_are_utf8_wherever_they_go(plan: Path, encoding: str, option: str) -> None:
    (plan / "new.yaml").write_text(DOCUMENT.replace("First flight", "Première “漢” → Flüge"), "utf-8")
    command = f"milepost diff {option} milestones.yaml new.yaml"
    code, output, errors = shell(plan, command, PYTHONIOENCODING=encoding)

    assert (code, errors) == (0, b"")
    assert "Première “漢” → Flüge" in output.decode("utf-8")


def test_an_encoding_that_lacks_letters(plan: Path) -> None:
    (plan / "new.yaml").write_text(DOCUMENT.replace("First flight", "Flüge"), "utf-8")
    code, output, errors = shell(
        plan, "milepost diff --no-pdf milestones.yaml new.yaml", PYTHONIOENCODING="ascii"
    )

    assert code == 0
    assert rb"\u2192" in output
    assert b"build/diff/summary.md" in errors


FULL = "standard output: no space left on device (check the free space, and where the output goes)\n"


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("milepost check > /dev/full", 1, FULL),
        ("milepost build rst > /dev/full", 1, FULL),
        ("milepost diff --json milestones.yaml milestones.yaml > /dev/full", 1, FULL),
        ("milepost --help > /dev/full", 1, FULL),
        ("milepost --version > /dev/full", 1, FULL),
        ("milepost --version >&-", 0, ""),
        ("milepost check 2> /dev/full", 0, ""),
        ("milepost -f nothing.yaml check 2> /dev/full", 1, ""),
        ("milepost check >&-", 0, ""),
        ("milepost build rst >&-", 0, ""),
        ("milepost build rst >&- 2>&- <&-", 0, ""),
        ("milepost check 2>&-", 0, ""),
        ("milepost -f nothing.yaml check 2>&-", 1, ""),
        ("milepost buidl 2>&-", 2, ""),
        ("milepost --help >&-", 0, None),
        ("milepost --help >&- 2>&-", 0, ""),
        (
            "milepost diff --json milestones.yaml milestones.yaml >&-",
            1,
            FULL.replace("no space left on device", "it is closed"),
        ),
        ("(milepost check; echo $? > code) | true; exit $(cat code)", 0, ""),
    ],
)
def test_outputs_that_cannot_be_written(plan: Path, command: str, code: int, message: str | None) -> None:
    found, output, errors = shell(plan, command)

    assert found == code
    if message is not None:
        assert errors.decode() == message
    assert b"Traceback" not in output + errors
    assert (plan / "build/rst/ACME-7.rst").exists() == ("rst" in command)


def test_a_closed_output_does_not_become_a_file_of_ours(plan: Path) -> None:
    """The first file that a process opens takes the number of the stream that is closed."""
    milepost(plan, "build", "rst")
    shell(plan, "milepost build rst >&- 2>&-")
    shell(plan, "milepost -f nothing.yaml build rst >&- 2>&-")

    for path in plan.rglob("*"):
        assert path.is_dir() or b"nothing" not in path.read_bytes(), path


def test_controls_do_not_reach_the_terminal(plan: Path) -> None:
    name = "a\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}b\x07\x9b.yaml"
    (plan / name).write_text(OVERDUE, "utf-8")
    shown = on_a_terminal(plan, "-f", name, "check") + on_a_terminal(plan, "-f", f"{name}x", "check")

    for control in ("\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}", "\x07", "\x9b", "\N{RIGHT-TO-LEFT OVERRIDE}"):
        assert control not in shown
    assert "a<U+001B>[31m<U+202E>b<U+0007><U+009B>.yaml" in shown
    assert milepost(plan, "-f", "a\nb", "check").stderr.startswith("a<U+000A>b: there is no such file")


def test_a_folder_whose_name_is_not_utf8(plan: Path) -> None:
    folder = plan / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    (plan / "milestones.yaml").rename(folder / "milestones.yaml")
    (folder / "old.yaml").write_text(OVERDUE, "utf-8")
    file = os.fsdecode(b"caf\xe9/milestones.yaml")

    for arguments in (["check"], ["build", "all"], ["diff", "--no-pdf", os.fsdecode(b"caf\xe9/old.yaml")]):
        done = started(plan, "-f", file, *arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    for arguments in (["build", "all"], ["diff", "old.yaml", "--json"]):
        done = started(folder, *arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


# --- Without the packages of a site -----------------------------------------------------------------------


WITHOUT_SITE = (
    "import sys\n"
    "for name in ('sphinx', 'furo', 'tornado', 'bs4', 'pygments', 'requests'):\n"
    "    sys.modules[name] = None\n"
)


def test_what_works_without_the_packages_of_a_site(built: Workspace) -> None:
    edit(built, "due: 2026-07-01", "due: 2026-08-01")
    plan = built.source.parent
    code = (
        f"{WITHOUT_SITE}"
        "from milepost.cli.main import main\n"
        "for command in ('check', 'build pdf rst figures', 'diff milestones.yaml'):\n"
        "    assert main(command.split()) == 0, command\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=plan, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (plan / "build/diff/ACME-7-diff.pdf").exists()
