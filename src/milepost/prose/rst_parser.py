"""Parse the reStructuredText of a document into the values of `milepost.prose.values`.

docutils does the parsing. What a document may contain is a closed set: paragraphs, bullet and numbered
lists, quotations, literal blocks, emphasis, strong, literal, links with their address, footnotes, the roles
`cite`, `ref`, `milestone` and `jira`, and the directive `figure`. Everything else is a fault: nothing in a
document can read a file, insert raw output or get lost.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict, deque
from typing import TYPE_CHECKING

from docutils import nodes

from milepost.base.errors import quoted
from milepost.prose import rst_docutils, rst_habits, rst_messages
from milepost.prose.values import (
    Block,
    BulletList,
    Emphasis,
    Footnote,
    Inline,
    Line,
    Link,
    Literal,
    LiteralBlock,
    NumberedList,
    Paragraph,
    Prose,
    ProseFault,
    Quotation,
    Strong,
    Text,
    WithDoubts,
    doubts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WARNING_LEVEL = 2
"""docutils' messages below this level only explain."""
_ODD_INDENTATION = re.compile(r"[ \t]*[^\S \t\n]")
_ODD_AFTER_DOTS = re.compile(r"\s*\.\.[ ]?(?:[\w-]+::|\[[^\]]*\])?([^\S \t\n]|[\u200b\u2060\ufeff])")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"\\^`{|}]+")


class ProseError(ValueError):
    """Raised with all faults of one piece of prose, in order."""

    def __init__(self, faults: Iterable[ProseFault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("; ".join(fault.message for fault in self.faults))


def parse_prose(source: str) -> Prose:
    """Return the blocks of `source`, with the doubts about it (see `doubts_of`).

    Raises:
        ProseError: when `source` is not valid reStructuredText or leaves the closed set.
    """
    try:
        document, messages = rst_docutils.parse(source)
        reader = _Reader(source, document, messages)
        blocks = reader.blocks(document.children)
        reader.refuse_odd_indentation()
    except RecursionError:
        message = "lists and quotations are nested too deep"
        raise ProseError([ProseFault(1, 0, message, "indent the lines less")]) from None
    reader.refuse_unused_footnotes()
    if reader.faults:
        raise ProseError(reader.faults)
    return WithDoubts(blocks, reader.doubts)


def parse_line(source: str) -> Line:
    """Return the inline text of `source`, which must be a single paragraph.

    Raises:
        ProseError: as `parse_prose`, and when there is more or less than one paragraph.
    """
    prose = parse_prose(source)
    match prose:
        case (Paragraph(inlines),):
            return WithDoubts(inlines, doubts_of(prose))
        case ():
            raise ProseError([ProseFault(1, 0, "there is no text here", "write it, or remove the key")])
        case _:
            hint = "remove lists, indentation and empty lines"
            raise ProseError([ProseFault(1, 0, "this must be a single paragraph", hint)])


class _Reader:
    """Turns docutils' tree into values and collects the faults and doubts."""

    def __init__(
        self, source: str, document: nodes.document, messages: Iterable[nodes.system_message]
    ) -> None:
        self.faults: list[ProseFault] = []
        self.doubts: list[ProseFault] = []
        self._lines = source.split("\n")
        self._places: set[tuple[int, int]] = set()
        self._notes: defaultdict[str, list[nodes.footnote]] = defaultdict(list)
        for note in document.findall(nodes.footnote):
            for name in (*note["names"], *note["dupnames"]) or ("",):
                self._notes[name].append(note)
        self._unused = {name: deque(notes) for name, notes in self._notes.items()}
        self._in_footnote = False
        self._starts: dict[nodes.Node, tuple[int, int]] = {}
        for paragraph in document.findall(nodes.paragraph):
            self._read(paragraph)
        marked = {node["refid"]: node for node in document.findall(nodes.problematic)}
        for message in messages:
            if message["level"] >= _WARNING_LEVEL:
                node = next((marked[name] for name in message["ids"] if name in marked), None)
                position = self._position(node) if node else (int(message.get("line") or 1), 0)
                text = message.children[0].astext() if message.children else message.astext()
                fault = rst_messages.of_message(text)
                if fault is not None:
                    self._add(position, *fault)

    def blocks(self, children: Iterable[nodes.Node]) -> Prose:
        """Return the values of block-level `children`."""
        return tuple(block for node in children for block in self._block(node))

    def _block(self, node: nodes.Node) -> Iterator[Block]:
        match node:
            case nodes.paragraph():
                yield Paragraph(self.line(node))
            case nodes.bullet_list():
                yield BulletList(self._items(node))
            case nodes.enumerated_list():
                if node["enumtype"] != "arabic" or node.get("start", 1) != 1:
                    self._refuse(node)
                yield NumberedList(self._items(node))
            case nodes.block_quote():
                yield Quotation(self.blocks(node.children))
            case nodes.literal_block() | nodes.doctest_block():
                yield LiteralBlock(node.astext())
            case nodes.container() if "value" in node:
                yield node["value"]
            case nodes.section():
                self._refuse(node)
                yield from self.blocks(node.children)
            case nodes.title() | nodes.footnote() | nodes.system_message():
                pass  # a title is refused with its section, and a footnote is read at its mark
            case _:
                self._refuse(node)

    def _items(self, parent: nodes.Element) -> tuple[Prose, ...]:
        items = [item for item in parent.children if isinstance(item, nodes.list_item)]
        for item in items:
            if not item.children:
                hint = "write its text, or begin the line with a backslash where no list is meant"
                self.doubts.append(ProseFault(*self._position(item), "this item of a list is empty", hint))
        return tuple(self.blocks(item.children) for item in items)

    def line(self, parent: nodes.Element) -> Line:
        """Return the values of the inline children of `parent`."""
        inlines: list[Inline] = []
        for node in parent.children:
            for inline in self._inline(node):
                # The space that the syntax needs before a mark is not printed.
                if isinstance(inline, Footnote) and inlines and isinstance(before := inlines[-1], Text):
                    inlines[-1:] = [Text(text)] if (text := before.text.rstrip(" ")) else []
                inlines.append(inline)
        return tuple(inlines)

    def refuse_odd_indentation(self) -> None:
        """Add a fault for each line that begins with a space which docutils takes for indentation."""
        for number, line in enumerate(self._lines, start=1):
            if match := _ODD_INDENTATION.match(line):
                message = f"this line begins with the character U+{ord(line[match.end() - 1]):04X}"
                self._add((number, match.end()), message, "remove it; only spaces indent a line")

    def refuse_unused_footnotes(self) -> None:
        """Add a fault for each footnote without a mark: it would not be printed."""
        for name, notes in self._unused.items():
            # Of two with the same name the second is a fault already.
            if name and len(notes) < len(self._notes[name]):
                continue
            for note in notes:
                self._fault(note, "no mark refers to this footnote", "write [#name]_ where it belongs")

    def _inline(self, node: nodes.Node) -> Iterator[Inline]:
        match node:
            case nodes.Text():
                yield Text(" ".join(re.split(r"[ \n\t]+", node.astext())))
            case nodes.inline() if "value" in node:
                yield node["value"]
            case nodes.emphasis():
                yield Emphasis(_flat(node))
            case nodes.strong():
                yield Strong(_flat(node))
            case nodes.literal():
                yield Literal(_flat(node))
            case nodes.reference() if "refuri" in node:
                if not _ADDRESS.fullmatch(node["refuri"]):
                    message = f"{quoted(node['refuri'])} is no address"
                    self._fault(node, message, "begin it with https://, http:// or mailto:")
                yield Link(_flat(node), node["refuri"])
            case nodes.reference():
                message = f"an underscore makes a link of {quoted(_flat(node))}, which has no address"
                self._fault(
                    node, message, r"write \_ for an underscore, or `text <https://...>`__ for a link"
                )
            case nodes.footnote_reference():
                yield from self._footnote(node)
            case nodes.problematic():
                pass  # has a message
            case nodes.target() if not node.children:
                pass  # the name that docutils gives to a link with its address
            case _:
                self._refuse(node)

    def _footnote(self, mark: nodes.footnote_reference) -> Iterator[Footnote]:
        name = mark.get("refname", "")
        unused = self._unused.get(name, deque())
        if mark.get("auto") != 1:
            unused.clear()
            hint = "write [#name]_ here and .. [#name] before its text"
            self._fault(mark, "footnotes have names and are numbered by the program", hint)
        elif self._in_footnote:
            unused.clear()
            self._fault(mark, "a footnote cannot have a footnote", "write it into the text")
        elif name not in self._notes:
            shown = mark.rawsource.rstrip("_")
            self._fault(mark, f"the mark {shown}_ has no footnote", f"add a paragraph  .. {shown} text")
        elif not unused:
            self._fault(
                mark, f"a second mark refers to the footnote {name}", "give each mark its own footnote"
            )
        else:
            note = unused.popleft()
            body = [
                child for child in note.children if not isinstance(child, nodes.label | nodes.system_message)
            ]
            if len(body) == 1 and isinstance(body[0], nodes.paragraph):
                self._in_footnote = True
                yield Footnote(self.line(body[0]))
                self._in_footnote = False
            else:
                self._fault(note, "a footnote must be a single paragraph", "remove lists and empty lines")

    def _refuse(self, node: nodes.Node) -> None:
        position = self._position(node)
        # Where docutils has a message about a block, it says the same.
        if position[1] or position not in self._places:
            odd = _ODD_AFTER_DOTS.match(self._lines[min(position[0], len(self._lines)) - 1])
            if odd and isinstance(node, nodes.comment):
                self._add(
                    position, f"the character U+{ord(odd[1]):04X} is in this line", "write a space for it"
                )
            else:
                self._add(position, *rst_messages.of_node(node))

    def _fault(self, node: nodes.Node, message: str, hint: str) -> None:
        self._add(self._position(node), message, hint)

    def _add(self, position: tuple[int, int], message: str, hint: str) -> None:
        line, column = position
        self._places.add(position)
        self.faults.append(ProseFault(min(line, len(self._lines)), column, message, hint))

    def _position(self, node: nodes.Node) -> tuple[int, int]:
        """Return line and column of `node`; docutils gives the line only, and only for blocks."""
        if isinstance(node, nodes.section):
            return max((node.line or 2) - 1, 1), 0  # docutils names the line below it
        if isinstance(node, nodes.definition_list):
            node = next(node.findall(nodes.definition))  # the indented part, which is the fault
        if isinstance(node, nodes.comment):
            line = min(node.line or 1, len(self._lines))  # docutils names its end
            while line > 1 and not self._lines[line - 1].lstrip().startswith(".."):
                line -= 1
            return line, 0
        if node.line is not None:
            return node.line, 0
        if node in self._starts:
            return self._starts[node]
        return next((each.line for each in node.findall() if each.line is not None), 1), 0

    def _read(self, paragraph: nodes.paragraph) -> None:
        """Find where the elements of `paragraph` begin, and what is doubtful about its text.

        Its source is that of its elements, one after the other.
        """
        source = paragraph.rawsource
        pieces: list[tuple[int, int, nodes.Node]] = []
        end = 0
        for child in paragraph.children:
            raw = child.rawsource if isinstance(child, nodes.Element) else str(child).replace("\0", "\\")
            if not isinstance(child, nodes.target) or child.children:  # else it is part of the link before it
                start = end if source.startswith(raw, end) else max(source.find(raw, end), end)
                end = start + len(raw)
                pieces.append((start, end, child))
        starts = [0, *(match.end() for match in re.finditer("\n", source))]
        places: list[tuple[int, int]] = []
        for number, words in enumerate(source.split("\n"), start=paragraph.line or 1):
            line = min(number, len(self._lines))
            # It ends as in the source, after an indentation and the sign of a list or a footnote.
            places.append((line, max(len(_expanded(self._lines[line - 1])) - len(words.rstrip()), 0)))

        def position(index: int) -> tuple[int, int]:
            row = bisect_right(starts, index) - 1
            line, indentation = places[row]
            return line, _with_tabs(self._lines[line - 1], indentation + index - starts[row]) + 1

        self._starts |= {child: position(start) for start, _, child in pieces}
        for index, message, hint in rst_habits.doubts(source, pieces):
            self.doubts.append(ProseFault(*position(index), message, hint))


def _expanded(line: str) -> str:
    """Return `line` as docutils reads it."""
    return line.expandtabs(8).rstrip()


def _with_tabs(line: str, column: int) -> int:
    """Return the index in `line` of the character that is at `column` when its tabs are expanded."""
    if "\t" not in line:
        return column
    shown = 0
    for index, character in enumerate(line):
        shown += 8 - shown % 8 if character == "\t" else 1
        if shown > column:
            return index
    return len(line)


def _flat(node: nodes.Element) -> str:
    return " ".join(node.astext().split())
