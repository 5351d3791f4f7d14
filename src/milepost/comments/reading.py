"""Read a file of comments: nothing in it is trusted, and every fault has its place."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from milepost.base.errors import MilepostError, Place, Problem, quoted
from milepost.base.suggest import Vocabulary
from milepost.comments.json_tree import Node, parse
from milepost.comments.model import Comment, CommentFile
from milepost.diff.authorisation import EVERYTHING, PARTS
from milepost.document.model import SETTINGS
from milepost.loading.load import decode
from milepost.loading.nodes import SourceText
from milepost.review.identity import SCHEMA, About

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

LARGEST = 8_000_000
"""Bytes of a file."""
MOST = 5_000
"""Comments of a file."""

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_COMMIT = re.compile(r"[0-9a-f]{1,40}")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,3})?Z")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINES = {"text", "old", "new", "proposal"}
"""The keys whose texts may have several lines."""
_LONGEST = {
    "document": 100,
    "name": 500,
    "id": 64,
    "key": 200,
    "titles": 1_000,
    "field": 50,
    "item": 200,
    "change": 50,
    "old": 500_000,
    "new": 500_000,
    "author": 200,
    "written": 30,
    "text": 20_000,
    "proposal": 500_000,
}
_MAY_BE_EMPTY = {"text", "old", "new", "proposal"}
_DEEPEST_SECTION = 20
_TOP = ("schema", "document", "old", "new", "comments")
_COMMENT = ("id", "about", "change", "old", "new", "author", "written", "text", "proposal")
_ABOUT = ("part", "key", "titles", "field", "item")
_AGAIN = "save the file again from the page"


def read_bytes(path: Path, file: str, largest: int) -> bytes:
    """Return the content of the file `path`, which has at most `largest` bytes.

    Raises:
        MilepostError: it cannot be read, or has more.
    """
    try:
        with path.open("rb") as opened:
            content = opened.read(largest + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _refusal(
            file, f"the file cannot be read: {reason}", "check its name and its permissions"
        ) from None
    if len(content) > largest:
        raise _refusal(
            file, f"the file is larger than {largest // 1_000_000} MB", "this is no file of comments"
        )
    return content


def reads(content: bytes, file: str) -> CommentFile:
    """Return the comments in `content`, a file of comments.

    Raises:
        MilepostError: with every fault of it.
    """
    source = SourceText(decode(content, file), file)
    reader = _Reader(source)
    found = reader.file(parse(source))
    if reader.problems or found is None:
        raise MilepostError(*sorted(reader.problems, key=lambda problem: problem.place or Place(file)))
    return found


def _refusal(file: str, message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="comments", place=Place(file), message=message, hint=hint))


class _Reader:
    """Collects the faults of one file; a value that has a fault is None."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self.problems: list[Problem] = []

    def file(self, root: Node) -> CommentFile | None:
        top = self._object(root, _TOP, "the file")
        if top is None:
            return None
        if "schema" in top and (
            top["schema"].value != SCHEMA or isinstance(top["schema"].value, bool | float)
        ):
            message = f"this is not version {SCHEMA} of the format, which this program reads"
            self._complain(top["schema"], message, "save the comments with the page of this version")
            return None
        document = self._text(top, "document")
        names = [self._edition(top[which]) for which in ("old", "new") if which in top]
        comments = tuple(self._comments(top["comments"])) if "comments" in top else ()
        if self.problems or document is None:
            return None
        place = self._source.place(top["document"].start)
        old, new = (name or "" for name in names)
        return CommentFile(
            file=self._source.file, document=document, place=place, old=old, new=new, comments=comments
        )

    def _edition(self, node: Node) -> str | None:
        edition = self._object(node, ("name", "commit"), "an edition")
        if edition is None:
            return None
        commit = edition.get("commit")
        if commit and commit.value is not None and not self._matches(commit, _COMMIT):
            self._complain(commit, "this is no commit", "write its first digits, or null")
        return self._text(edition, "name")

    def _comments(self, node: Node) -> Iterator[Comment]:
        if not isinstance(node.value, list):
            self._complain(node, "the comments must be a list", _AGAIN)
            return
        if len(node.value) > MOST:
            self._complain(node, f"there are more than {MOST:,} comments", "this is no file of comments")
            return
        lines: dict[str, int] = {}
        for item in node.value:
            comment = self._comment(item)
            if comment is None:
                continue
            if comment.id in lines:
                message = f"the comment in line {lines[comment.id]} has the same id"
                self._complain(item, message, "remove one of the two")
            lines.setdefault(comment.id, comment.place.line)
            yield comment

    def _comment(self, node: Node) -> Comment | None:
        before = len(self.problems)
        keys = self._object(node, _COMMENT, "a comment")
        if keys is None:
            return None
        texts = {name: self._text(keys, name) for name in ("id", "author", "text")}
        texts |= {name: self._text(keys, name, none=True) for name in ("change", "old", "new", "proposal")}
        if texts["id"] and not _ID.fullmatch(texts["id"]):
            self._complain(keys["id"], "this is no id", "8 to 64 letters, digits, - and _ make one")
        written = self._time(keys["written"]) if "written" in keys else None
        about = self._about(keys["about"]) if "about" in keys else None
        if len(self.problems) > before or about is None or written is None:
            return None
        if not (texts["text"] or "").strip() and texts["proposal"] is None:
            self._complain(node, "this comment says nothing and proposes nothing", "remove it")
        if texts["proposal"] is not None and (about.field is None or about.item is not None):
            self._complain(keys["proposal"], "nothing can be proposed for more than one value", "write null")
        place = self._source.place(node.start)
        values: dict[str, Any] = {**texts, "about": about, "written": written, "place": place}
        return Comment(**values)

    def _about(self, node: Node) -> About | None:
        before = len(self.problems)
        keys = self._object(node, _ABOUT, "what a comment is about")
        if keys is None:
            return None
        parts = [part for part in PARTS if part != EVERYTHING]
        part = keys.get("part")
        if part and part.value not in parts:
            self._complain(part, "this is no part of a document", f"write one of {', '.join(parts)}")
        titles = self._titles(keys["titles"]) if "titles" in keys else None
        texts = {name: self._text(keys, name, none=True) for name in ("key", "field", "item")}
        if len(self.problems) > before or part is None:
            return None
        if (titles is None) != (part.value != "sections"):
            self._complain(keys["titles"], "only a section has titles, and always", "write null for others")
        if part.value in {"document", "unexpanded", *SETTINGS} and texts["key"] is not None:
            self._complain(keys["key"], f"{part.value} has no keys", "write null")
        if (
            part.value not in {"document", *SETTINGS, "sections"}
            and texts["key"] is None
            and texts["field"] is not None
        ):
            self._complain(
                keys["field"], "a field needs the key of what it belongs to", "write both, or null"
            )
        if texts["item"] is not None and texts["field"] is None:
            self._complain(keys["item"], "an item needs the field that it is in", "write both, or null")
        if len(self.problems) > before:
            return None
        return About(part=str(part.value), titles=titles, **texts)

    def _titles(self, node: Node) -> tuple[str, ...] | None:
        if node.value is None:
            return None
        if not isinstance(node.value, list) or not 0 < len(node.value) <= _DEEPEST_SECTION:
            self._complain(node, f"titles are a list of 1 to {_DEEPEST_SECTION} texts", _AGAIN)
            return None
        return tuple(self._text({"titles": item}, "titles") or "" for item in node.value)

    def _time(self, node: Node) -> datetime | None:
        found = _TIME.fullmatch(node.value) if isinstance(node.value, str) else None
        if found:
            try:
                whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
            except ValueError:
                found = None
            else:
                return whole.replace(microsecond=int((found[2] or ".").ljust(4, "0")[1:]) * 1000)
        self._complain(node, "this is no time", "write it in UTC, like 2026-11-26T10:00:00Z")
        return None

    def _text(self, keys: dict[str, Node], name: str, *, none: bool = False) -> str | None:
        """Return the text of a key, or None; `none` is whether null is allowed."""
        node = keys.get(name)
        if node is None or (none and node.value is None):
            return None
        if not isinstance(node.value, str):
            self._complain(node, f"{name} must be text", f"write it in quotes{', or null' if none else ''}")
            return None
        text = node.value
        if len(text) > _LONGEST[name]:
            message = f"this text has {len(text):,} characters; {_LONGEST[name]:,} are the most for {name}"
            self._complain(node, message, "shorten it")
        elif not text.strip() and name not in _MAY_BE_EMPTY:
            self._complain(node, f"{name} is empty", "write it" + (", or null" if none else ""))
        elif control := _CONTROLS.search(text):
            self._complain(node, f"the character U+{ord(control[0]):04X} is in {name}", "remove it")
        elif name not in _LINES and re.search("[\t\n\u2028\u2029]", text):
            self._complain(node, f"{name} has more than one line", "write it in one")
        else:
            return text
        return None

    def _matches(self, node: Node, pattern: re.Pattern[str]) -> bool:
        return isinstance(node.value, str) and bool(pattern.fullmatch(node.value))

    def _object(self, node: Node, names: Collection[str], what: str) -> dict[str, Node] | None:
        """Return the values of an object by their keys, without those that have no meaning."""
        if not isinstance(node.value, dict):
            self._complain(node, f"{what} must be an object with keys", _AGAIN)
            return None
        for key, start in node.keys.items():
            if key not in names:
                hint = Vocabulary(names).hint(key, f"the keys are {', '.join(names)}")
                self._complain(Node(start, None), f"unknown key {quoted(key)}", hint)
        for name in names:
            if name not in node.value:
                self._complain(
                    node, f"{what} has no key {quoted(name)}", "write null where there is no value"
                )
        return {name: node.value[name] for name in names if name in node.value}

    def _complain(self, node: Node, message: str, hint: str) -> None:
        place = self._source.place(node.start)
        self.problems.append(Problem(rule="comments", place=place, message=message, hint=hint))
