"""The links between selected milestones, and how they are written for Graphviz and Mermaid."""

from __future__ import annotations

import html
import re
import subprocess
from itertools import combinations
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from tests.support.documents import document, loaded

from milepost.document.selection import Selection
from milepost.render.graph import dot, mermaid
from milepost.views.reports.shown.graph import graph, graph_of
from milepost.views.reports.table import Options

if TYPE_CHECKING:
    from milepost.document.model import Document

HOSTILE = r'a "quote", a \N backslash\, &amp; [brackets] {} <b> `tick` style: x end; %% #35; | --> ->'


def plan(links: dict[str, str], **facts: dict[str, Any]) -> Document:
    """Return a document whose milestones have the predecessors that `links` name."""
    entries = {
        code: {"name": f"Name of {code}", "due": "2025-05-01", "predecessors": before.split()}
        | facts.get(code, {})
        for code, before in links.items()
    }
    return loaded(document(milestones=entries, document={"data_date": "2025-03-15"})).document


def edges(document: Document, selection: str = "") -> dict[str, bool]:
    found = graph_of(document, Selection.from_text(selection))
    return {f"{edge.predecessor} > {edge.successor}": edge.through for edge in found.edges}


def test_a_link_through_what_is_left_out_is_marked() -> None:
    document = plan({"A": "", "X": "A", "Y": "X", "B": "Y A", "C": "Y B"})

    assert edges(document) == dict.fromkeys(("A > B", "A > X", "B > C", "X > Y", "Y > B", "Y > C"), False)
    assert edges(document, "codes:A,B,C") == {"A > B": False, "A > C": True, "B > C": False}
    assert edges(document, "codes:X,C") == {"X > C": True}
    assert edges(document, "codes:A") == {}


def test_long_chains_of_what_is_left_out_are_followed() -> None:
    links = {"M-0": ""} | {f"M-{number}": f"M-{number - 1}" for number in range(1, 3000)}

    assert edges(plan(links), "codes:M-0,M-2999") == {"M-0 > M-2999": True}


@given(
    st.sets(st.sampled_from(list(combinations("ABCDEF", 2)))), st.sets(st.sampled_from("ABCDEF"), min_size=1)
)
def test_links_are_those_of_all_paths(pairs: set[tuple[str, str]], selected: set[str]) -> None:
    links = {code: " ".join(sorted(one for one, other in pairs if other == code)) for code in "ABCDEF"}

    def reached(start: str) -> set[str]:
        """Return where paths from `start` lead that have nothing selected between their ends."""
        found: set[str] = set()
        for one, other in pairs:
            if one == start:
                found |= {other} if other in selected else reached(other)
        return found

    expected = {f"{one} > {other}": (one, other) not in pairs for one in selected for other in reached(one)}
    assert edges(plan(links), f"codes:{','.join(sorted(selected))}") == expected


def test_the_table_has_a_row_for_each_link() -> None:
    document = plan({"A": "", "X": "A", "B": "X", "C": "B"})
    table = graph(document, [], Options(selection=Selection.from_text("not codes:X")))

    assert list(table.rows) == [("A", "B", "through others"), ("B", "C", "direct")]
    assert table.note == "3 milestones, 2 links, 1 of them through milestones that are left out."


STATES = plan(
    {"A&1": "", "B": "A&1", "end": "B", "D": "end", "E": "D"},
    **{
        "A&1": {"due": "2025-01-01", "completed": "2025-01-02"},
        "B": {"due": "2025-01-01"},
        "end": {"short_name": HOSTILE},
        "D": {"state": "deferred"},
        "E": {"state": "cancelled", "since": "2025-02-01"},
    },
)


def test_graphviz() -> None:
    text = dot(graph_of(STATES, direction="TB"))

    assert "rankdir=TB" in text
    assert (
        '  "A&1" [label="A&amp;1\\nName of A&1\\ncompleted 2025-01-02"'.replace("of A&1", "of A&amp;1")
        in text
    )
    assert '  "B" [label="B\\nName of B\\noverdue, was expected 2025-01-01", shape=octagon' in text
    assert '"A&1" -> "B"\n' in text
    assert text == dot(graph_of(STATES, direction="TB"))


def test_text_is_text_for_graphviz() -> None:
    """Each text within quotation marks ends where it should, and says the same."""
    text = dot(graph_of(STATES))
    line = next(line for line in text.splitlines() if line.startswith('  "end" ['))
    label = re.search(r'label="((?:[^"\\]|\\.)*)", ', line)
    assert label is not None
    words = " ".join(re.sub(r"\\(.)", lambda sign: " " if sign[1] == "n" else sign[1], label[1]).split())

    assert html.unescape(words) == f"end {HOSTILE} open, expected 2025-05-01"


def test_graphviz_reads_it_back() -> None:
    text = dot(graph_of(STATES)).encode()
    drawn = subprocess.run(("dot", "-Tsvg"), input=text, capture_output=True, check=True).stdout.decode()
    texts = [html.unescape(each) for each in re.findall(r"<text [^>]*>([^<]*)</text>", drawn)]

    assert HOSTILE in " ".join(texts)
    assert "A&1" in texts


def test_mermaid() -> None:
    text = mermaid(graph_of(STATES, direction="TB"))
    lines = [line.strip() for line in text.splitlines()]

    assert lines[0] == "flowchart TB"
    assert 'm_a_1(["A#38;1<br/>Name of A#38;1<br/>completed 2025-01-02"]):::completed' in lines
    assert 'm_b{{"B<br/>Name of B<br/>overdue, was expected 2025-01-01"}}:::overdue' in lines
    assert 'm_d[/"D<br/>Name of D<br/>deferred"/]:::deferred' in lines
    assert r'm_e[\"E<br/>Name of E<br/>cancelled 2025-02-01"\]:::cancelled' in lines
    assert {"m_a_1 --> m_b", "m_b --> m_end", "m_end --> m_d", "m_d --> m_e"} <= set(lines)


def test_text_is_text_for_mermaid() -> None:
    """Beyond letters and digits, only signs are left that mean nothing; all others are numbers."""
    line = next(line for line in mermaid(graph_of(STATES)).splitlines() if line.startswith("  m_end["))
    label = line.removeprefix('  m_end["').removesuffix('"]:::open')

    assert not re.search(r"[^\w\s.,:/()#;-]", label.replace("<br/>", ""))
    assert "style" not in label
    shown = re.sub(r"#(\d+);", lambda number: chr(int(number[1])), label.replace("<br/>", " "))
    assert shown == f"end {HOSTILE} open, expected 2025-05-01"


def test_through_is_dashed() -> None:
    found = graph_of(plan({"A": "", "X": "A", "B": "X"}), Selection.from_text("codes:A,B"))

    assert '"A" -> "B" [style=dashed]' in dot(found)
    assert "m_a -.-> m_b" in mermaid(found)
