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
from milepost.base.errors import MilepostError
from milepost.lsp.checking import frames
from milepost.lsp.diagnostics import reports
from milepost.lsp.facts import as_json, facts_of
from milepost.lsp.reading.names import Sort, Symbol
from milepost.lsp.reading.text import edits_between
from milepost.lsp.rename import rename
from milepost.release.checked import check_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.lsp.reading.text import Edit

_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a question: what was found, edits, or why there are none."""
    content, file = question["text"], question["file"]
    match question["about"]:
        case "check":
            return check(content, file)
        case "format":
            return _edits(lambda: edits_between(content, canonical(content.encode(), file).decode()))
        case _:
            symbol = Symbol(Sort(question["sort"]), question["name"])
            return _edits(lambda: rename(content, file, symbol, question["new"]))


def check(content: str, file: str) -> dict[str, Any]:
    """Return the problems of a document, and the facts of it unless single values are faulty.

    Templates and the repository are left out: they do not change while somebody writes.
    """
    loaded, problems = check_text(content.encode("utf-8", "surrogatepass"), Path(file), templates=False)
    facts = as_json(facts_of(loaded.document)) if loaded else None
    return {
        "found": [asdict(each) for each in reports(problems, loaded.places if loaded else None)],
        "facts": facts,
    }


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
    while head := questions.read(frames.LENGTH_BYTES):
        question = frames.value_of(questions.read(frames.length_of(head)))
        answers.write(frames.written(answer(question)))
        answers.flush()


if __name__ == "__main__":
    main()
