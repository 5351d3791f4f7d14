"""Tables as files: what the commands that print a table share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base import files
from milepost.base.paths import Templates
from milepost.cli import site_extra
from milepost.cli.editing import refuse_document
from milepost.cli.terminal import Tone

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from milepost.cli.terminal import Terminal
    from milepost.views.reports.table import Table

_WIDTH = 100
"""Columns of the text where no terminal shows it."""


def check_output(options: argparse.Namespace, form: str, terminal: Terminal) -> None:
    """End with exit code 2 where a file cannot be given as `options` ask for it, in the format `form`.

    Raises:
        MilepostError: a package is missing.
    """
    refuse_document(options, options.output)
    if form == "xlsx":
        site_extra.require(what="an Excel file", packages={"xlsxwriter": "XlsxWriter"})
        if options.output is None and terminal.width is not None:
            options.usage_error("a terminal cannot show an Excel file (add --output FILE)")


def show(table: Table, form: str, output: Path | None, source: Path, terminal: Terminal) -> None:
    """Print a table, or write it to `output`; text that is printed fits into the terminal."""
    if form == "text" and output is None:
        from milepost.render.reports import text_lines

        for line, is_heading in text_lines(table, terminal.width or _WIDTH):
            terminal.say(line, Tone.HEADING if is_heading else None)
    else:
        give(output, _content(form, table, source), terminal)


def _content(form: str, table: Table, source: Path) -> bytes:
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
    return "".join(f"{line.text}\n" for line in text_lines(table, _WIDTH)).encode()


def give(output: Path | None, content: bytes, terminal: Terminal) -> None:
    """Write or print a complete file."""
    if output is None:
        terminal.write_bytes(content)
    else:
        files.write_if_changed(output, content)
        terminal.say(str(output))
