"""`milepost new` and `milepost templates`: a document that builds at once, and nothing that is replaced."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.cli.test_cli_diff import run as run  # noqa: PLC0414 -- a fixture
from tests.support.forked import milepost

from milepost.loading.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

FILES = [
    ".github/workflows/milestones.yml",
    ".gitignore",
    "Makefile",
    "milestones-schema.json",
    "milestones.yaml",
]


def test_a_new_document_shows_each_part_and_has_no_findings(tmp_path: Path, run: Run) -> None:
    directory = tmp_path / "big plan"
    code, output, errors = run("new", str(directory))

    assert code == 0
    assert output.splitlines() == [str(directory / name) for name in FILES]
    assert errors == f"next: cd '{directory}' && make pdf\n"
    text = (directory / "milestones.yaml").read_text("utf-8")
    values = yaml.load(text, yaml.BaseLoader)
    assert set(values) == {
        *(
            "format",
            "document",
            "change_record",
            "sections",
            "milestones",
            "figures",
            "references",
            "acronyms",
        ),
    }
    assert len(text.splitlines()) <= 60
    assert "# yaml-language-server: $schema=milestones-schema.json\n" in text
    schema = json.loads((directory / "milestones-schema.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(values)) == []
    loaded = load(directory / "milestones.yaml")
    assert (loaded.document.metadata.handle, loaded.warnings) == ("BIG-PLAN", ())
    assert run("-f", str(directory / "milestones.yaml"), "check", "--strict")[0] == 0
    assert run("-f", str(directory / "milestones.yaml"), "fmt", "--check")[0] == 0


@pytest.mark.slow
def test_a_new_document_is_built(tmp_path: Path) -> None:
    assert milepost(tmp_path, "new", "plan").returncode == 0
    done = milepost(tmp_path / "plan", "build")

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "plan/build/PLAN.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "plan/build/site/index.html").is_file()


def test_the_handle_is_a_plain_one_where_the_folder_has_no_name_for_it(tmp_path: Path, run: Run) -> None:
    run("new", str(tmp_path / "Plän: 1"))

    assert load(tmp_path / "Plän: 1/milestones.yaml").document.metadata.handle == "PLAN-1"


def test_nothing_is_replaced(tmp_path: Path, run: Run) -> None:
    (tmp_path / "Makefile").write_text("mine")
    (tmp_path / "other").write_text("mine")
    code, output, errors = run("new", str(tmp_path))

    assert (code, output) == (1, "")
    assert errors == (
        f"{tmp_path}/Makefile: this file is there already (choose another folder; nothing is written)\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Makefile", "other"]
    assert run("new", str(tmp_path / "other"))[2] == f"{tmp_path}/other: this is a file (name a folder)\n"
    (tmp_path / "Makefile").unlink()
    assert run("new", str(tmp_path))[0] == 0  # other files may be there


def test_a_folder_of_any_name(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, step in (("-x", "cd ./-x && "), ("Plän 1/a'b", """cd 'Plän 1/a'"'"'b' && """), (".", "")):
        code, _, errors = run("new", "--", name)
        assert (code, errors) == (0, f"next: {step}make pdf\n")
        assert load(tmp_path / name / "milestones.yaml").warnings == ()
    with pytest.raises(SystemExit, match="2"):
        run("new", "")


def test_nothing_is_written_below_a_file_or_a_link_that_leads_nowhere(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan/Makefile").symlink_to("nowhere")

    assert run("new", "file/plan") == (1, "", "file: this is a file (name a folder)\n")
    assert run("new", "link") == (1, "", "link: this link leads nowhere (name a folder)\n")
    there = "plan/Makefile: this file is there already (choose another folder; nothing is written)\n"
    assert run("new", "plan") == (1, "", there)


def test_in_a_repository_the_workflow_is_for_its_top(tmp_path: Path, run: Run) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    assert run("new", str(tmp_path / "a/plan"))[2] == (
        f"{tmp_path}/a/plan/.github: GitHub reads this only at the top of a repository "
        "(move it there, with working-directory: a/plan and path: a/plan/build/*.pdf)\n"
        f"next: cd {tmp_path}/a/plan && make pdf\n"
    )
    assert run("new", str(tmp_path))[2] == f"next: cd {tmp_path} && make pdf\n"


def test_the_same_bytes_each_time(tmp_path: Path, run: Run) -> None:
    for parent in ("a", "b"):
        run("new", str(tmp_path / parent / "plan"))

    for name in FILES:
        assert (tmp_path / "a/plan" / name).read_bytes() == (tmp_path / "b/plan" / name).read_bytes()


def test_templates_are_listed_and_copied(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("new", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    listed = run("templates", "list")[1].splitlines()

    assert "latex/body.tex.jinja" in listed
    assert not [name for name in listed if name.startswith(("new/", "schema/", "findings/"))]
    assert run("templates", "copy", "latex/body.tex.jinja") == (0, "templates/latex/body.tex.jinja\n", "")
    assert "latex/body.tex.jinja  (replaced)" in run("templates", "list")[1]
    code, output, errors = run("templates", "copy", "latex/body.tex.jinja", "latex/bodi.tex.jinja")
    assert (code, output) == (1, "")
    assert errors.splitlines() == [
        "templates/latex/body.tex.jinja: this file is there already (edit it)",
        "there is no template 'latex/bodi.tex.jinja' (did you mean latex/body.tex.jinja?)",
    ]
    assert run("check", "--strict")[0] == 0
