"""An import changes the bytes of the facts that change, and no others, however the document is written."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support.exports import sheets, task

from milepost.base.errors import MilepostError
from milepost.importing.apply import apply
from milepost.importing.proposal import propose
from milepost.loading.load import loads
from milepost.schedule.read import parse

if TYPE_CHECKING:
    from tests.support.exports import Row

    from milepost.importing.proposal import Proposal

HEAD = """\
format: 1
document: {handle: PLAN-1, title: A plan, organisation: Office, authors: [A. Author], status: draft,
  draft_mark: Draft,
  data_date: 2024-12-31}
sections: [{title: Parts, milestones: {codes: "*", no_deliveries: Nothing.}}]
milestones:
"""
CODES = ("A-1", "T&SC-1", "ITC-1(54)", "DM-11 Status", "X[1]", "it's")
NAMES = ("Walls", "Roof: of tiles", "Doors # 2", 'it\'s "in"', "Größe {1}", "- dash", "007")
DAYS = ("2025-02-01", "2025-03-31", "2026-01-15")
DAY = date(2025, 1, 31)


def scalar(draw: st.DrawFn, text: str) -> str:
    """Return a text as YAML has it, in quotes of some kind or, if it can be, without."""
    styles = ["'" + text.replace("'", "''") + "'", '"' + text.replace('"', '\\"') + '"']
    if text in {*DAYS, "Walls", "1", "2", "02C.01"}:
        styles.append(text)
    return draw(st.sampled_from(styles))


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for number, code in enumerate(draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1))):
        facts = {"name": draw(st.sampled_from(NAMES)), "due": draw(st.sampled_from(DAYS))}
        for key, values in (("level", ("1", "2")), ("wbs", ("02C.01",)), ("forecast", DAYS)):
            if draw(st.booleans()):
                facts[key] = draw(st.sampled_from(values))
        pairs = [f"{key}: {scalar(draw, facts[key])}" for key in draw(st.permutations(list(facts)))]
        key = scalar(draw, code)
        if draw(st.booleans()):
            lines += ["", f"  # about {number}"]
        if draw(st.booleans()):
            gap = draw(st.sampled_from([", ", ",\n      ", " ,  "]))
            lines.append(f"  {key}: {{{gap.join(pairs)}}}{draw(st.sampled_from(['', '  # flow']))}")
        else:
            anchor = draw(st.sampled_from(["", f" &m{number}", "  # block"]))
            lines.append(f"  {key}:{anchor}")
            indent = draw(st.sampled_from(["    ", "      "]))
            for pair in pairs:
                lines.append(f"{indent}{pair}{draw(st.sampled_from(['', '   # note', ' ']))}")
    end = draw(st.sampled_from(["", "\n", "\n\n# the end\n", "\nunexpanded: [XYZ]\n"]))
    text = (HEAD + "\n".join(lines) + end).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return draw(st.sampled_from(["", "\ufeff"])) + text


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    found = []
    for code in draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1)):
        day = st.sampled_from(["2/1/2025", "3/31/2025", "1/15/2026"])
        facts = {"task_name": draw(st.sampled_from(NAMES)), "end_date": draw(day)}
        facts["user_field_859"] = draw(st.sampled_from(["", "1", "2"]))
        facts["wbs_id"] = draw(st.sampled_from(["", "P.02C.01", "P.02C.02"]))
        found.append(task(code, draw(day), **facts))
    return found


def proposed(content: bytes, export: list[Row]) -> Proposal:
    document = loads(content, "plan.yaml").document
    file = io.StringIO()
    csv.writer(file).writerows(sheets(export)["TASK"])
    return propose(document, parse(file.getvalue().encode(), "month.csv"), DAY)


def without(text: str, facts: dict[tuple[str, ...], bool]) -> str:
    """Return `text` without these facts: their values, or all of them where a value is false."""
    cuts: list[tuple[int, int]] = []

    def visit(node: Any, path: tuple[str, ...]) -> None:
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            inner = (*path, key.value)
            if inner in facts:
                start = value.start_mark.index if facts[inner] else key.start_mark.index
                cuts.append((start, value.end_mark.index))
            visit(value, inner)

    visit(yaml.compose(text, yaml.BaseLoader), ())
    for start, end in sorted(cuts, reverse=True):
        text = text[:start] + text[end:]
    return text


@given(documents(), rows())
@settings(max_examples=40, deadline=None)
def test_bytes_outside_of_what_changes_are_the_same(document: str, export: list[Row]) -> None:
    old = document.encode()
    try:
        proposal = proposed(old, export)
        new, _ = apply(old, "plan.yaml", proposal)
    except MilepostError:
        assume(False)
    text, changed = document.removeprefix("\ufeff"), new.decode().removeprefix("\ufeff")
    assert new.startswith(b"\xef\xbb\xbf") == old.startswith(b"\xef\xbb\xbf")
    facts: dict[tuple[str, ...], bool] = {("document", "data_date"): True}
    for fact in proposal.changes:
        replaced = fact.document is not None and fact.schedule is not None
        facts["milestones", fact.code, fact.key] = replaced
    before, after = without(text, facts), without(changed, facts)
    if all(facts.values()):
        assert after == before
    else:  # with a key that comes or goes, so do a line or a comma, and the comment after it
        assert re.sub(r"# note|[\s,]", "", after) == re.sub(r"# note|[\s,]", "", before)
        assert set(re.findall(r"\r?\n", changed)) <= set(re.findall(r"\r?\n", text))
    again = proposed(new, export)
    assert again.changes == ()
    assert apply(new, "plan.yaml", again)[0] == new
