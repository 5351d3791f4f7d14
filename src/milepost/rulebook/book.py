"""Read the rules from the files beside this module, one for each subject.

The keys of a rule, below its id:

    names        what `milepost.base.errors.Problem.rule` is for it
    severity     `error`, `warning`, or both
    title        what is wrong, in a line
    explanation  why that is wrong
    remedy       what to do, in the imperative
    breaks       parts of a smallest document that break it
    holds        the same parts, a little changed, so that they do not
    earlier      a state in `history/2023-12-31.csv` beside both, where the rule is about such
    needs        what else than the YAML it is about: `charts`, `templates`, `history` or `repository`
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from milepost.base.suggest import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUBJECTS = {
    "file": "The file",
    "values": "Values",
    "schedule": "The schedule",
    "names": "Names and addresses",
    "texts": "Texts and figures",
    "selections": "Selections",
    "approval": "Change record and approval",
    "templates": "Templates",
    "waivers": "Waivers",
}
"""The files of rules without their endings, in order, and the titles of their subjects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule; the texts are Markdown, in one line each but for `breaks` and `holds`, which are YAML.

    Attributes:
        id: stable, such as `MP203`; the first digit is that of its subject.
        subject: the title of its subject.
        names: the names of what it finds.
        severity: `error`, `warning` or `error or warning`.
        title, explanation, remedy: what is wrong, why, and what to do.
        breaks, holds: a pair of examples; empty where no few lines show it.
        earlier: a state in `history/` beside both; most often empty.
        needs: `charts`, `templates`, `history` or `repository` if it is about those, too.
    """

    id: str
    subject: str
    names: tuple[str, ...]
    severity: str
    title: str
    explanation: str
    remedy: str
    breaks: str = ""
    holds: str = ""
    earlier: str = ""
    needs: str = ""

    @property
    def name(self) -> str:
        """The first of its names, by which people call it."""
        return self.names[0]


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules in the order of their ids."""
    return tuple(rule for file, subject in _SUBJECTS.items() for rule in _read(file, subject))


def _read(file: str, subject: str) -> Iterator[Rule]:
    text = resources.files(__package__).joinpath(f"{file}.toml").read_text("utf-8")
    for number, keys in tomllib.loads(text).items():
        texts = {key: " ".join(keys[key].split()) for key in ("title", "explanation", "remedy")}
        names = ("breaks", "holds", "earlier", "needs")
        examples = {key: keys[key].strip("\n") for key in names if key in keys}
        yield Rule(
            id=number,
            subject=subject,
            names=tuple(keys["names"]),
            severity=keys["severity"],
            **texts,
            **examples,
        )


@cache
def _by_name() -> dict[str, Rule]:
    return {name: rule for rule in rules() for name in rule.names}


def rule_of(name: str) -> Rule | None:
    """Return the rule that finds problems called `name`; None if it is of no document."""
    return _by_name().get(name)


def named(text: str) -> tuple[Rule, ...]:
    """Return the rules that `text` means, an id, the beginning of ids, or a name; nothing if none."""
    wanted = text.strip()
    if (rule := rule_of(wanted.casefold())) is not None:
        return (rule,)
    beginning = wanted.upper()
    return tuple(rule for rule in rules() if beginning.startswith("MP") and rule.id.startswith(beginning))


def hint(text: str) -> str:
    """Return which rule may be meant by `text`, which means none."""
    known = [*(rule.id for rule in rules()), *(name for rule in rules() for name in rule.names)]
    return Vocabulary(known).hint(text, "`milepost rule` lists them")
