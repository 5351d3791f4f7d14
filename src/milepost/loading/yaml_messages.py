"""The messages of libyaml in words for people who do not know its grammar.

The keys of the tables are the messages of libyaml 0.2 (`scanner.c` and `parser.c`) and of PyYAML's composer.
"""

from __future__ import annotations

import re

from milepost.loading.keys import all_keys

MAXIMUM_DEPTH = 32
"""Nesting beyond this, aliases included, is taken for an attack or an accident; a document nests ten deep."""
TOO_DEEP = "exceeded maximum nesting depth"

# A key whose colon is missing, is another character, or has no space after it.
_ALMOST_KEY = re.compile(r"(?P<key>[^\s:=：﹕︓#]+)[ \t]*(?P<sign>[:=：﹕︓])?[ \t]*(?P<value>.*)")

_INDENTATION = (
    "begin keys that belong together in the same column, and put text after a closing quote inside it"
)

# For each problem: whether to point at where the faulty thing begins rather than where reading stopped,
# what is wrong, and how to fix it.
_PROBLEMS: dict[str, tuple[bool, str, str]] = {
    "mapping values are not allowed in this context": (
        False,
        "a colon is not allowed here",
        'put a value that contains ": " in quotes, or check the indentation',
    ),
    "did not find expected key": (False, "this does not fit with the lines above", _INDENTATION),
    "did not find expected '-' indicator": (
        False,
        "this is in a list but does not begin with a dash",
        "put a dash before it, or begin it in the column of the key that it belongs to",
    ),
    "could not find expected ':'": (
        True,
        "this line has no colon and does not continue the text above",
        "write key: value, or indent it if it continues the text above",
    ),
    "found character that cannot start any token": (
        False,
        "a value cannot begin with {sign}",
        "put the value in quotes",
    ),
    "block sequence entries are not allowed in this context": (
        False,
        "a list cannot begin on the line of its key",
        "write each entry on a line of its own, or put text that begins with a dash in quotes",
    ),
    "mapping keys are not allowed in this context": (
        False,
        "a value cannot begin with a question mark and a space",
        "put the value in quotes",
    ),
    "found a tab character where an indentation space is expected": (
        False,
        "a tab cannot be used to indent",
        "indent with spaces",
    ),
    "found a tab character that violates indentation": (
        False,
        "a tab cannot be used to indent",
        "indent with spaces",
    ),
    "found unknown escape character": (
        False,
        "a backslash between double quotes must be written twice",
        "double it, or use single quotes",
    ),
    "did not find expected comment or line break": (
        False,
        "text cannot begin on the line of | or >",
        "begin it on the next line, or put text that begins with | or > in quotes",
    ),
    "did not find expected alphabetic or numeric character": (
        True,
        "a value cannot begin with * or &",
        "put the value in quotes",
    ),
    "did not find expected <document start>": (
        False,
        "nothing can follow a line of three dots",
        "remove that line",
    ),
    "did not find expected node content": (
        False,
        "a value cannot begin with {sign}",
        "put the value in quotes, or check for a stray bracket or comma",
    ),
    TOO_DEEP: (
        False,
        f"lists and mappings are nested more than {MAXIMUM_DEPTH} deep",
        "no document needs this; check for stray brackets or dashes",
    ),
    "but found another document": (
        False,
        "a second document begins here",
        "keep one document in a file; remove the line ---",
    ),
    "found undefined alias": (
        False,
        "{word} repeats a value, and no value above is marked with & and this name",
        "put text that starts with * in quotes",
    ),
    "second occurrence": (
        False,
        "{word} already marks another value",
        "use another name, or put text that starts with & in quotes",
    ),
    "found undefined tag handle": (True, "a value cannot begin with !", "put the value in quotes"),
    "found unexpected document indicator": (
        True,
        "this quotation mark is not closed",
        "close the text, or put text that begins with this mark in other quotes",
    ),
}
# Where the problem is too general, what libyaml was reading is better.
_CONTEXTS: dict[str, tuple[bool, str, str]] = {
    "while scanning a quoted scalar": _PROBLEMS["found unexpected document indicator"],
    "while parsing a flow sequence": (
        True,
        "the list that begins with this [ is not closed",
        "put commas between its entries and ] after them, or put text that begins with [ in quotes",
    ),
    "while parsing a flow mapping": (
        True,
        "the mapping that begins with this { is not closed",
        "put commas between its entries and } after them, or put text that begins with { in quotes",
    ),
    "while scanning a tag": _PROBLEMS["found undefined tag handle"],
    "while parsing a tag": _PROBLEMS["found undefined tag handle"],
    "while scanning a directive": (
        True,
        "a line cannot begin with %",
        "indent it if it continues the text above, or put it in quotes",
    ),
}


def plain_words(problem: str, context: str = "", at: str = "") -> tuple[bool, str, str]:
    """Return whether to point at the mark of the context, the message and the hint.

    Args:
        problem: the error.
        context: what libyaml was reading, or empty.
        at: the text from that mark on.
    """
    known = _PROBLEMS.get(problem) or _CONTEXTS.get(context)
    if known is None:
        what = " ".join(part for part in (problem, context) if part)
        return False, f"this is not YAML: {what}", "check the indentation and the quotes"
    word = re.match(r"[^\s,\[\]{}]*", at)
    sign = at[:1] if at[:1].isprintable() else "this character"
    message = known[1].replace("{word}", word[0] if word else "").replace("{sign}", sign)
    return known[0], message, known[2]


def missing_colon(line: str, column: int, *, opens: bool) -> tuple[str, str, str | None]:
    """Return message, hint and repaired line for a line that should be a key and its value.

    Args:
        line: the line.
        column: where it begins.
        opens: whether the next line is further in.
    """
    match = _ALMOST_KEY.match(line, column)
    key, sign, value = (match["key"], match["sign"] or "", match["value"]) if match else ("", "", "")
    likely = key in all_keys() or (sign and re.fullmatch(r"[\w.+&/-]+", key))
    if not likely and not (opens and not value and re.match(r"\w", key)):
        return *plain_words("could not find expected ':'", "")[1:], None
    fixed = f"{key}: {value}".rstrip()
    if sign == ":":
        message = f"a space is missing after the colon of '{key}'"
    elif sign:
        message = f"the colon after '{key}' is another character, {sign}"
    else:
        message = f"a colon is missing after '{key}'"
    return message, f"write  {fixed}", line[:column] + fixed
