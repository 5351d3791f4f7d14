"""External programs (TeX, Poppler): find them, or say how to install them.

`python -m milepost.latex.toolchain [tex] [xetex] [test]` installs missing programs on Debian and Ubuntu, as
root or with sudo, and prints the command to run on other systems. If nothing is missing, it prints nothing
and takes some 50 ms, so that a Makefile can call it every time. It imports only the standard library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

LOG = Path("build/logs/apt.log")


class Toolset(NamedTuple):
    """Programs that are needed together.

    Attributes:
        purpose: their name or purpose in messages.
        origin: where to get them on an unknown system.
        programs: names to find on the PATH.
        tex_files: names to find with kpsewhich.
        packages: the smallest set of packages, for each package manager in `COMMANDS`.
        megabytes: size of apt-get's download on a minimal Debian 12.
    """

    purpose: str
    origin: str
    programs: tuple[str, ...]
    tex_files: tuple[str, ...]
    packages: Mapping[str, str]
    megabytes: int


XETEX = Toolset(
    purpose="XeLaTeX",
    origin="TeX Live (tug.org/texlive)",
    programs=("xelatex", "kpsewhich"),
    # What the class lsstdoc loads beyond LaTeX itself, from various packages, and its typeface.
    tex_files=(
        "fontspec.sty",
        "xunicode.sty",
        "unicode-math.sty",
        "natbib.sty",
        "enumitem.sty",
        "titlesec.sty",
        "tcolorbox.sty",
        "glossaries.sty",
        "numprint.sty",
        "OpenSans-Regular.ttf",
        "lmroman10-regular.otf",
    ),
    packages={
        "apt-get": "texlive-xetex texlive-latex-extra texlive-fonts-recommended fonts-open-sans",
        "dnf": "texlive-collection-xetex texlive-collection-latexextra texlive-opensans texlive-lm",
        "pacman": "texlive-xetex texlive-latexextra texlive-fontsrecommended texlive-fontsextra",
        "zypper": "texlive-collection-xetex texlive-collection-latexextra texlive-opensans texlive-lm",
        "brew": "--cask mactex-no-gui",
    },
    megabytes=150,
)
"""What the class lsstdoc needs, besides itself."""

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
    "xetex": XETEX,
    "test": Toolset(
        purpose="XeLaTeX, the PDF tools, the browser, jq and Graphviz, for the tests",
        origin="TeX Live (tug.org/texlive), Poppler (poppler.freedesktop.org), Chromium (www.chromium.org), "
        "jq (jqlang.org), Graphviz (graphviz.org)",
        programs=(*XETEX.programs, "pdftotext", "pdftoppm", "pdffonts", "chromium", "jq", "dot"),
        tex_files=XETEX.tex_files,
        packages={
            # libatomic1 is for Node.js, by which Playwright drives the browser; jq for the workflow.
            "apt-get": f"{XETEX.packages['apt-get']} poppler-utils chromium libatomic1 jq graphviz",
            "dnf": f"{XETEX.packages['dnf']} poppler-utils chromium jq graphviz",
            "pacman": f"{XETEX.packages['pacman']} poppler chromium jq graphviz",
            "zypper": f"{XETEX.packages['zypper']} poppler-tools chromium jq graphviz",
            "brew": "poppler chromium jq graphviz",
        },
        megabytes=215,
    ),
}

LSSTDOC_ADVICE = (
    "clone github.com/lsst/lsst-texmf, set TEXMFHOME to its folder texmf, and install XeLaTeX with what the "
    f"class needs, on Debian {XETEX.packages['apt-get'].replace(' ', ', ')}"
)
"""How to install what the layout `lsstdoc` needs, with the names of packages in Debian."""

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

KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "TEXMFHOME")
"""Variables that TeX gets from the environment; TEXMFHOME is where users install classes."""

APT_UPDATE = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update", "-o", "DPkg::Lock::Timeout=300")
APT_INSTALL = (*APT_UPDATE[:3], "install", *APT_UPDATE[4:], "--yes", "--no-install-recommends")


class Machine:
    """The machine this runs on; the tests replace it."""

    platform = sys.platform

    def which(self, program: str) -> str | None:
        """Return the path of `program`, or None if it is not on the PATH."""
        return shutil.which(program)

    def os_release(self) -> Mapping[str, str]:
        """Return the fields of /etc/os-release, none if there is no such file."""
        import platform  # noqa: PLC0415 -- only needed if something is missing

        try:
            return platform.freedesktop_os_release()
        except OSError:
            return {}

    def is_root(self) -> bool:
        """Return whether packages can be installed without sudo."""
        return hasattr(os, "geteuid") and os.geteuid() == 0

    def has_terminal(self) -> bool:
        """Return whether a user can type a password."""
        return sys.stdin.isatty()

    def output(self, command: Sequence[str]) -> str:
        """Return the output of a program of TeX, for any exit status."""
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            env=tex_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def succeeds(self, command: Sequence[str], log: Path | None = None) -> bool:
        """Run `command`, append its output to `log` if given, and return whether its exit status is 0."""
        with (log or Path(os.devnull)).open("ab") as file:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False)
        return done.returncode == 0


THIS_MACHINE = Machine()


def missing(toolset: Toolset, machine: Machine = THIS_MACHINE) -> tuple[str, ...]:
    """Return the missing programs of `toolset` or, if it has them all, its missing TeX files."""
    programs = tuple(program for program in toolset.programs if not machine.which(program))
    if programs or not toolset.tex_files:
        return programs
    found = machine.output(("kpsewhich", "-progname=lualatex", *toolset.tex_files)).splitlines()
    names = {Path(path).name for path in found}
    return tuple(name for name in toolset.tex_files if name not in names)


def missing_tex(machine: Machine = THIS_MACHINE) -> tuple[str, ...]:
    """Return what is missing of the TeX installation."""
    return missing(TOOLSETS["tex"], machine)


def package_manager(os_release: Mapping[str, str], platform: str) -> str | None:
    """Return the key of `COMMANDS` for a system, or None for an unknown one.

    Args:
        os_release: the fields of /etc/os-release; only ID and ID_LIKE matter.
        platform: the value of `sys.platform`.
    """
    if platform == "darwin":
        return "brew"
    names = [os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()]
    families = [name.partition("-")[0] for name in names]  # opensuse-leap, opensuse-tumbleweed
    return next((MANAGERS[family] for family in families if family in MANAGERS), None)


def install_advice(
    os_release: Mapping[str, str], platform: str, toolsets: Iterable[Toolset] = (TOOLSETS["tex"],)
) -> str:
    """Return in one line how to install `toolsets` on a system."""
    wanted = list(toolsets)
    manager = package_manager(os_release, platform)
    if manager is None:
        return "install " + " and ".join(f"{toolset.purpose} from {toolset.origin}" for toolset in wanted)
    packages = [toolset.packages[manager] for toolset in wanted]
    if manager != "brew":  # casks and formulas need commands of their own
        packages = [" ".join(packages)]
    return "run: " + " && ".join(COMMANDS[manager].format(names) for names in packages)


def advice_here(machine: Machine = THIS_MACHINE) -> str:
    """Return how to install TeX on this machine."""
    return install_advice(machine.os_release(), machine.platform)


def privilege(machine: Machine) -> tuple[str, ...] | None:
    """Return the words before apt-get that allow it to install, or None if there are none."""
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
    """Install `toolsets` with apt-get; return whether its exit status is 0.

    Args:
        toolsets: what to install.
        prefix: the words before the command, from `privilege`.
        machine: the machine.
        log: file for apt-get's output, overwritten.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    # Continue if a list cannot be updated: it is often a third party's.
    machine.succeeds((*prefix, *APT_UPDATE), log)
    packages = [package for toolset in toolsets for package in toolset.packages["apt-get"].split()]
    return machine.succeeds((*prefix, *APT_INSTALL, *packages), log)


def provide(
    names: Sequence[str], machine: Machine = THIS_MACHINE, say: Callable[[str], object] = print
) -> int:
    """Install what is missing of the toolsets `names`, or print how to.

    Returns:
        the exit status: 0 if nothing is missing any more, else 1.
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
    say(f"Installing {purposes} with apt-get: once, downloads up to {megabytes} MB, takes some minutes …")
    if apt_install(toolsets, prefix, machine) and not _all_missing(toolsets, machine):
        return 0
    say(LOG.read_text(errors="replace").rstrip())
    say(f"{purposes} not installed; see the output of apt-get above or in {LOG}; {advice}")
    return 1


def _all_missing(toolsets: Iterable[Toolset], machine: Machine) -> str:
    return ", ".join(name for toolset in toolsets for name in missing(toolset, machine))


def own_classes() -> str:
    """Return paths and times of the classes and packages below TEXMFHOME, on which a PDF may depend."""
    return "".join(f"{path} {path.stat().st_mtime_ns}\n" for path in class_files())


def class_files() -> list[Path]:
    """Return the classes and packages below TEXMFHOME."""
    home = tex_environment().get("TEXMFHOME")
    return sorted(Path(home).glob("tex/**/*.[cs][lt][sy]")) if home else []


def tex_environment() -> dict[str, str]:
    """Return the environment for programs of TeX, without settings meant for other runs of TeX."""
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    home = environment.get("TEXMFHOME", "")
    if Path(home).is_dir():  # TeX runs in another directory, so a relative path would not lead there
        environment["TEXMFHOME"] = str(Path(home).resolve())
    return environment


def main(arguments: Sequence[str] | None = None) -> int:
    """Provide the toolsets named on the command line, by default "tex"; return the exit status."""
    names = list(sys.argv[1:] if arguments is None else arguments) or ["tex"]
    unknown = [name for name in names if name not in TOOLSETS]
    if unknown:
        sys.stderr.write(f"unknown toolset: {', '.join(unknown)} (use {', '.join(TOOLSETS)})\n")
        return 2
    try:
        return provide(names, say=lambda line: sys.stderr.write(f"{line}\n"))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
