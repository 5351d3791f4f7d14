"""Whole entries that are added, and entries of lists that are added and removed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.support.plans import Written, plans

from milepost.base.errors import MilepostError
from milepost.loading.edit import NewEntry, add_entries, set_lists

REAL = (Path(__file__).parents[2] / "milestones.yaml").read_text("utf-8")
CODES = ("A-1", "A-2", "A-3", "B-1", "B-2", "B-10", "no")
Plan = tuple[str, dict[str, Written]]


def lists(text: str, **new: tuple[str, ...]) -> str:
    return set_lists(text.encode(), "plan.yaml", ("m",), "needs", new).decode()


def added(text: str, *new: NewEntry) -> str:
    return add_entries(text.encode(), "plan.yaml", ("m",), new).decode()


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        # On lines: at the beginning, between and at the end; comments stay with their lines.
        (
            "  a:\n    needs:\n    - x  # one\n    # two\n    - 'y'\n    n: 1\n",
            ("w", "x", "v", "y", "z"),
            "  a:\n    needs:\n    - w\n    - x  # one\n    - v\n    # two\n    - 'y'\n    - z\n    n: 1\n",
        ),
        ("  a:\n    needs:\n      - x\n      - y", ("x", "z"), "  a:\n    needs:\n      - x\n      - z\n"),
        ("  a:\n    needs:\n      - x", ("x", "z"), "  a:\n    needs:\n      - x\n      - z"),
        (
            "  a:\n    n: 1\n    needs:  # c\n      - x\n      # d\n  b: {}\n",
            (),
            "  a:\n    n: 1\n      # d\n  b: {}\n",
        ),
        # In brackets.
        ("  a: {needs: [x, y], n: 1}\n", ("y",), "  a: {needs: [y], n: 1}\n"),
        ("  a: {needs: [x, y], n: 1}\n", ("x",), "  a: {needs: [x], n: 1}\n"),
        ("  a: {needs: [x, y], n: 1}\n", ("w", "x", "v", "z"), "  a: {needs: [w, x, v, z], n: 1}\n"),
        ("  a: {needs: [x, y], n: 1}\n", ("z",), "  a: {needs: [z], n: 1}\n"),
        ("  a: {needs: [x, y], n: 1}\n", (), "  a: {n: 1}\n"),
        ("  a: {n: 1, needs: [x, y]}\n", (), "  a: {n: 1}\n"),
        ("  a:\n    n: 1\n    needs: [x]  # c\n", (), "  a:\n    n: 1\n"),
        (
            "  a:\n    needs: [x, # one\n      y, # two\n      z # three\n      ]\n",
            ("x", "z"),
            "  a:\n    needs: [x, # one\n       # two\n      z # three\n      ]\n",
        ),
        (
            "  a:\n    needs: [x, # one\n      y # two\n      ]\n",
            ("x",),
            "  a:\n    needs: [x, # one\n       # two\n      ]\n",
        ),
        # Where there is none yet.
        ("  a: {n: 1}\n", ("x", "y"), "  a: {n: 1, needs: [x, y]}\n"),
        ("  a: {needs: []}\n", ("x", "y"), "  a: {needs: [x, y]}\n"),
        ("  a:\n    needs:  # none\n    n: 1\n", ("x",), "  a:\n    needs: [x]  # none\n    n: 1\n"),
        ("  a:\n    needs: ~\n    n: 1\n", ("x",), "  a:\n    needs: [x]\n    n: 1\n"),
        ("  a:\n    n: 1", ("x",), "  a:\n    n: 1\n    needs:\n      - x"),
        (
            "  a:\n    n: 1  # c\n  b:\n    needs:\n    - y\n",
            ("x",),
            "  a:\n    n: 1  # c\n    needs:\n    - x\n  b:\n    needs:\n    - y\n",
        ),
        (
            "  a:\n    n: 1\n  b:\n    needs: [y]\n",
            ("x",),
            "  a:\n    n: 1\n    needs: [x]\n  b:\n    needs: [y]\n",
        ),
    ],
)
def test_a_list(before: str, new: tuple[str, ...], after: str) -> None:
    assert lists(f"m:\n{before}", a=new) == f"m:\n{after}"
    with_returns = f"m:\n{before}".replace("\n", "\r\n")
    assert lists(with_returns, a=new) == f"m:\n{after}".replace("\n", "\r\n")


def test_a_list_that_is_used_elsewhere_is_refused() -> None:
    with pytest.raises(MilepostError) as caught:
        lists("m:\n  a: {needs: &n [x]}\n  b: {needs: *n}\n", a=("y",))
    message = "'needs' is used in other places (*n)"
    assert str(caught.value) == f"plan.yaml:2:14: {message} (write the list out in each of them)"
    both = set_lists(
        b"m:\n  a: {needs: &n [x]}\n  b: {needs: *n}\n",
        "plan.yaml",
        ("m",),
        "needs",
        {"a": ("y",), "b": ("y",)},
    )
    assert both == b"m:\n  a: {needs: &n [y]}\n  b: {needs: *n}\n"


ONE: dict[str, str | tuple[str, ...]] = {"n": "1", "needs": ("x", "no")}


@pytest.mark.parametrize(
    ("before", "where", "after"),
    [
        # The blank lines, the indentation and the order of keys of the others.
        (
            "  a:\n      n: 1\n  # about b\n  b:\n      n: 2\n",
            {"after": "a"},
            (
                "  a:\n      n: 1\n  new:\n      n: 1\n      needs:\n        - x\n        - no\n  # about b\n"
                "  b:\n      n: 2\n"
            ),
        ),
        (
            "  a:\n    needs:\n    - x\n    n: 1\n    # still a\n\n# below\nz: 1\n",
            {"after": "a"},
            (
                "  a:\n    needs:\n    - x\n    n: 1\n    # still a\n\n"
                "  new:\n    needs:\n    - x\n    - no\n    n: 1\n\n# below\nz: 1\n"
            ),
        ),
        (
            "  # A heading\n\n  # about a\n  a: {n: 1}\n\n  b: {n: 1}",
            {"before": "a"},
            "  # A heading\n\n  new: {n: 1, needs: [x, no]}\n\n  # about a\n  a: {n: 1}\n\n  b: {n: 1}",
        ),
        ("  a: {n: 1}", {}, "  a: {n: 1}\n  new: {n: 1, needs: [x, no]}"),
    ],
)
def test_an_entry(before: str, where: dict[str, str], after: str) -> None:
    assert added(f"m:\n{before}", NewEntry(key="new", fields=ONE, **where)) == f"m:\n{after}"


@pytest.mark.parametrize(
    ("before", "where", "after"),
    [
        ("m: {a: {n: 1}, b: {}}", {"after": "a"}, "m: {a: {n: 1}, new: {n: 1}, b: {}}"),
        ("m: {a: {n: 1}, b: {}}", {"before": "a"}, "m: {new: {n: 1}, a: {n: 1}, b: {}}"),
        ("m: {a: {n: 1}, b: {}, }", {"after": "b"}, "m: {a: {n: 1}, b: {}, new: {n: 1} }"),
        (
            "m: {\n  a: {n: 1}, # one\n  b: {} # two\n}\n",
            {"after": "b"},
            "m: {\n  a: {n: 1}, # one\n  b: {}, # two\n  new: {n: 1},\n}\n",
        ),
        (
            "m: {\n  a: {n: 1}, # one\n  b: {} # two\n}\n",
            {"after": "a"},
            "m: {\n  a: {n: 1}, # one\n  new: {n: 1},\n  b: {} # two\n}\n",
        ),
        ("m: {\n  a: {n: 1}\n}\n", {"after": "a"}, "m: {\n  a: {n: 1},\n  new: {n: 1}\n}\n"),
        ("m: {}  # none yet\nz: 1\n", {}, "m:  # none yet\n  new:\n    n: 1\nz: 1\n"),
        ("{m: {}}", {}, "{m: {new: {n: 1}}}"),
    ],
)
def test_an_entry_in_braces(before: str, where: dict[str, str], after: str) -> None:
    assert added(before, NewEntry(key="new", fields={"n": "1"}, **where)) == after


def test_several_entries_come_in_the_given_order() -> None:
    first, last = (NewEntry(key=key, fields={"n": "x: y"}, after="a") for key in ("e-1", "*e"))
    text = "m:\n  a:\n    n: 1\n\n  b:\n    n: 1\n"
    new = '\n  e-1:\n    n: "x: y"\n\n  "*e":\n    n: "x: y"\n'
    assert added(text, first, last) == text.replace("\n\n  b:", f"\n{new}\n  b:")


def test_an_entry_of_a_real_document() -> None:
    entry = NewEntry(
        key="LDM-503-99",
        fields={"name": "A & B: more", "due": "2025-01-31", "level": "2", "predecessors": ("DM-AP-1",)},
        after="LDM-503-19",
    )
    text = add_entries(REAL.encode(), "milestones.yaml", ("milestones",), [entry]).decode()
    matcher = SequenceMatcher(None, REAL.splitlines(), text.splitlines(), autojunk=False)
    (step,) = [each for each in matcher.get_opcodes() if each[0] != "equal"]
    assert text.splitlines()[step[3] : step[4]] == [
        "",
        "  LDM-503-99:",
        '    name: "A & B: more"',
        "    level: 2",
        "    due: 2025-01-31",
        "    predecessors:",
        "      - DM-AP-1",
    ]


def notes(text: str) -> list[str]:
    return re.findall(r"# note \d+", text)


@settings(max_examples=80, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(plans(CODES), st.data())
def test_only_the_entries_of_lists_change(plan: Plan, data: st.DataObject) -> None:
    text, written = plan
    new: dict[str, tuple[str, ...]] = {}
    for code, each in written.items():
        kept = tuple(other for other in each.predecessors if data.draw(st.booleans()))
        more = data.draw(st.lists(st.sampled_from(CODES), unique=True, max_size=2))
        place = data.draw(st.integers(0, len(kept)))
        wanted = (*kept[:place], *(other for other in more if other not in each.predecessors), *kept[place:])
        if wanted != each.predecessors:
            new[code] = wanted
    changed = set_lists(text.encode(), "plan.yaml", ("milestones",), "predecessors", new).decode()
    expected = yaml.load(text, yaml.BaseLoader)
    for code, wanted in new.items():
        expected["milestones"][code].pop("predecessors", None)
        expected["milestones"][code] |= {"predecessors": list(wanted)} if wanted else {}
    assert yaml.load(changed, yaml.BaseLoader) == expected
    # Comments stay, but for those on the lines of what is removed.
    lost = [note for note in notes(text) if note not in notes(changed)]
    pairs = [(code, other) for code, each in written.items() for other in each.predecessors]
    gone = {other for code, other in pairs if code in new and other not in new[code]}
    for note in lost:
        (line,) = [line for line in text.splitlines() if line.endswith(note)]
        assert re.search(r"predecessors:", line) or any(code in line for code in gone), line
    assert [note for note in notes(text) if note not in lost] == notes(changed)
    # A line that has nothing to do with the lists stays.
    others = re.compile(r"^(?: {4}(?:name|due|level):| {2}\S+:\s*(?:#|$)).*", re.MULTILINE)
    assert others.findall(changed.replace("\r", "")) == others.findall(text.replace("\r", ""))


@settings(max_examples=80, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(plans(CODES), st.data())
def test_only_entries_are_added(plan: Plan, data: st.DataObject) -> None:
    text, written = plan
    places = st.sampled_from([*written, None])
    new = [
        NewEntry(
            key=code,
            fields={"name": data.draw(st.sampled_from(["x", "a: b", "#", "'q'", "no"])), "due": "tbd"}
            | ({"predecessors": tuple(written)} if data.draw(st.booleans()) else {}),
            after=data.draw(places),
            before=data.draw(places),
        )
        for code in data.draw(st.lists(st.sampled_from(["N-1", "N-2", "*n", "n: 1"]), unique=True))
    ]
    changed = add_entries(text.encode(), "plan.yaml", ("milestones",), new).decode()
    expected = yaml.load(text, yaml.BaseLoader)
    for each in new:
        expected["milestones"][each.key] = {
            key: list(value) if isinstance(value, tuple) else value for key, value in each.fields.items()
        }
    found = yaml.load(changed, yaml.BaseLoader)
    assert found == expected
    order = list(found["milestones"])
    assert [code for code in order if code in written] == list(written)
    for each in new:
        if each.after is not None:
            assert order.index(each.after) < order.index(each.key)
    # Only lines are added.
    old, lines = text.splitlines(), iter(changed.splitlines())
    assert all(line in lines for line in old)
    assert notes(changed) == notes(text)
