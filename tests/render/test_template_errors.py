"""An error in a project's template is one message with its place; a template without effect is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2.exceptions import UndefinedError
from tests.support.documents import document, loaded, view
from tests.support.pairs import merged
from tests.support.sphinx_projects import Project

from milepost.base.errors import MilepostError
from milepost.base.paths import Templates, Workspace, builtin_templates
from milepost.build import diff as diff_files
from milepost.cli.main import main
from milepost.diff.comparison import Edition, compare
from milepost.render import documents
from milepost.render.diff_page import diff_page
from milepost.render.overrides import check_templates

if TYPE_CHECKING:
    from collections.abc import Callable

BUILT_IN = builtin_templates()
VALUES = document(
    sections=[{"title": "One", "milestones": {"level": "1", "no_deliveries": "None."}}],
    milestones={
        "A": {"name": "Alpha", "level": "1", "due": "2024-06-01", "predecessors": ["B"]},
        "B": {"name": "Beta", "level": "2", "due": "2024-05-01"},
    },
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder of templates beside a document, in the present directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "milestones.yaml").write_text(json.dumps(VALUES), "utf-8")
    return Path("templates")


def put(name: str, text: str, *, copied: bool = False) -> None:
    """Write a template; with `copied`, the built-in one with `text` at its end."""
    path = Path("templates", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(((BUILT_IN / name).read_text("utf-8") if copied else "") + text, "utf-8")


def replace(name: str, old: str, new: str) -> int:
    """Copy a built-in template with a change; return its line."""
    text = (BUILT_IN / name).read_text("utf-8")
    assert old in text
    put(name, text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def problem_of_rst(project: Path) -> str:
    with pytest.raises(MilepostError) as caught:
        documents.rst(view(VALUES), Templates((project,)))
    (problem,) = caught.value.problems
    return str(problem)


FILTERS = "the filters of this format are figure, heading, indent, literal, url"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "\n{% macro a() %}",
            2,
            "unexpected end of template; jinja was looking for the following tags: 'endmacro'; the innermost",
        ),
        ("\n\n{{ document.titel }}", 3, "DocumentView has no attribute 'titel' (did you mean title?)"),
        ("{{ document.titel|heading(0) }}", 1, "DocumentView has no attribute 'titel' (did you mean title?)"),
        ("{{ titel }}", 1, "'titel' is undefined (correct the template)"),
        ("{{ document.title|upper }}", 1, f"no filter named 'upper' ({FILTERS})"),
        (
            "\n{% if document %}{{ document.title|upper }}{% endif %}",
            2,
            f"No filter named 'upper' found ({FILTERS})",
        ),
        ("\n{% if document is good %}{% endif %}", 2, "No test named 'good' found (correct the template)"),
        (
            "{{ document.authors }}",
            1,
            "a template prints document.authors = ('A. Author',), which is neither text nor a number",
        ),
        (
            "\n{{ document }}",
            2,
            "a template prints document = DocumentView(…), which is neither text nor a number",
        ),
        (
            "{{ document.title.upper }}",
            1,
            "a template prints document.title.upper = builtin_function_or_method(…),",
        ),
        (
            "{{ none }}",
            1,
            "a template prints None, which is neither text nor a number (correct the template)",
        ),
        (
            "\n{{ [1] }}",
            2,
            "a template prints [1], which is neither text nor a number (correct the template)",
        ),
        ("{{ document.authors[7] }}", 1, "tuple has no attribute '7' (correct the template)"),
        ("{{ document.title|heading(0, 1) }}", 1, "_heading() takes 2 positional arguments but 3 were given"),
        ("{{ 1 / 0 }}", 1, "ZeroDivisionError: division by zero (correct the template)"),
        (
            "\n{% macro a() %}\n{{ a() }}{% endmacro %}{{ a() }}",
            3,
            "the template calls itself without end (correct the template)",
        ),
        (
            "{{ document.__class__ }}",
            1,
            "access to attribute '__class__' of 'DocumentView' object is unsafe (correct the template)",
        ),
        (
            '{% import "rst/body.rst.jinja" as body with context %}\n{{ body.sektions() }}',
            2,
            "the template rst/body.rst.jinja has no macro 'sektions' (correct the template)",
        ),
        ('{% import "rst/x.jinja" as x %}', 1, "there is no template 'rst/x.jinja' (correct the template)"),
    ],
)
def test_the_place_and_what_is_wrong(project: Path, text: str, line: int, message: str) -> None:
    put("rst/document.rst.jinja", text)

    assert problem_of_rst(project).startswith(f"templates/rst/document.rst.jinja:{line}: {message}")


def test_a_macro_that_a_built_in_template_misses(project: Path) -> None:
    put("rst/prose.rst.jinja", "{% macro inline(line) %}{% endmacro %}")

    assert problem_of_rst(project) == (
        "templates/rst/prose.rst.jinja: the template rst/prose.rst.jinja has no macro 'link' "
        "(correct the template)"
    )


def test_a_template_that_is_added_or_fixed_while_the_program_runs_is_used(project: Path) -> None:
    templates = Templates((project.absolute(),))
    before = documents.rst(view(VALUES), templates)

    put("rst/body.rst.jinja", "{% if %}")
    with pytest.raises(MilepostError):
        documents.rst(view(VALUES), templates)

    shutil.rmtree(project)
    assert documents.rst(view(VALUES), templates) == before


def test_an_error_below_a_built_in_template_is_at_the_line_of_the_project(project: Path) -> None:
    line = replace(
        "rst/document.rst.jinja", "body.sections(document.sections)", "body.sections(document.title)"
    )

    problem = problem_of_rst(project)

    assert problem.startswith(f"templates/rst/document.rst.jinja:{line}: str has no attribute 'anchor'")


def test_a_template_that_is_not_utf8(project: Path) -> None:
    put("rst/document.rst.jinja", "")
    Path("templates/rst/document.rst.jinja").write_bytes(b"\n\n\xff")

    assert problem_of_rst(project) == (
        "templates/rst/document.rst.jinja:3: the template cannot be read: it is not UTF-8 "
        "(make it a readable text file in UTF-8)"
    )


def test_an_error_of_the_program_is_not_blamed_on_a_template() -> None:
    with pytest.raises(UndefinedError):
        documents.rst("no document")  # type: ignore[arg-type]


def test_each_format_of_a_difference(project: Path) -> None:
    templates = Templates((project,))
    both = merged(VALUES, VALUES)
    edition = Edition(name="x", file="x", commit=None, loaded=loaded(VALUES))
    makers: dict[str, tuple[str, Callable[[], str]]] = {
        "latex/changes.tex.jinja": (
            "<<nope>>",
            lambda: documents.diff_latex(both, [], "a", "b", "", templates),
        ),
        "diff/document.html.jinja": ("{{ nope }}", lambda: diff_page(both, [], "a", "b", {}, "", templates)),
        "diff/summary.md.jinja": (
            "{{ nope }}",
            lambda: diff_files.summary_markdown(compare(edition, edition), _workspace()),
        ),
        "text/document.txt.jinja": ("{{ nope }}", lambda: documents.plain_text(both, templates)),
    }
    for name, (text, make) in makers.items():
        put(name, text, copied=True)
        with pytest.raises(MilepostError, match=f"^templates/{name}:[0-9]+: 'nope' is undefined"):
            make()
        shutil.rmtree("templates")


def _workspace() -> Workspace:
    return Workspace.of(Path("milestones.yaml"))


# --- Every command ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "command"),
    [
        ("rst/document.rst.jinja", ["build", "rst"]),
        ("latex/milepost.tex.jinja", ["build", "pdf"]),
        ("text/document.txt.jinja", ["diff", "--no-pdf", "milestones.yaml", "milestones.yaml"]),
        ("diff/summary.md.jinja", ["diff", "--markdown", "milestones.yaml", "milestones.yaml"]),
        pytest.param(
            "milestones/milestone.html.jinja", ["build", "site", "--no-pdf"], marks=pytest.mark.slow
        ),
        pytest.param("site/frame.html.jinja", ["build", "site", "--no-pdf"], marks=pytest.mark.slow),
        pytest.param("site/head.html.jinja", ["build", "site", "--no-pdf"], marks=pytest.mark.slow),
    ],
)
@pytest.mark.usefixtures("project")
def test_one_line_for_every_command(
    template: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    put(template, "<% if %>" if template.startswith("latex") else "{% if %}")

    code = main(command)

    assert code == 1
    assert capsys.readouterr().err.splitlines() == [
        f"templates/{template}:1: expected an expression, got 'end of statement block' (correct the template)"
    ]


@pytest.mark.slow
def test_the_extension_says_it_once_and_fails(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    template = project.source / "templates/milestones/card.html.jinja"
    template.parent.mkdir(parents=True)
    template.write_text("{{ entry.nam }}", "utf-8")

    built = project.make()

    assert built.error is None
    assert built.status == 2
    assert built.warnings == (
        "templates/milestones/card.html.jinja:1: ERROR: "
        "MilestoneInfo has no attribute 'nam' (did you mean name?)\n"
        "ERROR: the build failed with 1 error, see above\n"
    )
    template.unlink()
    assert (project.make().status, project.make().warnings) == (0, "")


# --- Files without effect -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_what_replaces_nothing_or_cannot_be_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    put("latex/boddy.tex.jinja", "")
    put("latex/milepost.tex", "")
    put("site/theme/page.html", "")
    put("new/Makefile.jinja", "")
    put("abc.jinja", "")
    put("rst/document.rst.jinja", '{% import "rst/ours.jinja" as ours %}', copied=True)
    put("rst/ours.jinja", "{% macro x() %}{% endmacro %}")
    put("diff/static/page.css", "")
    put("text/document.txt.jinja", "")
    Path("templates/text/document.txt.jinja").write_bytes(b"\n\xff")
    put("rst/README.md", "")
    put("rst/.body.rst.jinja.swp", "")
    put("other/logo.svg", "")
    Path("templates/rst/body.rst.jinja").symlink_to("nowhere")

    found = [str(problem) for problem in check_templates(Path("milestones.yaml"))]

    fixed = "warning: this file of the program cannot be replaced"
    listed = "`milepost templates list` names those that can be"
    nothing = "warning: this file replaces no template, and no template imports it"
    unreadable = "warning: the template cannot be read"
    readable = "make it a readable text file in UTF-8"
    assert found == [
        f"templates/text/document.txt.jinja:2: {unreadable}: it is not UTF-8 ({readable})",
        f"templates/rst/body.rst.jinja: {unreadable}: no such file or directory ({readable})",
        f"templates/abc.jinja: {nothing} (give it the name of a built-in template, or remove it)",
        f"templates/latex/boddy.tex.jinja: {nothing} (did you mean latex/body.tex.jinja?)",
        f"templates/latex/milepost.tex: {nothing} (did you mean latex/milepost.tex.jinja?)",
        f"templates/new/Makefile.jinja: {fixed} (remove it; {listed})",
        f"templates/site/theme/page.html: {fixed} (remove it; {listed})",
    ]
    assert main(["check"]) == 0
    assert main(["check", "--strict"]) == 1
    # The check adds the id of the rule.
    with_ids = [f"{line} [MP701]" for line in found]
    assert capsys.readouterr().err.splitlines() == sorted(with_ids) * 2  # in the order of the files
    main(["build", "figures"])
    assert capsys.readouterr().err.splitlines() == found[1:]


def test_templates_that_are_no_folder(project: Path) -> None:
    assert list(check_templates(Path("milestones.yaml"))) == []
    project.symlink_to("nowhere")

    (problem,) = check_templates(Path("milestones.yaml"))

    assert str(problem) == (
        "templates: warning: the templates in it are not used: it is not a folder "
        "(make it a folder, or give it another name)"
    )


def test_the_templates_of_the_program_replace_nothing_and_are_not_named() -> None:
    """A document in the program's own repository has the built-in templates beside it."""
    assert list(check_templates(builtin_templates().parent / "milestones.yaml")) == []
