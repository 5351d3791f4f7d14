"""`milepost report` for what is shown to others: recorded exports, drawings, and the formats of a page."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docutils.core
import pytest
import yaml
from docutils import nodes
from tests.support.documents import document

from milepost.cli.main import main

HOSTILE = '<script>alert(1)</script> & `tick` | *star* \\ "quote"'

RECORDED = """\
# milestones: schedule
# source: 202503-ME.xls
# sha256: {digest}
code,name,due,celebratory,tracked
A-1,One,2025-01-10,Top,
A-2,Two,2025-05-02,,true
X-9,Of another document,2025-05-02,Top,true
"""

ACTIVITIES = """\
# source: 202503-ME.xls
# sha256: {digest}
code,name,category,description,start,finish,completed
B-1,Mount,Telescope,Mount assembly,2024-02-01,2025-01-31,2025-01-31
B-2,Dome,Telescope,Dome,2024-06-01,2025-03-01,
B-3,Camera,Camera,,2025-01-01,2025-09-30,
B-4,Nothing,Camera,,,,
"""


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a document, in which commands run, and recorded exports."""
    milestones: dict[str, Any] = {
        "A-1": {"name": "One", "due": "2025-01-10", "completed": "2025-02-01"},
        "A-2": {"name": HOSTILE, "due": "2025-05-02", "predecessors": ["A-1"]},
        "A-3": {"name": "Three", "due": "2025-06-01", "predecessors": ["A-2"]},
    }
    values = document(milestones=milestones, document={"data_date": "2025-03-31"})
    (tmp_path / "milestones.yaml").write_text(
        yaml.safe_dump(values, sort_keys=False, allow_unicode=True), "utf-8"
    )
    (tmp_path / "schedule").mkdir()
    for name, text in (("2025-03-31.csv", RECORDED), ("2025-03-31.activities.csv", ACTIVITIES)):
        (tmp_path / "schedule" / name).write_text(text.format(digest="0" * 64), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["report", *arguments]) == 0
    return capsys.readouterr().out


def values(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    (group,) = json.loads(report(capsys, *arguments, "--format", "json"))["groups"]
    rows: list[dict[str, Any]] = group["rows"]
    return rows


@pytest.mark.usefixtures("plan")
def test_the_recorded_export_says_what_is_tracked(capsys: pytest.CaptureFixture[str]) -> None:
    rows = values(capsys, "celebratory")

    assert [row["code"] for row in rows] == ["A-1", "A-2"]


@pytest.mark.usefixtures("plan")
def test_the_recorded_activities_are_blocks(capsys: pytest.CaptureFixture[str]) -> None:
    text = report(capsys, "blocks")

    assert "1 activity without a date is left out." in " ".join(text.split())
    assert [line.split()[0] for line in text.splitlines()[-3:]] == ["Telescope", "Telescope", "Camera"]
    assert "2024-06-01  2025-03-01  late" in text
    drawn = report(capsys, "blocks", "--format", "svg")
    titles = {each.text for each in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}title")}
    assert "B-3 Camera: 2025-01-01 to 2025-09-30, open" in titles
    assert f"A-2 {HOSTILE}: open 2025-05-02" in titles


def test_recorded_files_with_faults_are_left_out_with_a_warning(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan / "schedule" / "2025-03-31.activities.csv").write_text("nonsense\n", "utf-8")
    (plan / "schedule" / "2025-04-30.activities.csv").write_text(ACTIVITIES, "utf-8")  # after the data date

    assert main(["report", "blocks"]) == 0
    found = capsys.readouterr()
    assert "No export of the schedule with categories of activities" in found.out
    assert "2025-03-31.activities.csv:1" in found.err
    assert "warning" in found.err


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.names.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.usefixtures("plan")
def test_html_is_elements_for_any_page_in_which_text_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    found = _Elements()
    found.feed(report(capsys, "celebratory", "--format", "html"))

    assert found.names == {"div", "p", "strong", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert HOSTILE in found.words


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("name", ["status", "celebratory", "burndown", "blocks", "graph", "slip", "monthly"])
def test_rst_is_read_without_a_doubt(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = report(capsys, name, "--format", "rst")
    settings = {"report_level": 1, "halt_level": 1}
    tree = docutils.core.publish_doctree(text, settings_overrides=settings)

    if name == "celebratory":
        assert HOSTILE in [each.astext() for each in tree.findall(nodes.paragraph)]
    assert "list-table" in text


@pytest.mark.usefixtures("plan")
def test_files_are_named_by_their_format(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("graph.dot", "graph.mmd", "graph.rst", "burndown.svg", "burndown.pdf"):
        assert report(capsys, name.partition(".")[0], "--output", name) == f"{name}\n"

    assert Path("graph.mmd").read_text("utf-8").startswith("flowchart LR\n")
    assert Path("graph.dot").read_text("utf-8").startswith("// 3 milestones, 2 links.\ndigraph")
    assert Path("burndown.pdf").read_bytes().startswith(b"%PDF-")
    with pytest.raises(SystemExit):
        main(["report", "graph", "--output", "graph.pdf"])
    assert "the report graph cannot be pdf (choose from text, " in capsys.readouterr().err


def program(folder: Path, script: str) -> str:
    """Return the environment's PATH with a program `dot` of that Python script first."""
    folder.mkdir()
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\nimport sys\n{script}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


SVG = '<svg xmlns="http://www.w3.org/2000/svg"><g id="graph0" class="graph"><title>graph</title>{}</g></svg>'


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("sys.stderr.write('syntax\\x1b error'); sys.exit(3)", "Graphviz failed: syntax<U+001B> error"),
        ("print('no svg')", "Graphviz wrote something that is not SVG"),
        (f"print('''{SVG.format('<script>1</script>')}''')", "Graphviz drew script, which is not expected"),
    ],
)
def test_graphviz_that_does_not_do_its_part(
    script: str, said: str, plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", program(plan / "bin", script))

    assert main(["report", "graph", "--format", "svg"]) == 1
    found = capsys.readouterr()
    assert found.out == ""
    assert said in found.err
    assert "--format dot or --format mermaid" in found.err
    assert len(found.err.splitlines()) == 1


def test_without_graphviz_one_line_says_so(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(plan))

    assert main(["report", "graph", "--format", "svg"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "the program dot of Graphviz, which draws graphs, is not found" in line


def test_what_graphviz_draws_is_described(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program gets the graph as its input, and its names of nodes and edges become titles."""
    groups = "".join(
        f'<g id="{kind}1" class="{kind}"><title>{name}</title></g>'
        for kind, name in (("node", "A-1"), ("edge", "A-1&#45;&gt;A-2"))
    )
    script = "assert sys.argv[1:] == ['-Tsvg'] and 'digraph' in sys.stdin.read()"
    script += f"; print('''{SVG.format(groups)}''')"
    monkeypatch.setenv("PATH", program(plan / "bin", script))
    root = ET.fromstring(report(capsys, "graph", "--format", "svg"))
    titles = [each.text for each in root.iter("{http://www.w3.org/2000/svg}title")]

    assert titles == [
        "DOC-1: links between milestones on 2025-03-31", "A-1: One, completed 2025-02-01", "A-1 before A-2"
    ]  # fmt: skip
    assert root.get("role") == "img"


@pytest.mark.usefixtures("plan")
def test_graphviz_draws_the_same_every_time() -> None:
    command = (sys.executable, "-m", "milepost", "report", "graph", "--format", "svg")
    first, second = (subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2))

    assert first == second
    assert re.search(rb"<title>A-2 before A-3</title>", first)
