"""Links lead to exactly the address in the YAML, in every place of the PDF."""

from __future__ import annotations

import string
from collections import Counter
from typing import TYPE_CHECKING

from pypdf import PdfReader
from tests.build.test_diff_pdf import difference, typeset
from tests.support.documents import document, view
from tests.support.pairs import merged

if TYPE_CHECKING:
    from pathlib import Path

# A character alone, repeated, and at the end; the rules refuse the others of ASCII.
ADDRESSES = [f"https://example.org/{char}b{char}{char}" for char in {*string.printable[:94]} - {*'"<>\\^`|'}]
SPOKEN = [address for address in ADDRESSES if not {*"{}_"} & {*address}]
OTHER, ENCODED = "https://example.org/ü/字", "https://example.org/%C3%BC/%E5%AD%97"
MIXED = "https://example.org/$x_y%20{z}~#"
TEXT = " ".join(f"`t <{address}>`__" for address in [*SPOKEN, OTHER])
PLACES = 7  # of TEXT in the document


def values(text: str) -> dict[str, object]:
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
            "sites": {"kind": "deployment", "caption": f"Sites: {text}", "facilities": [{"name": "Site"}]}
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
    expected = Counter([MIXED, *ADDRESSES, *[*SPOKEN, ENCODED] * PLACES])
    assert addresses(typeset(view(values(TEXT)), tmp_path)) == expected


def test_addresses_are_exact_in_a_difference(tmp_path: Path) -> None:
    old, new = values(f"One {TEXT}"), values(f"{TEXT} two")
    found = addresses(difference(merged(old, new), tmp_path).pdf)
    assert set(found) == {MIXED, *ADDRESSES, ENCODED}
