"""Loading: the text of a `milestones.yaml` to a validated document, or all of its faults with their places."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from milepost import rules
from milepost.errors import MilepostError, Place, Problem, Severity
from milepost.model import FORMAT, Document
from milepost.yaml_nodes import Mapping, Node, Scalar, Sequence, compose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Places:
    """Where each part of a document stands in its file."""

    file: str
    root: Node
    lines: tuple[str, ...]

    def of(self, path: Path_, line: int = 0) -> Place:
        """Return the place of the value at `path`, or of the nearest part of it that exists.

        Args:
            path: keys and indices from the root; an index also counts the entries of a mapping.
            line: counted from 1, a line inside of the text at `path`.
        """
        node, place = self._walk(path)
        if line and isinstance(node, Scalar) and node.style == "|":
            number = node.place.line + line
            text = self.lines[number - 1] if number <= len(self.lines) else ""
            return Place(self.file, number, len(text) - len(text.lstrip(" ")) + 1)
        return place

    def of_key(self, path: Path_) -> Place:
        """Return the place of the key that leads to the value at `path`."""
        parent, place = self._walk(path[:-1])
        if isinstance(parent, Mapping):
            for index, (key, _) in enumerate(parent.pairs):
                if path[-1] in (key.text, index):
                    return key.place
        return place

    def _walk(self, path: Path_) -> tuple[Node, Place]:
        node, place = self.root, self.root.place
        for step in path:
            found = _child(node, step)
            if found is None:
                continue  # a name that the model made up: the tag of a union, the key of an entry
            node, place = found
        return node, place


def _child(node: Node, step: str | int) -> tuple[Node, Place] | None:
    match node:
        case Sequence(items=items) if isinstance(step, int) and step < len(items):
            return items[step], items[step].place
        case Mapping(pairs=pairs):
            for index, (key, value) in enumerate(pairs):
                if step in (key.text, index):
                    # A mapping starts at its first key, in the next line: its own key says better where it is.
                    return value, value.place if isinstance(value, Scalar) and value.text else key.place
    return None


@dataclass(frozen=True)
class Loaded:
    """A valid document with the places of its parts and the doubts about it."""

    document: Document
    places: Places
    warnings: tuple[Problem, ...]


def load(path: Path, *, shown_as: str | None = None) -> Loaded:
    """Read and validate the document in the file `path`; see `loads`.

    Raises:
        MilepostError: as `loads`, and when the file cannot be read or is not UTF-8.
    """
    file = shown_as or str(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _stop(
            file, "missing", "there is no such file", "name the file that holds the document"
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _stop(
            file, "unreadable", f"the file cannot be read: {reason}", "name a readable file"
        ) from None
    return loads(content, file)


def loads(content: bytes, file: str) -> Loaded:
    """Validate the document whose YAML is `content`.

    Args:
        content: the bytes of the file, UTF-8.
        file: its name, for the places of problems.

    Raises:
        MilepostError: with every fault of the document, in the order of the file.
    """
    root, problems = compose(_decode(content, file), file)
    places = Places(file, root, tuple(content.decode("utf-8-sig").split("\n")))
    if not isinstance(root, Mapping):
        raise _stop(file, "type", "the file must be a mapping", "start it with  format: 1")
    problems += _format_problems(places)
    document = None
    if not problems or all(problem.rule != "format" for problem in problems):
        try:
            document = Document.parse(_values(root))
        except ValidationError as error:
            problems += _validation_problems(error, places)
    warnings = []
    if document is not None:
        for finding in rules.check(document):
            problem = Problem(
                rule=finding.rule,
                place=(places.of_key if finding.at_key else places.of)(finding.path),
                message=finding.message,
                hint=finding.hint,
                severity=finding.severity,
            )
            (warnings if finding.severity is Severity.WARNING else problems).append(problem)
    if problems or document is None:
        raise MilepostError(*_in_order(problems))
    return Loaded(document, places, tuple(_in_order(warnings)))


def _stop(file: str, rule: str, message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule=rule, place=Place(file), message=message, hint=hint))


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Return each problem once, in the order of the file."""
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.place or Place(""), problem.message))


def _decode(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        problem = Problem(
            rule="encoding",
            place=place,
            message=f"the byte 0x{content[error.start]:02X} is not UTF-8",
            hint="save the file in the encoding UTF-8",
        )
        raise MilepostError(problem) from None


def _values(node: Node) -> Any:
    """Return `node` as plain mappings, lists and strings; nothing written is None."""
    match node:
        case Scalar(text=text, style=style):
            return None if text == "" and style is None else text
        case Sequence(items=items):
            return [_values(item) for item in items]
        case Mapping(pairs=pairs):
            return {key.text: _values(value) for key, value in pairs}


def _format_problems(places: Places) -> Iterator[Problem]:
    root = places.root
    found = (
        next((value for key, value in root.pairs if key.text == "format"), None)
        if isinstance(root, Mapping)
        else None
    )
    if found is None:
        yield Problem(
            rule="format",
            place=places.of(()),
            message="the file does not say which format it is written in",
            hint=f"start it with  format: {FORMAT}",
        )
    elif not isinstance(found, Scalar) or found.text != FORMAT:
        name = found.text if isinstance(found, Scalar) else "a list or mapping"
        yield Problem(
            rule="format",
            place=found.place,
            message=f"this program reads format {FORMAT}, not {name}",
            hint="use the milepost of the time of the file, or bring the file up to date",
        )


def _validation_problems(error: ValidationError, places: Places) -> Iterator[Problem]:
    details = error.errors(include_url=False)
    for detail in details:
        path = detail["loc"]
        nested = any(other["loc"][: len(path)] == path and len(other["loc"]) > len(path) for other in details)
        if detail["type"] == "too_short" and nested:
            continue  # only short because its faulty entries were left out
        yield from _problems_of(detail, path, places)


_TYPE_MESSAGES = {
    "string_type": ("this must be text", "write it on one line, or as a block after |"),
    "tuple_type": ("this must be a list", "write each entry on a line of its own, after a dash"),
    "model_type": ("this must be a mapping", "write its keys below it, indented, as key: value"),
    "model_attributes_type": ("this must be a mapping", "write its keys below it, indented, as key: value"),
    "too_short": ("this list has no entries", "write at least one"),
}


def _problems_of(detail: ErrorDetails, path: Path_, places: Places) -> Iterator[Problem]:
    """Yield what pydantic found, in our words."""
    rule, context = detail["type"], detail.get("ctx", {})
    name = path[-1] if path else ""
    place = places.of(path)
    hint = ""
    match rule:
        case "prose":
            for line, message, remedy in context["faults"]:
                yield Problem(rule=rule, place=places.of(path, line), message=message, hint=remedy)
            return
        case "missing":
            parent = places.of_key(path[:-1]) if path[:-1] else places.of(())
            message, hint, place = f"{name} is missing", f"add  {name}: ...", parent
        case "union_tag_not_found":
            message, hint, rule = "kind is missing", "add  kind: gantt  or  kind: deployment", "missing"
        case "extra_forbidden":
            message, place = f"unknown key {name!r}", places.of_key(path)
            hint, rule = _did_you_mean(str(name), path[:-1]), "unknown"
        case "literal_error" | "union_tag_invalid":
            wrong = context.get("tag", detail["input"])
            message, hint = (
                f"{wrong!r} is not possible here",
                f"write {context.get('expected', context.get('expected_tags'))}",
            )
            place = places.of((*path, "kind")) if rule == "union_tag_invalid" else place
        case "int_parsing" | "int_type" | "greater_than_equal" | "less_than_equal":
            message = f"{detail['input']!r} is not a number that is possible here"
            hint = "write a whole number" if rule == "int_parsing" else _bounds(context)
        case "string_pattern_mismatch":
            message, hint = f"{detail['input']!r} is not a language tag", "write one like en-US"
        case _ if rule in _TYPE_MESSAGES:
            message, hint = _TYPE_MESSAGES[rule]
        case _:
            message, hint = context.get("message", detail["msg"]), context.get("hint", "")
    yield Problem(rule=rule, place=place, message=message, hint=hint)


def _bounds(context: dict[str, Any]) -> str:
    return f"write {context['ge']} or more" if "ge" in context else f"write {context.get('le')} or less"


def _did_you_mean(name: str, path: Path_) -> str:
    known = sorted(_keys_at(path))
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else f"the keys here are {', '.join(known)}"


def _keys_at(path: Path_) -> set[str]:
    """Return the keys that the model knows at `path`."""
    models: list[type[BaseModel]] = [Document]
    for step in path:
        if isinstance(step, str):
            deeper = [
                model
                for parent in models
                for key, info in parent.model_fields.items()
                if step == (info.alias or key)
                for model in _models_in(info.annotation)
            ]
            tagged = [
                m
                for m in models
                if "kind" in m.model_fields and step in get_args(m.model_fields["kind"].annotation)
            ]
            models = deeper or tagged or models
    return {
        info.alias or key
        for model in models
        for key, info in model.model_fields.items()
        if key not in {"code", "handle", "acronym"} or model.__name__ == "Metadata"
    }


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]
