"""Prose: what a document may contain, and what is said about the rest; more of that is in `faults/`."""

from __future__ import annotations

import pytest
from docutils.parsers.rst import directives, roles
from hypothesis import example, given, settings
from hypothesis import strategies as st

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
    Link,
    Literal,
    LiteralBlock,
    MilestoneMention,
    NumberedList,
    Paragraph,
    Quotation,
    Strong,
    Text,
    figure_places,
    lines_of,
)
from milepost.document.rst_parser import ProseError, ProseFault, parse_line, parse_prose


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
    faults = [ProseFault(2, "second"), ProseFault(1, "first", "hint", 3), ProseFault(2, "second")]
    assert ProseError(faults).faults == (ProseFault(1, "first", "hint", 3), ProseFault(2, "second"))


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
@settings(max_examples=800)
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
