"""Read the rules from the files beside this module, one for each subject.

A check reads only the texts of the rules that it explains. The keys of a rule, below its id:

    names        what `milepost.base.errors.Problem.rule` is for it; in the first line
    severity     `error`, `warning`, or both; in the second line
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
from functools import cache, cached_property
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
_QUOTED = re.compile(r'"([^"]*)"')
_SEVERITY = re.compile(r'^severity = "([^"]*)"$', re.MULTILINE)
_NEEDS = re.compile(r'^needs = "([^"]*)"$', re.MULTILINE)


class Rule:
    """A rule.

    Attributes:
        id: stable, such as `MP203`; the first digit is that of its subject.
        subject: the title of its subject.
        names: the names of what it finds.
        severity: `error`, `warning` or `error or warning`.
        needs: `charts`, `templates`, `history` or `repository` if it is about those, too.
    """

    def __init__(self, number: str, subject: str, toml: str) -> None:
        self.id = number
        self.subject = subject
        # What each check asks of each rule is found without tomllib, which takes longer to read the texts.
        self.names: tuple[str, ...] = tuple(_QUOTED.findall(toml.partition("severity =")[0]))
        self.severity, self.needs = (_first(pattern, toml) for pattern in (_SEVERITY, _NEEDS))
        self._toml = toml

    @property
    def name(self) -> str:
        """The first of its names, by which people call it."""
        return self.names[0]

    @cached_property
    def _texts(self) -> dict[str, str]:
        import tomllib  # noqa: PLC0415 -- a check explains few rules or none

        keys = tomllib.loads(self._toml)
        return {
            **{key: " ".join(keys[key].split()) for key in ("title", "explanation", "remedy")},
            **{key: keys.get(key, "").strip("\n") for key in ("breaks", "holds", "earlier")},
        }

    @property
    def title(self) -> str:
        """What is wrong, in a line of Markdown."""
        return self._texts["title"]

    @property
    def explanation(self) -> str:
        """Why that is wrong, in a line of Markdown."""
        return self._texts["explanation"]

    @property
    def remedy(self) -> str:
        """What to do, in a line of Markdown."""
        return self._texts["remedy"]

    @property
    def breaks(self) -> str:
        """YAML that breaks it; empty where no few lines show it."""
        return self._texts["breaks"]

    @property
    def holds(self) -> str:
        """The same YAML, a little changed, so that it does not."""
        return self._texts["holds"]

    @property
    def earlier(self) -> str:
        """A state in `history/` beside both; most often empty."""
        return self._texts["earlier"]


def _first(pattern: re.Pattern[str], text: str) -> str:
    """Return what a pattern has in parentheses, where it is first found; nothing if it is not."""
    found = pattern.search(text)
    return str(found[1]) if found else ""


def rules() -> tuple[Rule, ...]:
    """Return all rules in the order of their ids."""
    return tuple(_by_id().values())


@cache
def _by_id() -> dict[str, Rule]:
    """Return the rules by their ids, in order."""
    found: dict[str, Rule] = {}
    for file, subject in _SUBJECTS.items():
        text = Path(__file__).with_name(f"{file}.toml").read_text("utf-8")
        _, *parts = _ID.split(text)
        found |= {
            number: Rule(number, subject, keys) for number, keys in zip(parts[::2], parts[1::2], strict=True)
        }
    return found


@cache
def _by_name() -> dict[str, Rule]:
    """Return the rule with each name."""
    return {name: rule for rule in _by_id().values() for name in rule.names}


def rule_of(name: str) -> Rule | None:
    """Return the rule that finds problems called `name`; None if it is of no document."""
    return _by_name().get(name)


def named(text: str) -> tuple[Rule, ...]:
    """Return the rules that `text` means, an id, the beginning of ids, or a name; nothing if none."""
    wanted = text.strip()
    if (rule := rule_of(wanted.casefold())) is not None:
        return (rule,)
    beginning = wanted.upper()
    if beginning in _by_id():
        return (_by_id()[beginning],)
    ids = _by_id() if beginning.startswith("MP") else {}
    return tuple(rule for number, rule in ids.items() if number.startswith(beginning))


def hint(text: str) -> str:
    """Return which rule may be meant by `text`, which means none."""
    listed = "`milepost rule` lists them"
    is_id = re.fullmatch(r"MP[0-9]+", text.strip(), re.IGNORECASE)  # another number is another rule
    return listed if is_id else Vocabulary([*_by_id(), *_by_name()]).hint(text, listed)
