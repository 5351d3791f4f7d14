"""Read and write snapshots: CSV files with facts about milestones, named after the day of these facts.

The first line says of which milestones all that existed on that day are in the file: `all`, a selection by
codes, or `some` if that is known of none. The second line names the columns:

    # milestones: codes:A-*
    code,due,completed
    A-1,2024-07-16,2024-07-12
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from milepost.base import dates
from milepost.base.characters import plainly_written
from milepost.base.errors import MilepostError, Place, Problem, Severity, count, quoted
from milepost.base.escape import csv_cell, text_of_cell
from milepost.base.suggest import Vocabulary
from milepost.document.fields import String
from milepost.document.model import Milestone
from milepost.document.selection import Selection, SelectionError
from milepost.history import states
from milepost.history.names import day_of
from milepost.history.states import FACTS, Snapshot
from milepost.loading.load import Loaded, decode
from milepost.loading.load import read as read_file
from milepost.loading.positions import Places
from milepost.loading.yaml_tree import Scalar, Sequence, SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from pydantic_core import ErrorDetails

_LFS = "version https://git-lfs.github.com/spec/"
_ALL, _SOME = "all", "some"
_DECLARATION = re.compile(r"#[ \t]*milestones:(?P<scope>[^\r\n]*?)[\s,]*")
_DECLARE = "begin the file with the line  # milestones: all  or  # milestones: some"
_MOST_LISTED = 8

# csv does not say in which column of the file a cell is. RFC 4180, with any end of a line; a quotation mark
# inside of a cell without quotation marks is one.
_CELL = re.compile(
    r'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|[ \t]*(?P<plain>(?:[^",\r\n][^,\r\n]*)?))(?P<end>,|\r\n|\r|\n|\Z)'
)
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')
# What a row says of a field is checked in a milestone that has no faults.
_FAULTLESS = {"code": "x", "name": "x", "due": "tbd"}
_TEXT: TypeAdapter[str] = TypeAdapter(String)

_Row = list[Scalar]


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A snapshot, and the place of each of its cells."""

    snapshot: Snapshot
    places: Places

    @property
    def file(self) -> str:
        """The name of the file, for messages."""
        return self.places.source.file


def load_snapshot(path: Path, *, shown_as: str | None = None) -> SnapshotFile:
    """Read the snapshot in the file `path`; see `read_snapshot`."""
    file = shown_as or str(path)
    return read_snapshot(read_file(path, file), file)


def read_snapshot(content: bytes, file: str) -> SnapshotFile:
    """Return the snapshot whose CSV is `content`.

    Args:
        content: the bytes of the file, UTF-8 with or without a byte order mark.
        file: its name, which ends with the data date; for the places of problems, too.

    Raises:
        MilepostError: with every fault of the file, in the order of the file.
    """
    text = decode(content, file)
    if text.startswith(_LFS):
        message = "this is a pointer of Git LFS, not the file itself"
        raise MilepostError(_problem("lfs", Place(file), message, "run: git lfs pull"))
    return _Reader(SourceText(text, file)).read()


def as_csv(snapshot: Snapshot) -> str:
    """Return a snapshot as CSV: equal snapshots give equal text."""
    text = io.StringIO(newline="")
    scope = _SOME if snapshot.scope is None else str(snapshot.scope) or _ALL
    text.write(f"# milestones: {scope}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", *snapshot.columns))
    for code, facts in sorted(snapshot.rows.items()):
        values = (code, *(facts[column] for column in snapshot.columns))
        writer.writerow([csv_cell("" if value is None else str(value)) for value in values])
    return text.getvalue()


def in_document(found: SnapshotFile, loaded: Loaded) -> Loaded:
    """Return the document in `loaded` with the facts of a snapshot, and a warning about those of others.

    Raises:
        MilepostError: the document has none of the milestones.
    """
    snapshot, handle = found.snapshot, loaded.document.metadata.handle
    if not states.is_about(snapshot, loaded.document):
        message, hint = (
            f"{handle} has none of the milestones in this file",
            "check that it is the right file",
        )
        raise MilepostError(_problem("unknown", Place(found.file), message, hint))
    warnings = []
    if others := states.unknown(loaded.document, snapshot):
        more = ", …" if len(others) > _MOST_LISTED else ""
        are = "1 milestone is" if len(others) == 1 else f"{len(others)} milestones are"
        message = f"{are} not in {handle} and left out: {', '.join(others[:_MOST_LISTED])}{more}"
        warnings.append(_problem("unknown", Place(found.file), message, severity=Severity.WARNING))
    document = states.as_of(loaded.document, snapshot)
    return Loaded(document, loaded.places, tuple(warnings), snapshot=found.places)


def _problem(
    rule: str, place: Place, message: str, hint: str = "", severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(rule=rule, place=place, message=message, hint=hint, severity=severity)


class _Reader:
    """Reads one file and collects its faults."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._problems: list[Problem] = []

    def read(self) -> SnapshotFile:
        start = Place(self._source.file)
        day = day_of(self._source.file)
        if day is None:
            hint = "name it after its data date, for instance 2024-02-29.csv"
            self._complain("name", start, "the name of the file is not a day", hint)
        rows = [row for row in self._rows() if any(cell.text for cell in row)]
        scope = self._scope(rows)
        columns = self._columns(rows)
        entries = dict(self._entries(columns, rows, day)) if columns else {}
        if not entries and not self._problems:
            self._complain("missing", start, "there is no milestone in this file", "add a row for each")
        if self._problems or day is None:
            raise MilepostError(*sorted(self._problems, key=lambda problem: problem.place or start))
        names = tuple(name for name in FACTS if name in columns)
        root = Sequence(self._source.place(0), [Sequence(row[0].place, [*row]) for row in rows])
        snapshot = Snapshot(day=day, scope=scope, columns=names, rows=entries)
        return SnapshotFile(snapshot, Places(self._source, root))

    def _complain(self, rule: str, place: Place, message: str, hint: str) -> None:
        self._problems.append(_problem(rule, place, message, hint))

    def _rows(self) -> Iterator[_Row]:
        """Yield the cells of each row."""
        position, row, text = 0, list[Scalar](), self._source.text
        while position < len(text) or row:
            found = _CELL.match(text, position)
            if found is None:
                self._broken(position)
                return
            kind = "plain" if found["quoted"] is None else "quoted"
            value = found[kind].strip() if kind == "plain" else found[kind].replace('""', '"')
            start, end = found.span(kind)
            row.append(Scalar(self._source.place(start), value, "", start, end))
            position = found.end()
            if found["end"] != ",":
                yield row
                row = []

    def _broken(self, position: int) -> None:
        closed = _QUOTED.match(self._source.text, position)
        if closed is None:
            message, hint = "this quotation mark is never closed", 'add the closing " at the end of the cell'
        else:
            position = closed.end()
            message = "there is text after the closing quotation mark"
            hint = 'write "" for one in a cell'
        self._complain("quotes", self._source.place(position), message, hint)

    def _scope(self, rows: list[_Row]) -> Selection | None:
        """Remove the first row, which says of which milestones all are in the file, and return that."""
        place = rows[0][0].place if rows else Place(self._source.file)
        line = ""
        if rows and rows[0][0].text.startswith("#"):
            row = rows.pop(0)
            line = self._source.text[row[0].start : row[-1].end]
        declared = _DECLARATION.fullmatch(line)
        scope = declared["scope"].strip() if declared else ""
        if scope in {_ALL, _SOME}:
            return Selection() if scope == _ALL else None
        if not scope:
            self._complain("scope", place, "the file does not say whether all milestones are in it", _DECLARE)
            return None
        try:
            selection = Selection.from_text(scope)
        except SelectionError as error:
            self._complain("scope", place, f"{quoted(scope)} is neither all nor some: {error}", "")
            return None
        if set(selection.as_keys()) != {"codes"}:
            message = "only codes can say which milestones are in a file: the rest changes with time"
            self._complain("scope", place, message, "write it as  # milestones: codes:ABC-*,XYZ-1")
        return selection

    def _columns(self, rows: list[_Row]) -> list[str]:
        """Remove the row with the names of the columns, and return them; nothing if they are faulty."""
        if not rows:
            return []
        header, before = rows.pop(0), len(self._problems)
        names = [cell.text for cell in header]
        known = Vocabulary(("code", *FACTS))
        for position, cell in enumerate(header):
            name = cell.text
            if name in names[:position]:
                message, hint = f"the column {quoted(name)} is here twice", "remove one of the two"
                self._complain("duplicate", cell.place, message, hint)
            elif name not in known:
                hint = known.hint(name, f"the columns are {', '.join(('code', *FACTS))}")
                if re.match(r"code\s*[;\t]", name):
                    hint = "separate cells by commas"
                self._complain("unknown", cell.place, f"there is no column {quoted(name)}", hint)
        if "code" not in names and len(self._problems) == before:
            hint = "name a column code in this line"
            self._complain("missing", header[0].place, "there is no column 'code'", hint)
        return names if len(self._problems) == before else []

    def _entries(
        self, columns: list[str], rows: list[_Row], day: date | None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the code of each milestone with its facts."""
        lines: dict[str, int] = {}
        for row in rows:
            if len(row) != len(columns):
                message = f"this row has {count(len(row), 'cell')}, and there are {len(columns)} columns"
                self._complain("cells", row[0].place, message, "an empty cell needs its comma")
                continue
            cells = dict(zip(columns, row, strict=True))
            code = self._code(cells.pop("code"), lines)
            facts = self._facts(cells)
            self._contradictions(code, facts, cells, day)
            yield code, facts

    def _code(self, cell: Scalar, lines: dict[str, int]) -> str:
        try:
            code = _TEXT.validate_python(text_of_cell(cell.text))
        except ValidationError as error:
            self._faulty(error.errors()[0], cell, needed=True)
            return ""
        if code in lines:
            message = f"the milestone {quoted(code)} is already in line {lines[code]}"
            self._complain("duplicate", cell.place, message, "remove one of the two rows")
        lines.setdefault(code, cell.place.line)
        return code

    def _facts(self, cells: dict[str, Scalar]) -> dict[str, Any]:
        """Return the values of the cells of a row."""
        texts = {name: text_of_cell(cell.text) for name, cell in cells.items() if cell.text.strip()}
        for name in cells.keys() - texts.keys():
            if Milestone.model_fields[name].is_required():
                hint = "write it" if name != "due" else "write a date, or tbd where there was none"
                self._complain("missing", cells[name].place, f"{name} is missing", hint)
        try:
            milestone = Milestone.model_validate({**_FAULTLESS, **texts})
        except ValidationError as error:
            for detail in error.errors():
                name = str(detail["loc"][0])
                self._faulty(detail, cells[name], needed=Milestone.model_fields[name].is_required())
            return {}
        return {name: getattr(milestone, name) if name in texts else None for name in cells}

    def _faulty(self, detail: ErrorDetails, cell: Scalar, *, needed: bool) -> None:
        """Report that a cell has no value of its column."""
        context = detail.get("ctx", {})
        rule, place = detail["type"], cell.place
        message = context.get("message") or f"{quoted(cell.text)} is not possible here"
        hint = context.get("hint") or f"write {context.get('expected', 'something else')}"
        if rule == "character":
            place = Place(place.file, place.line, place.column + cell.text.index(context["words"]))
        elif rule == "empty":
            hint = "write it, or remove the row"
        elif rule == "date":
            plain = plainly_written(cell.text)
            if plain != cell.text:
                hint = f"write {plain}, with hyphens and digits as on the keyboard"
            elif not needed:
                hint = f"{dates.DAY_FORM}, or leave the cell empty" if "line" in hint else hint
        self._complain(rule, place, message, hint)

    def _contradictions(
        self, code: str, facts: dict[str, Any], cells: dict[str, Scalar], day: date | None
    ) -> None:
        """Report what cannot have been known on that day, or at the same time."""
        for name, what in (("completed", "completed"), ("since", facts.get("state") or "set aside")):
            known = facts.get(name)
            if known is not None and day is not None and known > day:
                message = f"{code} cannot be {what} after the day of the file, {dates.iso(day)}"
                self._complain("future", cells[name].place, message, "fix the date, or the name of the file")
        state = facts.get("state")
        if state is not None and facts.get("completed") is not None:
            message = f"{code} cannot be completed and {state}"
            self._complain("state", cells["state"].place, message, "remove one of the two")
        for name in ("since", "reason"):
            if state is None and facts.get(name) is not None:
                message = f"{name} is about the state of {code}, which has none"
                hint = "write cancelled or deferred in the column state, or leave this cell empty"
                self._complain("since", cells[name].place, message, hint)
