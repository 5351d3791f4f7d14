"""Manual pages, the reference of commands and completion say what the parser says, and text is data."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.forked import milepost

from milepost.base import escape
from milepost.cli.commands import Command, Help, add_command
from milepost.cli.main import parser
from milepost.cli.manuals.pages import Page, pages
from milepost.cli.manuals.printing import manual_page, reference

ROOT = Path(__file__).parents[3]
PAGES = {page.name: page for page in pages(parser())}
REQUESTS = {"SH", "TH", "PP", "TP", "HP", "RS", "RE", "B", "BR", "nf", "fi", "nh", "hy", "ad", '\\"'}
ESCAPES = re.compile(r"\\(?:-|\((?:rs|dq|aq|ga|ha|ti)|\[u[0-9A-F]{4,}\]|f[BR]|&|\")")


def test_the_reference_is_not_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """To make it again: milepost manual --format markdown > docs/reference/commands.md."""
    monkeypatch.setenv("COLUMNS", "30")

    assert reference(list(pages(parser()))) == (ROOT / "docs/reference/commands.md").read_text("utf-8")


def test_the_reference_has_every_option() -> None:
    text = (ROOT / "docs/reference/commands.md").read_text("utf-8")
    check = text[text.index("## milepost check\n") :].partition("\n## ")[0]

    assert "| `primavera` | an export of Primavera P6 |" in text
    assert "- `--ignore RULES`: leave these warnings out\n" in check
    assert "- `2`: the command line is wrong\n" in check
    assert "milepost check --strict    # warnings count as errors\n" in check
    assert "[-q | -v]" in check


@pytest.mark.parametrize("name", PAGES)
def test_manual_pages_have_nothing_but_known_requests(name: str) -> None:
    page = manual_page(PAGES[name], [])
    requests = {match[1] for match in re.finditer(r'^\.(\w+|\\")', page, re.MULTILINE)}

    assert requests <= REQUESTS
    assert "\\" not in ESCAPES.sub("", page)
    assert page.isascii()
    assert "\n\n" not in page
    assert not re.search(r"^['.](?!\w|\\\")", page, re.MULTILINE)
    assert ".SH EXIT STATUS\n.TP\n.B 0\n" in page


def test_a_manual_page() -> None:
    page = manual_page(PAGES["milepost impact"], ["milepost"])

    assert page.startswith(
        '.\\" Made by `milepost manual`.\n.TH MILEPOST\\-IMPACT 1 "" "Milepost" "Milepost Manual"\n'
    )
    assert ".TP\n.B \\-\\-to DATE\nthe day on which it is done then\n" in page
    assert page.endswith(".SH SEE ALSO\n.BR milepost (1)\n")


def hostile() -> Page:
    whole = Command(prog="tool", about=Help("does", "About.", {0: "success"}))
    about = Help(
        summary=".so \\*x",
        description=".PP\n'br \\fB `--a` | <b>&\n\n  .kept \\n(x",
        exit_codes={0: '"done"'},
        examples=[(".ex 'a' \\", "…")],
    )
    add_command(whole.add_subparsers(), "do", about, lambda *_: 0).add_argument("x", help=".x %% *y*")
    return list(pages(whole))[1]


def test_text_is_data() -> None:
    page = manual_page(hostile(), [])

    assert "tool\\-do \\- \\&.so \\(rs*x\n" in page
    assert "\n\\&.PP \\(aqbr \\(rsfB \\fB\\-\\-a\\fR | <b>&\n" in page
    assert "\n\\&.kept \\(rsn(x\n" in page
    assert ".B \\&.ex \\(aqa\\(aq \\(rs\n\\[u2026]\n" in page
    assert "\n\\&.x % *y*\n" in page
    text = reference([hostile()])
    assert ".PP 'br \\\\fB `--a` \\| \\<b\\>\\&\n" in text
    assert "- `X`: .x % \\*y\\*\n" in text


def test_roff_prints_its_characters() -> None:
    assert escape.roff("a-b\n.c") == "a\\-b .c"
    assert escape.roff("") == ""


def test_manual_pages_are_written(tmp_path: Path) -> None:
    done = milepost(tmp_path, "manual", "--output", "man1")

    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in (tmp_path / "man1").iterdir()} == {
        f"{page.file}.1" for page in PAGES.values()
    }
    one = milepost(tmp_path, "manual", "import", "primavera").stdout
    assert one == (tmp_path / "man1/milepost-import-primavera.1").read_text("utf-8")
    assert milepost(tmp_path, "manual", "chek").stderr.splitlines()[-1] == (
        "milepost manual: error: there is no command 'milepost chek'"
    )


PLAN = """\
format: 1
milestones:
  A-1: {}
  "A;ls": {}
  "$(touch${IFS}pwned)": {}
  "two words": {}
  B: {}
"""


def test_bash_completes(tmp_path: Path) -> None:
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "other.yaml").write_text("milestones: {C-9: {}}", "utf-8")
    (tmp_path / "bash").write_text(milepost(tmp_path, "completion", "bash").stdout, "utf-8")
    lines = {
        "milepost che": "check",
        "milepost edit set A": "A-1 A\\;ls",
        "milepost impact $": "\\$\\(touch\\$\\{IFS\\}pwned\\)",
        "milepost -f other.yaml impact ": "C-9",
        "milepost impact -f other.yaml ": "C-9",
        "milepost check --ignore MP10": "",
        "milepost check --format j": "json junit",
        "milepost report slip --output o": "other.yaml",
        "milepost -f oth": "other.yaml",
        "milepost import p": "primavera",
        "milepost report bu": "burndown",
        "milepost templates copy latex/b": "latex/body.tex.jinja",
    }
    script = [
        f'milepost() {{ "{sys.executable}" -m milepost "$@"; }}',
        "source ./bash",
        (
            'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _shtab_milepost; '
            'printf "%s\\n" "${COMPREPLY[*]}"; }'
        ),
        *(f"try {line}{' ' * line.endswith(' ')}" if line[-1] != " " else f"try {line}''" for line in lines),
    ]
    script = [line.replace("impact $", "impact '$'") for line in script]
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    found = dict(zip(lines, done.stdout.splitlines(), strict=True))
    assert found.pop("milepost check --ignore MP10").startswith("MP101 MP102 ")
    del lines["milepost check --ignore MP10"]
    assert found == lines
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_ask_for_codes_and_know_the_commands(tmp_path: Path, shell: str) -> None:
    script = milepost(tmp_path, "completion", shell).stdout

    assert "_milepost_codes" in script
    assert "completion --codes" in script
    assert all(
        command in script for command in ("check", "primavera", "--gate" if shell == "zsh" else "-l gate")
    )


def test_codes_of_a_document_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    """A shell has no place for a message."""
    (tmp_path / "milestones.yaml").write_text("milestones: [", "utf-8")
    done = milepost(tmp_path, "completion", "--codes")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert milepost(tmp_path, "completion", "--codes", "-f", "none.yaml").returncode == 0
