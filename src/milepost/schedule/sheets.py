"""Read sheets of a workbook in a process of its own, run as a program.

For some damaged files the library that reads them asks for all memory, which ends its process, or prints
where it failed. Arguments are the names of sheets; the workbook comes from the standard input. The output is
what `read` returns, by `marshal`.
"""

from __future__ import annotations

import io
import marshal
import sys
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

_MOST_MEMORY = 2_000_000_000
"""Bytes that the process may have: several times what the largest sheets need that are read."""


def read(content: bytes, wanted: list[str]) -> dict[str, Any]:
    """Return the sheets `wanted` that a workbook has: plain values, with dates as in ISO 8601.

    The keys are `names`, of all sheets, and `sheets`, the rows by the names; or `error`, why it cannot be
    read, empty if it is encrypted.
    """
    import python_calamine as calamine  # noqa: PLC0415 -- its absence is an error of the process

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        sheets = {
            name: [
                [cell if isinstance(cell, str | float | int) else _text(cell) for cell in row]
                for row in workbook.get_sheet_by_name(name).to_python()
            ]
            for name in names
            if name in wanted
        }
    except calamine.PasswordError:
        return {"error": ""}
    except Exception as error:  # the library has no class for all of its errors
        return {"error": " ".join(str(error).split()) or type(error).__name__}
    return {"names": names, "sheets": sheets}


def _text(cell: object) -> str:
    if isinstance(cell, datetime | time):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def main() -> None:
    """Read the workbook at the standard input, and write its sheets."""
    with suppress(ImportError, ValueError, OSError):  # systems that cannot limit it
        import resource  # noqa: PLC0415 -- only Unix has it

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    marshal.dump(read(sys.stdin.buffer.read(), sys.argv[1:]), sys.stdout.buffer)


if __name__ == "__main__":
    main()
