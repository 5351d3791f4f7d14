"""Tables as files: what the commands that print a table share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base import files
from milepost.base.paths import Templates

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.cli.terminal import Terminal
    from milepost.views.reports.table import Table

WIDTH = 100
"""Columns of the text where no terminal shows it."""


def content(form: str, table: Table, source: Path) -> bytes:
    """Return a file of that format."""
    if form == "xlsx":
        from milepost.web.exports.spreadsheet import report_workbook

        return report_workbook(table)
    if form == "csv":
        from milepost.web.exports.reports import report_csv

        return report_csv(table).encode()
    if form == "json":
        from milepost.web.exports.reports import report_json

        return report_json(table).encode()
    from milepost.render.reports import html, markdown, rst, text_lines

    by_templates = {"markdown": markdown, "rst": rst, "html": html}
    if form in by_templates:
        return by_templates[form](table, Templates.beside(source)).encode()
    return "".join(f"{line.text}\n" for line in text_lines(table, WIDTH)).encode()


def give(output: Path | None, content: bytes, terminal: Terminal) -> None:
    """Write or print a complete file."""
    if output is None:
        terminal.write_bytes(content)
    else:
        files.write_if_changed(output, content)
        terminal.say(str(output))
