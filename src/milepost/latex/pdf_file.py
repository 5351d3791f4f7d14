"""Check that a PDF is complete."""

from __future__ import annotations

import re
import zlib

_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_CROSS_REFERENCES = re.compile(rb"\s*(?:xref\b|\d+ \d+ obj\b)")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b(?:(?!endobj).)*?stream\r?\n", re.DOTALL)
_PAGES = re.compile(rb"/Type\s*/Pages\b(?:(?!endobj|/Type\b).)*?/Count\s+(\d+)", re.DOTALL)


def count_pages(data: bytes) -> int | None:
    """Return the number of pages of the PDF `data`, as TeX writes it; None if it is not complete."""
    end = _END.search(data[-1024:])
    if end is None or not data.startswith(b"%PDF-") or not _CROSS_REFERENCES.match(data, int(end[1])):
        return None
    try:
        streams = [
            zlib.decompressobj().decompress(data[found.end() :]) for found in _OBJECT_STREAM.finditer(data)
        ]
    except zlib.error:
        return None
    # The root of the tree of pages counts those of its branches too.
    return max((int(count) for text in (data, *streams) for count in _PAGES.findall(text)), default=None)
