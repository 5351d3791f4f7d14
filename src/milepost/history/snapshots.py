"""Read and write snapshots: CSV files with facts about milestones, named after the day of these facts.

The first line says of which milestones all that existed on that day are in the file: `all`, a selection by
codes, or `some` if that is known of none. The second line names the columns:

    # milestones: codes:A-*
    code,due,completed
    A-1,2024-07-16,2024-07-12

A whole export of the schedule has the scope `schedule`, says what it was made from, and has more columns:

    # milestones: schedule
    # source: 202402-ME.xls
    # sha256: 7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069
    code,due,forecast,completed,name,status
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from milepost.base import dates
from milepost.base.characters import plainly_written
from milepost.base.errors import MilepostError, Place, Problem, Severity, printable, quoted
from milepost.document.fields import String
from milepost.document.model import Milestone
from milepost.document.selection import Selection, SelectionError
from milepost.history import states
from milepost.history.csv_rows import CsvRows, csv_cell, text_of_cell
from milepost.history.exports import OfSchedule
from milepost.history.names import day_of
from milepost.history.states import FACTS, OF_SCHEDULE, Snapshot
from milepost.loading.load import Loaded
from milepost.loading.load import read as read_file
from milepost.loading.nodes import Scalar, Sequence
from milepost.loading.positions import Places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from pydantic_core import ErrorDetails

_ALL, _SOME, _SCHEDULE = "all", "some", "schedule"
_DECLARE = "begin the file with the line  # milestones: all  or  # milestones: some"
_MOST_LISTED = 8
_YES = "true"

# What a row says of a field is checked in a milestone that has no faults.
_FAULTLESS = {"code": "x", "name": "x", "due": "tbd"}
_TEXT: TypeAdapter[str] = TypeAdapter(String)


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
    return _Reader(CsvRows(content, file)).read()


def as_csv(snapshot: Snapshot) -> str:
    """Return a snapshot as CSV: equal snapshots give equal text."""
    text = io.StringIO(newline="")
    scope = _SOME if snapshot.scope is None else str(snapshot.scope) or _ALL
    text.write(f"# milestones: {_SCHEDULE if snapshot.is_schedule else scope}\n")
    text.write(origin(snapshot.source, snapshot.sha256))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", *snapshot.columns))
    for code, facts in sorted(snapshot.rows.items()):
        values = (code, *(facts[column] for column in snapshot.columns))
        writer.writerow([csv_cell(_text(value)) for value in values])
    return text.getvalue()


def origin(source: str | None, sha256: str | None) -> str:
    """Return the lines that say which export a file is made from."""
    stated = (("source", source), ("sha256", sha256))
    return "".join(f"# {key}: {_one_line(value)}\n" for key, value in stated if value)


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _text(value: object) -> str:
    if isinstance(value, bool):
        return _YES if value else ""
    return "" if value is None else str(value)


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

    def __init__(self, table: CsvRows) -> None:
        self._table = table
        self._complain = table.complain
        self._is_schedule = False

    def read(self) -> SnapshotFile:
        table = self._table
        day = day_of(table.source.file)
        if day is None:
            hint = "name it after its data date, for instance 2024-02-29.csv"
            self._complain("name", table.start, "the name of the file is not a day", hint)
        place = table.rows[0][0].place if table.rows else table.start
        stated = table.take_statements()
        scope = self._scope(stated, place)
        known = (*FACTS, *OF_SCHEDULE) if self._is_schedule else FACTS
        columns = table.take_columns(("code", *known), ["code"])
        rows = list(table.rows)
        entries = dict(self._entries(columns, day)) if columns else {}
        if not entries and not table.problems:
            self._complain("missing", table.start, "there is no milestone in this file", "add a row for each")
        if table.problems or day is None:
            raise table.error()
        names = tuple(name for name in known if name in columns)
        root = Sequence(table.source, 0, [Sequence(table.source, row[0].start, [*row]) for row in rows])
        snapshot = Snapshot(
            day=day,
            scope=scope,
            columns=names,
            rows=entries,
            is_schedule=self._is_schedule,
            **{key: stated[key][0] for key in ("source", "sha256") if key in stated},
        )
        return SnapshotFile(snapshot, Places(table.source, root))

    def _scope(self, stated: dict[str, tuple[str, Place]], start: Place) -> Selection | None:
        """Return of which milestones all are in the file, which its first line says."""
        scope, place = stated.get("milestones", ("", start))
        self._is_schedule = scope == _SCHEDULE
        if scope in {_ALL, _SOME, _SCHEDULE}:
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

    def _entries(self, columns: list[str], day: date | None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the code of each milestone with its facts."""
        lines: dict[str, int] = {}
        for cells in self._table.cells(columns):
            code = self._code(cells.pop("code"), lines)
            facts = self._facts(cells)
            if not self._is_schedule:  # which says what the export says
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
        model: type[Milestone] = OfSchedule if self._is_schedule else Milestone
        for name in cells.keys() - texts.keys():
            if model.model_fields[name].is_required():
                hint = "write it" if name != "due" else "write a date, or tbd where there was none"
                self._complain("missing", cells[name].place, f"{name} is missing", hint)
        try:
            milestone = model.model_validate({**_FAULTLESS, **texts})
        except ValidationError as error:
            for detail in error.errors():
                name = str(detail["loc"][0])
                self._faulty(detail, cells[name], needed=model.model_fields[name].is_required())
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
