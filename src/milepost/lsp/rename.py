"""Give a name to something else: everywhere in a document, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.authoring.mentions import recoded
from milepost.base.errors import MilepostError, Place, Problem, quoted
from milepost.loading.load import loads
from milepost.lsp.reading.names import Names, Sort, Symbol
from milepost.lsp.reading.text import Edit, Text, edits_between

if TYPE_CHECKING:
    from milepost.loading.load import Loaded


def rename(content: str, file: str, symbol: Symbol, new: str, loaded: Loaded | None = None) -> list[Edit]:
    """Return the edits of a text that give `symbol` the name `new`.

    A milestone's old code becomes an earlier one, as `milepost edit recode` does it.

    Args:
        content: the text.
        file: its name, for the places of problems.
        symbol: what is renamed.
        new: its new name.
        loaded: what `content` is, if that is known already.

    Raises:
        MilepostError: the document has errors, or would have.
    """
    new = new.strip()
    if new == symbol.name:
        return []
    if not new:
        raise MilepostError(_refusal(file, "there is no name here", "write one"))
    text = Text(content)
    if symbol.sort is Sort.MILESTONE:
        changed = recoded(content.encode(), file, symbol.name, new, loaded).decode()
        return edits_between(content, changed)
    if loaded is None:
        loads(content.encode(), file)
    names = Names(text)
    taken = [sort for sort in _SHARING.get(symbol.sort, (symbol.sort,)) if new in names.of(sort)]
    if taken:
        raise MilepostError(_refusal(file, f"there is a {taken[0]} {quoted(new)}", "choose another name"))
    for span in reversed(names.uses(symbol)):
        text.change(Edit(span, new))
    loads(text.content.encode(), file)
    return edits_between(content, text.content)


_SHARING = {Sort.FIGURE: (Sort.FIGURE, Sort.LABEL), Sort.LABEL: (Sort.LABEL, Sort.FIGURE)}
"""What the role `ref` leads to has one name each."""


def _refusal(file: str, message: str, hint: str) -> Problem:
    return Problem(rule="edit", place=Place(file), message=message, hint=hint)
