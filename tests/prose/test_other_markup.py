"""Markup of other languages is found where it is printed as it is, and nothing else is."""

from __future__ import annotations

import pytest
from tests.support.growth import assert_near_linear

from milepost.prose.rst_parser import parse_line, parse_prose
from milepost.prose.values import doubts_of

INSIDE = {
    "bold text of Markdown": ["__Bold__"],
    "link of Markdown": ["[text](page)", "[text][ref]", "![alt][ref]", "![alt](x.png)"],
    "highlighted text": ["==high=="],
    "text above or below the line": ["H~2~O", "x^2^", "~sub~"],
    "formula of LaTeX": ["$x^2$", "$$x$$", r"$x_{i}$", "H$_2$O"],
    "space of LaTeX": ["Fig.~1", "A.~Author"],
    "read as a dash": ["one---two", "2019--2020", "one --- two"],
    "place in a template": ["{{ x }}", "{{code}}", "{% if x %}", "${HOME}"],
    "markup of Jira": [
        "{code}x{code}",
        "{color:red}x{color}",
        "{*}x{*}",
        "[text|https://example.org/]",
        "[~user]",
        "!img.png!",
        "!img.png|thumbnail!",
        "??cited??",
    ],
    "AsciiDoc": [
        "link:page.html[text]",
        "https://example.org[text]",
        "xref:x[y]",
        "image::x.png[]",
        "footnote:[x]",
        "<<anchor>>",
        "<<anchor,text>>",
        "#mark#",
        "++x++",
    ],
    "markup of a wiki": ["[[Page]]", "[[Page|text]]", "''it''", "'''bold'''", "[b]x[/b]", "{#id}"],
    "role or a small picture": [":smile:", ":doc: x"],
    "HTML": ["<mark>x", "x</time>", "<hr>", "<!-- x -->", "&alpha;", "&Auml;", "&lsquo;", "<kbd>"],
    "signs around this address": ["<https://example.org/x>", "<me@example.org>"],
}
LINES = {
    "heading": ["h1. Title", "== Title", "= Title", "#+TITLE: x", "Title\n---", "Title\n=="],
    "line across": ["---", "'''"],
    "box to tick": ["- [ ] task", "- [x] task"],
    "item of a list": ["** nested", ". item", "Items:\n. item"],
    "table": ["||a||b||", "a | b\n--- | ---\n1 | 2"],
    "definition": ["term\n: definition"],
    "markup of Jira": ["bq. quoted"],
    "Markdown or AsciiDoc": ["[NOTE]\ntext", "[source,ruby]", "[ref]: https://example.org/", "[TOC]"],
}
NOTHING = [
    "It costs $5 and $6, US$5/A$6, or $HOME.",
    "a == b == c, C++ and G++, x += 1, a << b >> c, #12 and #13, 50 % of it",
    "from ~5 to ~7, ~/.config, 1.0~rc1, x^2, 2^10",
    "The set {a, b}, ABC-{n}, the code of [1] and a[1][2], [Obsolete] and [a|b], [sic](!)",
    "Why?? What!! Really?! See e.g. --strict, -x, a - b, a -- b, a – b",
    "12:30:45, a:b:c, std::vector, ratio 1:2",
    "5'' and 6'', the authors' and readers' view, 'quoted' and ‘quoted’",
    "P&ID; R&D; AT&T; <5 and >6, a < b > c, <name>",
    "It ends...\n... and continues.",
    "@someone, #topic, user@example.org, https://example.org/a_b_c~d$e?x=[1]",
]


@pytest.mark.parametrize(
    ("text", "message"), [(text, message) for message, texts in INSIDE.items() for text in texts]
)
def test_inside_of_a_text(text: str, message: str) -> None:
    words = f"Some words, {text} and more."
    for doubts in (doubts_of(parse_line(words)), doubts_of(parse_prose(f"- {words}"))):
        assert doubts
        assert all(message in doubt.message for doubt in doubts)
    assert doubts_of(parse_line(words))[0].column >= 13


@pytest.mark.parametrize(
    ("text", "message"), [(text, message) for message, texts in LINES.items() for text in texts]
)
def test_at_the_beginning_of_a_line(text: str, message: str) -> None:
    doubts = doubts_of(parse_prose(f"Words.\n\n{text}"))
    assert any(message in doubt.message for doubt in doubts)
    assert {doubt.line for doubt in doubts} <= {3, 4}


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_markup(text: str) -> None:
    assert doubts_of(parse_prose(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        r"\==high==",
        r"H\~2~O",
        r"\$x$",
        r"\{{ x }}",
        r"\{code}",
        r"\<<anchor>>",
        r"\[[Page]]",
        r"\:smile:",
        r"Fig.\~1",
        r"\#mark#",
        r"\''it''",
        r"\<mark>",
        r"\== Title",
        r"\** nested",
        r"\. item",
        r"\---",
    ],
)
def test_a_backslash_before_the_first_sign_prints_it(text: str) -> None:
    assert doubts_of(parse_prose(f"Words.\n\n{text}")) == ()


def test_literal_text_is_meant() -> None:
    texts = [text for texts in INSIDE.values() for text in texts]
    assert doubts_of(parse_prose("\n\n".join(f"See ``{text}``." for text in texts))) == ()


@pytest.mark.parametrize("sign", ["$", "[[", "{", "<<", "''", "==", "~", "[a](", "!a", ":a", "#a ", "++a "])
def test_time_grows_with_the_text(sign: str) -> None:
    assert_near_linear(parse_prose, lambda size: "Words " + sign * (size // len(sign)), 2_000)
