"""Prose: from the reStructuredText of a document to the values of `milepost.text`.

docutils does the parsing. What a document may contain is a closed set: paragraphs, bullet and numbered
lists, quotations, literal blocks, emphasis, strong, literal, links with their address, footnotes, the roles
`cite`, `ref`, `milestone` and `jira`, and the directive `figure`. Everything else is a fault, so nothing in a
document can read a file, insert raw output or be dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.utils import new_document

from milepost.text import (
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
    from collections.abc import Iterable

_WARNING_LEVEL = 2
_NEVER = 5
_ROLES: dict[str, type[Citation | CrossReference | MilestoneMention | Issue]] = {
    "cite": Citation,
    "ref": CrossReference,
    "milestone": MilestoneMention,
    "jira": Issue,
}
_DIRECTIVES = "figure"
_SUPPORTED = "the roles are cite, ref, milestone and jira, the directive is figure"
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"\\^`{|}]+")


@dataclass(frozen=True, slots=True)
class ProseFault:
    """A fault in a piece of prose; `line` counts from 1 at its first line."""

    line: int
    message: str
    hint: str = ""


class ProseError(ValueError):
    """Raised with all faults of one piece of prose."""

    def __init__(self, faults: Iterable[ProseFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.message for fault in self.faults))


def parse_prose(source: str) -> Prose:
    """Return the blocks of `source`.

    Raises:
        ProseError: when `source` is not valid reStructuredText or leaves the closed set.
    """
    with _closed_set():
        document, messages = _parse(source)
    reader = _Reader(document, messages)
    blocks = reader.blocks(document.children)
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
            raise ProseError([ProseFault(1, "there is no text here")])
        case _:
            raise ProseError(
                [ProseFault(1, "this must be a single paragraph", "remove lists and blank lines")]
            )


class _FigureDirective(Directive):
    """`.. figure:: name` places a figure that is defined in the document's data."""

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        place = nodes.container()
        place["value"] = FigurePlace(self.arguments[0])
        return [place]


def _role(
    name: str,
    rawtext: str,
    text: str,
    _lineno: int,
    _inliner: Any,
    _options: Any = None,
    _content: Any = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    node = nodes.inline(rawtext, text)
    node["value"] = _ROLES[name](" ".join(nodes.unescape(text).split()))
    return [node], []


@contextmanager
def _closed_set() -> Iterator[None]:
    """Let docutils know our roles and directives and no others while the context lasts.

    docutils looks both up in module-wide registries which other programs in the same process fill (Sphinx
    does), so neither can be trusted to hold only what is safe here.
    """

    def directive(name: str, _language: Any, _document: Any) -> tuple[Any, list[Any]]:
        return (_FigureDirective if name == _DIRECTIVES else None), []

    def role(name: str, _language: Any, _lineno: int, _reporter: Any) -> tuple[Any, list[Any]]:
        if name in _ROLES:
            return lambda _name, *arguments, **options: _role(name, *arguments, **options), []
        return None, []

    saved = directives.directive, roles.role
    directives.directive, roles.role = directive, role
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
    """Turns docutils' tree into values and collects faults on the way."""

    def __init__(self, document: nodes.document, messages: list[nodes.system_message]) -> None:
        self.faults = [_fault_of(message) for message in messages if message["level"] >= _WARNING_LEVEL]
        self._footnotes = {name: note for note in document.findall(nodes.footnote) for name in note["names"]}
        self._unnamed = [note for note in document.findall(nodes.footnote) if not note["names"]]
        self._used: set[nodes.footnote] = set()

    def blocks(self, children: Iterable[nodes.Node]) -> Prose:
        """Return the values of block-level `children`."""
        found = []
        for node in children:
            match node:
                case nodes.paragraph():
                    found.append(Paragraph(self.line(node)))
                case nodes.bullet_list():
                    found.append(BulletList(tuple(self.blocks(item.children) for item in node.children)))
                case nodes.enumerated_list():
                    found.append(NumberedList(tuple(self.blocks(item.children) for item in node.children)))
                case nodes.block_quote():
                    found.append(Quotation(self.blocks(node.children)))
                case nodes.literal_block() | nodes.doctest_block():
                    found.append(LiteralBlock(node.astext()))
                case nodes.container() if "value" in node:
                    found.append(node["value"])
                case nodes.footnote() | nodes.system_message():
                    pass
                case nodes.target() if "refuri" in node:
                    pass
                case _:
                    self._refuse(node)
        return tuple(found)

    def line(self, parent: nodes.Element) -> Line:
        """Return the values of the inline children of `parent`."""
        inlines: list[Inline] = []
        for node in parent.children:
            for inline in self._inline(node):
                # The space that the syntax wants before a mark is not printed.
                if isinstance(inline, Footnote) and inlines and isinstance(inlines[-1], Text):
                    inlines[-1] = Text(inlines[-1].text.rstrip(" "))
                inlines.append(inline)
        return tuple(inlines)

    def refuse_unused_footnotes(self) -> None:
        """Add a fault for each footnote to which no mark refers: it would not be printed."""
        for note in (*self._footnotes.values(), *self._unnamed):
            if note not in self._used:
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
                    self._fault(
                        node, f"{node['refuri']!r} is no address", "write http://, https:// or mailto:"
                    )
                yield Link(_flat(node), node["refuri"])
            case nodes.reference():
                name = node["name"] if "name" in node else _flat(node)
                self._fault(node, f"the link {name!r} has no address", "write `text <https://...>`__")
            case nodes.footnote_reference():
                yield from self._footnote(node)
            case nodes.problematic() | nodes.target():
                pass
            case _:
                self._refuse(node)

    def _footnote(self, mark: nodes.footnote_reference) -> Iterator[Footnote]:
        name = mark.get("refname")
        note = (
            self._footnotes.get(name)
            if name
            else next((n for n in self._unnamed if n not in self._used), None)
        )
        if note is None:
            self._fault(mark, f"the mark {mark.rawsource} has no footnote", "add a line .. [#name] text")
        elif note in self._used:
            self._fault(mark, f"a second mark refers to footnote {name!r}", "give each mark its own footnote")
        elif not note.get("auto"):
            self._fault(
                note, "footnotes are numbered in the order of the document", "write [#name] for the number"
            )
        else:
            self._used.add(note)
            body = [child for child in note.children if not isinstance(child, nodes.label)]
            if len(body) == 1 and isinstance(body[0], nodes.paragraph):
                yield Footnote(self.line(body[0]))
            else:
                self._fault(note, "a footnote must be a single paragraph", "remove lists and blank lines")

    def _refuse(self, node: nodes.Node) -> None:
        hints = {
            "comment": "write the directive with two colons, or the comment as # outside of the text",
            "section": "headings are made with the keys sections and title",
        }
        name = type(node).__name__.replace("_", " ")
        self._fault(
            node,
            f"a {name} cannot be used here",
            hints.get(name, "use paragraphs, lists, quotations and literal blocks"),
        )

    def _fault(self, node: nodes.Node, message: str, hint: str) -> None:
        self.faults.append(ProseFault(_line_number(node), message, hint))


def _flat(node: nodes.Element) -> str:
    return " ".join(node.astext().split())


def _line_number(node: nodes.Node | None) -> int:
    while node is not None:
        if node.line is not None:
            return int(node.line)
        node = node.parent
    return 1


def _fault_of(message: nodes.system_message) -> ProseFault:
    text = message.children[0].astext() if message.children else message.astext()
    text = text.strip().rstrip(".").replace("\n", " ")
    if text == 'Unknown interpreted text role ""':
        text = "single backquotes mean nothing here"
        hint = "write ``text`` for a literal, *text* for emphasis"
    else:
        hint = _SUPPORTED if text.startswith("Unknown ") else ""
    return ProseFault(int(message.get("line") or 1), text[:1].lower() + text[1:], hint)
