"""Run docutils with the roles, the directive and the addresses of a document, and with no others."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.parsers.rst.states import Inliner
from docutils.utils import new_document

from milepost.prose import rst_messages
from milepost.prose.values import Citation, CrossReference, FigurePlace, Issue, MilestoneMention

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEVER = 5
"""A level above all of docutils' messages: none of them is printed, none ends the parsing."""
_LONGEST_PARAGRAPH = 10_000
"""docutils takes quadratic time for faulty markup in a paragraph, and refuses longer lines itself."""

_ROLES: dict[str, type[Citation | CrossReference | MilestoneMention | Issue]] = {
    "cite": Citation,
    "ref": CrossReference,
    "milestone": MilestoneMention,
    "jira": Issue,
}
_BACKSLASH = "\x00"
"""What docutils makes of a backslash, which escapes the character after it."""

_STANDALONE = re.compile(
    r"(?<![\w\x00/])(?:"
    r"(?P<address>(?:https?://|mailto:)[\w.~:/?#\[\]@!$&'()*+,;=%\x00-]+)"
    r"|(?P<email>[A-Za-z0-9](?:[\w.+-]{0,62}[\w+-])?@[A-Za-z0-9][\w-]{0,62}(?:\.[A-Za-z0-9][\w-]{0,62}){1,8}))",
)
_AFTER_ADDRESS = ".,;:!?'"
_CLOSING = {")": "(", "]": "["}


def parse(source: str) -> tuple[nodes.document, list[nodes.system_message]]:
    """Return docutils' tree of `source`, untransformed, and its messages."""
    document = new_document("prose", _settings())
    messages: list[nodes.system_message] = []
    document.reporter.attach_observer(messages.append)
    with _closed_set():
        Parser(inliner=_inliner()).parse(source, document)
    return document, messages


@cache
def _settings() -> Any:
    """Return docutils' settings; making them costs more than parsing a paragraph."""
    settings = get_default_settings(Parser)
    settings.raw_enabled = settings.file_insertion_enabled = False
    settings.report_level = settings.halt_level = _NEVER
    settings.syntax_highlight = "none"
    return settings


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
def _inliner() -> Inliner:
    """Return docutils' parser of inline markup with other rules for addresses.

    docutils ends an address at a letter beyond ASCII and before a closing parenthesis, overlooks addresses
    after what reads as an unknown scheme, and takes quadratic time to look for the end of a name.
    """
    inliner = Inliner()
    inliner.simplename = r"(?:(?!_)\w){1,100}(?:[-._+:](?:(?!_)\w){1,100}){0,9}"
    # Set on the object, because docutils makes its patterns from what its own class has.
    inliner.init_customizations(_settings())
    # docutils does so for each text, which takes as long as to parse a short one.
    inliner.init_customizations = lambda settings: None  # type: ignore[method-assign]  # noqa: ARG005 -- for all
    inliner.implicit_inline = lambda text, _: list(_with_addresses(text))  # type: ignore[assignment, arg-type, method-assign]
    inliner.parse = partial(_parse_inline, inliner)  # type: ignore[method-assign]
    return inliner


def _parse_inline(inliner: Inliner, text: str, lineno: int, memo: Any, parent: nodes.Element) -> Any:
    if len(text) > _LONGEST_PARAGRAPH:
        return [nodes.Text(text)], [memo.reporter.error(rst_messages.LONG_PARAGRAPH, line=lineno)]
    return Inliner.parse(inliner, text, lineno, memo, parent)


def _with_addresses(text: str) -> Iterator[nodes.Node]:
    """Yield `text` with its addresses as references."""
    position = 0
    for match in _STANDALONE.finditer(text):
        start, end = match.start(), _end_of_address(text, *match.span())
        raw = text[start:end]
        address = nodes.unescape(raw)
        if address.endswith(("//", ":")):
            continue
        if start > position:
            yield nodes.Text(text[position:start])
        refuri = f"mailto:{address}" if match["email"] else address
        yield nodes.reference(nodes.unescape(raw, restore_backslashes=True), raw, refuri=refuri)
        position = end
    if position < len(text):
        yield nodes.Text(text[position:])


def _end_of_address(text: str, start: int, end: int) -> int:
    """Return where an address ends that is at most `text[start:end]`.

    Punctuation at its end is not part of it, nor is a closing parenthesis without an opening one.
    """
    depth = dict.fromkeys(_CLOSING.values(), 0)
    for index in range(start, end):
        character = text[index]
        if character in depth:
            depth[character] += 1
        elif character in _CLOSING:
            depth[_CLOSING[character]] -= 1
            if depth[_CLOSING[character]] < 0:
                end = index
                break
    while end > start and (text[end - 1] in _AFTER_ADDRESS or text[end - 1] == _BACKSLASH):
        end -= 1
    return end
