"""The documents that are open in an editor, and what is known of each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from milepost.lsp import diagnostics, facts
from milepost.lsp.reading.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.lsp.checking.background import Background
    from milepost.lsp.reading.text import Text

PAUSE = 0.2
"""Seconds after a change before the document is checked, so that not each letter starts a check."""


@dataclass
class Document:
    """A document in an editor.

    Attributes:
        uri: its name.
        text: as it is in the editor.
        version: of the text, as the editor counts.
        facts: what is known of the last version whose values have no faults.
        found: the findings of the last check.
        checked: the revision of the text that they are about.
        names: those in the text.
    """

    uri: str
    text: Text
    version: int | None = None
    facts: facts.Facts | None = None
    found: tuple[diagnostics.Diagnostic, ...] = ()
    checked: int = -1
    names: Names = field(init=False)
    _waiting: asyncio.Task[None] | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.names = Names(self.text)

    @property
    def file(self) -> str:
        """The path of the file, for the places of problems."""
        parts = urlsplit(self.uri)
        return url2pathname(parts.path) if parts.scheme == "file" else Path(unquote(parts.path)).name

    def check_later(self, background: Background, publish: Callable[[Document], None]) -> None:
        """Check the text after a pause, and call `publish` unless it has changed by then."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = task = asyncio.ensure_future(self._check(background, publish))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _check(self, background: Background, publish: Callable[[Document], None]) -> None:
        await asyncio.sleep(PAUSE)
        self._waiting = None  # from now on, a change does not stop it, but another check follows
        revision = -1

        def question() -> dict[str, str] | None:
            nonlocal revision
            revision = self.text.revision
            if revision == self.checked or not self.names.lines.is_document:
                return None
            return {"about": "check", "text": self.text.content, "file": self.file}

        answer = await background.ask(question)
        if answer.get("facts"):
            self.facts = facts.from_json(answer["facts"])
        if self.text.revision == revision and ("found" in answer or not self.names.lines.is_document):
            reports = map(diagnostics.from_json, answer.get("found", []))
            self.found, self.checked = diagnostics.diagnostics(self.names, reports), revision
            publish(self)

    def close(self) -> None:
        """Check it no more."""
        for task in self._tasks:
            task.cancel()
