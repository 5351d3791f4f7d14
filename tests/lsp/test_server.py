"""The server, over its protocol: a client starts it and speaks with it as editors do."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.lsp.test_names import PLAN
from tests.support.language_client import Client

from milepost.authoring.canonical.form import canonical
from milepost.lsp.reading.text import Edit, Position, Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

URI = "file:///plan/milestones.yaml"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(tmp_path_factory.mktemp("editor")) as client:
        yield client


@pytest.fixture
def uri(client: Client, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a document that is closed after the test."""
    uri = f"file:///plan/{abs(hash(request.node.name))}.yaml"
    yield uri
    client.tell("textDocument/didClose", textDocument={"uri": uri})


def place(text: str, words: str, offset: int = 0) -> tuple[int, int]:
    """Return line and column, in UTF-16, of words in a text."""
    index = text.index(words) + offset
    before = text[:index].replace("\r\n", "\n")
    return before.count("\n"), len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2


def span(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def test_it_says_what_it_can_do(client: Client) -> None:
    assert client.capabilities["textDocumentSync"]["change"] == 2
    for name in ("hover", "definition", "references", "documentSymbol", "codeAction", "completion", "rename"):
        assert client.capabilities[f"{name}Provider"]


def test_findings_come_while_somebody_writes_and_fixes_remove_them(client: Client, uri: str) -> None:
    client.open(uri, PLAN.replace("status: draft", "statsu: draft"))

    (finding,) = [each for each in client.findings(uri) if each["code"] == "MP101"]
    assert finding["range"] == span(6, 2, 8)
    assert finding["severity"] == 1
    (action,) = client.ask(
        "textDocument/codeAction",
        textDocument={"uri": uri},
        range=finding["range"],
        context={"diagnostics": [finding]},
    )
    assert action["title"] == "Write status instead of statsu"
    said = client.at("textDocument/hover", uri, 6, 4)
    assert said["contents"]["value"].startswith("**MP101**: ")
    (edit,) = action["edit"]["changes"][uri]
    client.change(uri, 2, {"range": edit["range"], "text": edit["newText"]})
    assert client.findings(uri, 2) == []

    client.change(uri, 3, {"text": PLAN.replace("See :ref", "A CDR. See :ref", 1)})
    (finding,) = [each for each in client.findings(uri, 3) if each["code"] == "MP408"]
    actions = client.ask(
        "textDocument/codeAction",
        textDocument={"uri": uri},
        range=finding["range"],
        context={"diagnostics": [finding]},
    )
    assert [each["title"] for each in actions] == [
        "Define CDR",
        "List CDR as one that needs no definition",
        "Accept MP408 here, with a reason to write",
    ]
    assert not any(each.get("isPreferred") for each in actions)


def test_requests_are_answered_in_a_text_that_is_broken(client: Client, uri: str) -> None:
    client.open(uri, PLAN)
    assert client.findings(uri) == []
    line, column = place(PLAN, "predecessors: [A-1]", len("predecessors: [A-1"))
    client.change(uri, 2, {"range": span(line, column, column + 1), "text": ", A"})

    offered = client.at("textDocument/completion", uri, line, column + 3)
    assert [(item["label"], item["detail"]) for item in offered["items"]] == [
        ("A-1", "First CCD"),
        ("A-12", "Second light"),
    ]
    assert offered["items"][0]["textEdit"]["range"] == span(line, column + 2, column + 3)
    said = client.at("textDocument/hover", uri, line, column)
    assert "31 days late" in said["contents"]["value"]
    assert client.at("textDocument/definition", uri, line, column)["range"] == span(
        *place(PLAN, "  A-1:", 2), 5
    )
    assert client.findings(uri, 2)[0]["code"].startswith("MP")
    refused = client.answer(
        "textDocument/rename",
        textDocument={"uri": uri},
        position={"line": line, "character": column},
        newName="B",
    )
    assert "milestones" not in refused.get("result", {})
    assert refused["error"]["code"] == -32803


def test_a_name_is_found_and_renamed_everywhere(client: Client, uri: str) -> None:
    client.open(uri, PLAN)
    line, column = place(PLAN, "predecessors: [A-1]", len("predecessors: ["))
    at = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}

    found = client.ask("textDocument/references", **at, context={"includeDeclaration": False})
    assert len(found) == 7
    assert len(client.ask("textDocument/documentHighlight", **at)) == 8
    prepared = client.ask("textDocument/prepareRename", **at)
    assert prepared == {"range": span(line, column, column + 3), "placeholder": "A-1"}
    edits = client.ask("textDocument/rename", **at, newName="A-2")["changes"][uri]
    assert {"range": span(line, column + 2, column + 3), "newText": "2"} in edits
    assert (
        client.ask("textDocument/prepareRename", textDocument={"uri": uri}, position=span(0, 0, 0)["start"])
        is None
    )
    symbols = client.ask("textDocument/documentSymbol", textDocument={"uri": uri})
    assert [each["name"] for each in symbols][:4] == ["format", "document", "change_record", "sections"]
    assert client.ask("textDocument/foldingRange", textDocument={"uri": uri})


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_positions_count_as_the_client_does(client: Client, uri: str, line_end: str) -> None:
    text = PLAN.replace("See :ref:`plan`", "\U0001d4b6\U0001d4b6 \u2028é See :ref:`plan`").replace(
        "\n", line_end
    )
    client.open(uri, text)
    line, column = place(text, ":ref:`plan`", 7)

    said = client.at("textDocument/hover", uri, line, column)
    assert said["range"] == span(line, column - 1, column + 3)
    client.change(uri, 2, {"range": span(line, column - 1, column + 3), "text": "all"})
    assert client.at("textDocument/hover", uri, line, column)["contents"]["value"].startswith(
        "section **all**"
    )
    client.change(uri, 3, {"text": PLAN})
    assert client.at("textDocument/hover", uri, line, column + 2) is None


def test_other_encodings_can_be_agreed_on(tmp_path: Path) -> None:
    with Client(tmp_path, encodings=["utf-8", "utf-16"]) as client:
        assert client.capabilities["positionEncoding"] == "utf-8"
        text = PLAN.replace("See :ref:`plan`", "é See :ref:`plan`")
        client.open(URI, text)
        line, column = place(text, ":ref:`plan`", 7)
        assert client.at("textDocument/hover", URI, line, column + 1)["range"]["start"]["character"] == column
        client.tell("exit")  # without shutdown
        assert client.process.wait(30) == 1


def test_documents_do_not_mix(client: Client, uri: str) -> None:
    other = f"{uri}.yml"
    client.open(uri, PLAN)
    client.open(other, PLAN.replace("First CCD", "Another CCD"))
    line, column = place(PLAN, "predecessors: [A-1]", len("predecessors: ["))

    assert "First CCD" in client.at("textDocument/hover", uri, line, column)["contents"]["value"]
    assert "Another CCD" in client.at("textDocument/hover", other, line, column)["contents"]["value"]
    client.tell("textDocument/didClose", textDocument={"uri": other})
    assert client.findings(other) == []
    assert client.at("textDocument/hover", other, line, column) is None
    assert "First CCD" in client.at("textDocument/hover", uri, line, column)["contents"]["value"]


def test_other_files_are_left_alone(client: Client, uri: str) -> None:
    client.open(uri, "on: push\njobs:\n  build: [\n")
    client.open(f"{uri}.txt", PLAN, language="plaintext")

    assert client.at("textDocument/completion", uri, 1, 0) is None
    assert client.at("textDocument/hover", f"{uri}.txt", 1, 2) is None
    assert client.ask("textDocument/documentSymbol", textDocument={"uri": uri}) is None
    client.change(uri, 2, {"text": PLAN.replace("status", "statsu")})
    assert client.findings(uri, 2)
    client.change(uri, 3, {"text": "on: push\n"})
    assert client.findings(uri, 3) == []


def test_formatting_makes_the_canonical_form(client: Client, uri: str) -> None:
    text = PLAN.replace("    level: 2\n", "    level:    2\n")
    client.open(uri, text)

    edits = client.ask(
        "textDocument/formatting", textDocument={"uri": uri}, options={"tabSize": 2, "insertSpaces": True}
    )
    changed = Text(text)
    for edit in reversed(edits):
        start, end = (
            Position(edit["range"][side]["line"], edit["range"][side]["character"])
            for side in ("start", "end")
        )
        changed.change(Edit(Span(start, end), edit["newText"]))
    assert changed.content.encode() == canonical(text.encode(), "plan.yaml")
    assert changed.content != text


def test_it_ends_as_the_protocol_asks(tmp_path: Path) -> None:
    with Client(tmp_path) as client:
        assert client.ask("shutdown") is None
        client.tell("exit")
        assert client.process.wait(30) == 0


def test_it_ends_with_the_editor_and_its_other_process_does_too(tmp_path: Path) -> None:
    with Client(tmp_path) as client:
        client.open(URI, PLAN)
        client.findings(URI)
        own = Path(f"/proc/{client.process.pid}/task/{client.process.pid}/children")
        (child,) = own.read_text().split()
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.process.wait(30) == 1
        client.process.stdin = None
        deadline = time.monotonic() + 30
        while Path(f"/proc/{child}").exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_without_its_packages_it_says_how_to_install_them(tmp_path: Path) -> None:
    program = (
        "import sys, importlib.util as util; find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'pygls' else find(name, *rest)\n"
        "from milepost.cli.main import main; sys.exit(main(['lsp']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        "the language server needs pygls, which is not installed (run: pip install 'milepost[lsp]')\n"
    )
