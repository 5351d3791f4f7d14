"""Prose: what a document may contain, and what is said about the rest; more of that is in `faults/`."""

from __future__ import annotations

import contextlib
import re

import pytest
from docutils.parsers.rst import directives, roles
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.growth import assert_near_linear

from milepost.prose.rst_parser import ProseError, parse_line, parse_prose
from milepost.prose.values import (
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
    ProseFault,
    Quotation,
    Strong,
    Text,
    doubts_of,
    figure_places,
    lines_of,
)


def paragraph(*inlines: Inline) -> Paragraph:
    return Paragraph(inlines)


def words(text: str) -> Paragraph:
    return paragraph(Text(text))


@pytest.mark.parametrize(
    ("source", "inlines"),
    [
        ("plain", [Text("plain")]),
        ("two\nlines  and\tmore", [Text("two lines and more")]),
        ("*a* **b** ``c  d``", [Emphasis("a"), Text(" "), Strong("b"), Text(" "), Literal("c d")]),
        (":cite:`REF-1`", [Citation("REF-1")]),
        (":ref:`plan`.", [CrossReference("plan"), Text(".")]),
        ("(:milestone:`M-1`)", [Text("("), MilestoneMention("M-1"), Text(")")]),
        (":jira:`X-1`, :cite:`two\nwords`", [Issue("X-1"), Text(", "), Citation("two words")]),
        ("`text <https://example.org/>`__", [Link("text", "https://example.org/")]),
        ("`text <https://example.org/>`_ x", [Link("text", "https://example.org/"), Text(" x")]),
        (
            "see https://example.org/a?b=c.",
            [Text("see "), Link("https://example.org/a?b=c", "https://example.org/a?b=c"), Text(".")],
        ),
        ("to me@example.org", [Text("to "), Link("me@example.org", "mailto:me@example.org")]),
        (r"2 \* 3, a\_b, C:\\x", [Text(r"2 * 3, a_b, C:\x")]),
        ("2 * 3 and 1_000 and M-1", [Text("2 * 3 and 1_000 and M-1")]),
        ('it\'s "quoted" -- and ... dashed', [Text('it\'s "quoted" -- and ... dashed')]),
        ("Zwölf 😀 日本", [Text("Zwölf 😀 日本")]),
        (r"re\ *mark*\ able", [Text("re"), Emphasis("mark"), Text("able")]),
    ],
)
def test_line(source: str, inlines: list[Inline]) -> None:
    assert parse_line(source) == tuple(inlines)
    assert parse_prose(source) == (Paragraph(tuple(inlines)),)


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("", []),
        (" \n\n", []),
        ("One\ntwo.\n\nThree.", [words("One two."), words("Three.")]),
        ("- a\n- b\n\n  c", [BulletList(((words("a"),), (words("b"), words("c"))))]),
        ("1. a\n2. b", [NumberedList(((words("a"),), (words("b"),)))]),
        ("#. a\n#. b", [NumberedList(((words("a"),), (words("b"),)))]),
        ("(1) a\n(2) b", [NumberedList(((words("a"),), (words("b"),)))]),
        ("- a\n\n  1. b", [BulletList(((words("a"), NumberedList(((words("b"),),))),))]),
        ("a\n\n  b\n\nc", [words("a"), Quotation((words("b"),)), words("c")]),
        ("a::\n\n  b  c\n   d", [words("a:"), LiteralBlock("b  c\n d")]),
        (".. figure:: plan", [FigurePlace("plan")]),
        ("a\n\n.. figure:: plan\n\nb", [words("a"), FigurePlace("plan"), words("b")]),
        (
            "a [#n]_ b.\n\n.. [#n] The *note*.",
            [paragraph(Text("a"), Footnote((Text("The "), Emphasis("note"), Text("."))), Text(" b."))],
        ),
        (
            "a [#]_ and *b* [#]_.\n\n.. [#] One.\n.. [#] Two.",
            [
                paragraph(
                    Text("a"),
                    Footnote((Text("One."),)),
                    Text(" and "),
                    Emphasis("b"),
                    Footnote((Text("Two."),)),
                    Text("."),
                )
            ],
        ),
    ],
)
def test_blocks(source: str, blocks: list[Block]) -> None:
    assert parse_prose(source) == tuple(blocks)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("a *b", (1, 3, "the italics that begin with this * do not end")),
        ("*a* b *c* *d", (1, 11, "the italics that begin with this * do not end")),
        ("a\nb\n\nc\nd **e", (5, 3, "the bold text that begins with this ** does not end")),
        ("- * * a\n\n- b\n  c *d", (4, 5, "the italics that begin with this * do not end")),
        (r"a \* b \*c *d", (1, 12, "the italics that begin with this * do not end")),
        ("a\\\nb *c", (2, 3, "the italics that begin with this * do not end")),
        ("a [#n]_\n\n.. [#n] x\n   y :z:`w`", (4, 6, "there is no role z")),
        ("1. a\n2. :x:`y`", (2, 4, "there is no role x")),
        ("> a `b`", (1, 5, "single backquotes mean nothing here")),
        ("a\n\n.. raw:: html\n\n   <b>", (3, 0, "there is no directive raw")),
        ("a\n\nTitle\n=====", (3, 0, "this reads as a heading")),
        ("a\n\n=====\nTitle\n=====", (4, 0, "this reads as a heading")),
        ("a\n\n.. x\n   y\n   z\n\nb", (3, 0, "this is a comment, which would not be printed")),
        ("a [x]_", (1, 3, "a citation cannot be written in brackets")),
        ("a\n\nB. C", (3, 0, "this reads as a list that does not count 1, 2, 3")),
        ("a\n\n\N{NO-BREAK SPACE} b", (3, 1, "this line begins with the character U+00A0")),
        ("- a\n \N{IDEOGRAPHIC SPACE}b", (2, 2, "this line begins with the character U+3000")),
        (".. figure::\N{NO-BREAK SPACE}plan", (1, 0, "the character U+00A0 is in this line")),
        ("x" * 10001, (1, 0, "a line of this text has more than 10,000 characters")),
        ("\n\n".join(" " * n + "x" for n in range(500)), (1, 0, "lists and quotations are nested too deep")),
    ],
)
def test_fault(source: str, fault: tuple[int, int, str]) -> None:
    with pytest.raises(ProseError) as caught:
        parse_prose(source)
    assert [(each.line, each.column, each.message) for each in caught.value.faults] == [fault]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "there is no text here"),
        ("one\n\ntwo", "this must be a single paragraph"),
        ("- item", "this must be a single paragraph"),
        (".. figure:: plan", "this must be a single paragraph"),
    ],
)
def test_line_must_be_one_paragraph(source: str, message: str) -> None:
    with pytest.raises(ProseError, match=message):
        parse_line(source)


LIST = "this reads as an item of a list, and is part of the paragraph above"
NUMBERS = "this reads as a list, and is part of a paragraph"
DROPPED = "this backslash escapes nothing and is not printed"
ROLE = "this reads as a role, whose text is not in backquotes"
DIRECTIVE = "this reads as a directive or a footnote, and is part of a paragraph"
STARS = "this reads as italics or bold text, and its stars are printed"
SPACE = "the character after this sign is no ordinary space"
MARK = "this reads as the mark of a footnote"
CODE = "this reads as a block of code of Markdown"


@pytest.mark.parametrize(
    ("source", "doubts"),
    [
        # What docutils drops.
        (r"C:\new\table", [(1, 3, DROPPED), (1, 7, DROPPED)]),
        (r"\\server\share", [(1, 9, DROPPED)]),
        (r"- a \d+ and \%", [(1, 5, DROPPED), (1, 13, DROPPED)]),
        (r"50\N{DEGREE SIGN}", [(1, 3, DROPPED)]),
        ("The end\\\nnext", [(1, 8, "this backslash and the end of the line are not printed")]),
        ("a\n\nend\\", [(3, 4, DROPPED)]),
        ("C:\\ drive", [(1, 3, "this backslash and the space after it are not printed")]),
        (r"*a\d* `t\d <https://e.org>`__", [(1, 3, DROPPED), (1, 9, DROPPED)]),
        (r":jira:`A\d`", [(1, 9, DROPPED)]),
        ("a [#n]_\n\n.. [#n] b\\d", [(3, 10, DROPPED)]),
        ("`a <https://e.org/b c>`__", [(1, 1, "the space in this address is not printed")]),
        ("- a\n-\n- b", [(2, 0, "this item of a list is empty")]),
        # What it joins to a paragraph.
        ("Items:\n* one\n* two", [(2, 1, LIST), (3, 1, LIST)]),
        ("Items\n\u2022 one", [(2, 1, LIST)]),
        ("Items:\n1. one\n2. two", [(2, 1, NUMBERS)]),
        ("Items\n1. one\n2. two", [(2, 1, NUMBERS)]),
        ("1. one\ntwo", [(1, 1, NUMBERS)]),
        ("#) one\ntwo", [(1, 1, NUMBERS)]),
        ("text\n.. figure:: x", [(2, 1, DIRECTIVE)]),
        ("text\n.. [#n] x", [(2, 1, DIRECTIVE), (2, 4, MARK)]),
        # What it passes on as text.
        ("figure:: x", [(1, 1, DIRECTIVE)]),
        ("See :milestone:\u2018M-1\u2019 and :ref:'x'.", [(1, 5, ROLE), (1, 26, ROLE)]),
        (":cite: `a` x", None),
        (":Cite:REF-1", [(1, 1, ROLE)]),
        (":doc:\u201cx\u201d", [(1, 1, ROLE)]),
        ("**see :cite:`x`**", [(1, 7, ROLE), (1, 13, "the backquotes here are printed")]),
        ("*a **b** c*", [(1, 4, "a star inside of italics or bold text is printed")]),
        ("**a** *b\\* c*", []),
        ("re*mark*able, a**b**c", [(1, 3, STARS), (1, 16, STARS)]),
        ("a*b and c*d, 2*x*y, a^b^c", []),
        ("and*it* and*it is*", [(1, 4, STARS), (1, 12, STARS)]),
        ("x\N{ZERO WIDTH SPACE}*a*", [(1, 3, STARS)]),
        ("an _emphasised_ word", [(1, 4, "this reads as italics of Markdown")]),
        ("~~gone~~", [(1, 1, "this reads as struck-out text of Markdown")]),
        ("# Heading", [(1, 1, "this reads as a heading of Markdown")]),
        ("text\n## Heading", [(2, 1, "this reads as a heading of Markdown")]),
        ("```\ncode\n```", [(1, 1, CODE)]),
        ("```python\ncode\n```", [(1, 1, CODE)]),
        ("A [text](https://example.org) link", [(1, 3, "this reads as a link of Markdown")]),
        ("![alt](a/b.png)", [(1, 1, "this reads as a link of Markdown")]),
        ("> quoted", [(1, 1, "this reads as a quotation of Markdown")]),
        (
            "a [#n] b [^1]",
            [(1, 3, MARK), (1, 10, MARK)],
        ),
        ("x<br/>y <b>z</b>", [(1, column, "this reads as HTML") for column in (2, 9, 13)]),
        ("A &amp; B&#160;C", [(1, 3, "this reads as HTML"), (1, 10, "this reads as HTML")]),
        ("\u25aa item", [(1, 1, "this reads as an item of a list")]),
        ("-\N{NO-BREAK SPACE}item", [(1, 1, SPACE)]),
        ("1.\N{NARROW NO-BREAK SPACE}item", [(1, 1, SPACE)]),
        ("..\N{NO-BREAK SPACE}figure:: plan", [(1, 1, SPACE)]),
        (
            "https://e.org/a\N{NON-BREAKING HYPHEN}b",
            [(1, 16, "the address ends here, before the character U+2011")],
        ),
        # What is meant.
        (r"\A. Einstein, \* \_ \` \| \: \[ \< \@ \\", []),
        (r"\1. x", []),
        (r"1\. x", []),
        (r"(a\) x", []),
        ("a\n\\- b\n\\# c\n\\> d", []),
        (r"\ 1. x", []),
        (r"re\ *mark*\ able, \&amp; \~~a~~", []),
        ("\\\n*a*", []),
        ("``C:\\new *a* <b>`` :cite:`x`", []),
        ("in 2019\n1. Mai, f[i](x), 2*3*4, 2 * 3, a < b > c, AT&T, __init__, a_b_c, [1], x^2, ~5", []),
        ("a - b\nc -- d", []),
    ],
)
def test_what_reads_as_markup_and_is_none(source: str, doubts: list[tuple[int, int, str]] | None) -> None:
    if doubts is None:
        with pytest.raises(ProseError):
            parse_prose(source)
        return
    found = doubts_of(parse_prose(source))
    assert [(each.line, each.column, each.message) for each in found] == doubts
    assert all(each.hint for each in found)


@pytest.mark.parametrize(
    ("address", "rest"),
    [
        ("https://en.example.org/wiki/Antenna_(radio)", " for it"),
        ("https://en.example.org/wiki/Antenna_(radio)", ")."),
        ("https://e.org/a(b(c)d)e", ", x"),
        ("https://e.org/[a]", "] x"),
        ("https://e.org/a", "); x"),
        ("https://e.org/a?b=(c)&d='e'#f", "."),
        ("https://de.example.org/wiki/Zürich", "!"),
        ("https://ru.example.org/wiki/Жук_(род)", "…"),
        ("https://e.org/~u/x_y-z/", "\N{RIGHT DOUBLE QUOTATION MARK}"),
        ("https://e.org/a", "?"),
        ("mailto:a@e.org", "; x"),
    ],
)
def test_addresses_end_where_a_reader_ends_them(address: str, rest: str) -> None:
    for before in ("", "see ", "(", "x:y and "):
        first = (Text(before),) if before else ()
        assert parse_line(f"{before}{address}{rest}") == (
            *first,
            Link(address, address),
            Text(rest.strip("\n")),
        )


def test_many_addresses() -> None:
    source = "\n".join(f"https://example.org/{number}" for number in range(300))
    assert sum(isinstance(inline, Link) for inline in parse_line(source)) == 300


_PIECES = (
    *"ab1.,;!?()[]<>#$%&~^+=/'\"-*_`|:\\@é—",
    *("*a*", "**b**", "``c``", ":cite:`d`", "`e <https://e.org/>`__", "https://e.org/f", "\\*", "\\ ", "  "),
    *(
        "\n",
        " - ",
        " 1. ",
        "\N{NO-BREAK SPACE}",
        "\N{SOFT HYPHEN}",
        "\N{ZERO WIDTH JOINER}",
        "ﬁ",
        "שלום",
        "日本",
    ),
)


def written(line: Line) -> str:
    """Return the source of `line`, without white space and without escapes."""
    shown = ""
    for inline in line:
        match inline:
            case Text(text):
                shown += text
            case Emphasis(text):
                shown += f"*{text}*"
            case Strong(text):
                shown += f"**{text}**"
            case Literal(text):
                shown += f"``{text}``"
            case Citation(handle):
                shown += f":cite:`{handle}`"
            case Link(text, url):
                shown += text if url.removeprefix("mailto:") == text else f"`{text}<{url}>`__"
            case _:
                raise AssertionError(inline)
    return re.sub("[ \t\n]", "", shown)


@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=12))
@settings(max_examples=500)
def test_what_is_in_the_text_is_printed(pieces: list[str]) -> None:
    source = "".join(pieces).strip()
    try:
        prose = parse_prose(source)
    except ProseError:
        return  # the fault names its place
    if doubts_of(prose) or any(not isinstance(block, Paragraph) for block in prose):
        return
    lines = [block.inlines for block in prose if isinstance(block, Paragraph)]
    escapes = r"(``[^`].*?``)|\\(?:[ \n]|(.))"
    expected = re.sub(escapes, lambda match: match[1] or match[2] or "", source, flags=re.DOTALL)
    assert "".join(map(written, lines)) == re.sub("[ \t\n]", "", expected)


LONG_PROSE = {
    "of names": lambda n: "M-AB-" * n + "\n\n" + "A-" * n,
    "of stars": lambda n: "*a " * n,
    "of paragraphs of stars": lambda n: "*a\n\n" * n,
    "of roles": lambda n: ":x:`a`\n\n" * n,
    "of footnotes": lambda n: "".join(f"a [#n{i}]_\n\n.. [#n{i}] x\n\n" for i in range(n)),
    "of nameless footnotes": lambda n: "a [#]_\n\n.. [#] x\n\n" * n,
    "of comments": lambda n: ".. a\n\n" * n,
    "of headings": lambda n: "a\n=\n\n" * n,
    "of marks": lambda n: "a [#a]_\n\n" * n,
    "of numbers": lambda n: "#. a\n" * n,
    "of quotations": lambda n: "a\n\n  b\n\n" * n,
    "of addresses": lambda n: "https://e.org/(a \n" * n,
    "of backslashes": lambda n: "\\a " * n,
    "of brackets": lambda n: "[a](" * n,
    "of tabs": lambda n: "\t*a\n\n" * n,
}


@pytest.mark.parametrize("kind", LONG_PROSE)
def test_a_long_text_takes_time_in_proportion(kind: str) -> None:
    assert_near_linear(parsed_or_refused, LONG_PROSE[kind], 100)


def parsed_or_refused(source: str) -> None:
    with contextlib.suppress(ProseError):
        parse_prose(source)


def test_a_long_paragraph_is_refused() -> None:
    line = "word " * 100
    assert parse_prose("\n".join([line] * 19))
    with pytest.raises(ProseError) as caught:
        parse_prose("a\n\n" + "\n".join([line] * 21) + "\n\nb *c")
    assert [(each.line, each.message) for each in caught.value.faults] == [
        (3, "a paragraph of this text has more than 10,000 characters"),
        (25, "the italics that begin with this * do not end"),
    ]


def test_all_faults_are_told_in_order() -> None:
    with pytest.raises(ProseError) as caught:
        parse_prose("a :x:`y`\n\nb *c\n\n.. note:: d\n\ne [#f]_ and :g:`h`")
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [
        (1, 3),
        (3, 3),
        (5, 0),
        (7, 3),
        (7, 13),
    ]


def test_errors_are_values() -> None:
    faults = [ProseFault(2, 0, "second"), ProseFault(1, 3, "first", "hint"), ProseFault(2, 0, "second")]
    assert ProseError(faults).faults == (ProseFault(1, 3, "first", "hint"), ProseFault(2, 0, "second"))


@pytest.mark.parametrize(
    "source",
    [
        ".. include:: /etc/passwd",
        ".. raw:: latex\n\n   \\input{/etc/passwd}",
        ".. literalinclude:: /etc/passwd",
        ".. csv-table::\n   :file: /etc/passwd",
        ".. image:: /etc/passwd",
        ".. role:: evil(raw)\n   :format: latex",
        ".. default-role:: raw",
        ".. replace:: x",
        ".. |x| date::",
        ".. parsed-literal::\n\n   x",
        ".. code:: python\n\n   x",
        ".. eval-rst::",
        ".. contents::",
        ".. meta::\n   :x: y",
        ":raw:`x`",
        ":raw-latex:`x`",
        ":pep:`8`",
        ":math:`x`",
        ":download:`x`",
        "|x|",
    ],
)
def test_the_set_is_closed(source: str) -> None:
    with pytest.raises(ProseError):
        parse_prose(source)


def test_what_others_register_stays_out() -> None:
    def role(*_: object) -> tuple[list[object], list[object]]:
        raise AssertionError

    roles.register_local_role("evil", role)  # type: ignore[arg-type]
    directives.register_directive("evil", lambda *_: [])  # type: ignore[arg-type]
    before = roles.role, directives.directive
    for source in (":evil:`x`", ".. evil:: x"):
        with pytest.raises(ProseError, match=r"^there is no (role|directive) evil$"):
            parse_prose(source)
    assert (roles.role, directives.directive) == before


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_text(text: str) -> None:
    any_prose(text)


@pytest.mark.slow
@given(
    st.lists(
        st.sampled_from(
            [*"ab *`_|:.-+=[]#<>\\\n\n", "  ", "::", ".. ", "[#a]", "``", "**", ":cite:`a`", "1. "]
        ),
        max_size=25,
    )
)
@example([".. ", "[#a]", "[#a]", "_"])
@example(["[#a]", "_", "\n", "\n", ".. ", "[#a]", " ", "[#a]", "_"])
@settings(max_examples=500)
def test_any_markup(pieces: list[str]) -> None:
    any_prose("".join(pieces))


def any_prose(text: str) -> None:
    """Check that `text` is read twice as the same, or refused twice with the same faults inside of it."""
    results: list[object] = []
    faults: tuple[ProseFault, ...] = ()
    for _ in range(2):
        try:
            results.append(parse_prose(text))
        except ProseError as error:
            results.append(error)
            faults = error.faults
    assert len({str(result) for result in results}) == 1
    lines = text.split("\n")
    for fault in faults:
        assert 1 <= fault.line <= len(lines)
        assert 0 <= fault.column <= len(lines[fault.line - 1]) + 1


def test_walks() -> None:
    prose = parse_prose(
        "One [#n]_.\n\n- two\n\n    three\n\n  .. figure:: a\n\n::\n\n  four\n\n.. figure:: b\n\n.. [#n] note"
    )
    assert list(lines_of(prose)) == [
        (Text("One"), Footnote((Text("note"),)), Text(".")),
        (Text("note"),),
        (Text("two"),),
        (Text("three"),),
        (Literal("four"),),
    ]
    assert list(figure_places(prose)) == ["a", "b"]
