"""Parse the reStructuredText of a document into the values of `milepost.document.prose`.

docutils does the parsing. What a document may contain is a closed set: paragraphs, bullet and numbered
lists, quotations, literal blocks, emphasis, strong, literal, links with their address, footnotes, the roles
`cite`, `ref`, `milestone` and `jira`, and the directive `figure`. Everything else is a fault: nothing in a
document can read a file, insert raw output or get lost.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.utils import new_document

from milepost.base.errors import quoted
from milepost.document import rst_messages
from milepost.document.prose import (
    Block,
    BulletList,
    Citation,
    CrossReference,
    Emphasis,
    FigurePlace,
    Footnote,
    Inline,
    Issue,
    Line,
    Link,
    Literal,
    LiteralBlock,
    MilestoneMention,
    NumberedList,
    Paragraph,
    Prose,
    Quotation,
    Strong,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Levels of docutils' messages: those below a warning only explain, and none ends the parsing.
_WARNING_LEVEL = 2
_NEVER = 5
_ROLES: dict[str, type[Citation | CrossReference | MilestoneMention | Issue]] = {
    "cite": Citation,
    "ref": CrossReference,
    "milestone": MilestoneMention,
    "jira": Issue,
}
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"\\^`{|}]+")
# What comes before the text of a list item or footnote, in its first line.
_ITEM_MARK = re.compile(r"[ ]*(?:(?:[-+*•‣⁃]|\(?[\w#]+[.)]|\.\. \[[^\]]*\])[ ]+)+")


@dataclass(frozen=True, slots=True)
class ProseFault:
    """A fault in a piece of prose; `line` and `column` count from 1, a column of 0 is the line as a whole."""

    line: int
    message: str
    hint: str = ""
    column: int = 0


class ProseError(ValueError):
    """Raised with all faults of one piece of prose, in order."""

    def __init__(self, faults: Iterable[ProseFault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.line, fault.column, fault.message)))
        super().__init__("; ".join(fault.message for fault in self.faults))


def parse_prose(source: str) -> Prose:
    """Return the blocks of `source`.

    Raises:
        ProseError: when `source` is not valid reStructuredText or leaves the closed set.
    """
    try:
        with _closed_set():
            document, messages = _parse(source)
        reader = _Reader(source, document, messages)
        blocks = reader.blocks(document.children)
    except RecursionError:
        message = "lists and quotations are nested too deep"
        raise ProseError([ProseFault(1, message, "indent the lines less")]) from None
    reader.refuse_unused_footnotes()
    if reader.faults:
        raise ProseError(reader.faults)
    return blocks


def parse_line(source: str) -> Line:
    """Return the inline text of `source`, which must be a single paragraph.

    Raises:
        ProseError: as `parse_prose`, and when there is more or less than one paragraph.
    """
    prose = parse_prose(source)
    match prose:
        case (Paragraph(inlines),):
            return inlines
        case ():
            raise ProseError([ProseFault(1, "there is no text here", "write it, or remove the key")])
        case _:
            hint = "remove lists, indentation and empty lines"
            raise ProseError([ProseFault(1, "this must be a single paragraph", hint)])


class _FigureDirective(Directive):
    """`.. figure:: name` places a figure that is defined in the document's data."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        words = " ".join(self.arguments).split()
        if len(words) != 1 or self.content:
            raise self.error(rst_messages.FIGURE)
        place = nodes.container()
        place["value"] = FigurePlace(words[0])
        return [place]


def _role(
    kind: type[Citation | CrossReference | MilestoneMention | Issue], rawtext: str, text: str
) -> nodes.inline:
    node = nodes.inline(rawtext, text)
    node["value"] = kind(" ".join(nodes.unescape(text).split()))
    return node


@contextmanager
def _closed_set() -> Iterator[None]:
    """Make docutils use only our roles and directives inside the context.

    docutils looks them up in registries to which other programs in the same process add (Sphinx does), so
    these cannot be trusted to contain only what is safe here.
    """

    def directive(name: str, *_context: object) -> tuple[type[Directive] | None, list[nodes.system_message]]:
        return (_FigureDirective if name == "figure" else None), []

    def role(name: str, *_context: object) -> tuple[Any, list[nodes.system_message]]:
        kind = _ROLES.get(name)
        if kind is None:
            return None, []
        return lambda _name, rawtext, text, *_rest, **_options: ([_role(kind, rawtext, text)], []), []

    saved = directives.directive, roles.role
    # docutils calls both by position, so the names of the parameters do not matter.
    directives.directive, roles.role = directive, role  # type: ignore[assignment]  # their types name private classes of docutils
    try:
        yield
    finally:
        directives.directive, roles.role = saved


@cache
def _settings() -> Any:
    """Return docutils' settings; making them costs more than parsing a paragraph."""
    settings = get_default_settings(Parser)
    settings.raw_enabled = settings.file_insertion_enabled = False
    settings.report_level = settings.halt_level = _NEVER
    settings.syntax_highlight = "none"
    return settings


def _parse(source: str) -> tuple[nodes.document, list[nodes.system_message]]:
    """Return docutils' tree of `source`, untransformed, and its messages."""
    document = new_document("prose", _settings())
    messages: list[nodes.system_message] = []
    document.reporter.attach_observer(messages.append)
    Parser().parse(source, document)
    return document, messages


class _Reader:
    """Turns docutils' tree into values and collects the faults."""

    def __init__(
        self, source: str, document: nodes.document, messages: Iterable[nodes.system_message]
    ) -> None:
        self.faults: list[ProseFault] = []
        self._source = source
        self._notes = list(document.findall(nodes.footnote))
        self._used: set[nodes.footnote] = set()
        self._in_footnote = False
        self._starts: dict[nodes.paragraph, dict[nodes.Node, int]] = {}
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
        return tuple(
            self.blocks(item.children) for item in parent.children if isinstance(item, nodes.list_item)
        )

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

    def refuse_unused_footnotes(self) -> None:
        """Add a fault for each footnote to which no mark refers: it would not be printed."""
        names = {name for note in self._used for name in note["dupnames"]}
        for note in self._notes:
            # Of two with the same name the second is a fault already.
            if note not in self._used and names.isdisjoint(note["dupnames"]):
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
        name = mark.get("refname")
        notes = [
            note
            for note in self._notes
            if (name in (*note["names"], *note["dupnames"]) if name else not note["names"])
        ]
        note = next((note for note in notes if note not in self._used), notes[0] if notes else None)
        if mark.get("auto") != 1:
            self._used.update(notes)
            hint = "write [#name]_ here and .. [#name] before its text"
            self._fault(mark, "footnotes have names and are numbered by the program", hint)
        elif self._in_footnote:
            self._used.update(notes)
            self._fault(mark, "a footnote cannot have a footnote", "write it into the text")
        elif note is None:
            shown = mark.rawsource.rstrip("_")
            self._fault(mark, f"the mark {shown}_ has no footnote", f"add a paragraph  .. {shown} text")
        elif note in self._used:
            self._fault(
                mark, f"a second mark refers to the footnote {name}", "give each mark its own footnote"
            )
        else:
            self._used.add(note)
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
        line, column = self._position(node)
        # Where docutils has a message about a block, it says the same.
        if column or all((fault.line, fault.column) != (line, 0) for fault in self.faults):
            self._add((line, column), *rst_messages.of_node(node))

    def _fault(self, node: nodes.Node, message: str, hint: str) -> None:
        self._add(self._position(node), message, hint)

    def _add(self, position: tuple[int, int], message: str, hint: str) -> None:
        line, column = position
        self.faults.append(ProseFault(min(line, self._source.count("\n") + 1), message, hint, column))

    def _position(self, node: nodes.Node) -> tuple[int, int]:
        """Return line and column of `node`; docutils gives the line only, and only for blocks."""
        if isinstance(node, nodes.section):
            return max((node.line or 2) - 1, 1), 0  # docutils names the line below it
        if isinstance(node, nodes.definition_list):
            node = next(node.findall(nodes.definition))  # the indented part, which is the fault
        if isinstance(node, nodes.comment):
            above = self._source.split("\n")[: node.line]  # docutils names its end
            starts = (
                number for number in range(len(above), 0, -1) if above[number - 1].lstrip().startswith("..")
            )
            return next(starts, 1), 0
        if node.line is not None:
            return node.line, 0
        block = node.parent
        if not isinstance(block, nodes.paragraph) or block.line is None:
            return next((each.line for each in node.findall() if each.line is not None), 1), 0
        return self._inline_position(node, block)

    def _inline_position(self, node: nodes.Node, paragraph: nodes.paragraph) -> tuple[int, int]:
        """Return line and column at which `node` begins in `paragraph`."""
        if paragraph not in self._starts:
            self._starts[paragraph] = self._starts_in(paragraph)
        position = self._starts[paragraph][node]
        return self._source.count("\n", 0, position) + 1, position - self._source.rfind("\n", 0, position)

    def _starts_in(self, paragraph: nodes.paragraph) -> dict[nodes.Node, int]:
        """Return where the elements of `paragraph` begin, each found after the one before."""
        source = self._source
        position = sum(len(line) + 1 for line in source.split("\n")[: (paragraph.line or 1) - 1])
        mark = _ITEM_MARK.match(source, position)
        if mark and isinstance(paragraph.parent, nodes.list_item | nodes.footnote):
            position = mark.end()
        starts: dict[nodes.Node, int] = {}
        for child in paragraph.children:
            words = getattr(child, "rawsource", "") or child.astext()
            if isinstance(child, nodes.Element):
                starts[child] = max(source.find(words.strip()[:1], position), position)
            position = _read_on(source, position, words)
        return starts


def _read_on(source: str, position: int, words: str) -> int:
    """Return the position after `words` in `source`, which may have other white space and escapes."""
    for character in words:
        if not character.isspace():
            found = source.find(character, position)
            position = found + 1 if found >= 0 else position
    return position


def _flat(node: nodes.Element) -> str:
    return " ".join(node.astext().split())
