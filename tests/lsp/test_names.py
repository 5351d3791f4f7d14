"""Where names are defined and used, and what is said about them."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.support.cursor import HEAD, ROOT, at_cursor

from milepost.document import traverse
from milepost.loading.load import loads
from milepost.lsp.facts import Facts, as_json, facts_of, from_json
from milepost.lsp.hover import hover
from milepost.lsp.outline import Node, foldings, outline
from milepost.lsp.reading.names import Names, Sort, Symbol
from milepost.lsp.reading.text import Edit, Span, Text
from milepost.prose.values import Citation, CrossReference, MilestoneMention

PLAN = f"""\
{HEAD}  issue_url: https://a.example/{{key}}
change_record:
  - version: 1.0
    date: 2024-01-02
    owner: A. Author
    description: Moves :milestone:`A-1`, and A-12 only by its name. # A-1 in a comment
    authorises: [A-1, all]
sections:
  - title: All of it
    label: all
    text: |
      See :ref:`plan` in :cite:`DOC-2`, section :ref:`all`. CCDs are in the CCD room, not in CCD-5.

      .. figure:: plan
    milestones:
      codes: [A-1, A-12, "B-*"]
      no_deliveries: Nothing.
  - title: Second
    sections:
      - title: Inner
milestones:
  A-1:
    name: First CCD
    due: 2024-07-01
    aka: [OLD-1]
    level: 2
    wbs: 1.2
    forecast: 2024-08-01
  A-12:
    name: Second light
    due: 2024-09-02
    predecessors: [A-1]
    own:
      due: it waits for A-1
  B-1:
    name: Third light
    due: 2024-09-03
    predecessors:
      - "A-1"
      - A-12
figures:
  plan:
    kind: gantt
    caption: The plan.
    codes: A-*
references:
  DOC-2:
    authors: [A. Author]
    year: 2020
    title: A theory
acronyms:
  CCD: Charge-coupled device
"""
LINES = PLAN.split("\n")


@pytest.fixture(scope="module")
def names() -> Names:
    loads(PLAN.encode(), "plan.yaml")  # it is valid
    return Names(Text(PLAN))


@pytest.fixture(scope="module")
def facts() -> Facts:
    return from_json(as_json(facts_of(loads(PLAN.encode(), "plan.yaml").document)))


def uses(names: Names, sort: Sort, name: str) -> list[str]:
    """Return the lines where a name is, with it in brackets."""
    found = []
    for (line, start), (_, end) in names.uses(Symbol(sort, name)):
        text = names.text.lines[line]
        found.append(f"{text[:start]}<{text[start:end]}>{text[end:]}".strip())
    return found


def test_a_code_is_used_in_predecessors_roles_selections_records_and_reasons(names: Names) -> None:
    assert uses(names, Sort.MILESTONE, "A-1") == [
        "description: Moves :milestone:`<A-1>`, and A-12 only by its name. # A-1 in a comment",
        "authorises: [<A-1>, all]",
        'codes: [<A-1>, A-12, "B-*"]',
        "<A-1>:",
        "predecessors: [<A-1>]",
        "due: it waits for <A-1>",
        '- "<A-1>"',
        "codes: <A-*>",
    ]
    assert 'codes: [A-1, A-12, "<B-*>"]' in uses(names, Sort.MILESTONE, "B-1")


def test_other_names_are_used_where_roles_and_texts_have_them(names: Names) -> None:
    text = "See :ref:`{}` in :cite:`{}`, section :ref:`{}`. CCDs are in the CCD room, not in CCD-5."
    assert uses(names, Sort.FIGURE, "plan") == [
        text.format("<plan>", "DOC-2", "all"),
        ".. figure:: <plan>",
        "<plan>:",
    ]
    assert uses(names, Sort.LABEL, "all") == [
        "authorises: [A-1, <all>]",
        "label: <all>",
        text.format("plan", "DOC-2", "<all>"),
    ]
    assert uses(names, Sort.REFERENCE, "DOC-2") == [text.format("plan", "<DOC-2>", "all"), "<DOC-2>:"]
    assert uses(names, Sort.ACRONYM, "CCD") == [
        "See :ref:`plan` in :cite:`DOC-2`, section :ref:`all`. <CCD>s are in the CCD room, not in CCD-5.",
        "See :ref:`plan` in :cite:`DOC-2`, section :ref:`all`. CCDs are in the <CCD> room, not in CCD-5.",
        "name: First <CCD>",
        "<CCD>: Charge-coupled device",
    ]


@pytest.mark.parametrize(
    ("part", "word", "sort", "name"),
    [
        ("predecessors: [A-1]", "A-1", Sort.MILESTONE, "A-1"),
        ('- "A-1"', "A-1", Sort.MILESTONE, "A-1"),
        ("waits for A-1", "A-1", Sort.MILESTONE, "A-1"),
        ("Moves", ":milestone:`A-1", Sort.MILESTONE, "A-1"),
        (":ref:`plan`", "plan`", Sort.FIGURE, "plan"),
        (".. figure::", "plan", Sort.FIGURE, "plan"),
        (":cite:`DOC-2`", "DOC-2", Sort.REFERENCE, "DOC-2"),
        ("section :ref:`all`", "all`", Sort.LABEL, "all"),
        ("authorises", "all", Sort.LABEL, "all"),
        ("name: First CCD", "CCD", Sort.ACRONYM, "CCD"),
    ],
)
def test_a_name_leads_to_its_definition(names: Names, part: str, word: str, sort: Sort, name: str) -> None:
    (line,) = [number for number, text in enumerate(LINES) if part in text][:1]
    column = LINES[line].index(word) + len(word) - 1

    found = names.at(line, column)
    assert found is not None
    assert found[0] == Symbol(sort, name)
    definition = names.definition(found[0])
    assert definition is not None
    (row, start), (_, end) = definition
    assert LINES[row][start:end] == name
    assert row == next(n for n, text in enumerate(LINES) if text in {f"  {name}:", f"    label: {name}", "  CCD: Charge-coupled device"} and name in text)  # fmt: skip # noqa: E501 -- one condition


def test_an_earlier_code_leads_to_where_it_is_listed() -> None:
    names, line, column = at_cursor(PLAN.replace("and A-12 only", "and :milestone:`OLD-‸1`, only"))

    found = names.at(line, column)
    assert found is not None
    definition = names.definition(found[0])
    assert definition is not None
    assert "aka: [OLD-1]" in names.text.lines[definition.start.line]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            ("predecessors: [A-1]", "predecessors: [A‸-1]"),
            "**A-1**: First CCD\n\ndue 2024-07-01, forecast 2024-08-01, open, 31 days late\n\nlevel 2",
        ),
        ((":cite:`DOC-2`", ":cite:`DO‸C-2`"), "**DOC-2**: A theory\n\n2020"),
        (("First CCD", "First C‸CD"), "**CCD**: Charge-coupled device"),
        ((":ref:`plan`", ":ref:`pl‸an`"), "figure **plan**: The plan."),
        (("section :ref:`all`", "section :ref:`al‸l`"), "section **all**: All of it"),
        (("and A-12 only", "and :milestone:`OL‸D-1` only"), "OLD-1 is called A-1 now"),
        (("    wbs: 1.2", "    wb‸s: 1.2"), "**wbs**\n\nIts place in the work breakdown structure"),
        (("    kind: gantt", "    ki‸nd: gantt"), "**kind**\n\n`gantt`: the selected milestones"),
        (("status: draft", "status: dr‸aft"), ""),
    ],
)
def test_hovering_says(facts: Facts, marked: tuple[str, str], expected: str) -> None:
    said = hover(*_with_facts(at_cursor(PLAN.replace(*marked, 1)), facts))

    assert (said.text if said else "").startswith(expected)
    assert bool(said) == bool(expected)


def _with_facts(at: tuple[Names, int, int], facts: Facts | None) -> tuple[Names, Facts | None, int, int]:
    names, line, column = at
    return names, facts, line, column


def test_hovering_in_a_document_that_was_never_valid_says_what_its_lines_say() -> None:
    marked = f"{HEAD}milestones:\n  A-1:\n    name: [\n    due: 2024-07-01\n    predecessors: [A‸-1"

    said = hover(*_with_facts(at_cursor(marked), None))

    assert said is not None
    assert said.text == "**A-1**: [\n\ndue 2024-07-01"


def test_names_follow_the_text(names: Names) -> None:
    changing = Names(Text(PLAN))
    (line,) = [number for number, text in enumerate(LINES) if text == "  A-12:"]
    changing.text.change(Edit(Span.in_line(line, 2, 6), "A-13"))

    assert "A-12" in names.entries("milestones")
    assert list(changing.entries("milestones")) == ["A-1", "A-13", "B-1"]


def test_every_use_in_a_whole_document_is_found_as_the_model_has_it() -> None:
    content = (ROOT / "milestones.yaml").read_bytes()
    document = loads(content, "x.yaml").document
    names = Names(Text(content.decode()))
    used: Counter[Symbol] = Counter()
    labels = {section.label for _, section in traverse.sections(document)}
    for milestone in document.milestones:
        used.update(Symbol(Sort.MILESTONE, code) for code in milestone.predecessors)
    for _, line in traverse.lines(document):
        for inline in line:
            match inline:
                case MilestoneMention(code):
                    used[Symbol(Sort.MILESTONE, code)] += 1
                case Citation(handle):
                    used[Symbol(Sort.REFERENCE, handle)] += 1
                case CrossReference(name):
                    used[Symbol(Sort.LABEL if name in labels else Sort.FIGURE, name)] += 1
    assert len(used) > 100

    for symbol, number in used.items():
        lines = [names.text.lines[span.start.line] for span in names.uses(symbol)]
        plain = [line for line in lines if "*" not in line and ".. figure" not in line]
        assert len(plain) >= number + 1, symbol  # and its definition


def tree(nodes: tuple[Node, ...]) -> list[object]:
    return [(node.name, tree(node.children)) if node.children else node.name for node in nodes]


def test_the_outline_has_parts_sections_and_entries(names: Names) -> None:
    assert tree(outline(names)) == [
        "format",
        "document",
        "change_record",
        ("sections", ["All of it", ("Second", ["Inner"])]),
        ("milestones", ["A-1", "A-12", "B-1"]),
        ("figures", ["plan"]),
        ("references", ["DOC-2"]),
        ("acronyms", ["CCD"]),
    ]
    milestones = outline(names)[4]
    assert milestones.children[1].detail == "Second light"
    assert LINES[milestones.span.end.line] == "      - A-12"


def test_parts_and_entries_can_be_folded(names: Names) -> None:
    found = [(LINES[first], LINES[last]) for first, last in foldings(names)]

    assert ("milestones:", "      - A-12") in found
    assert ("  A-1:", "    forecast: 2024-08-01") in found
    assert ("  - title: Second", "      - title: Inner") in found
