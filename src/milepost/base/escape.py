r"""Escaping: the only way from a document's text into markup.

Each function takes plain text and returns `Markup`, the marker type for text that is markup already.
The Jinja environments (`milepost.render.environment`) call them on every value that is not `Markup`,
so a template cannot forget to.
"""

from __future__ import annotations

import re

from markupsafe import Markup
from markupsafe import escape as _html

from milepost.base.characters import DIRECTION_CONTROLS, LATEX_LOOKALIKES

_LATEX = str.maketrans(
    LATEX_LOOKALIKES
    | {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "|": r"\textbar{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        '"': r"\textquotedbl{}",
        "`": r"\textasciigrave{}",
        "[": "{[}",
        "]": "{]}",
        "\N{NO-BREAK SPACE}": "~",
        "\N{SOFT HYPHEN}": r"\-",
    }
)
# Pairs that TeX fonts turn into another character: -- to an en dash, '' to a closing quotation mark, ...
_LATEX_LIGATURES = re.compile(
    r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)|(?<=[?!])(?=\\textasciigrave)"
    r"|(?<=\{\})(?=\\text(?:asciigrave|less|greater))"
)

_URL_LATEX = str.maketrans({c: "\\" + c for c in "%#&$_{}"} | {"\\": r"\%5C", "^": r"\%5E", "~": r"\string~"})

_BIBTEX_BRACES = str.maketrans({"{": r"\textbraceleft{}", "}": r"\textbraceright{}"})
# Hyphens inside of words mean nothing in Jira; escaped ones would break the links of issue keys.
_JIRA = re.compile(r"([\\{}\[\]|*_^~+?!#@]|(?<!\w)-|-(?!\w)|(?<!\w)(?:bq|h[1-6])(?=\.)|(?<=[:;])[()DP])")
_WORD = re.compile(r"([^\W_]+)")

# Characters that are not in Char (Extensible Markup Language 1.0, 2.2).
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What could end a script element or begin a comment in it, and line ends of JavaScript before 2019.
_SCRIPT = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})

_MERMAID_SIGNS = re.compile(r"[^\w\s.,:/()-]|_")
_MERMAID_WORDS = re.compile(r"style|classDef")

_RST_SPECIAL = re.compile(r"([\\*`|_\[\]<>:@])")

# GitHub Flavored Markdown, 2.4 Backslash escapes; what could begin a block; what else GitHub links:
# mentions, issues, emoji and addresses.
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&$])")
_MARKDOWN_BLOCK = re.compile(r"^(?:(?=[-+=#])|([0-9]+)(?=[.)]))")
_MARKDOWN_LINK = re.compile(r"(@|#(?=\w)|\bGH(?=-\d)|:(?=//)|:(?=[\w+-]+:)|\bwww(?=\.))", re.IGNORECASE)
_SEPARATOR = "&#8203;"
_DIRECTIONS = re.compile(f"[{DIRECTION_CONTROLS}]")

# groff_char(7): characters of a terminal that would be typographic ones, and those that mean something.
_ROFF = {
    "\\": r"\(rs",
    "-": r"\-",
    '"': r"\(dq",
    "'": r"\(aq",
    "`": r"\(ga",
    "^": r"\(ha",
    "~": r"\(ti",
}

# Marks that the reStructuredText templates set where the syntax depends on the neighbours. They are
# private-use characters, which the loader refuses in a document, and `rst_finish` replaces all of them.
RST_JOIN = Markup("\ue000")
"""Is at both ends of inline markup."""
RST_START = Markup("\ue001")
"""Is at the start of a paragraph."""

# Inline markup is recognised only between these (Markup Specification, "Inline markup recognition rules");
# of the many characters allowed there, the few that are common in prose.
_RST_OPENING = re.compile(
    r"(?:^|(?<=[\s\ue001]))\ue000|(?<=[(/-])\ue000(?=[*`]{1,2}[A-Za-z0-9])", re.MULTILINE
)
_RST_CLOSING = re.compile(r"\ue000(?=$|[\s.,;!?)/\\-])", re.MULTILINE)
# Punctuation or an enumerator at the start of a paragraph reads as a list, table, option, heading ..., and
# nothing but (escaped) backslashes as a line across the page.
_RST_CONSTRUCT = re.compile(
    r"\ue001(?=[^\w\s\\*`\[]|\\+$|\(?(?:#|[0-9]+|[A-Za-z]|[IVXLCDMivxlcdm]+)[.)](?:\s|$))", re.MULTILINE
)


def latex(text: str) -> Markup:
    """Return `text` as LaTeX that prints exactly its characters, in a paragraph or a moving argument."""
    return Markup(_LATEX_LIGATURES.sub(r"\/", text.translate(_LATEX)))


def latex_code(line: str) -> Markup:
    """Return a line of a program as LaTeX that keeps its spaces."""
    return Markup(latex(line).replace(" ", r"\ ")) or Markup(r"\strut")


def latex_url(url: str) -> Markup:
    r"""Return `url` as the first argument of `\href`, also inside other arguments."""
    return Markup(url.translate(_URL_LATEX))


def bibtex(text: str) -> Markup:
    """Return `text` as LaTeX for a field of BibTeX in braces; the braces of the result are in balance.

    BibTeX counts every brace, also behind a backslash (O. Patashnik, BibTeXing, 4).
    """
    pieces = re.split("([{}])", text)
    return Markup().join(
        Markup(piece.translate(_BIBTEX_BRACES)) if piece in {"{", "}"} else latex(piece) for piece in pieces
    )


def bibtex_title(text: str) -> Markup:
    """Return `text` as `bibtex` does, with braces round the words whose capitals no style may change.

    These are the words with a capital behind their first letter, those of a capital and digits, and single
    capitals.
    """
    return Markup().join(
        Markup("{{{}}}").format(bibtex(piece)) if _is_acronym(piece) else bibtex(piece)
        for piece in _WORD.split(text)
    )


def _is_acronym(word: str) -> bool:
    short = len(word) == 1 or any(map(str.isdigit, word))
    return any(map(str.isupper, word[1:])) or (word[:1].isupper() and short)


def xml(text: str) -> Markup:
    """Return `text` as XML, for elements and attributes, with U+FFFD for what XML cannot contain."""
    return _html(_NOT_XML.sub("\ufffd", text))


def script_json(json: str) -> Markup:
    """Return JSON so that it cannot end the script element of HTML that it is in."""
    return Markup(json.translate(_SCRIPT))


def pdf_text(text: str) -> Markup:
    """Return `text` as the digits of a hexadecimal PDF text string (ISO 32000-1, 7.9.2.2: UTF-16BE)."""
    return Markup(b"\xfe\xff".hex().upper() + text.encode("utf-16-be").hex().upper())


def rst_url(url: str) -> Markup:
    """Return `url` for the angle brackets of an embedded reStructuredText link."""
    return Markup(url.replace("_", r"\_").replace("*", r"\*"))


def rst(text: str) -> Markup:
    """Return `text` as reStructuredText that reads exactly its characters, inside a paragraph.

    Backslash escapes as in the reStructuredText Markup Specification, "Escaping Mechanism".
    """
    return Markup(_RST_SPECIAL.sub(r"\\\1", text))


def rst_finish(document: str) -> str:
    """Return `document` with every `RST_JOIN` and `RST_START` replaced or removed.

    An escaped space, which prints nothing, separates inline markup from a letter, and keeps the start of a
    paragraph from reading as a list or a directive.
    """
    joined = _RST_CLOSING.sub("", _RST_OPENING.sub("", document)).replace(RST_JOIN, "\\ ")
    return _RST_CONSTRUCT.sub("\\\\ ", joined).replace(RST_START, "")


def markdown(text: str) -> Markup:
    """Return `text` as GitHub's Markdown that reads exactly its words, in a line or a cell of a table.

    It has no links and no mentions: GitHub links `@name`, `#1` and `GH-1` even after a backslash, so an
    invisible character separates their parts.
    """
    shown = without_turns(" ".join(text.split()))
    escaped = _MARKDOWN_SPECIAL.sub(r"\\\1", shown)
    escaped = _MARKDOWN_BLOCK.sub(r"\1\\", escaped)
    return Markup(_MARKDOWN_LINK.sub(rf"\1{_SEPARATOR}", escaped))


def jira(text: str) -> Markup:
    """Return `text` as Jira's wiki markup, in which it is printed as it is; white space becomes one space."""
    words = " ".join(without_turns(text).split())
    return Markup(_JIRA.sub(r"\\\1", words))


def roff(text: str) -> Markup:
    """Return `text` as a line of a manual page that prints its characters; white space becomes a space."""
    escaped = "".join(_ROFF.get(char, char) for char in re.sub(r"\s", " ", text))
    escaped = "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in escaped)
    return Markup(re.sub(r"^[.]", r"\\&.", escaped))


def without_turns(text: str) -> str:
    """Return `text` without the characters that turn the direction of writing of what follows them."""
    return _DIRECTIONS.sub("", text)


def dot(text: str) -> Markup:
    """Return `text` for the quotation marks of a label of Graphviz, which reads escapes and HTML entities."""
    return dot_name(text.replace("&", "&amp;"))


def dot_name(text: str) -> Markup:
    """Return `text` for the quotation marks of a name of Graphviz; different texts give different names."""
    return Markup(text.replace("\\", "\\\\").replace('"', '\\"'))


def mermaid(text: str) -> Markup:
    """Return `text` for the quotation marks of a label of Mermaid.

    Signs are written as numbers: they could be markup, end the label, or begin a directive. Mermaid also
    removes a semicolon from lines with its words for styles.
    """
    numbered = _MERMAID_SIGNS.sub(lambda sign: f"#{ord(sign[0])};", " ".join(text.split()))
    return Markup(_MERMAID_WORDS.sub(lambda word: f"#{ord(word[0][0])};{word[0][1:]}", numbered))
