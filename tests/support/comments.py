"""Comments for tests, as the page writes them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from milepost.comments.reading import reads

if TYPE_CHECKING:
    from milepost.comments.model import CommentFile
    from milepost.review.identity import Identity

ABOUT = {"part": "milestones", "key": "R-1", "titles": None, "field": "due", "item": None}
COMMENT = {
    "id": "comment-1",
    "about": ABOUT,
    "change": "due moved",
    "old": "2026-01-31",
    "new": "2026-02-28",
    "author": "Ada",
    "written": "2026-11-26T10:00:00Z",
    "text": "Too late.",
    "proposal": None,
}
FILE = {
    "schema": 1,
    "document": "ACME-7",
    "old": {"name": "v1.0", "commit": "0123abcd"},
    "new": {"name": "working tree", "commit": None},
    "comments": [],
}


def comment(number: int = 1, **values: Any) -> dict[str, Any]:
    """Return a comment; values of `about` are given by their names."""
    about = {**ABOUT, **{name: values.pop(name) for name in list(values) if name in ABOUT}}
    return {**COMMENT, "id": f"comment-{number}", "about": about, **values}


def on(identity: Identity, number: int = 1, **values: Any) -> dict[str, Any]:
    """Return a comment on a change, as the page has it."""
    said = json.loads(identity.as_json)
    assert said["about"] == {**asdict(identity.about), "titles": said["about"]["titles"]}
    return {**COMMENT, "id": f"comment-{number}", **said, **values}


def written(*comments: dict[str, Any], **top: Any) -> str:
    """Return a file of comments."""
    return json.dumps({**FILE, **top, "comments": comments}, indent=1, ensure_ascii=False)


def commented(*comments: dict[str, Any], name: str = "c.json") -> CommentFile:
    """Return the comments as they are read."""
    return reads(written(*comments).encode(), name)
