"""Say what is wrong with reStructuredText in words for people who do not know its grammar."""

from __future__ import annotations

import re

from docutils import nodes

from milepost.base.suggest import Vocabulary

_ROLES = Vocabulary(("cite", "ref", "milestone", "jira"))
_ROLES_HINT = "the roles are cite, ref, milestone and jira"
_GRAMMAR_HINT = "see https://docutils.sourceforge.io/docs/user/rst/quickref.html"
_DIRECTIVE_HINT = "the only directive is  .. figure:: name"
_HEADING = (
    "this reads as a heading",
    "make headings with the keys sections and title; leave out the line of signs",
)
_TABLE = (
    "this reads as a table, which cannot be used here",
    "write a list, or begin the line with a backslash",
)
_ROW = re.compile(r"[^|\n]\|[^|\n]*\|[ \t]*$", re.MULTILINE)
"""The rest of a row of a table of Markdown, behind its first bar."""
_UNINDENTED = (
    "this line is indented less than the lines above",
    "leave an empty line above it, or indent it like them",
)
_LINK_NAME = ("the name of a link cannot be used here", "write `text <https://...>`__ where the link belongs")
_SUBSTITUTION = ("words between | and | have no meaning here", r"write \| for a vertical bar")
_CITATION = ("a citation cannot be written in brackets", r"write :cite:`handle`, or \[ for a bracket")
_DEFINITION = (
    "this line is indented more than the line above",
    "begin all lines of a paragraph in the same column",
)
FIGURE = "the directive figure takes the name of a figure and nothing else"
LONG_PARAGRAPH = "a paragraph of this text has more than 10,000 characters"

# Beginnings of docutils' messages (0.21 and 0.22), as patterns.
_MESSAGES = [
    (r'Unknown interpreted text role ""', "single backquotes mean nothing here", "write ``text`` or *text*"),
    (r'Unknown interpreted text role "(.*)"', r"there is no role \1", _ROLES_HINT),
    (r'Unknown directive type "(.*)"', r"there is no directive \1", _DIRECTIVE_HINT),
    (
        "Inline emphasis start-string",
        "the italics that begin with this * do not end",
        r"write *text*, or \* for a star",
    ),
    (
        "Inline strong start-string",
        "the bold text that begins with this ** does not end",
        r"write **text**, or \*\* for two stars",
    ),
    (
        "Inline literal start-string",
        "the literal text that begins with this `` does not end",
        "write ``text``",
    ),
    (
        "Inline interpreted text or phrase reference start-string",
        "the text that begins with this backquote does not end",
        r"write a second one, or \` for a backquote",
    ),
    (
        "Inline substitution_reference start-string",
        "a vertical bar cannot come before a word",
        r"write \| for a vertical bar",
    ),
    ("Inline target start-string", *_LINK_NAME),
    ("Unexpected indentation", *_DEFINITION),
    (".*; unexpected unindent", *_UNINDENTED),
    (
        "Inconsistent literal block quoting",
        "this line does not begin like the lines above",
        "indent them all",
    ),
    ("(?:Title|Unexpected section title|Incomplete section title|Missing matching underline)", *_HEADING),
    ("(?:Invalid section title|Inconsistent title|A level|Document may not|Document or section)", *_HEADING),
    (
        'Duplicate explicit target name: "(.*)"',
        r"the name \1 is taken already",
        "give each footnote a name of its own",
    ),
    (
        "Multiple roles",
        "there is a role before the backquotes and another one after them",
        "remove one of the two",
    ),
    ("Mismatch: both interpreted text role", "a role cannot be combined with a link", "remove the _"),
    (FIGURE, FIGURE, "write  .. figure:: name  with empty lines above and below"),
    (
        r"Line \d+ exceeds the line-length-limit",
        "a line of this text has more than 10,000 characters",
        "break it into several lines or paragraphs",
    ),
    (LONG_PARAGRAPH, LONG_PARAGRAPH, "break it into several paragraphs"),
    ("Malformed table", *_TABLE),
    ("Blank line required after table", *_TABLE),
    ("malformed hyperlink target", *_LINK_NAME),
    ("Substitution definition", *_SUBSTITUTION),
    (
        "Literal block expected",
        "nothing indented follows the ::",
        "indent the lines that are to be set as they are typed, or write a single colon",
    ),
]

# Constructions of reStructuredText that docutils accepts and a document may not contain.
_REFUSED: dict[type[nodes.Node], tuple[str, str]] = {
    nodes.comment: (
        "this is a comment, which would not be printed",
        "write the directive with two colons, or the comment after # outside of the text",
    ),
    nodes.section: _HEADING,
    nodes.transition: ("this reads as a line across the page", "remove it, or begin it with a backslash"),
    nodes.definition_list: _DEFINITION,
    nodes.field_list: (
        "a word between colons at the start of a line is taken for a key",
        r"write \: for the first colon",
    ),
    nodes.option_list: (
        "this reads as the option of a program",
        "begin the line with a backslash",
    ),
    nodes.line_block: ("a line cannot begin with a vertical bar", r"write \| for a vertical bar"),
    nodes.enumerated_list: (
        "this reads as a list that does not count 1, 2, 3",
        "number from 1, or begin the line with a backslash where no list is meant",
    ),
    nodes.table: _TABLE,
    nodes.target: _LINK_NAME,
    nodes.substitution_reference: _SUBSTITUTION,
    nodes.substitution_definition: _SUBSTITUTION,
    nodes.citation_reference: _CITATION,
    nodes.citation: _CITATION,
    nodes.attribution: ("a line of a quotation cannot begin with dashes", r"write \-- for the dashes"),
}


def of_message(text: str) -> tuple[str, str] | None:
    """Return message and hint for a message of docutils; None where the tree shows the same fault."""
    text = " ".join(text.split()).rstrip(".")
    if re.match("Title (under|over)line too short|Line block ends without a blank line", text):
        return None  # it makes the section or the block nevertheless
    for pattern, message, hint in _MESSAGES:
        match = re.match(pattern, text)
        if match:
            name = match[1] if match.re.groups else ""
            return message.replace(r"\1", name), _ROLES.hint(name, hint) if hint is _ROLES_HINT else hint
    return text[:1].lower() + text[1:], _GRAMMAR_HINT


def of_node(node: nodes.Node) -> tuple[str, str]:
    """Return message and hint for a node that a document may not contain."""
    hint = "use paragraphs, lists, quotations and literal blocks"
    name = type(node).__name__.replace("_", " ")
    if isinstance(node, nodes.line_block) and _ROW.search(node.astext()):
        return _TABLE
    return _REFUSED.get(type(node), (f"this reads as a {name}, which cannot be used here", hint))
