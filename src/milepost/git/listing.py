"""Say which editions the others name, and what readers call them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, count, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.git.releases import Revision

_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How editions are listed.

    Attributes:
        hidden: names of editions, or patterns, that the others do not name.
        shown: names of previews, or patterns, that the others name.
        titles: each `NAME=TITLE`.
    """

    hidden: Sequence[str] = ()
    shown: Sequence[str] = ()
    titles: Sequence[str] = ()

    def of(self, revisions: Sequence[Revision]) -> list[Revision]:
        """Return `revisions` with their titles, and marked as listed or not.

        Raises:
            MilepostError: something names no edition, or contradicts something else; all of that is named.
        """
        problems = list(self._unknown(revisions))
        titles = dict(_titles(self.titles, revisions, problems))
        listed = [
            replace(
                each,
                title=titles.get(each.name, ""),
                listed=(each.listed or _matches(each.name, self.shown))
                and not _matches(each.name, self.hidden),
            )
            for each in revisions
        ]
        for each in revisions:
            if each.name in self.hidden and each.name in self.shown:
                message = f"the edition {quoted(each.name)} is both hidden and shown"
                problems.append(_problem(message, "leave out --hide or --show"))
        if revisions and not any(each.listed for each in listed):
            message = "every edition is hidden, so that none can be at the top"
            problems.append(_problem(message, "hide fewer of them, or show a preview with --show"))
        if problems:
            raise MilepostError(*problems)
        return listed

    def _unknown(self, revisions: Sequence[Revision]) -> Iterator[Problem]:
        """Yield a problem for each name without an edition; a pattern may match none."""
        names = {each.name for each in revisions}
        for option, wanted in (("--hide", self.hidden), ("--show", self.shown)):
            for name in wanted:
                if name not in names and not any(sign in name for sign in "*?["):
                    yield _no_edition(name, option, names)


def _titles(
    wanted: Sequence[str], revisions: Sequence[Revision], problems: list[Problem]
) -> Iterator[tuple[str, str]]:
    """Yield each name with its title, and add what is wrong with them to `problems`."""
    names = {each.name for each in revisions}
    taken: dict[str, str] = {name: name for name in names}
    titled: set[str] = set()
    for text in wanted:
        # Names of tags may have the sign, too.
        name = max((each for each in names if text.startswith(f"{each}=")), key=len, default="")
        title = text.removeprefix(f"{name}=").strip()
        shown = f"--title {quoted(text)}"
        if not name and "=" not in text:
            problems.append(_problem(f"{shown} gives no title", "write --title NAME=TITLE"))
        elif not name:
            problems.append(_no_edition(text.partition("=")[0], "--title", names))
        elif name in titled:
            problems.append(_problem(f"the edition {quoted(name)} has two titles", "leave one --title out"))
        elif not title:
            problems.append(_problem(f"{shown} gives an empty title", "write --title NAME=TITLE"))
        elif not title.isprintable():
            message = f"{shown} has characters that cannot be printed"
            problems.append(_problem(message, "leave control characters out"))
        elif len(title) > _LONGEST_TITLE:
            message = f"the title of {quoted(name)} has {count(len(title), 'character')}"
            problems.append(_problem(message, f"use at most {_LONGEST_TITLE}"))
        elif taken.get(title, name) != name:
            message = f"the title {quoted(title)} of {quoted(name)} is also that of {quoted(taken[title])}"
            problems.append(_problem(message, "use another title"))
        else:
            titled.add(name)
            taken[title] = name
            yield name, title


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return name in patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _no_edition(name: str, option: str, names: set[str]) -> Problem:
    hint = f"{option} takes one of: {', '.join(sorted(names)[:20])}" if names else f"leave out {option}"
    return _problem(f"there is no edition {quoted(name)}", hint)


def _problem(message: str, hint: str) -> Problem:
    return Problem(rule="revision", message=message, hint=hint)
