"""Read the rules from the files beside this module, one for each subject.

A check reads only the rules that it has found something for. The keys of a rule, below its id:

    names        what `milepost.base.errors.Problem.rule` is for it; in the first line
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

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from milepost.base.suggest import Vocabulary

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
_ID = re.compile(r"^\[(MP\d+)\]$", re.MULTILINE)


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


def rules() -> tuple[Rule, ...]:
    """Return all rules in the order of their ids."""
    return tuple(map(_rule, _sources()))


@cache
def _sources() -> dict[str, tuple[str, str]]:
    """Return the title of the subject and the TOML of each rule, by its id."""
    found: dict[str, tuple[str, str]] = {}
    for file, subject in _SUBJECTS.items():
        text = Path(__file__).with_name(f"{file}.toml").read_text("utf-8")
        _, *parts = _ID.split(text)
        found |= {number: (subject, keys) for number, keys in zip(parts[::2], parts[1::2], strict=True)}
    return found


@cache
def _rule(number: str) -> Rule:
    subject, text = _sources()[number]
    keys = tomllib.loads(text)
    texts = {key: " ".join(keys[key].split()) for key in ("title", "explanation", "remedy")}
    examples = {key: keys[key].strip("\n") for key in ("breaks", "holds", "earlier", "needs") if key in keys}
    return Rule(
        id=number,
        subject=subject,
        names=tuple(keys["names"]),
        severity=keys["severity"],
        **texts,
        **examples,
    )


@cache
def _ids() -> dict[str, str]:
    """Return the id of the rule with each name."""
    heads = {number: text.strip().partition("\n")[0] for number, (_, text) in _sources().items()}
    return {name: number for number, head in heads.items() for name in tomllib.loads(head)["names"]}


def rule_of(name: str) -> Rule | None:
    """Return the rule that finds problems called `name`; None if it is of no document."""
    return _rule(_ids()[name]) if name in _ids() else None


def named(text: str) -> tuple[Rule, ...]:
    """Return the rules that `text` means, an id, the beginning of ids, or a name; nothing if none."""
    wanted = text.strip()
    if (rule := rule_of(wanted.casefold())) is not None:
        return (rule,)
    beginning = wanted.upper()
    ids = _sources() if beginning.startswith("MP") else ()
    return tuple(_rule(number) for number in ids if number.startswith(beginning))


def hint(text: str) -> str:
    """Return which rule may be meant by `text`, which means none."""
    return Vocabulary([*_sources(), *_ids()]).hint(text, "`milepost rule` lists them")
