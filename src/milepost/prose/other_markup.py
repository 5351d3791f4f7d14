"""Markup of other languages by habit, each with what it reads as and what to write instead.

In a text, `HIDDEN` takes the place of recognised markup and of escaped characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

HIDDEN = "\ue000"
"""It cannot be in a document."""


class Habit(NamedTuple):
    """Markup of another language.

    Its pattern is text, which `re` compiles when it is first used and keeps: most documents have few of the
    signs, and to compile all patterns takes longer than to read such a document.

    Attributes:
        signs: each text in which the pattern is found has one of these.
        pattern: what it looks like.
        message: what it reads as.
        hint: what to write instead.
    """

    signs: tuple[str, ...]
    pattern: str
    message: str
    hint: str

    def found_in(self, text: str) -> Iterator[re.Match[str]]:
        """Yield each place in `text` that looks like it."""
        if any(sign in text for sign in self.signs):
            yield from re.finditer(self.pattern, text)

    def is_at(self, index: int, text: str) -> bool:
        """Return whether it is in `text` from `index` on."""
        return any(sign in text for sign in self.signs) and bool(re.compile(self.pattern).match(text, index))


_ROLE_HINT = "write it like :milestone:`CODE`, or \\: for a colon"

_OTHER_SPACES = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u202f\u205f\u2060\u3000\ufeff"
)

# No pattern looks further than to the end of its line.
_HABITS = [
    Habit(
        (":",),
        r"(?i):(?:cite|ref|milestone|jira):|(?<![\w:]):[A-Za-z]+:(?=['\"´‘’“”„«])",
        "this reads as a role, whose text is not in backquotes",
        _ROLE_HINT,
    ),
    Habit(
        ("](",),
        (
            r"!?\[[^\[\]\n]*\]\((?=https?:|mailto:|www\.|[#/.]|[\w./-]*\.(?:md|html?|pdf|rst|png|jpe?g|svg)\b)[^()\s]*"
        ),
        "this reads as a link of Markdown",
        r"write `text <https://...>`__, or \[ for a bracket",
    ),
    Habit(
        ("[#", "[^"),
        r"\[(?:#[\w-]*|\^[\w.-]+)\](?!_)",
        "this reads as the mark of a footnote",
        r"write [#name]_, or \[ for a bracket",
    ),
    Habit(
        ("*",),
        # Stars between letters, with one letter or several words between them, multiply: a*b*c, a*b and c*d.
        (
            r"(?<!\*)(?!(?<=\w)\*(?=[^*\n]*\*\w)(?:[^\W\d_]\*|\w*[^\w*\n]))"
            r"(\*{1,3})[^\W\d_](?:[^*\n]*[^*\s])?\1(?!\*)"
        ),
        "this reads as italics or bold text, and its stars are printed",
        r"part it from the word beside it by a backslash and a space, or write \* for a star",
    ),
    Habit(
        ("_",),
        r"(?<![\w_])_[^\W_](?:[^_\n]*[^\s_])?_(?![\w_])",
        "this reads as italics of Markdown",
        r"write *text*, or \_ for an underscore",
    ),
    Habit(
        ("~~",),
        r"~~[^\s~][^~\n]*~~",
        "this reads as struck-out text of Markdown",
        r"remove the signs, or write \~ for the first",
    ),
    Habit(
        ("`",),
        r"(`+)[^`\n]+\1",
        "the backquotes here are printed",
        r"part them from the word beside them by a backslash and a space, or write \` for a backquote",
    ),
    Habit(
        ("<",),
        (
            r"(?i)</?(?:a|b|big|blockquote|br|center|code|dd|del|details|div|dl|dt|em|font|h[1-6]|hr|i|iframe|img|ins|kbd|li"
            r"|mark|ol|p|pre|q|s|script|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|th|thead|tr|tt|u"
            r"|ul)(?:\s[^<>\n]*)?/?>|</[a-z][a-z0-9-]*>|<!--"
        ),
        "this reads as HTML",
        r"remove it, write *text* or **text**, or write \< for the sign",
    ),
    Habit(
        ("&",),
        (
            r"&(?:amp|apos|bull|cent|copy|deg|divide|ensp|emsp|euro|frac\d\d|ge|gt|hellip|infin|le|lt|mdash|micro|middot|minus"
            r"|nbsp|ndash|ne|para|plusmn|pound|quot|reg|sect|shy|sum|sup\d|szlig|thinsp|times|trade|yen|zwj|zwnj"
            r"|[lr]?[abds]?quo|[lrud]arr|[Aa]lpha|[Bb]eta|[Gg]amma|[Dd]elta|[Ee]psilon|[Ll]ambda|[Mm]u|[Pp]i|[Ss]igma"
            r"|[Tt]heta|[Oo]mega|[A-Za-z](?:acute|caron|cedil|circ|grave|ring|slash|tilde|uml|Elig|elig)"
            r"|#[0-9]+|#x[0-9A-Fa-f]+);"
        ),
        "this reads as HTML",
        r"write the character itself, or \& for the sign",
    ),
]

_SIGNS = "plain reStructuredText has no such markup: remove the signs, or write a backslash before the first"
_OF_JIRA = "this reads as markup of Jira"
_OF_ASCIIDOC = "this reads as markup of AsciiDoc"
_OF_A_WIKI = "this reads as markup of a wiki"
_MORE_HABITS = [
    Habit(
        ("__",),
        r"(?<![\w_])__(?![a-z0-9]+__)[^\W_](?:[^_\n]*[^\s_])?__(?![\w_])",
        "this reads as bold text of Markdown",
        r"write **text**, or \_ for an underscore",
    ),
    Habit(
        ("](", "]["),
        (r"(?<![\w\])])!?\[[^\[\]\n]*[^\W\d_][^\[\]\n]*\](?:\([\w./#?%-][^()\s]*\)|\[[^\[\]\n]*\])"),
        "this reads as a link of Markdown",
        r"write `text <https://...>`__, or \[ for a bracket",
    ),
    Habit(
        ("<",),
        rf"<(?:(?:https?|mailto):[^<>\s]+|{HIDDEN}+)>",
        "the signs around this address are printed",
        r"remove them, or write \< for the sign",
    ),
    Habit(
        ("==",),
        r"(?<![\w=])==[^\s=](?:[^=\n]*[^\s=])?==(?![\w=])",
        "this reads as highlighted text",
        _SIGNS,
    ),
    Habit(
        ("~", "^"),
        r"(?<!~)~[^\W_][\w+-]{0,20}~(?!~)|\^[\w+-]{1,12}\^(?!\w)",
        "this reads as a text above or below the line",
        _SIGNS,
    ),
    Habit(
        ("$",),
        r"\$\$?[^\s$](?:[^$\n]*[\w)}\]|'])?\$(?!\d)",
        "this reads as a formula of LaTeX",
        r"write it in plain characters, as in 10⁶ or α, or \$ for the sign",
    ),
    Habit(
        ("~",),
        rf"(?<=[A-Za-z])\.?~(?=[A-Za-z0-9{HIDDEN}])(?![\w+-]{{1,20}}~)",
        "this reads as a space of LaTeX at which no line ends",
        r"write a no-break space, or \~ for the sign",
    ),
    Habit(
        ("--",),
        r"(?<=\w)---?(?=\w)|(?<= )---(?= )",
        "these hyphens are printed, and read as a dash",
        "write – or —",
    ),
    Habit(
        ("{{", "{%", "${"),
        r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\$\{[\w. -]+\}",
        "this reads as a place in a template, or as literal text of Jira",
        r"write the text that is meant, or ``text``, or \{ for the sign",
    ),
    Habit(
        ("{", "[", "!", "??"),
        (
            r"(?<!\{)\{(?:code|noformat|quote|color|panel|info|note|tip|warning|toc|anchor|expand|status)(?::[^{}\n]*)?\}"
            r"|\{[*_+-]\}|\[[^\[\]|\n]*\|(?:https?:|mailto:|#|\^)[^\[\]\n]*\]|\[~[\w.@-]+\]"
            r"|![\w./-]+\.(?:png|jpe?g|gif|svg|pdf)(?:\|[^!\n]*)?!|(?<!\?)\?\?[^\s?][^?\n]*\?\?"
        ),
        _OF_JIRA,
        _SIGNS,
    ),
    Habit(
        ("[", "<<", "#", "++"),
        (
            r"(?<!\w)(?:link|xref|image|kbd|btn|footnote|pass|include|stem|menu|icon)::?[^\s\[\]]*\[[^\[\]\n]*\]"
            r"|<<[A-Za-z#][^<>\n]*>>|(?<![\w#])#[A-Za-z](?:[^#\n]*\w)?#(?![\w#])"
            r"|(?<![\w+])\+\+[^\s+](?:[^+\n]*[^\s+])?\+\+(?![\w+])"
        ),
        _OF_ASCIIDOC,
        _SIGNS,
    ),
    Habit(
        ("[[", "''", "[/", "{#", "{."),
        (
            r"\[\[[^\[\]\n]+\](?:\[[^\[\]\n]*\])?\]|(?<![\w'])'{2,3}[^\s'](?:[^'\n]*[^\s'])?'{2,3}(?![\w'])"
            r"|\[/(?:b|i|u|s|url|img|quote|code|color|size|list)\]|\{[#.][\w-]+\}"
        ),
        _OF_A_WIKI,
        _SIGNS,
    ),
    Habit(
        (":",),
        r"(?<![\w:]):(?!(?:cite|ref|milestone|jira):)[a-z][a-z_]+:(?![\w:/`'\"´‘’“”„«])",
        "this reads as a role or a small picture",
        "write the character that is meant, or \\: for a colon",
    ),
]
HABITS = [*_HABITS, *_MORE_HABITS]

CODE_BLOCK = (
    "this reads as a block of code of Markdown",
    "end the line above with ::, leave an empty line, and indent the code",
)
_LIST_HINT = "leave an empty line above the list, or begin the line with a backslash"
_LINE_HABITS = [
    Habit(
        ("\n",),
        r"(?<=\n)[-+*•‣⁃][ \t]+(?=\S)",
        "this reads as an item of a list, and is part of the paragraph above",
        _LIST_HINT,
    ),
    Habit(
        (". ", ".\t", ") ", ")\t"),
        # In a line below, where a colon ends the line above or 2 follows: a sentence may end with a number.
        (
            r"(?:^\(?(?:1|#)|(?<=[:：]\n)\(?(?:1|#|a)|(?<=\n)\(?(?:1|#)(?=[^\n]*\n\(?(?:2|#)[.)][ ]))"
            r"[.)][ \t]+(?=\S)"
        ),
        "this reads as a list, and is part of a paragraph",
        "leave empty lines around the list, and indent the lines below a number like its text",
    ),
    Habit(
        (*_OTHER_SPACES,),
        (rf"(?:^|(?<=\n))(?:[-+*•‣⁃]|\(?[0-9#]{{1,3}}[.)]|\.\.)[{_OTHER_SPACES}]"),
        "the character after this sign is no ordinary space",
        "write a space there",
    ),
    Habit(
        (*"▪◦○●■□·∙➢",),
        r"(?:^|(?<=\n))[▪◦○●■□·∙➢][ \t]",
        "this reads as an item of a list",
        "begin the items with - and a space, with an empty line above the first",
    ),
    Habit(
        ("#",),
        r"(?:^|(?<=\n))#{1,6}[ \t]+(?=\S)",
        "this reads as a heading of Markdown",
        r"make headings with the keys sections and title, or write \# for the sign",
    ),
    Habit(
        ("```", "~~~"),
        r"(?:^|(?<=\n))(?:```|~~~)",
        *CODE_BLOCK,
    ),
    Habit(
        (">",),
        r"(?:^|(?<=\n))>[ \t]+(?=\S)",
        "this reads as a quotation of Markdown",
        r"indent the quotation, with empty lines around it, or write \> for the sign",
    ),
    Habit(
        ("\n..", "::"),
        r"(?<=\n)\.\.[ \t]+(?=\S)|(?:^|(?<=\n))(?:\.\.?[ \t]?)?[A-Za-z]+::[ \t]+(?=\S)",
        "this reads as a directive or a footnote, and is part of a paragraph",
        "write two dots before it and leave an empty line above, or begin the line with a backslash",
    ),
]

_HEADING = (
    "this reads as a heading",
    r"make headings with the keys sections and title, or begin the line with a backslash",
)
_MORE_LINE_HABITS = [
    Habit(
        ("=", "#+", *(f"h{level}." for level in range(1, 7))),
        r"(?:^|(?<=\n))(?:h[1-6]\.|={1,6})[ \t]+(?=\S)|(?:^|(?<=\n))#\+\w+:",
        *_HEADING,
    ),
    Habit(("\n--", "\n==", "\n~~", "\n^^"), r"(?<=\n)(?:-{2,}|={2,}|~{2,}|\^{2,})[ \t]*(?=\n|$)", *_HEADING),
    Habit(
        ("--", "===", "___", "***", "'''"),
        r"^(?:-{2,3}|={3}|_{3,}|\*{3,}|'{3})[ \t]*$",
        "this reads as a line across the page",
        "remove it, or begin the line with a backslash",
    ),
    Habit(
        ("[ ]", "[x]", "[X]"),
        r"^\[[ xX]\][ \t]+(?=\S)",
        "this reads as a box to tick",
        "remove it, or write the words",
    ),
    Habit(
        ("**", ". ", ".\t"),
        r"(?:^|(?<=\n))(?:\*{2,5}|\.)[ \t]+(?=\S)",
        "this reads as an item of a list",
        "begin the items with - and a space, with an empty line above the first",
    ),
    Habit(
        ("|",),
        (r"(?:^|(?<=\n))(?:\|\|[^\n]*\|\|[ \t]*(?=\n|$)|[ \t|:-]*--[ \t]*\|[ \t|:-]*--[ \t|:-]*(?=\n|$))"),
        "this reads as a table",
        "write a list, or sentences: a text has no tables",
    ),
    Habit(
        ("\n:",),
        r"(?<=\n):[ \t]+(?=\S)",
        "this reads as a definition, and is part of a paragraph",
        "write a list, or begin the line with a backslash",
    ),
    Habit(
        ("bq.",),
        r"(?:^|(?<=\n))bq\.[ \t]+(?=\S)",
        _OF_JIRA,
        "indent the quotation, with empty lines around it",
    ),
    Habit(
        ("[",),
        (
            r"(?:^|(?<=\n))\[(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION|TOC|_TOC_|(?:source|quote|verse)[^\[\]\n]*)\]"
            r"[ \t]*(?=\n|$)|(?:^|(?<=\n))\[[^\[\]\n#^]+\]:[ \t]+(?=\S)"
        ),
        "this reads as markup of Markdown or AsciiDoc",
        "remove it, or begin the line with a backslash",
    ),
]
LINE_HABITS = [*_LINE_HABITS, *_MORE_LINE_HABITS]
