"""Load a file: its bytes to a validated document, or to all of its faults with their places."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from milepost import rules
from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Note, Place, Problem, Severity, quoted
from milepost.document import traverse
from milepost.document.model import FORMAT, Document
from milepost.loading.nodes import Mapping, Scalar, SourceText, values_of
from milepost.loading.positions import Places
from milepost.loading.validation import consequences_of_losing, validate
from milepost.loading.yaml_tree import Composed, compose
from milepost.rules import waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from milepost.base.errors import ValuePath
    from milepost.document.settings.waiver import Waiver

__all__ = ["Loaded", "Places", "Waived", "decode", "inspect", "load", "loads", "read", "valid", "waive"]


# Problems that may come from a line in a wrong column.
_STRUCTURE = {
    "duplicate",
    "mapping",
    "missing",
    "model_attributes_type",
    "model_type",
    "tuple_type",
    "unknown",
}


@dataclass(frozen=True)
class Waived:
    """A warning that a waiver of the document accepts, and the place of the waiver."""

    problem: Problem
    waiver: Waiver
    place: Place

    @property
    def why(self) -> str:
        """Why it is accepted, by whom and until when."""
        until = f"; until {iso(self.waiver.until)}" if self.waiver.until else ""
        return f"{self.waiver.reason.removesuffix('.')}; {self.waiver.authority}{until}"


@dataclass(frozen=True)
class Loaded:
    """A valid document, the places of its parts and the warnings about it; from `inspect` all problems.

    `snapshot` has the places of the facts that were taken from a snapshot, if any were. The warnings in
    `waived` are not among `warnings`.
    """

    document: Document
    places: Places
    warnings: tuple[Problem, ...]
    snapshot: Places | None = None
    waived: tuple[Waived, ...] = ()

    @property
    def accepted(self) -> tuple[Problem, ...]:
        """The warnings that are waived, with the reason in place of a hint."""
        return tuple(replace(each.problem, hint=f"accepted: {each.why}") for each in self.waived)


def load(path: Path, *, shown_as: str | None = None) -> Loaded:
    """Read and validate the document in the file `path`; see `loads`.

    Args:
        path: the file.
        shown_as: its name in the places of problems, where that is not `path`.

    Raises:
        MilepostError: as `loads`, and when the file cannot be read.
    """
    file = shown_as or str(path)
    return loads(read(path, file), file)


def read(path: Path, file: str) -> bytes:
    """Return the content of the file `path`, which problems name `file`.

    Raises:
        MilepostError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise _refusal(file, "missing", "there is no such file", "check its name and folder") from None
    except IsADirectoryError:
        raise _refusal(file, "unreadable", "this is a folder", "give the file in it") from None
    except OSError as error:
        reason, hint = (error.strerror or str(error)).lower(), "check its name and its permissions"
        raise _refusal(file, "unreadable", f"the file cannot be read: {reason}", hint) from None


def loads(content: bytes, file: str) -> Loaded:
    """Validate the document whose YAML is `content`.

    Args:
        content: the bytes of the file, UTF-8 with or without a byte order mark.
        file: its name, for the places of problems.

    Raises:
        MilepostError: with every fault of the document, in the order of the file. The rules between its parts
            are checked even when single values are faulty, as far as their findings can then be trusted.
    """
    return valid(*inspect(content, file))


def valid(loaded: Loaded | None, problems: Iterable[Problem]) -> Loaded:
    """Return the document that `inspect` has found.

    Raises:
        MilepostError: with the errors among its `problems`.
    """
    faults = [problem for problem in problems if problem.severity is Severity.ERROR]
    if faults or loaded is None:
        raise MilepostError(*faults)
    return loaded


def inspect(content: bytes, file: str) -> tuple[Loaded | None, tuple[Problem, ...]]:
    """Return the document whose YAML is `content`, and all problems, in the order of the file.

    The document is None if its syntax or a value of it is faulty. If there are only errors of rules, it is
    what is in the file.

    Args:
        content: as in `loads`.
        file: as in `loads`.

    Raises:
        MilepostError: for faults after which nothing else can be said.
    """
    source = SourceText(decode(content, file), file)
    composed = compose(source)
    found = _check(composed)
    if any(problem.rule in _STRUCTURE for problem in found.problems):
        composed = compose(source, thorough=True)
        if composed.repaired:
            found = _check(composed)
    if found.document is None:
        return None, tuple(_in_order(found.problems))
    problems, waived = waive(found.document, found.places, _in_order(found.problems))
    if not found.is_sound:
        return None, problems
    return Loaded(found.document, found.places, problems, waived=waived), problems


def waive(
    document: Document, places: Places, problems: list[Problem], needs: str | None = ""
) -> tuple[tuple[Problem, ...], tuple[Waived, ...]]:
    """Return the problems that no waiver of a document accepts, in the order of the file, and the others.

    Among the first are the waivers that accept nothing, unless there are errors, which may hide what they
    accept.

    Args:
        document: the document.
        places: of its parts.
        problems: what was found.
        needs: waivers of which rules can be needless, as in `milepost.rulebook.book.Rule`; None for none.
    """
    found = waivers.accepted(document, problems)
    kept = [problem for problem in problems if problem not in found]
    if not any(problem.severity is Severity.ERROR for problem in problems):
        needless = waivers.needless(document, problems, found, lambda rule: rule.needs == needs)
        kept += [_problem(finding, places) for finding in needless]
    known = dict(document.once(traverse.waivers))
    waived = (Waived(problem, known[path], places.of(path)) for problem, path in found.items())
    return tuple(_in_order(kept)), tuple(waived)


class _Checked(NamedTuple):
    """A document, if a tree has one, with all of its problems; and whether those are of rules only."""

    document: Document | None
    places: Places
    problems: list[Problem]
    is_sound: bool


def _check(composed: Composed) -> _Checked:
    """Validate a tree."""
    places = Places(composed.source, composed.root)
    problems = list(composed.problems)
    if not composed.incomplete and places.of(("format",)).line not in composed.repaired:
        _check_format(places, problems)
    verdict = validate(values_of(composed.root), places)
    found = list(verdict.problems)
    is_sound = all(problem.severity is Severity.WARNING for problem in (*problems, *found))
    if verdict.document is not None:
        lost = consequences_of_losing(composed.lost, everything=composed.incomplete)
        found += _findings(verdict.document, places, verdict.unreliable | lost)
    problems += [problem for problem in found if _is_reliable(problem, composed)]
    return _Checked(verdict.document, places, problems, is_sound)


def _findings(document: Document, places: Places, unreliable: frozenset[str]) -> Iterator[Problem]:
    """Yield the findings of the rules, without those of unreliable rules."""
    for finding in rules.check(document):
        if finding.rule not in unreliable:
            yield _problem(finding, places)


def _problem(finding: rules.Finding, places: Places) -> Problem:
    """Return a finding as a problem with its places."""
    if finding.line:
        place = places.of(finding.path, finding.line, finding.column)
    elif finding.words:
        place = places.of_words(finding.path, finding.words, finding.occurrence)
    else:
        find = places.of_key if finding.at_key else places.of
        place = max(find(path) for path in (finding.path, finding.rival) if path is not None)
    return Problem(
        rule=finding.rule,
        place=place,
        message=finding.message,
        hint=finding.hint,
        severity=finding.severity,
        path=finding.path,
        others=tuple(note for note in _notes(finding, places) if note.place != place),
        about=tuple(_about(finding, places)),
    )


def _about(finding: rules.Finding, places: Places) -> Iterator[ValuePath]:
    """Yield the path of each value that a finding is about, followed by the word in it that is meant."""
    for path, words in ((finding.path, finding.words), *((each.path, each.words) for each in finding.others)):
        entry = places.scalar(path) if path and isinstance(path[-1], int) else None
        word = words or (entry.text if entry else "")
        yield (*path, word) if word else path


def _notes(finding: rules.Finding, places: Places) -> Iterator[Note]:
    """Yield the places and the words of all values that a finding is about."""
    for other in finding.others:
        if other.words:
            place = places.of_words(other.path, other.words, other.occurrence)
        else:
            find = places.of_key if other.at_key else places.of
            place = find(other.path)
        yield Note(place, other.message)


def _is_reliable(problem: Problem, composed: Composed) -> bool:
    """Return whether a problem is more than a consequence of faults in the syntax."""
    if composed.incomplete and problem.rule in {"missing", "too_short"}:
        return False
    return problem.place is None or problem.place.line not in composed.repaired


def _refusal(file: str, rule: str, message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule=rule, place=Place(file), message=message, hint=hint))


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once, in the order of the file."""
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.place or Place(""), problem.message))


def decode(content: bytes, file: str) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    Raises:
        MilepostError: with the place of the first byte that is not UTF-8.
    """
    try:
        # Letters with marks are single characters where there is one, so that equal texts are equal.
        return unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        whole = error.object  # without the byte order mark
        before = whole[: error.start].decode("utf-8")
        place = SourceText(before, file).place(len(before))
        problem = Problem(
            rule="encoding",
            place=place,
            message=f"the byte 0x{whole[error.start]:02X} is not UTF-8",
            hint="save the file as UTF-8; editors call this the encoding or the character set",
        )
        raise MilepostError(problem) from None


def _check_format(places: Places, problems: Iterable[Problem]) -> None:
    """Raise an error unless the file is a document in the format that this program reads."""
    root = places.root
    found = root.entries["format"][1] if isinstance(root, Mapping) and "format" in root.entries else None
    start = f"begin the file with the line  format: {FORMAT}"
    if isinstance(found, Scalar) and found.text == FORMAT:
        return
    if isinstance(found, Scalar) and found.is_absent:
        found = None
    if not isinstance(root, Mapping):
        message, hint = "this is not a milestone document: it has no keys", start
    elif found is None:
        message, hint = "the file does not say in which format it is written", start
    elif not isinstance(found, Scalar) or not re.fullmatch("[0-9]{1,9}", found.text):
        message, hint = "this is not the number of a format", f"write  format: {FORMAT}"
    else:
        message = f"the file is written in format {quoted(found.text)}, this program reads {FORMAT}"
        newer = int(found.text) > int(FORMAT)
        hint = "install a newer version of it" if newer else f"change the file to format {FORMAT}"
    place = places.of(("format",))
    fault = Problem(rule="format", place=place, message=message, hint=hint)
    faults = [problem for problem in problems if problem.severity is Severity.ERROR]
    raise MilepostError(*_in_order([*faults, fault]))
