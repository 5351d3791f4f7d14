"""Look into an `.xlsx` before a library does, which allocates all cells between the first and the last."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

LARGEST = 500_000_000
"""Bytes that the parts may have when they are unpacked."""
MOST_CELLS = 5_000_000
"""Cells that a sheet may have, empty ones between others too: 200,000 rows of 25 columns."""
WORKBOOK = "xl/workbook.xml"
"""The part that names the sheets."""

_PIECE = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACE = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row\s[^<>]*?\br\s*=\s*[\"']([0-9]+)[\"']")


def cells_of(archive: zipfile.ZipFile) -> int:
    """Return how many cells the largest sheet of a workbook has, as a table without gaps.

    Raises:
        zipfile.BadZipFile: a part is damaged, or has another size than the list of parts says.
    """
    largest = 0
    for part in archive.infolist():
        with archive.open(part) as stream:
            largest = max(largest, _cells(stream))
    return largest


def _cells(stream: IO[bytes]) -> int:
    rows = last_row = columns = in_row = 0
    for text in _whole_tags(stream):
        rows += len(_ROW.findall(text))
        for number in _ROW_NUMBER.findall(text):
            last_row = max(last_row, _number(number))
        places = _PLACE.findall(text)
        columns = max([columns, *(_column(letters) for letters in {letters for letters, _ in places})])
        last_row = max([last_row, *map(_number, {number for _, number in places})])
        if len(places) < len(_CELL.findall(text)):  # some say not where they are: after the one before
            for number, row in enumerate(_ROW.split(text)):
                in_row = len(_CELL.findall(row)) + (0 if number else in_row)
                columns = max(columns, in_row)
    return max(rows, last_row) * columns


def _whole_tags(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the content of a part in pieces, none of which ends within a tag."""
    rest = b""
    while piece := stream.read(_PIECE):
        text = rest + piece
        cut = text.rfind(b"<")
        if cut < 0 or len(text) - cut > _PIECE:  # a text, or a tag that is longer than any
            rest = b""
            yield text
        else:
            rest = text[cut:]
            yield text[:cut]
    yield rest


def _number(digits: bytes) -> int:
    return int(digits[:9])


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters.upper()[:8]:
        column = 26 * column + letter - ord("A") + 1
    return column
