"""The wheel alone makes a document: in an environment of its own, away from the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, folder: Path, stdin: str = "") -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), folder=ROOT)
    (path,) = folder.glob("milepost-*.whl")
    return path


@pytest.fixture(scope="module")
def milepost(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command that pip has made of the wheel, beside the installed packages that it needs."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", str(environment), folder=ROOT)
    python = environment / "bin/python"
    install = ["install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", str(wheel)]
    run(sys.executable, "-m", "pip", "--python", str(python), *install, folder=ROOT)
    (packages,) = environment.glob("lib/python*/site-packages")
    # The folder is searched, but its own .pth files, which lead to the repository, are not read.
    (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    at = run(python, "-c", "import milepost; print(milepost.__file__)", folder=environment)
    assert Path(at.strip()).is_relative_to(packages)
    return environment / "bin/milepost"


def test_the_wheel_has_everything_that_is_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    templates = [path for path in ROOT.glob("templates/**/*") if path.is_file() and path.name[0] != "."]
    sources = [path for path in ROOT.glob("src/milepost/**/*") if path.is_file() and path.suffix != ".pyc"]

    assert {f"milepost/{path.relative_to(ROOT)}" for path in templates} <= names
    assert {str(path.relative_to(ROOT / "src")) for path in sources} <= names
    assert all(name.startswith("milepost/") for name in names)


@pytest.mark.slow
def test_a_new_document_is_made_and_built(milepost: Path, tmp_path: Path) -> None:
    run(milepost, "new", "plan", folder=tmp_path)
    plan = tmp_path / "plan"

    assert run(milepost, "check", "--strict", folder=plan) == (
        "milestones.yaml: 3 milestones, no errors, no warnings\n"
    )
    run(milepost, "fmt", "--check", folder=plan)
    output = run(milepost, "build", folder=plan)
    assert "build/PLAN.pdf (" in output
    assert (plan / "build/PLAN.pdf").read_bytes().startswith(b"%PDF")
    assert "Design reviewed" in (plan / "build/rst/PLAN.rst").read_text("utf-8")
    assert (plan / "build/site/index.html").is_file()
    assert run(milepost, "schema", folder=plan) == (plan / "milestones-schema.json").read_text("utf-8")
    assert ".TH MILEPOST\\-CHECK 1" in run(milepost, "manual", "check", folder=plan)
    assert "_milepost_codes" in run(milepost, "completion", "bash", folder=plan)
    assert "MP101" in run(milepost, "rule", folder=plan)


@pytest.mark.slow
def test_the_language_server_starts(milepost: Path, tmp_path: Path) -> None:
    requests: list[dict[str, object]] = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **request}) for request in requests]
    messages = "".join(f"Content-Length: {len(body)}\r\n\r\n{body}" for body in bodies)

    assert '"completionProvider"' in run(milepost, "lsp", folder=tmp_path, stdin=messages)
