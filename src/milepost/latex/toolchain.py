"""The programs that are no Python packages: which of them are missing, how to get them, how to run them.

Run as `python -m milepost.latex.toolchain [tex] [test]` it installs what is missing where it may (Debian and
Ubuntu, as root or with sudo), and elsewhere prints the command to run. With nothing missing it is silent and
takes some 50 ms, so that a Makefile can call it every time. Only the standard library is imported.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import FrameType

LOG = Path("build/logs/apt.log")


class Toolset(NamedTuple):
    """Programs that are needed together.

    Attributes:
        purpose: what they are or are for, as it stands in a message.
        origin: where to get them on a system not known here.
        programs: names looked for on the PATH.
        tex_files: names looked for with kpsewhich.
        packages: the smallest set that has them all, for each package manager in `COMMANDS`.
        megabytes: what apt-get downloads for them on a bare Debian 12.
    """

    purpose: str
    origin: str
    programs: tuple[str, ...]
    tex_files: tuple[str, ...]
    packages: Mapping[str, str]
    megabytes: int


TOOLSETS: Mapping[str, Toolset] = {
    "tex": Toolset(
        purpose="LuaLaTeX",
        origin="TeX Live (tug.org/texlive)",
        programs=("lualatex", "kpsewhich"),
        tex_files=(
            "scrartcl.cls",
            "fontspec.sty",
            "luaotfload-main.lua",
            "microtype.sty",
            "longtable.sty",
            "booktabs.sty",
            "hyperref.sty",
            "bookmark.sty",
            "xcolor.sty",
            "lua-ul.sty",
            "graphicx.sty",
            "scrlayer-scrpage.sty",
            "lmroman10-regular.otf",
        ),
        packages={
            "apt-get": "texlive-luatex texlive-latex-recommended",
            "dnf": "texlive-collection-luatex texlive-collection-latexrecommended texlive-lm",
            "pacman": "texlive-luatex texlive-latexrecommended texlive-fontsrecommended",
            "zypper": "texlive-collection-luatex texlive-collection-latexrecommended texlive-lm",
            "brew": "--cask mactex-no-gui",
        },
        megabytes=110,
    ),
    "test": Toolset(
        purpose="the PDF tools, the browser and jq, for the tests",
        origin="Poppler (poppler.freedesktop.org), Chromium (www.chromium.org), jq (jqlang.org)",
        programs=("pdftotext", "pdftoppm", "pdffonts", "chromium", "jq"),
        tex_files=(),
        packages={
            # libatomic1 is for Node.js, by which Playwright drives the browser; jq for the workflow.
            "apt-get": "poppler-utils chromium libatomic1 jq",
            "dnf": "poppler-utils chromium jq",
            "pacman": "poppler chromium jq",
            "zypper": "poppler-tools chromium jq",
            "brew": "poppler chromium jq",
        },
        megabytes=130,
    ),
}

COMMANDS: Mapping[str, str] = {
    "apt-get": "sudo apt-get install --no-install-recommends {}",
    "dnf": "sudo dnf install {}",
    "pacman": "sudo pacman -S {}",
    "zypper": "sudo zypper install {}",
    "brew": "brew install {}",
}

MANAGERS: Mapping[str, str] = {
    "debian": "apt-get",
    "ubuntu": "apt-get",
    "fedora": "dnf",
    "rhel": "dnf",
    "arch": "pacman",
    "opensuse": "zypper",
    "suse": "zypper",
}

APT_UPDATE = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update", "-o", "DPkg::Lock::Timeout=300")
APT_INSTALL = (*APT_UPDATE[:3], "install", *APT_UPDATE[4:], "--yes", "--no-install-recommends")


class Machine:
    """The machine this runs on: everything the decisions below depend on, in one replaceable place."""

    platform = sys.platform

    def which(self, program: str) -> str | None:
        """Return the path of `program`, or None where it isn't on the PATH."""
        return shutil.which(program)

    def os_release(self) -> Mapping[str, str]:
        """Return the fields of /etc/os-release; empty where there is no such file."""
        import platform  # noqa: PLC0415  (needed only where something is missing)

        try:
            return platform.freedesktop_os_release()
        except OSError:
            return {}

    def is_root(self) -> bool:
        """Tell whether packages can be installed without sudo."""
        return hasattr(os, "geteuid") and os.geteuid() == 0

    def has_terminal(self) -> bool:
        """Tell whether somebody is there to type a password."""
        return sys.stdin.isatty()

    def output(self, command: Sequence[str]) -> str:
        """Return what `command` prints, whatever its exit status."""
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return done.stdout

    def succeeds(self, command: Sequence[str], log: Path | None = None) -> bool:
        """Run `command` with its output added to `log` or thrown away; tell whether its exit status is 0."""
        with (log or Path(os.devnull)).open("ab") as file:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False)
        return done.returncode == 0


THIS_MACHINE = Machine()


def missing(toolset: Toolset, machine: Machine = THIS_MACHINE) -> tuple[str, ...]:
    """Return the programs and TeX files of `toolset` that aren't there, in its order."""
    programs = tuple(program for program in toolset.programs if not machine.which(program))
    if programs or not toolset.tex_files:
        return programs
    found = machine.output(("kpsewhich", "-progname=lualatex", *toolset.tex_files)).splitlines()
    names = {Path(path).name for path in found}
    return tuple(name for name in toolset.tex_files if name not in names)


def missing_tex(machine: Machine = THIS_MACHINE) -> tuple[str, ...]:
    """Return what of the TeX installation isn't there: programs, or else files; empty when all is well."""
    return missing(TOOLSETS["tex"], machine)


def package_manager(os_release: Mapping[str, str], platform: str) -> str | None:
    """Return the key of `COMMANDS` that fits, or None for a system not known here.

    Args:
        os_release: the fields of /etc/os-release; only ID and ID_LIKE matter.
        platform: as `sys.platform` has it.
    """
    if platform == "darwin":
        return "brew"
    names = [os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()]
    families = [name.partition("-")[0] for name in names]  # opensuse-leap, opensuse-tumbleweed
    return next((MANAGERS[family] for family in families if family in MANAGERS), None)


def install_advice(
    os_release: Mapping[str, str], platform: str, toolsets: Iterable[Toolset] = (TOOLSETS["tex"],)
) -> str:
    """Return, in the imperative and on one line, how to install `toolsets` on such a system."""
    wanted = list(toolsets)
    manager = package_manager(os_release, platform)
    if manager is None:
        return "install " + " and ".join(f"{toolset.purpose} from {toolset.origin}" for toolset in wanted)
    packages = [toolset.packages[manager] for toolset in wanted]
    if manager != "brew":  # whose casks and formulas can't stand in one command
        packages = [" ".join(packages)]
    return "run: " + " && ".join(COMMANDS[manager].format(names) for names in packages)


def advice_here(machine: Machine = THIS_MACHINE) -> str:
    """Return how to install TeX on this machine."""
    return install_advice(machine.os_release(), machine.platform)


def privilege(machine: Machine) -> tuple[str, ...] | None:
    """Return what to put before apt-get so that it may install, or None where it may not."""
    if machine.is_root():
        return ()
    if not machine.which("sudo"):
        return None
    if machine.succeeds(("sudo", "-n", "true")):
        return ("sudo", "-n")
    return ("sudo",) if machine.has_terminal() else None


def apt_install(
    toolsets: Sequence[Toolset], prefix: Sequence[str], machine: Machine, log: Path = LOG
) -> bool:
    """Install `toolsets` with apt-get; return whether it said that it had done so.

    Args:
        toolsets: what to install.
        prefix: the words before the command, from `privilege`.
        machine: where to.
        log: file for what apt-get prints; begun anew.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    # A list that cannot be refreshed, often a third party's, need not keep these from being installed.
    machine.succeeds((*prefix, *APT_UPDATE), log)
    packages = [package for toolset in toolsets for package in toolset.packages["apt-get"].split()]
    return machine.succeeds((*prefix, *APT_INSTALL, *packages), log)


def provide(
    names: Sequence[str], machine: Machine = THIS_MACHINE, say: Callable[[str], object] = print
) -> int:
    """Install what is missing of the toolsets called `names`, or say how to.

    Returns:
        the exit status: 0 where nothing is missing any more, else 1.
    """
    toolsets = [TOOLSETS[name] for name in names if missing(TOOLSETS[name], machine)]
    if not toolsets:
        return 0
    purposes = " and ".join(toolset.purpose for toolset in toolsets)
    os_release = machine.os_release()
    advice = install_advice(os_release, machine.platform, toolsets)
    has_apt = package_manager(os_release, machine.platform) == "apt-get" and machine.which("apt-get")
    prefix = privilege(machine) if has_apt else None
    if prefix is None:
        say(f"{purposes} not found (missing: {_all_missing(toolsets, machine)}); {advice}")
        return 1
    megabytes = sum(toolset.megabytes for toolset in toolsets)
    say(f"Installing {purposes} with apt-get: once, up to {megabytes} MB to download, some minutes …")
    if apt_install(toolsets, prefix, machine) and not _all_missing(toolsets, machine):
        return 0
    say(LOG.read_text(errors="replace").rstrip())
    say(f"{purposes} not installed; what apt-get said stands above and in {LOG}; {advice}")
    return 1


def _all_missing(toolsets: Iterable[Toolset], machine: Machine) -> str:
    return ", ".join(name for toolset in toolsets for name in missing(toolset, machine))


def run(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], listen: Callable[[bytes], None]
) -> tuple[int, bytes]:
    """Run a program, with nothing to read, to its end.

    Whatever is raised meanwhile, for Ctrl-C or SIGTERM above all, ends the program and all it has started.

    Args:
        command: the program and its arguments.
        directory: where it runs.
        environment: variables to set over those of this process.
        listen: called with each piece of what it prints, errors too, as it comes.

    Returns:
        the exit status (a signal's number, negated, where one ended it) and all it has printed.
    """
    output = bytearray()
    with (
        _sigterm_raises(),
        subprocess.Popen(
            command,
            cwd=directory,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        ) as process,
    ):
        try:
            while piece := os.read(process.stdout.fileno(), 65536):  # type: ignore[union-attr]
                output += piece
                listen(piece)
            return process.wait(), bytes(output)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise


@contextmanager
def _sigterm_raises() -> Iterator[None]:
    """Turn SIGTERM into SystemExit, unless the program has its own way with it or this is a side thread."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    main_thread = threading.current_thread() is threading.main_thread()
    if not main_thread or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def main(arguments: Sequence[str] | None = None) -> int:
    """Provide the toolsets named on the command line, "tex" where none is; return the exit status."""
    names = list(sys.argv[1:] if arguments is None else arguments) or ["tex"]
    unknown = [name for name in names if name not in TOOLSETS]
    if unknown:
        sys.stderr.write(f"unknown: {', '.join(unknown)}; there are: {', '.join(TOOLSETS)}\n")
        return 2
    try:
        return provide(names, say=lambda line: sys.stderr.write(f"{line}\n"))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
