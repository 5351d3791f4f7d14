"""What a position is in, also in lines that are no YAML yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.cursor import ROOT, at_cursor

if TYPE_CHECKING:
    from random import Random

from milepost.lsp.completion import completions
from milepost.lsp.hover import hover
from milepost.lsp.outline import outline
from milepost.lsp.reading.context import Kind
from milepost.lsp.reading.names import Names
from milepost.lsp.reading.text import Text
from milepost.schema.keys import key_at

KEY, VALUE, NOTHING = Kind.KEY, Kind.VALUE, Kind.NOTHING


@pytest.mark.parametrize(
    ("marked", "kind", "path", "key"),
    [
        ("‸", KEY, "", ""),
        ("mil‸", KEY, "", "mil"),
        ("document:\n  ‸", KEY, "document", ""),
        ("document:\n  st‸atus: draft", KEY, "document", "status"),
        ("document:\n  status:‸", VALUE, "document status", None),
        ("document:\n  status: dr‸", VALUE, "document status", None),
        ("document:\n  status: draft  # no‸te", NOTHING, None, None),
        ("document:\n  # no‸te", NOTHING, None, None),
        ("document:\n  authors:\n    - A. ‸", VALUE, "document authors", None),
        ("document:\n  authors:\n  - A. ‸", VALUE, "document authors", None),
        ("document:\n  authors:\n  - A\n  ‸", KEY, "document", None),
        ("document:\n  authors: [A, ‸", VALUE, "document authors", None),
        ("document:\n  authors: [A,\n            ‸B]", VALUE, "document authors", None),
        ("document:\n  authors: [A]‸", NOTHING, None, None),
        ('document:\n  authors: ["a, [b", ‸', VALUE, "document authors", None),
        ("sections:\n  - ‸", VALUE, "sections", ""),
        ("sections:\n  - ti‸", VALUE, "sections", "ti"),
        ("sections:\n  - title: x\n    ‸", KEY, "sections", ""),
        ("sections:\n  - sections:\n      - title: y\n        l‸", KEY, "sections sections", "l"),
        ("sections:\n  - title: x\n    text: |\n      a: b\n      c‸", VALUE, "sections text", None),
        ("sections:\n  - title: x\n    text: |\n\n      - b\n\n        c‸", VALUE, "sections text", None),
        ("sections:\n  - title: x\n    text: >-\n      a\n    la‸", KEY, "sections", "la"),
        ("sections:\n  - title: x\n    milestones:\n      not: {‸", KEY, "sections milestones not", ""),
        ("sections:\n  - milestones:\n      not: {state: ‸", VALUE, "sections milestones not state", None),
        ("sections:\n  - milestones: {not: {state: [a, ‸b]}}", VALUE, "sections milestones not state", None),
        ("milestones:\n  A-1:\n    ‸name: x", KEY, "milestones A-1", "name"),
        ("milestones:\n  A-1:\n    name: x\n  A-‸2:\n", KEY, "milestones", "A-2"),
        ("milestones:\n  A-1:\n    due: 2024\n    name\n    pre‸", KEY, "milestones A-1", "pre"),
        ("milestones:\n  'A: 1':\n    na‸", KEY, "milestones|A: 1", "na"),
        ("milestones:\n  A-1:\n    name: a text\n      that goes ‸on", VALUE, "milestones A-1 name", None),
        ("milestones:\n  A-1: {name: x, ‸", KEY, "milestones A-1", ""),
        ("acronyms: {AB: ‸", VALUE, "acronyms AB", None),
        ("document:\r\n  status: ‸\r\n", VALUE, "document status", None),
    ],
)  # fmt: skip
def test_a_position_is_in(marked: str, kind: Kind, path: str | None, key: str | None) -> None:
    names, line, column = at_cursor(marked.replace("\r\n", "\n"))

    context = names.lines.at(line, column)

    assert context.kind is kind
    if path is not None:
        assert context.path == tuple(path.split("|") if "|" in path else path.split())
    if key is not None:
        assert context.key == key


def test_every_key_and_value_of_a_whole_document_has_a_meaning() -> None:
    names = Names(Text((ROOT / "milestones.yaml").read_text("utf-8")))

    for number, line in enumerate(names.text.lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        context = names.lines.at(number, len(line) - len(line.lstrip()))
        if context.kind is Kind.KEY:
            is_name = len(context.path) == 1 and context.path[0] in {
                "milestones", "figures", "references", "acronyms",
            }  # fmt: skip
            assert is_name or key_at((*context.path, context.key)), (number, context)
        else:
            is_definition = len(context.path) == 2 and context.path[0] == "acronyms"
            assert is_definition or key_at(context.path), (number, context)


SIGNS = (
    "",
    "\n",
    "  ",
    "- ",
    "[",
    "{",
    "]",
    "}",
    ": ",
    "#",
    '"',
    "'",
    "|",
    "`",
    ":cite:`",
    "\t",
    "&a ",
    "? ",
)


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_no_text_is_too_broken(chance: Random) -> None:
    lines = (ROOT / "milestones.yaml").read_text("utf-8").split("\n")
    begin = chance.randrange(len(lines))
    text = "\n".join([*lines[20:40], *lines[begin : begin + 30]])
    for _ in range(4):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(SIGNS) + text[at + chance.choice([0, 0, 1, 20]) :]
    names = Names(Text(text))
    outline(names)
    for _ in range(5):
        line = chance.randrange(len(names.text.lines))
        column = chance.randrange(len(names.text.lines[line]) + 1)
        for item in completions(names, None, line, column).items:
            assert item.span.start.line == line
            assert item.span.start.column <= column <= item.span.end.column
        hover(names, None, line, column)
        if found := names.at(line, column):
            assert found[1].start.column <= column <= found[1].end.column
            names.uses(found[0])
