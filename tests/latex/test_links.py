"""Links lead to exactly the address in the YAML, in every place of the PDF."""

from __future__ import annotations

import string
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pypdf import PdfReader
from tests.build.test_diff_pdf import difference, typeset
from tests.support.documents import document, view
from tests.support.pairs import merged
from tests.support.printed import ROOT

from milepost.latex.pdf import document_pdf

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

# A character alone, repeated, and at the end; the rules refuse the others of ASCII.
ADDRESSES = [f"https://example.org/{char}b{char}{char}" for char in {*string.printable[:94]} - {*'"<>\\^`|'}]
SPOKEN = [address for address in ADDRESSES if not {*"{}_"} & {*address}]
OTHER, ENCODED = "https://example.org/ü/字", "https://example.org/%C3%BC/%E5%AD%97"
MIXED = "https://example.org/$x_y%20{z}~#"
TEXT = " ".join(f"`t <{address}>`__" for address in [*SPOKEN, OTHER])
PLACES = 6  # of TEXT in the document
IN_CAPTION = SPOKEN[::2]  # a caption has a limit


def values(text: str) -> dict[str, object]:
    caption = " ".join(f"`t <{address}>`__" for address in IN_CAPTION)
    return document(
        document={"abstract": text, "source": MIXED},
        change_record=[{"version": "1", "date": "2024-01-01", "owner": "A", "description": text}],
        sections=[
            {
                "title": "Plan",
                "text": f"{text}\n\n- {text}\n\n    {text}\n\nNote [#]_.\n\n.. [#] {text}\n\n"
                ".. figure:: sites\n\n" + " ".join(f":cite:`R-{number}`" for number in range(len(ADDRESSES))),
            }
        ],
        figures={
            "sites": {"kind": "deployment", "caption": f"Sites: {caption}", "facilities": [{"name": "Site"}]}
        },
        references={
            f"R-{number}": {"authors": ["A"], "year": "2000", "title": "T", "url": address}
            for number, address in enumerate(ADDRESSES)
        },
    )


def addresses(pdf: Path) -> Counter[str]:
    annotations = [item.get_object() for page in PdfReader(pdf).pages for item in page.get("/Annots", [])]
    found = [
        item["/A"]["/URI"].original_bytes.decode("ascii")
        for item in annotations
        if "/URI" in item.get("/A", {})
    ]
    return Counter(found)


def test_addresses_are_exact(tmp_path: Path) -> None:
    expected = Counter([MIXED, *ADDRESSES, *IN_CAPTION, *[*SPOKEN, ENCODED] * PLACES])
    assert addresses(typeset(view(values(TEXT)), tmp_path)) == expected


def test_addresses_are_exact_in_the_class_lsstdoc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXMFHOME", str(ROOT / "tests/data/texmf"))
    pdf = document_pdf(replace(view(values(TEXT)), layout="lsstdoc"), tmp_path, epoch=0).pdf
    # XeTeX makes a link of each of its lines.
    assert set(addresses(pdf)) == {MIXED, *ADDRESSES, ENCODED}


def test_addresses_are_exact_in_a_difference(tmp_path: Path) -> None:
    old, new = values(f"One {TEXT}"), values(f"{TEXT} two")
    found = addresses(difference(merged(old, new), tmp_path).pdf)
    assert set(found) == {MIXED, *ADDRESSES, ENCODED}
