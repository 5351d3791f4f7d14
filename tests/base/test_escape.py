"""Escaping: what goes in as text comes out as the same text. True TeX reads it in `test_tex`."""

from __future__ import annotations

import re
import unicodedata

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from milepost.base import escape
from milepost.base.addresses import milestone_anchor
from milepost.base.characters import LATEX_LOOKALIKES

# What the loader lets through: no control, private-use or unassigned characters and no ends of lines, single
# spaces, none at the ends.
_TEXT = (
    st.text(st.characters(exclude_categories=("Cc", "Cn", "Co", "Cs", "Zl", "Zp")), min_size=1)
    .map(lambda text: re.sub(r" +", " ", text).strip())
    .filter(bool)
)
# Denser in what means something to docutils.
_MARKUP = (
    st.text("ab1 *`_|:.-+=~^\"'()[]{}<>\\/#@,;!?&$%A9é—\N{NO-BREAK SPACE}", min_size=1, max_size=12)
    .map(lambda text: re.sub(r" +", " ", text).strip())
    .filter(bool)
)


def doctree(document: str) -> nodes.document:
    """Return docutils' tree of `document`; any message at all is an error."""
    strict = {"report_level": 1, "halt_level": 1, "warning_stream": "", "raw_enabled": False}
    tree: nodes.document = publish_doctree(document, settings_overrides=strict)
    return tree


def read(*pieces: str) -> nodes.paragraph:
    """Return the one paragraph that docutils reads from the joined pieces of a template."""
    tree = doctree(escape.rst_finish("".join(pieces)) + "\n")
    assert [type(node) for node in tree.children] == [nodes.paragraph]
    paragraph = tree.children[0]
    assert isinstance(paragraph, nodes.paragraph)
    return paragraph


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("\\", r"\textbackslash{}"),
        ("{", r"\{"),
        ("}", r"\}"),
        ("$", r"\$"),
        ("&", r"\&"),
        ("#", r"\#"),
        ("%", r"\%"),
        ("_", r"\_"),
        ("^", r"\textasciicircum{}"),
        ("~", r"\textasciitilde{}"),
        ("|", r"\textbar{}"),
        ("<", r"\textless{}"),
        (">", r"\textgreater{}"),
        ('"', r"\textquotedbl{}"),
        ("`", r"\textasciigrave{}"),
        ("[", "{[}"),
        ("]", "{]}"),
        ("\N{NO-BREAK SPACE}", "~"),
        ("\N{SOFT HYPHEN}", r"\-"),
        ("Wi\N{NON-BREAKING HYPHEN}Fi\N{HYPHEN}x", r"Wi\mbox{-}Fi-x"),
        ("5\N{NARROW NO-BREAK SPACE}m\N{EM SPACE}\N{THIN SPACE}x\N{WORD JOINER}y", r"5~m\ \ x{}y"),
        ("-\N{HYPHEN}", r"-\/-"),
        ("--", r"-\/-"),
        ("---", r"-\/-\/-"),
        ("''", r"'\/'"),
        (",,", r",\/,"),
        ("!`", r"!\/\textasciigrave{}"),
        ("?`", r"?\/\textasciigrave{}"),
        ("``", r"\textasciigrave{}\/\textasciigrave{}"),
        ("<<", r"\textless{}\/\textless{}"),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("50 % of $100 & more", r"50 \% of \$100 \& more"),
        ("plain text: (a-b), é — ü's 日本", "plain text: (a-b), é — ü's 日本"),
        ("", ""),
    ],
)
def test_latex(text: str, latex: str) -> None:
    assert escape.latex(text) == Markup(latex)


@pytest.mark.slow
@given(st.text())
def test_latex_leaves_nothing_special(text: str) -> None:
    commands = (
        r"\\text(?:backslash|asciicircum|asciitilde|bar|less|greater|quotedbl|asciigrave)\{\}"
        r"|\\[{}$&#%_ /-]|\\mbox\{-\}|\{[\[\]]?\}"
    )
    rest = re.sub(commands, "", escape.latex(text))
    # A tilde can only have come from a no-break space.
    assert rest.count("~") == text.count("\N{NO-BREAK SPACE}") + text.count("\N{NARROW NO-BREAK SPACE}")
    assert not set(rest) & set('\\{}$&#%_^|<>"`[]\N{NO-BREAK SPACE}\N{SOFT HYPHEN}')
    assert not re.search("--|''|,,", escape.latex(text))


PRINTED = {
    r"\textbackslash{}": "\\", r"\textasciicircum{}": "^", r"\textasciitilde{}": "~", r"\textbar{}": "|",
    r"\textless{}": "<", r"\textgreater{}": ">", r"\textquotedbl{}": '"', r"\textasciigrave{}": "`",
    r"\mbox{-}": "-", r"\-": "\N{SOFT HYPHEN}", r"\/": "", r"\ ": " ", "~": "\N{NO-BREAK SPACE}", "{}": "",
}  # fmt: skip
"""What TeX prints for the commands of a text."""
SAME = {"\N{HYPHEN}": "-", "\N{NON-BREAKING HYPHEN}": "-", "\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}"}


@given(_TEXT | _MARKUP)
@example("-\N{NON-BREAKING HYPHEN}-\N{HYPHEN}-\N{SOFT HYPHEN}~^\\textbar{}[--]''")
def test_latex_prints_every_character(text: str) -> None:
    token = r"\\text[a-z]+\{\}|\\mbox\{-\}|\\[^a-z]|\{[\[\]]?\}|."
    printed = "".join(
        PRINTED.get(each, each.strip("{}") if each[0] == "{" else each.removeprefix("\\"))
        for each in re.findall(token, escape.latex(text))
    )
    spaces = {ord(character): " " for character in LATEX_LOOKALIKES if character.isspace()}
    expected = text.translate(
        {ord(odd): plain for odd, plain in SAME.items()} | {ord("\N{WORD JOINER}"): None}
    )
    assert printed == expected.translate(spaces)


@pytest.mark.parametrize(
    ("url", "latex"),
    [
        ("https://example.org/a_b?c=1&d=%20#e", r"https://example.org/a\_b?c=1\&d=\%20\#e"),
        ("https://example.org/~me/{x}", r"https://example.org/\string~me/\{x\}"),
        ("https://example.org/$\\^", r"https://example.org/\$\%5C\%5E"),
    ],
)
def test_latex_url(url: str, latex: str) -> None:
    assert escape.latex_url(url) == Markup(latex)


@given(_TEXT | _MARKUP)
@example("1. not a list")
@example("A. Einstein")
@example("(i) not a list")
@example("#. not a list")
@example("- not a list")
@example("* not a list")
@example("• not a list")
@example(".. not a comment")
@example(".. figure:: x")
@example("__ anonymous")
@example("::")
@example("ends with ::")
@example(":field: no field")
@example("| no line block")
@example(">>> no doctest")
@example("-a no option")
@example("--long no option")
@example("/V no option")
@example("+---+")
@example("===")
@example("----")
@example("https://example.org/ and me@example.org")
@example("word_ and phrase__ [1]_ [#a]_ [CIT]_ |sub| `role`")
@example("\\")
@example("\\\\")
@example("\\\\\\")
@example("a\\ b")
@example("\\*")
@example("*a* **b** ``c``")
@example("E:\\x\\")
@example("\N{ZERO WIDTH SPACE}*a*")
def test_rst_reads_as_the_same_text(text: str) -> None:
    paragraph = read(escape.RST_START, escape.rst(text))
    assert [type(node) for node in paragraph.children] == [nodes.Text]
    assert paragraph.astext() == text


_MARKED: dict[str, tuple[type[nodes.Element], str, str]] = {
    "emphasis": (nodes.emphasis, "*", "*"),
    "strong": (nodes.strong, "**", "**"),
    "link": (nodes.reference, "`", " <https://example.org/>`__"),
}


@given(
    before=_TEXT | _MARKUP | st.just(""),
    first=st.sampled_from(sorted(_MARKED)),
    inside=_TEXT | _MARKUP,
    between=_MARKUP | st.sampled_from(["", " ", "a", ".", "(", ")", "-", '"', "'", "*", "_"]),
    second=st.sampled_from(sorted(_MARKED)),
    after=_TEXT | _MARKUP | st.just(""),
)
@example(before="a", first="emphasis", inside="b", between="", second="strong", after="c")
@example(before="(", first="emphasis", inside=")", between="-", second="link", after="s")
@example(before="", first="emphasis", inside="*", between='"', second="emphasis", after='"')
@example(before="", first="link", inside="a <b>", between="", second="link", after="")
@example(before="1.", first="strong", inside="b", between=" ", second="strong", after=".")
def test_rst_joins_inline_markup(
    *, before: str, first: str, inside: str, between: str, second: str, after: str
) -> None:
    def marked(kind: str) -> str:
        _, start, end = _MARKED[kind]
        return f"{escape.RST_JOIN}{start}{escape.rst(inside)}{end}{escape.RST_JOIN}"

    paragraph = read(
        escape.RST_START,
        escape.rst(before),
        marked(first),
        escape.rst(between),
        marked(second),
        escape.rst(after),
    )
    elements = [node for node in paragraph.children if not isinstance(node, nodes.Text)]
    assert [type(node) for node in elements] == [_MARKED[first][0], _MARKED[second][0]]
    assert [node.astext() for node in elements] == [inside, inside]
    assert paragraph.astext() == before + inside + between + inside + after


def test_rst_start_hides_constructs_in_later_paragraphs_too() -> None:
    start = escape.RST_START
    document = f"{start}One.\n\n{start}1. Two\n\n- {start}- Three\n"
    assert escape.rst_finish(document) == "One.\n\n\\ 1. Two\n\n- \\ - Three\n"


@given(st.text())
def test_rst_marks_do_not_survive(text: str) -> None:
    finished = escape.rst_finish(f"{escape.RST_START}{escape.RST_JOIN}{escape.rst(text)}{escape.RST_JOIN}")
    assert not {"\ue000", "\ue001"} & set(finished)


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("DM-AP-1", "milestone-dm-ap-1"),
        ("DM.AP_1", "milestone-dm-ap-1"),
        ("A&B/c+9", "milestone-a-b-c-9"),
        ("-edge-", "milestone-edge"),
        ("A-5", "milestone-a-5"),
        ("A(5)", "milestone-a-5-91ececcb"),
        ("ITC-NR-100030(54)", "milestone-itc-nr-100030-54-f6d3d8a1"),
        ("DM-NCSA-11 Status", "milestone-dm-ncsa-11-status-dc465c2d"),
        ("Ж-5é", "milestone-zh-5e-c5c7231e"),
        ("~", "milestone-a27fb90a"),
    ],
)
def test_identifier(name: str, identifier: str) -> None:
    assert milestone_anchor(name) == identifier


def test_private_use_marks_cannot_be_in_a_document() -> None:
    assert {unicodedata.category(mark) for mark in (escape.RST_JOIN, escape.RST_START)} == {"Co"}
