"""Read a CSV file with the place of each cell, which Python's module csv does not tell; guard cells.

Files of the history begin with lines of the form `# key: value`, which say what is in the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem, count, quoted
from milepost.base.suggest import Vocabulary
from milepost.loading.load import decode
from milepost.loading.nodes import Scalar, SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LFS = "version https://git-lfs.github.com/spec/"
# RFC 4180, with any end of a line; a quotation mark inside of a cell without quotation marks is one.
_CELL = re.compile(
    r'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|[ \t]*(?P<plain>(?:[^",\r\n][^,\r\n]*)?))(?P<end>,|\r\n|\r|\n|\Z)'
)
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')
_STATEMENT = re.compile(r"#[ \t]*(?P<key>[a-z0-9]+):(?P<value>[^\r\n]*?)[\s,]*")

Row = list[Scalar]


class CsvRows:
    """The rows of a file, and the faults that were found in it.

    Attributes:
        source: the text.
        start: the place of the file as a whole.
        rows: the cells of the rows that are not empty and not yet taken, up to the first quotation mark that
            is wrong.
        problems: the faults.
    """

    def __init__(self, content: bytes, file: str) -> None:
        """Read the file.

        Raises:
            MilepostError: it is not UTF-8, or stands for a file in Git LFS.
        """
        text = decode(content, file)
        self.start = Place(file)
        if text.startswith(_LFS):
            message = "this is a pointer of Git LFS, not the file itself"
            raise MilepostError(
                Problem(rule="lfs", place=self.start, message=message, hint="run: git lfs pull")
            )
        self.source = SourceText(text, file)
        self.problems: list[Problem] = []
        self.rows = [row for row in self._rows() if any(cell.text for cell in row)]

    def complain(self, rule: str, place: Place, message: str, hint: str) -> None:
        """Add a fault."""
        self.problems.append(Problem(rule=rule, place=place, message=message, hint=hint))

    def error(self) -> MilepostError:
        """Return all faults, in the order of the file."""
        return MilepostError(*sorted(self.problems, key=lambda problem: problem.place or self.start))

    def take_statements(self) -> dict[str, tuple[str, Place]]:
        """Take the rows at the beginning that begin with `#`; return their values and places, by their keys.

        A row without a key has an empty one.
        """
        found: dict[str, tuple[str, Place]] = {}
        while self.rows and self.rows[0][0].text.startswith("#"):
            row = self.rows.pop(0)
            statement = _STATEMENT.fullmatch(self.source.text[row[0].start : row[-1].end])
            key, value = (statement["key"], statement["value"].strip()) if statement else ("", "")
            found.setdefault(key, (value, row[0].place))
        return found

    def take_columns(self, known: Sequence[str], needed: Sequence[str]) -> list[str]:
        """Take the row with the names of the columns, and return them; nothing if they are faulty."""
        if not self.rows:
            return []
        header, before = self.rows.pop(0), len(self.problems)
        names = [cell.text for cell in header]
        vocabulary = Vocabulary(known)
        for position, cell in enumerate(header):
            name = cell.text
            if name in names[:position]:
                message, hint = f"the column {quoted(name)} is here twice", "remove one of the two"
                self.complain("duplicate", cell.place, message, hint)
            elif name not in vocabulary:
                hint = vocabulary.hint(name, f"the columns are {', '.join(known)}")
                if re.match(rf"{known[0]}\s*[;\t]", name):
                    hint = "separate cells by commas"
                self.complain("unknown", cell.place, f"there is no column {quoted(name)}", hint)
        if len(self.problems) == before:
            for name in needed:
                if name not in names:
                    hint = f"name a column {name} in this line"
                    self.complain("missing", header[0].place, f"there is no column '{name}'", hint)
        return names if len(self.problems) == before else []

    def cells(self, columns: Sequence[str]) -> Iterator[dict[str, Scalar]]:
        """Yield the cells of each row by the names of their columns."""
        for row in self.rows:
            if len(row) == len(columns):
                yield dict(zip(columns, row, strict=True))
            else:
                message = f"this row has {count(len(row), 'cell')}, and there are {len(columns)} columns"
                self.complain("cells", row[0].place, message, "an empty cell needs its comma")

    def _rows(self) -> Iterator[Row]:
        position, row, text = 0, Row(), self.source.text
        while position < len(text) or row:
            found = _CELL.match(text, position)
            if found is None:
                self._broken(position)
                return
            kind = "plain" if found["quoted"] is None else "quoted"
            value = found[kind].strip() if kind == "plain" else found[kind].replace('""', '"')
            start, end = found.span(kind)
            row.append(Scalar(self.source, start, end, value))
            position = found.end()
            if found["end"] != ",":
                yield row
                row = Row()

    def _broken(self, position: int) -> None:
        closed = _QUOTED.match(self.source.text, position)
        if closed is None:
            message, hint = "this quotation mark is never closed", 'add the closing " at the end of the cell'
        else:
            position = closed.end()
            message = "there is text after the closing quotation mark"
            hint = 'write "" for one in a cell'
        self.complain("quotes", self.source.place(position), message, hint)


# Spreadsheets read text that begins with these as a formula, or drop the character and read the rest as one:
# OWASP, "CSV Injection". The last four are the full-width forms of the first four.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_GUARD = "'"


def csv_cell(text: str) -> str:
    """Return `text` with an apostrophe before it if a spreadsheet could read it as a formula.

    Text that begins with an apostrophe gets one, too, so that `text_of_cell` is its inverse.
    """
    return _GUARD + text if text.startswith((*_FORMULA, _GUARD)) else text


def text_of_cell(cell: str) -> str:
    """Return the text for which `csv_cell` gives `cell`; a cell that it never gives is its own text."""
    text = cell.removeprefix(_GUARD)
    return text if csv_cell(text) == cell else cell
