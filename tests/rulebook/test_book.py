"""The explained rules: examples break their rule or do not, and each problem of a document has a rule."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import milepost
from milepost.base.errors import MilepostError
from milepost.findings.pages import rules_page
from milepost.loading.load import inspect
from milepost.release.checked import check_text
from milepost.release.earlier import check_earlier
from milepost.rulebook.book import Rule, named, rule_of, rules

SMALLEST = """\
format: 1
document:
  handle: X-1
  title: Plan
  organisation: Example Organisation
  authors: [A. Author]
  status: draft
  draft_mark: Draft
  data_date: 2024-01-31
sections:
  - title: Milestones
milestones:
  A-1:
    name: First light
    due: 2024-07-01
"""
SOURCES = Path(milepost.__file__).parent


def blocks(text: str) -> dict[str, str]:
    """Return the lines below each top-level key."""
    parts = re.split(r"^(\w+):", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def document(example: str) -> str:
    """Return the smallest document with the parts of an example; those of `document` replace single keys."""
    parts = blocks(SMALLEST)
    for key, body in blocks(f"{example}\n").items():
        if key == "document":
            names = [line.split(":")[0] for line in body.strip("\n").split("\n")]
            kept = [line for line in parts[key].strip("\n").split("\n") if line.split(":")[0] not in names]
            parts[key] = "\n" + "\n".join(kept) + body
        else:
            parts[key] = body
    return "".join(f"{key}:{body}" for key, body in parts.items())


def found(text: str, folder: Path = Path(), earlier: str = "") -> set[str]:
    """Return the ids of the rules that a document breaks, with an earlier state in the folder `history`."""
    source = folder / "plan.yaml"
    if earlier:
        (folder / "history").mkdir(exist_ok=True)
        (folder / "history/2023-12-31.csv").write_text(f"{earlier}\n", "utf-8")
    loaded, problems = check_text(text.encode(), source)
    if earlier:
        assert loaded is not None
        problems += check_earlier(loaded, source)
    return {rule.id if (rule := rule_of(each.rule)) else each.rule for each in problems}


def test_what_is_read_of_a_rule_without_its_texts_is_what_toml_says() -> None:
    written = {
        number: keys
        for path in SOURCES.glob("rulebook/*.toml")
        for number, keys in tomllib.loads(path.read_text("utf-8")).items()
    }

    assert {rule.id: (rule.names, rule.severity, rule.needs) for rule in rules()} == {
        number: (tuple(keys["names"]), keys["severity"], keys.get("needs", ""))
        for number, keys in written.items()
    }


def pairs() -> list[Rule]:
    return [rule for rule in rules() if rule.breaks]


def test_the_smallest_document_breaks_no_rule() -> None:
    assert found(SMALLEST) == set()


@pytest.mark.parametrize("rule", pairs(), ids=lambda rule: f"{rule.id}-{rule.name}")
def test_one_example_breaks_this_rule_alone_and_the_other_breaks_none(rule: Rule, tmp_path: Path) -> None:
    assert found(document(rule.breaks), tmp_path, rule.earlier) == {rule.id}
    assert found(document(rule.holds), tmp_path, rule.earlier) == set()


def test_ids_are_in_order_and_each_name_has_one_rule() -> None:
    ids = [rule.id for rule in rules()]
    names = [name for rule in rules() for name in rule.names]

    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"MP\d{3}", each) for each in ids)
    assert len(names) == len(set(names))
    assert {rule.severity for rule in rules()} <= {"error", "warning", "error or warning"}


def test_each_problem_of_the_documents_in_the_tests_has_a_rule() -> None:
    without = set()
    for path in sorted(Path("tests/loading/faults").glob("*.yaml")):
        try:
            problems = inspect(path.read_bytes(), path.name)[1]
        except MilepostError as error:
            problems = error.problems
        without |= {each.rule for each in problems if rule_of(each.rule) is None}

    assert without == set()


def test_each_rule_that_the_sources_name_is_explained() -> None:
    """Look for the names in the code, so that a new rule cannot be forgotten."""
    without = set()
    for package in (
        "rules",
        "loading",
        "release/approved.py",
        "release/checked.py",
        "release/earlier.py",
        "latex/glyphs.py",
        "render/overrides.py",
    ):
        place = SOURCES / package
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            if path.parent.name == "edit":  # what `milepost comments` says of a change
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.keyword)
                    and node.arg == "rule"
                    and isinstance(node.value, ast.Constant)
                    and isinstance(node.value.value, str)
                ):
                    without |= {node.value.value} - {"more"} if rule_of(node.value.value) is None else set()

    assert without == set()


def test_a_rule_is_found_by_id_name_and_beginning() -> None:
    assert [rule.id for rule in named("MP203")] == ["MP203"]
    assert [rule.id for rule in named("mp203")] == ["MP203"]
    assert [rule.id for rule in named("overdue")] == ["MP203"]
    assert {rule.id[:3] for rule in named("MP2")} == {"MP2"}
    assert len(named("MP2")) > 5
    assert named("MP999") == named("nothing") == named("") == ()


def test_the_page_of_the_documentation_is_up_to_date() -> None:
    """`milepost rule --format markdown > docs/reference/rules.md` makes it."""
    assert Path("docs/reference/rules.md").read_text("utf-8") == rules_page(rules())
