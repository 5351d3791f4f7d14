"""Apply proposals to the YAML: the smallest change of its bytes, only if the result is a document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, Severity, quoted
from milepost.comments.finding import PROSE, same, value_at
from milepost.comments.placing import Placed, State, merged_text
from milepost.loading.edit import NewValue, set_values
from milepost.loading.load import inspect
from milepost.loading.nodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.base.errors import ValuePath
    from milepost.loading.load import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The document with the accepted proposals.

    Attributes:
        content: its bytes.
        accepted: the proposals that are in it.
        problems: proposals that are not, each with the place of the comment, and faults of the result.
    """

    content: bytes
    accepted: tuple[Placed, ...]
    problems: tuple[Problem, ...]


def apply(content: bytes, loaded: Loaded, accepted: Iterable[Placed], file: str) -> Applied:
    """Apply the proposals among `accepted` to the YAML `content`.

    Args:
        content: the bytes of the document.
        loaded: the same, loaded.
        accepted: the comments whose proposals are wanted.
        file: the name of the document, for problems.
    """
    problems: list[Problem] = []
    chosen: dict[ValuePath, Placed] = {}
    agreed: list[Placed] = []
    for placed in accepted:
        if placed.state in {State.NOTE, State.DONE}:
            continue
        if placed.state is not State.APPLIES:
            message = f"this proposal cannot be applied: {placed.reason}"
            hint = f"edit the document by hand, and add --leave-out {placed.comment.id}"
            problems.append(_problem(placed, message, hint))
            continue
        known = chosen.setdefault(placed.path, placed)
        if known is not placed and not same(known.value, placed.value, in_lines=_is_prose(placed)):
            both = _together(known, placed)
            if both is None:
                problems.append(_differs(known, placed))
                continue
            chosen[placed.path] = both
        agreed.append(placed)
    if problems:
        return Applied(content=content, accepted=(), problems=tuple(problems))
    result = content
    edits = {path: _edit(loaded, placed) for path, placed in chosen.items()}
    try:
        result = set_values(content, file, list(edits.values()))
    except MilepostError:
        for path, placed in chosen.items():
            try:
                result = set_values(result, file, [edits[path]])
            except MilepostError as error:
                problems += [_problem(placed, each.message, each.hint) for each in error.problems]
    if not problems:
        problems += _faults(result, file)
    if problems:
        return Applied(content=content, accepted=(), problems=tuple(problems))
    return Applied(content=result, accepted=tuple(agreed), problems=())


def _is_prose(placed: Placed) -> bool:
    return (placed.comment.about.part, placed.comment.about.field) in PROSE


def _together(one: Placed, other: Placed) -> Placed | None:
    """Return both proposals for a text as one, or None if they change the same paragraph."""
    if not _is_prose(one) or not one.current or not one.value or not other.value:
        return None
    text = merged_text(one.current, other.value, one.value)
    return None if text is None else replace(one, value=text)


def _edit(loaded: Loaded, placed: Placed) -> NewValue:
    """Return the change of the YAML that a proposal is."""
    value = (placed.value or "").rstrip("\n")
    if not value.strip():
        return NewValue(placed.path, None)
    node = value_at(loaded, placed.path)
    in_lines = _is_prose(placed) or "\n" in value
    if isinstance(node, Scalar):  # a block ends with a line break
        value += node.text[len(node.text.rstrip("\n")) :]
    elif _is_prose(placed) and "\n" in value:
        value += "\n"
    return NewValue(placed.path, value, in_lines=in_lines)


def _faults(content: bytes, file: str) -> list[Problem]:
    """Return the errors of the document that would be written."""
    try:
        _, problems = inspect(content, file)
    except MilepostError as error:
        problems = error.problems
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def _differs(one: Placed, other: Placed) -> Problem:
    first, second = one.comment, other.comment
    message = (
        f"{second.author} proposes {quoted(second.proposal or '')} and {first.author} proposes "
        f"{quoted(first.proposal or '')} for the same value"
    )
    return _problem(other, message, f"accept one of them: --accept {first.id} or --accept {second.id}")


def _problem(placed: Placed, message: str, hint: str) -> Problem:
    return Problem(rule="comments", place=placed.comment.place, message=message, hint=hint)
