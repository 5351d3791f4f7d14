"""Read the sheets of a workbook, `.xls` or `.xlsx`: row 1 has machine names, row 2 captions, then data."""

from __future__ import annotations

import io
import marshal
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from milepost.base.errors import MilepostError, Place, count
from milepost.schedule import archive
from milepost.schedule import sheets as sheets_program
from milepost.schedule.cells import text_of
from milepost.schedule.tables import TASK, TASKPRED, Export, Table, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.schedule.tables import Cell

COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a `.xls` begins, and also an encrypted `.xlsx` ([MS-CFB], 2.2)."""
ZIP_FILE = b"PK\x03\x04"

_BOF = b"\x09\x08"
_FILEPASS = 0x2F
_EXPORT = "in P6, export it as Spreadsheet (XLS)"
_FEWER = "export fewer activities at once"
_UNKNOWN = {"Cannot detect file format"}
"""What the library says of workbooks that are too damaged to be known as some."""
_LONGEST = 300
"""Seconds."""


def read(content: bytes, file: str) -> Export:
    """Return the tables in a workbook.

    Args:
        content: of the file.
        file: its name, for the places of problems.

    Raises:
        MilepostError: it is encrypted, damaged, has macros, or lacks the sheet of the activities.
    """
    _refuse_what_is_not_read(content, file)
    found = _in_another_process(content, file)
    names, sheets = found["names"], found["sheets"]
    if TASK not in sheets:
        others = ", ".join(names[:8]) or "none"
        message = f"there is no sheet {TASK}, which has the activities (its sheets: {others})"
        raise refusal(Place(file), message, f"{_EXPORT}, with activities and relationships")
    return Export(tables={name: _table(name, rows, file) for name, rows in sheets.items()})


def _in_another_process(content: bytes, file: str) -> dict[str, Any]:
    """Return what `milepost.schedule.sheets` finds in a workbook.

    Raises:
        MilepostError: it cannot be read.
    """
    command = [sys.executable, "-P", sheets_program.__file__, TASK, TASKPRED]
    try:
        result = subprocess.run(command, input=content, capture_output=True, check=True, timeout=_LONGEST)
        found: dict[str, Any] = marshal.loads(result.stdout)  # noqa: S302 -- from our own program
    except subprocess.TimeoutExpired:
        found = {"error": f"it takes more than {_LONGEST} seconds"}
    except (subprocess.CalledProcessError, EOFError, ValueError, TypeError):
        found = {"error": "it is damaged"}
    if "error" not in found:
        return found
    if not found["error"]:
        raise _encrypted(file)
    detail = "it is damaged" if found["error"] in _UNKNOWN else found["error"]
    message = f"the workbook cannot be read: {detail}"
    raise refusal(Place(file), message, f"it may be cut short; {_EXPORT} again")


def _table(name: str, rows: Sequence[Sequence[Cell]], file: str) -> Table:
    columns = tuple(map(text_of, rows[0])) if rows else ()
    data = [
        (number, row) for number, row in enumerate(rows, start=1) if number > 2 and any(map(text_of, row))
    ]
    return Table(
        name=name,
        file=file,
        columns=columns,
        rows=[row for _, row in data],
        lines=[number for number, _ in data],
        is_sheet=True,
    )


def _refuse_what_is_not_read(content: bytes, file: str) -> None:
    """Raise an error for what a library would read only in part, or not at all."""
    if content.startswith(COMPOUND_FILE):
        if _has_entry(content, "EncryptedPackage") or _has_password(content):
            raise _encrypted(file)
        if _has_entry(content, "_VBA_PROJECT_CUR"):
            raise _with_macros(file)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _refuse_parts(parts, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise refusal(Place(file), "the workbook is cut short or damaged", f"{_EXPORT} again") from None


def _refuse_parts(parts: zipfile.ZipFile, file: str) -> None:
    """Raise an error for an `.xlsx` that is something else, has macros, or is too large."""
    names = parts.namelist()
    if archive.WORKBOOK not in names:
        message = "this is an archive, but no workbook of Excel"
        raise refusal(Place(file), message, f"unpack it, or {_EXPORT}")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise _with_macros(file)
    size = sum(part.file_size for part in parts.infolist())
    if size > archive.LARGEST:
        message = f"the workbook has {count(size // 1_000_000, 'megabyte')} when it is unpacked"
        raise refusal(Place(file), message, _FEWER)
    cells = archive.cells_of(parts)
    if cells > archive.MOST_CELLS:
        message = f"a sheet has {cells:,} cells, with the empty ones between others"
        raise refusal(Place(file), message, _FEWER)


def _has_entry(content: bytes, name: str) -> bool:
    """Return whether a compound file has an entry of that name in its directory ([MS-CFB], 2.6.1)."""
    entry = re.escape(f"{name}\0".encode("utf-16-le")) + rb".{%d}" % (64 - 2 * len(name) - 2)
    length = (2 * len(name) + 2).to_bytes(2, "little")
    return re.search(entry + re.escape(length), content, re.DOTALL) is not None


def _has_password(content: bytes) -> bool:
    """Return whether a `.xls` has a record FilePass near its beginning ([MS-XLS], 2.4.117)."""
    for start in range(512, len(content) - 4, 512):  # a stream begins at the beginning of a sector
        if content.startswith(_BOF, start):
            at = start
            for _ in range(3):  # after BOF there may be WriteProtect
                kind, length = struct.unpack_from("<HH", content, at)
                if kind == _FILEPASS:
                    return True
                at += 4 + length
                if at > len(content) - 4:
                    break
    return False


def _encrypted(file: str) -> MilepostError:
    return refusal(Place(file), "the workbook is encrypted", "save it without a password")


def _with_macros(file: str) -> MilepostError:
    return refusal(Place(file), "the workbook has macros, which no export has", _EXPORT)
