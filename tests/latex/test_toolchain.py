"""Find what is missing, advise, and install by exact commands, on fake machines."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from milepost.latex import toolchain
from milepost.latex.toolchain import TOOLSETS, Machine, install_advice, provide

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(toolchain.__file__).resolve().parents[3]
ADVICE = "run: sudo apt-get install --no-install-recommends texlive-luatex texlive-latex-recommended"
COLLECTIONS = "texlive-collection-luatex texlive-collection-latexrecommended texlive-lm"
DEBIAN = {"ID": "debian", "VERSION_ID": "12"}
TEX_PROGRAMS = {"lualatex", "kpsewhich"}
XETEX = "texlive-xetex texlive-latex-extra texlive-fonts-recommended fonts-open-sans"
APT = "env DEBIAN_FRONTEND=noninteractive apt-get"
LOCK = "-o DPkg::Lock::Timeout=300"
UPDATE = f"{APT} update {LOCK}"
INSTALL = f"{APT} install {LOCK} --yes --no-install-recommends"


class FakeMachine(Machine):
    """A machine with given programs; apt-get adds `gain`, or fails."""

    def __init__(
        self,
        programs: set[str],
        *,
        os_release: Mapping[str, str] = DEBIAN,
        root: bool = False,
        terminal: bool = False,
        gain: set[str] | None = None,
        failing: tuple[str, ...] = (),
        missing_files: tuple[str, ...] = (),
    ) -> None:
        self.programs = programs
        self.release = os_release
        self.root = root
        self.terminal = terminal
        self.gain = gain or set()
        self.failing = failing
        self.missing_files = missing_files
        self.commands: list[str] = []

    platform = "linux"

    def which(self, program: str) -> str | None:
        return f"/usr/bin/{program}" if program in self.programs else None

    def os_release(self) -> Mapping[str, str]:
        return self.release

    def is_root(self) -> bool:
        return self.root

    def has_terminal(self) -> bool:
        return self.terminal

    def output(self, command: Sequence[str]) -> str:
        program, _, *names = command
        assert program == "kpsewhich"
        return "".join(f"/tex/{name}\n" for name in names if name not in self.missing_files)

    def succeeds(self, command: Sequence[str], log: Path | None = None) -> bool:
        words = " ".join(command)
        self.commands.append(words)
        if log:
            with log.open("a") as file:
                file.write(f"output of {words}\n")
        failed = any(word in words for word in self.failing)
        if "install" in words and not failed:
            self.programs |= self.gain
            self.missing_files = ()
        return not failed


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list for messages; the log goes to a directory of this test."""
    monkeypatch.chdir(tmp_path)
    return []


def test_nothing_is_done_where_nothing_is_missing(printed: list[str]) -> None:
    machine = FakeMachine({*TEX_PROGRAMS, *TOOLSETS["test"].programs}, root=True)
    assert provide(["tex", "test"], machine, printed.append) == 0
    assert (printed, machine.commands) == ([], [])


def test_missing_programs_are_named_before_missing_files() -> None:
    tex = TOOLSETS["tex"]
    assert toolchain.missing(tex, FakeMachine({"kpsewhich"})) == ("lualatex",)
    assert toolchain.missing_tex(FakeMachine(set())) == ("lualatex", "kpsewhich")
    incomplete = FakeMachine(TEX_PROGRAMS, missing_files=("lua-ul.sty", "booktabs.sty"))
    assert toolchain.missing(tex, incomplete) == ("booktabs.sty", "lua-ul.sty")


def test_root_installs_the_smallest_set(printed: list[str]) -> None:
    machine = FakeMachine({"apt-get"}, root=True, gain=TEX_PROGRAMS)
    assert provide(["tex"], machine, printed.append) == 0
    assert machine.commands == [UPDATE, f"{INSTALL} texlive-luatex texlive-latex-recommended"]
    assert printed == [
        "Installing LuaLaTeX with apt-get: once, downloads up to 110 MB, takes some minutes …",
    ]
    assert toolchain.LOG.read_text().startswith(f"output of {UPDATE}\n")


def test_only_incomplete_sets_are_installed(printed: list[str]) -> None:
    machine = FakeMachine({"apt-get", *TEX_PROGRAMS}, root=True, gain=set(TOOLSETS["test"].programs))
    assert provide(["tex", "test"], machine, printed.append) == 0
    assert machine.commands[1:] == [f"{INSTALL} {XETEX} poppler-utils chromium libatomic1 jq graphviz"]


def test_xelatex_is_installed_where_a_document_asks_for_it(printed: list[str]) -> None:
    machine = FakeMachine({"apt-get"}, root=True, gain={"xelatex", "kpsewhich"})
    assert provide(["xetex"], machine, printed.append) == 0
    assert machine.commands[1:] == [f"{INSTALL} {XETEX}"]


def test_the_tests_need_the_packages_and_the_typeface_of_lsstdoc() -> None:
    programs = set(TOOLSETS["test"].programs)
    machine = FakeMachine(programs, missing_files=("tcolorbox.sty", "OpenSans-Regular.ttf"))
    assert toolchain.missing(TOOLSETS["test"], machine) == ("tcolorbox.sty", "OpenSans-Regular.ttf")
    assert toolchain.missing_tex(FakeMachine({*TEX_PROGRAMS})) == ()


@pytest.mark.parametrize(
    ("written", "wanted"), [("milepost", "tex"), ("lsstdoc", "xetex"), ("'lsstdoc'", "xetex")]
)
def test_make_asks_for_the_tex_of_the_document(tmp_path: Path, written: str, wanted: str) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "milestones.yaml").write_text(f"document:\n  class: {written}   # a comment\n")
    done = make(tmp_path, "--dry-run", "tex")
    assert f"milepost.latex.toolchain {wanted}\n" in done.stdout


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_looks_for_tex_again_only_after_a_change(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").touch()
    python, engine = tmp_path / ".venv/bin/python", tmp_path / "programs/lualatex"
    for program, script in ((python, "echo looked for"), (engine, "")):
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    (tmp_path / ".venv/.ready-to-run").touch()
    path = f"PATH={engine.parent}{os.pathsep}{os.environ['PATH']}"

    assert make(tmp_path, path, "tex").stdout == "looked for\n"
    assert make(tmp_path, path, "tex").stdout == ""
    os.utime(engine, (2**31, 2**31))  # a newer one
    assert make(tmp_path, path, "tex").stdout == "looked for\n"
    engine.unlink()
    os.utime(tmp_path / ".venv/.ready-with-tex", (2**31, 2**31))
    done = make(tmp_path, f"PATH={engine.parent}", "--dry-run", "tex")
    assert "milepost.latex.toolchain tex\n" in done.stdout


def test_missing_files_are_installed_too(printed: list[str]) -> None:
    machine = FakeMachine({"apt-get", *TEX_PROGRAMS}, root=True, missing_files=("lua-ul.sty",))
    assert provide(["tex"], machine, printed.append) == 0
    assert len(machine.commands) == 2


@pytest.mark.parametrize(
    ("terminal", "failing", "prefix"),
    [(False, (), "sudo -n "), (True, (), "sudo -n "), (True, ("sudo -n",), "sudo ")],
)
def test_sudo_is_used_where_it_can_be(
    printed: list[str], terminal: bool, failing: tuple[str, ...], prefix: str
) -> None:
    machine = FakeMachine({"apt-get", "sudo"}, terminal=terminal, failing=failing, gain=TEX_PROGRAMS)
    assert provide(["tex"], machine, printed.append) == 0
    assert machine.commands == [
        "sudo -n true",
        prefix + UPDATE,
        f"{prefix}{INSTALL} texlive-luatex texlive-latex-recommended",
    ]


@pytest.mark.parametrize(
    "machine",
    [
        FakeMachine({"apt-get"}, terminal=True),
        FakeMachine({"apt-get", "sudo"}, failing=("sudo -n",)),
        FakeMachine({"dnf"}, root=True, os_release={"ID": "fedora"}),
    ],
    ids=["no sudo", "no user to type the password", "no apt"],
)
def test_elsewhere_one_message_says_what_to_do(machine: FakeMachine, printed: list[str]) -> None:
    assert provide(["tex"], machine, printed.append) == 1
    assert not any("apt-get" in command for command in machine.commands)
    advice = install_advice(machine.os_release(), "linux")
    assert printed == [f"LuaLaTeX not found (missing: lualatex, kpsewhich); {advice}"]


def test_lists_that_cannot_be_updated_are_ignored(printed: list[str]) -> None:
    machine = FakeMachine({"apt-get"}, root=True, gain=TEX_PROGRAMS, failing=("update",))
    assert provide(["tex"], machine, printed.append) == 0


@pytest.mark.parametrize(
    "machine",
    [
        FakeMachine({"apt-get"}, root=True, failing=("install",)),
        FakeMachine({"apt-get"}, root=True, gain={"lualatex"}),
    ],
    ids=["apt-get fails", "something is still missing"],
)
def test_a_failed_installation_shows_the_output_of_apt_get(machine: FakeMachine, printed: list[str]) -> None:
    assert provide(["tex"], machine, printed.append) == 1
    install = f"{INSTALL} texlive-luatex texlive-latex-recommended"
    assert printed[1:] == [
        f"output of {UPDATE}\noutput of {install}",
        f"LuaLaTeX not installed; see the output of apt-get above or in build/logs/apt.log; {ADVICE}",
    ]


@pytest.mark.parametrize(
    ("os_release", "platform", "advice"),
    [
        (DEBIAN, "linux", ADVICE),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "linux", ADVICE),
        (
            {"ID": "rocky", "ID_LIKE": "rhel centos fedora"},
            "linux",
            f"run: sudo dnf install {COLLECTIONS}",
        ),
        (
            {"ID": "arch"},
            "linux",
            "run: sudo pacman -S texlive-luatex texlive-latexrecommended texlive-fontsrecommended",
        ),
        (
            {"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"},
            "linux",
            f"run: sudo zypper install {COLLECTIONS}",
        ),
        ({}, "darwin", "run: brew install --cask mactex-no-gui"),
        ({"ID": "plan9"}, "linux", "install LuaLaTeX from TeX Live (tug.org/texlive)"),
        ({}, "freebsd14", "install LuaLaTeX from TeX Live (tug.org/texlive)"),
    ],
)
def test_advice_fits_the_platform(os_release: Mapping[str, str], platform: str, advice: str) -> None:
    assert install_advice(os_release, platform) == advice


def test_advice_for_several_sets_is_one_line() -> None:
    both = (TOOLSETS["tex"], TOOLSETS["test"])
    arch = install_advice({"ID": "arch"}, "linux", both)
    assert arch.endswith("texlive-fontsextra poppler chromium jq graphviz")
    assert (
        install_advice({}, "darwin", both)
        == "run: brew install --cask mactex-no-gui && brew install poppler chromium jq graphviz"
    )


def test_every_set_has_packages_for_every_package_manager() -> None:
    for toolset in TOOLSETS.values():
        assert toolset.packages.keys() == toolchain.COMMANDS.keys() >= set(toolchain.MANAGERS.values())


def test_unknown_sets_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert toolchain.main(["tex", "rockets"]) == 2
    assert capsys.readouterr().err == "unknown toolset: rockets (use tex, xetex, test)\n"


@pytest.mark.skipif(not shutil.which("lualatex"), reason="needs LuaLaTeX: make test installs it")
def test_the_command_is_silent_and_needs_no_third_party_package(tmp_path: Path) -> None:
    # -S leaves out site-packages.
    done = subprocess.run(
        (sys.executable, "-S", "-m", "milepost.latex.toolchain", "tex"),
        env=os.environ | {"PYTHONPATH": str(Path(toolchain.__file__).resolve().parents[2])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_the_real_machine_runs_commands_and_keeps_their_output(tmp_path: Path) -> None:
    machine, log = Machine(), tmp_path / "log"
    assert machine.succeeds(("sh", "-c", "echo out; echo err >&2"), log)
    assert not machine.succeeds(("sh", "-c", "echo more; exit 3"), log)
    assert log.read_text() == "out\nerr\nmore\n"
    assert machine.output(("sh", "-c", "echo out; exit 1")) == "out\n"


def test_a_changed_class_of_the_user_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "texmf/tex/latex").mkdir(parents=True)
    own = tmp_path / "texmf/tex/latex/own.cls"
    own.touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TEXMFHOME", raising=False)
    assert toolchain.own_classes() == ""
    monkeypatch.setenv("TEXMFHOME", "texmf")  # TeX runs elsewhere, so it gets the whole path
    assert toolchain.tex_environment()["TEXMFHOME"] == str(tmp_path.resolve() / "texmf")
    before = toolchain.own_classes()
    assert before.startswith(f"{own.resolve()} ")
    os.utime(own, (1, 1))
    assert toolchain.own_classes() != before


def make(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The flags of a make that runs these tests are not meant for this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ("make", "--silent", *arguments)
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_lists_its_targets() -> None:
    done = make(ROOT)
    targets = [line.split()[1] for line in done.stdout.splitlines()]
    assert targets == [
        "help",
        "pdf",
        "watch",
        "rst",
        "figures",
        "site",
        "serve",
        "editions",
        "all",
        "check",
        "fmt",
        "diff",
        "release",
        "review",
        "docs",
        "test",
        "lint",
        "torture",
        "bench",
        "clean",
    ]


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_says_which_python_it_needs(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    done = make(tmp_path, "pdf", "PYTHON=false")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        "Python 3.11 or newer is needed, false is not; try: PYTHON=python3.12 make pdf"
    )
    assert not (tmp_path / ".venv").exists()
