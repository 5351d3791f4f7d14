"""A client of the language server: the protocol as it is on the wire."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT = 60
"""Seconds to wait for a message: machines that run tests are slow."""


class Client:
    """Runs the server in a process, and speaks with it on its standard input and output."""

    def __init__(self, folder: Path, *, encodings: list[str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "milepost", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
        )
        self.messages: queue.Queue[Any] = queue.Queue()
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()
        general = {"general": {"positionEncodings": encodings}} if encodings else {}
        rename = {"rename": {"prepareSupport": True}}
        capabilities = {"textDocument": rename, **general}
        self.capabilities = self.ask(
            "initialize", processId=None, rootUri=None, capabilities=capabilities
        )["capabilities"]  # fmt: skip
        self.tell("initialized")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while head := stream.readline():
            length = 0
            while head.strip():
                if head.lower().startswith(b"content-length:"):
                    length = int(head.split(b":")[1])
                head = stream.readline()
            self.messages.put(json.loads(stream.read(length)))
        self.messages.put(None)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a request, and return the whole answer."""
        self._number += 1
        request = {"id": self._number, "method": method}
        self.send({**request, "params": params} if params else request)
        others = []
        while True:
            message = self.messages.get(timeout=TIMEOUT)
            assert message is not None, "the server has ended"
            if message.get("id") == self._number:
                break
            others.append(message)
        for each in others:
            self.messages.put(each)
        answer: dict[str, Any] = message
        return answer

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request, and return its result."""
        answer = self.answer(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, uri: str, text: str, language: str = "yaml") -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=item)

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        """Change a document."""
        document = {"uri": uri, "version": version}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=list(changes))

    def findings(self, uri: str, version: int | None = None) -> list[dict[str, Any]]:
        """Return the next diagnostics of a document, or those of a version of it."""
        while True:
            message = self.messages.get(timeout=TIMEOUT)
            assert message is not None, "the server has ended"
            params = message.get("params", {})
            is_findings = message.get("method") == "textDocument/publishDiagnostics"
            if is_findings and params["uri"] == uri and version in {None, params.get("version")}:
                found: list[dict[str, Any]] = params["diagnostics"]
                return found

    def at(self, method: str, uri: str, line: int, column: int, **params: Any) -> Any:
        """Return the result of a request about a position, counted from 0."""
        position = {"line": line, "character": column}
        return self.ask(method, textDocument={"uri": uri}, position=position, **params)
