"""Put what the finished page of one edition says of the others into it: banner, list of editions, dates.

Pages are built without information about other editions, so that a new edition does not make it necessary to
build the others again. They contain comments where this information goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from milepost.base.paths import BUILT_IN, Templates
from milepost.render.html import html_environment

_END = "<!-- milepost:end -->"
_BANNER, _SWITCHER = "<!-- milepost:banner -->", "<!-- milepost:editions -->"
HISTORY = "<!-- milepost:history -->"
"""Where the page of a milestone has its dates in other editions, or in earlier states."""
_SINCE = "<!-- milepost:since -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An entry in the list of editions.

    Attributes:
        name: the name of the edition.
        what: a description, such as its status.
        date: its day; may be empty.
        href: the address of the page in that edition.
        here: whether the page is in that edition.
        lacks: what that edition does not have, if not this page; `href` is then its landing page, or the page
            that says so.
        says_so: whether that page says so.
        anchors: JSON of the anchors that milestones on this page have there, by those that they have here,
            where they differ; "" for a milestone that is not there. Empty if none differs.
        compare: the address of the page with what has changed between that edition and the one of the page.
    """

    name: str
    what: str
    href: str
    here: bool
    date: str = ""
    lacks: str = ""
    says_so: bool = False
    anchors: str = ""
    compare: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switcher:
    """The list of editions on a page.

    Attributes:
        here: the name of the edition of the page.
        always: the addresses at which there is always the newest state.
        editions: the newest first.
        compare: the address of the page on which editions are compared; None if there is none.
    """

    here: str
    always: tuple[Choice, ...]
    editions: tuple[Choice, ...]
    compare: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The banner on a page that is not in the current edition.

    Attributes:
        kind: draft, preview, superseded, obsolete, or approved if it is none of these.
        mark: the words that mark a draft or an obsolete document; empty for an approved one.
        here: the name of this edition.
        current: the current edition.
        older: the older one of this edition and the current one.
        compare: the address of the page with what has changed since then; None if there is none.
    """

    kind: str
    mark: str
    here: str
    current: Choice
    older: str = ""
    compare: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of a milestone in an edition, as they are printed; `href` is its page there."""

    edition: str
    href: str
    here: bool
    due: str
    forecast: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What has changed of a milestone from one edition to the next: sentences, and where they are marked."""

    old: str
    new: str
    href: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What has changed of a milestone since the edition before; `href` is None where it is gone."""

    code: str
    href: str | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What a page says of other editions.

    Attributes:
        dates: on the page of a milestone, its dates in all editions that have it, the newest first.
        moves: on the page of a milestone, what has changed from each edition to the next.
        before: on the landing page, the name of the edition before; else empty.
        changes: what has changed since then.
        compare: the address of the page with all changes since then; None if there is none.
    """

    dates: tuple[Dates, ...] = ()
    moves: tuple[Moved, ...] = ()
    before: str = ""
    changes: tuple[Changed, ...] = ()
    compare: str | None = None


NOTHING = Others()


def placed(
    page: str,
    notice: Notice | None,
    switcher: Switcher,
    *,
    others: Others = NOTHING,
    templates: Templates = BUILT_IN,
) -> str:
    """Return a page with banner, list of editions, and what it says of other editions.

    Args:
        page: HTML, as `milepost.build.site` made it.
        notice: replaces the banner of the page; None keeps it.
        switcher: the list of editions.
        others: what the page says of other editions.
        templates: where templates are looked for.
    """
    template = html_environment(templates).get_template("site/editions.html.jinja")

    def part(name: str, values: Notice | Switcher | Others) -> str:
        module = template.make_module({each: getattr(values, each) for each in type(values).__slots__})
        return str(getattr(module, name)())

    if notice is not None:
        page = insert(page, _BANNER, part("banner", notice))
    page = insert(page, _SWITCHER, part("switcher", switcher))
    if others.dates or others.moves or others.before:
        page = insert(page, HISTORY, part("history", others))
        page = insert(page, _SINCE, part("since", others))
    return page


def insert(page: str, start: str, content: str) -> str:
    """Return `page` with `content` between the comment `start` and the next end comment, if it has them."""
    before, comment, after = page.partition(start)
    return f"{before}{start}{content}{after[after.index(_END) :]}" if comment else page
