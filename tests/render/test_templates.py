"""Templates: markup only, and nothing that is text reaches a document unescaped or gets lost."""

from __future__ import annotations

import json
import string
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jinja2 import TemplateRuntimeError, UndefinedError, nodes
from tests.support.printed import STATE, Edition, Fact, doctree, facts_of_pdf, facts_of_rst, plain

from milepost.base import paths
from milepost.base.paths import Workspace
from milepost.build.document import Target, build
from milepost.loading.load import loads
from milepost.render.documents import rst
from milepost.render.environment import latex_environment, rst_environment
from milepost.views.document import RevisionLine
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment

ENVIRONMENTS = {"latex": latex_environment(), "rst": rst_environment()}
TEMPLATES = sorted(
    path.relative_to(paths.builtin_templates()).as_posix()
    for kind in ENVIRONMENTS
    for path in (paths.builtin_templates() / kind).glob("*.jinja")
)


def environment(template: str) -> Environment:
    return ENVIRONMENTS[template.partition("/")[0]]


def tree(template: str) -> nodes.Template:
    source, _, _ = environment(template).loader.get_source(environment(template), template)  # type: ignore[union-attr]
    return environment(template).parse(source)


# --- What a template may do -------------------------------------------------------------------------------

# Values are printed, tested, looked up and looped over. There are no operators, which could join escaped and
# plain text, and nothing that turns escaping off.
ALLOWED: dict[str, tuple[type[nodes.Node], ...]] = {
    "structure": (nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Macro),
    "imports": (nodes.Import, nodes.Assign, nodes.AssignBlock),
    "values": (
        nodes.Name,
        nodes.Getattr,
        nodes.Getitem,
        nodes.Const,
        nodes.List,
        nodes.Tuple,
        nodes.Call,
        nodes.Filter,
    ),
    "conditions": (nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Compare, nodes.Operand, nodes.CondExpr),
}
FILTERS = {
    "latex": {
        *(
            "along",
            "beside",
            "cite_key",
            "code",
            "figure",
            "mark",
            "pdf_text",
            "plain",
            "separated",
            "uri_digits",
            "url",
        ),
    },
    "rst": {"figure", "heading", "indent", "literal", "url"},
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_hold_markup_only(template: str) -> None:
    kinds = tuple(kind for group in ALLOWED.values() for kind in group)
    position = nodes.Sub(nodes.Name("depth", "load"), nodes.Const(1))
    unexpected = {
        type(node).__name__
        for node in tree(template).find_all(nodes.Node)
        # The one sum there is: a list begins with 0, the depth of a section with 1.
        if not isinstance(node, kinds) and node != position
    }
    assert not unexpected


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_use_only_filters_that_escape(template: str) -> None:
    kind = template.partition("/")[0]
    used = {node.name for node in tree(template).find_all(nodes.Filter)}
    assert used <= FILTERS[kind]
    assert set(environment(template).filters) == FILTERS[kind] | {"indent"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_call_nothing_but_macros(template: str) -> None:
    """Methods of text (`format`, `replace`, `join`) and of the view would be logic."""
    parsed = tree(template)
    macros = {macro.name for macro in parsed.find_all(nodes.Macro)}
    modules = {module.target for module in parsed.find_all(nodes.Import)}
    for call in parsed.find_all(nodes.Call):
        match call.node:
            case nodes.Name(name=name):
                assert name in macros
            case nodes.Getattr(node=nodes.Name(name=name)):
                assert name in modules
            case _:
                raise AssertionError(call)


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name.startswith("rst/")])
def test_what_goes_unescaped_into_rst_is_known(template: str) -> None:
    """Anchors, codes and names, of letters, digits and single marks; literals, in which nothing is markup."""
    literal = {
        node.node.attr if isinstance(node.node, nodes.Getattr) else node.node.name  # type: ignore[union-attr]
        for node in tree(template).find_all(nodes.Filter)
        if node.name == "literal"
    }
    assert literal <= {"anchor", "code", "description", "line", "name", "text"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_compile(template: str) -> None:
    assert environment(template).get_template(template).name == template


# --- What the environments do -----------------------------------------------------------------------------

PRINTING = {"latex": "<<value>>", "rst": "{{ value }}"}


@pytest.mark.parametrize("kind", ENVIRONMENTS)
def test_a_missing_value_is_an_error(kind: str) -> None:
    template = ENVIRONMENTS[kind].from_string(PRINTING[kind].replace("value", "document.nothing"))
    with pytest.raises(UndefinedError, match="has no attribute 'nothing'"):
        template.render(document=RevisionLine(date=date(2020, 1, 1)))
    with pytest.raises(UndefinedError, match="'value' is undefined"):
        ENVIRONMENTS[kind].from_string(PRINTING[kind]).render()


@pytest.mark.parametrize("kind", ENVIRONMENTS)
@pytest.mark.parametrize("value", [None, True, 1.5, date(2020, 1, 1), ("a", "b")])
def test_a_value_that_is_no_text_is_an_error(kind: str, value: object) -> None:
    with pytest.raises(TypeError, match="neither text nor a number"):
        ENVIRONMENTS[kind].from_string(PRINTING[kind]).render(value=value)


def test_constants_are_escaped_for_the_format_not_for_html() -> None:
    assert ENVIRONMENTS["latex"].from_string('<< "a & 5 %" >>').render() == r"a \& 5 \%"
    assert ENVIRONMENTS["rst"].from_string('{{ "a & *b*" }}').render() == r"a & \*b\*"


@pytest.mark.parametrize("kind", ENVIRONMENTS)
def test_jinjas_own_filters_are_gone(kind: str) -> None:
    for name in ("safe", "join", "replace", "format", "sort", "default", "upper"):
        with pytest.raises((TemplateRuntimeError, Exception), match=f"No filter named '{name}'"):
            ENVIRONMENTS[kind].from_string(PRINTING[kind].replace("value", f"value|{name}"))


# --- Any text in any field --------------------------------------------------------------------------------


def document(text: Any, **more: Any) -> dict[str, Any]:
    """Return a small document with a text from `text`, a function, in each field that may have one."""
    return {
        "format": "1",
        "document": {
            "handle": "DOC-1",
            "title": text(),
            "short_title": text(),
            "organisation": text(),
            "group": text(),
            "authors": [text(), text()],
            "status": "draft",
            "data_date": "2030-01-01",
            "draft_mark": text(),
            "control_notice": text(),
        },
        "change_record": [{"version": text(), "date": "2029-12-31", "owner": text(), "description": "All."}],
        "sections": [
            {
                "title": text(),
                "text": "Here.",
                "sections": [{"title": text()}],
                "milestones": {"level": "1", "no_deliveries": text()},
                **more,
            }
        ],
        "milestones": {
            "A-1": {"name": text(), "level": "1", "due": "2030-02-01", "predecessors": ["B-1"]},
            "A-2": {"name": text(), "level": "1", "due": "2030-02-02"},
            "B-1": {"name": text(), "level": "2", "due": "2030-01-01"},
        },
        "references": {
            "REF-1": {
                "authors": [text(), text()],
                "year": "2020",
                "title": text(),
                "series": text(),
                "publisher": text(),
            }
        },
        "acronyms": {"ABC": {"definition": text(), "keep": "true"}},
    }


def expected(source: dict[str, Any]) -> list[Fact]:
    """Return the facts of that document."""
    about, (change,), (section,) = source["document"], source["change_record"], source["sections"]
    (reference,) = source["references"].values()
    first, second, delivered = (source["milestones"][code]["name"] for code in ("A-1", "A-2", "B-1"))
    state = "Due: {}; currently incomplete"
    facts = [
        ("publisher", f"{about['organisation']} {about['group']}"),
        ("title", about["title"]),
        ("authors", ", ".join(about["authors"])),
        ("handle", "DOC-1"),
        ("revision", "2030-01-01 (0123abcd)"),
        ("mark", about["draft_mark"]),
        ("notice", about["control_notice"]),
        ("mark", about["draft_mark"]),
        ("heading", "Change Record"),
        ("columns", "Version | Date | Description | Owner name"),
        ("change", f"{change['version']} | 2029-12-31 | All. | {change['owner']}"),
        ("heading", f"1 {section['title']}"),
        ("paragraph", "Here."),
        ("heading", f"1.1 {section['sections'][0]['title']}"),
        ("heading", f"1.2 {first}: A-1"),
        ("paragraph", f"{state.format('2030-02-01')}."),
        ("item", f"B-1: {delivered} ({state.format('2030-01-01')})"),
        ("heading", f"1.3 {second}: A-2"),
        ("paragraph", f"{state.format('2030-02-02')}."),
        ("paragraph", section["milestones"]["no_deliveries"]),
        ("heading", "2 References"),
        (
            "reference",
            ", ".join(
                [
                    *("1 [REF-1]", *reference["authors"], "2020", reference["title"]),
                    *(f"{reference['series']} REF-1", reference["publisher"]),
                ]
            ),
        ),
        ("heading", "3 Acronyms"),
        ("columns", "Acronym | Description"),
        ("acronym", f"ABC | {source['acronyms']['ABC']['definition']}"),
    ]
    return [Fact(kind, plain(text)) for kind, text in facts]


def emitted(source: dict[str, Any]) -> str:
    """Return the reStructuredText of the document; JSON is YAML, apart from the escapes of surrogates."""
    loaded = loads(json.dumps(source, ensure_ascii=False).encode(), "any.yaml")
    revision = RevisionLine(date=date(2030, 1, 1), commit="0123abcd")
    return rst(resolve(loaded.document, loaded.places, revision))


# What the model takes: no control characters, nothing unassigned or private, no separators of lines,
# nothing that changes the direction of writing. A document has its texts in the composed form.
PRINTABLE = st.characters(
    exclude_categories=["Cc", "Cn", "Co", "Cs", "Zl", "Zp"],
    exclude_characters="\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)
SYNTAX = st.sampled_from(
    [*string.punctuation, " ", "a", "1", ". ", "- ", "::", "``", "_ ", ".. ", "http://x "]
)
TEXT = st.text(PRINTABLE, min_size=1, max_size=12) | st.lists(SYNTAX, min_size=1, max_size=8).map("".join)
TEXTS = TEXT.map(lambda text: unicodedata.normalize("NFC", text).strip()).filter(
    lambda text: text.strip("– ")
)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=50, phases=[Phase.explicit, Phase.generate])  # to shrink this takes minutes
def test_any_text_survives_to_the_document_tree(data: st.DataObject) -> None:
    source = document(lambda: data.draw(TEXTS))
    assert facts_of_rst(doctree(emitted(source))) == expected(source)


HOSTILE = [
    *string.punctuation,
    *(f"{mark}{mark}" for mark in string.punctuation),
    *(f"a{mark}b" for mark in string.punctuation),
    *("---", "----", "'''", "```", "?`", "!`", "<<<", ">>", ",,", '"\'"', "``x''", "-- --- ----"),
    *(
        "\\end{document}",
        "\\\\",
        "\\par",
        "$x$",
        "$$",
        "{}",
        "{",
        "}}",
        "[x]",
        "]",
        "[",
        "\\item[",
        "#1",
        "##",
    ),
    *("^^M", "^^41", "%%", "100 % & more", "~~", "\\", "a\\", "&nbsp;", "<b>x</b>", "<<x>>", "<% x %>"),
    *("{{ x }}", "{% x %}", "{# x #}", "<!-- x -->", "- a", "1. a", "a. b", "(i) x", "#. x", "* x", "+ x"),
    *(
        ".. note:: x",
        "::",
        ":x: y",
        "|x|",
        "x_",
        "x__",
        "`x`_",
        "*x*",
        "**x**",
        "``x``",
        "[1]_",
        "a@b.example",
    ),
    *("http://example.org/a_b?c=d&e=%20#f", "--x y", "/x y", "-a", ">>> x", "====", "+---+", "|", "\u00a0x"),
    *("Łódź Ørsted Ångström Őr Șă ß ĳ", "Ωμέγα ἄλφα", "Ёжик", "„a“ ‘b’ «c» …", "fi ff ffi fl", "€ § ¶ † ° ²"),
    *("ﬁ", "1/2", "a/b", "x" * 60, "ein sehr langer Text " * 12, "İı", "e\u0301", "–", "—", "a–b", "a — b"),
]


def texts() -> Any:
    pending = list(HOSTILE)
    return lambda: pending.pop(0) if pending else "x"


def hostile_document() -> dict[str, Any]:
    """Return a document with every hostile text as the name of a delivery, and many of them as all else."""
    source = document(texts(), milestones={"level": "1", "no_deliveries": "..."})
    names = {f"N-{number}": name for number, name in enumerate(HOSTILE, start=100)}
    source["milestones"] = {
        "A-1": {"name": "Alles", "level": "1", "due": "2030-02-01", "predecessors": list(names)},
        **{code: {"name": name, "level": "2", "due": "2030-01-01"} for code, name in names.items()},
    }
    source["sections"][0]["sections"] = [{"title": name, "text": "So."} for name in HOSTILE]
    source["acronyms"] = {
        f"A{number}": {"definition": name, "keep": "true"} for number, name in enumerate(HOSTILE)
    }
    return source


@pytest.mark.slow
def test_hostile_texts_survive_to_the_pdf(tmp_path: Path) -> None:
    """One run of LaTeX with all of them: in headings, bookmarks, contents, items and cells."""
    source = hostile_document()
    path = tmp_path / "milestones.yaml"
    path.write_text(json.dumps(source, ensure_ascii=False), "utf-8")
    edition = Edition(Workspace.of(path), "DOC-1")
    build(edition.workspace, frozenset({Target.PDF, Target.RST}), STATE)
    in_pdf = facts_of_pdf(edition.pages)
    in_rst = facts_of_rst(doctree(edition.rst.read_text("utf-8")))
    assert [unspaced(fact) for fact in in_pdf] == [unspaced(fact) for fact in in_rst]
    assert "\N{LATIN SMALL LIGATURE FI}" in edition.pdf_text()
    said = set(in_rst)
    for number, text in enumerate(unicodedata.normalize("NFC", text) for text in HOSTILE):
        assert Fact("heading", plain(f"1.{number + 1} {text}")) in said
        assert Fact("acronym", plain(f"A{number} | {text}")) in said
        assert (
            Fact("item", plain(f"N-{number + 100}: {text} (Due: 2030-01-01; currently incomplete)")) in said
        )


def unspaced(fact: Fact) -> Fact:
    """Return `fact` without spaces, where lines were broken, and with accents as fonts have them.

    pdftohtml reads a ligature as its letters, even if it is typed; pdftotext reads what is typed.
    """
    text = unicodedata.normalize("NFC", "".join(fact.text.split()))
    return Fact(fact.kind, text.replace("\N{LATIN SMALL LIGATURE FI}", "fi"))
