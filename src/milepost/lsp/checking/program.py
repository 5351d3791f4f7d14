"""The process that checks a document, while the server answers: it reads questions and writes answers.

It ends with its standard input, and so when the server ends in whatever way.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milepost.authoring.canonical.form import canonical
from milepost.base.errors import MilepostError, Severity
from milepost.lsp.checking import frames
from milepost.lsp.diagnostics import reports
from milepost.lsp.facts import as_json, facts_of
from milepost.lsp.reading.names import Sort, Symbol
from milepost.lsp.reading.text import edits_between
from milepost.lsp.rename import rename
from milepost.release.checked import check_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.loading.load import Loaded
    from milepost.lsp.reading.text import Edit

_OBJECTS_BETWEEN_COLLECTIONS = 100_000


class Checker:
    """Answers questions. The last document without errors is kept, for changes of it."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[str, str], Loaded] | None = None

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a question: what was found, edits, or why there are none."""
        content, file = question["text"], question["file"]
        loaded = self._kept[1] if self._kept and self._kept[0] == (content, file) else None
        match question["about"]:
            case "check":
                return self.check(content, file)
            case "format":
                return _edits(lambda: _formatting(content, file, loaded))
            case _:
                symbol = Symbol(Sort(question["sort"]), question["name"])
                return _edits(lambda: rename(content, file, symbol, question["new"], loaded))

    def check(self, content: str, file: str) -> dict[str, Any]:
        """Return the problems of a document, and the facts of it unless single values are faulty.

        Templates and the repository are left out: they do not change while somebody writes.
        """
        loaded, problems = check_text(content.encode("utf-8", "surrogatepass"), Path(file), templates=False)
        has_errors = any(each.severity is Severity.ERROR for each in problems)
        self._kept = ((content, file), loaded) if loaded and not has_errors else None
        facts = as_json(facts_of(loaded.document)) if loaded else None
        return {
            "found": [asdict(each) for each in reports(problems, loaded.places if loaded else None)],
            "facts": facts,
        }


def _formatting(content: str, file: str, loaded: Loaded | None) -> list[Edit]:
    return edits_between(content, canonical(content.encode(), file, loaded).decode())


def _edits(make: Callable[[], list[Edit]]) -> dict[str, Any]:
    try:
        return {"edits": make()}
    except MilepostError as error:
        return {"error": str(error)}


def main() -> None:
    """Answer questions until there are no more."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no answer
    checker = Checker()
    while head := questions.read(frames.LENGTH_BYTES):
        question = frames.value_of(questions.read(frames.length_of(head)))
        answers.write(frames.written(checker.answer(question)))
        answers.flush()


if __name__ == "__main__":
    main()
