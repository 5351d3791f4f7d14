"""The tables of the benchmarks, from made-up numbers, and the documents that they measure."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from operator import attrgetter

import pytest
from tests.benchmarks import pages, phases, plans, results
from tests.benchmarks.build_times import LIBRARIES
from tests.benchmarks.growth_times import exponent
from tests.benchmarks.measuring import ROOT, Sample
from tests.benchmarks.workplace import EDITS, passes

from milepost.diff.compare import diff
from milepost.loading.load import loads

MACHINE = {"processor": "A CPU", "cores": "2", "system": "Linux", "Python": "3.11", "TeX": "LuaHBTeX"}


def made_up() -> results.Results:
    """Return the results of samples that nobody has measured."""
    samples = {
        "check": [Sample(seconds=each, processor=0.2, memory=50.2) for each in (0.3, 0.5, 0.25)],
        "pdf-delivery": [
            Sample(seconds=2, processor=3, memory=200, passes=1, bare=2),
            Sample(seconds=9, processor=3, memory=200, passes=1, bare=5),
            Sample(seconds=3, processor=3, memory=200, passes=1, bare=2),
        ],
        "all-cold": [Sample(seconds=13)],
        "pdf-cold": [Sample(seconds=7, passes=2)],
        "site-cold": [Sample(seconds=10)],
        "rst-cold": [Sample(seconds=1)],
        "figures-cold": [Sample(seconds=2)],
        "rst-100000": [Sample(seconds=44.9, memory=1000.5)],
        "load@1000": [Sample(seconds=9, processor=0.5, memory=60)],
        "load@10000": [Sample(seconds=9, processor=5, memory=100)],
        "view@1000": [Sample(seconds=9, processor=0.01, memory=60)],
    }
    return results.results(samples, MACHINE)


def test_the_table_has_medians_and_says_which_targets_are_met() -> None:
    assert results.times_table(made_up()) == (
        "| what | seconds | before | CPU | MB | LaTeX | bare passes | target |\n"
        "|---|---|---|---|---|---|---|---|\n"
        "| `milepost check` | 0.30 | 0.47 | 0.20 | 50 |  |  | 0.35 s: met, 0.30 s |\n"
        "| PDF, from nothing | 7.00 | 7.74 |  |  | 2 times |  |  |\n"
        "| PDF, one date changed (a delivery) | 3.00 | 3.61 | 3.00 | 200 | once | 1.50 "
        "| 1.1 passes: not met, 1.50 |\n"
        "| reST and its figures, from nothing | 1.00 | 1.49 |  |  |  |  |  |\n"
        "| figures for PDF and reST, from nothing | 2.00 |  |  |  |  |  |  |\n"
        "| site without PDF, from nothing | 10.00 | 5.78 |  |  |  |  |  |\n"
        "| `milepost build all`, from nothing | 13.00 |  |  |  |  |  "
        "| 1.3 times the longest part: met, 1.30 |\n"
        "| load 100,000 milestones and render them to reST | 44.90 |  |  | 1000 |  |  "
        "| 45 s: met, 44.90 s; 1000 MB: not met, 1000 MB |\n"
    )


def test_the_libraries_alone_are_those_that_a_check_imports() -> None:
    """Otherwise a check would be compared with more, or with less, than it cannot do without."""

    def imported(script: str) -> tuple[set[str], set[str]]:
        """Return all modules, and those of libraries."""
        ending = (
            "\nimport json, sys\n"
            "files = {name: getattr(each, '__file__', None) or '' for name, each in sys.modules.items()}\n"
            "print(json.dumps([list(files), [name for name in files if 'site-packages' in files[name]]]))\n"
        )
        line = [sys.executable, "-c", script + ending]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
        every, libraries = json.loads(done.stdout.splitlines()[-1])
        return set(every), {name for name in libraries if name.partition(".")[0] != "milepost"}

    alone, libraries = imported(LIBRARIES)
    checked, needed = imported("from milepost.cli.main import main\nmain(['check', '--quiet'])")

    assert libraries == needed
    assert alone <= checked


def test_the_table_of_growth_has_a_column_for_each_size_and_the_fitted_exponent() -> None:
    assert results.growth_table(made_up()) == (
        "| step | 1,000 | 10,000 | exponent | target |\n"
        "|---|---|---|---|---|\n"
        "| load | 0.50 s, 60 MB | 5.00 s, 100 MB | 1.00 | 1.1: met |\n"
        "| view | 0.01 s, 60 MB |  |  |  |\n"
    )


def test_a_table_without_rows_is_left_out() -> None:
    assert results.growth_table(results.results({}, MACHINE)) == ""


def test_a_target_against_other_rows_waits_until_they_are_measured() -> None:
    found = made_up()
    del found["rows"]["site-cold"]

    assert list(results.targets(found, "all-cold")) == []


def test_a_later_run_replaces_what_it_has_measured_again_and_keeps_the_rest() -> None:
    samples = {"check": [Sample(seconds=7)], "load@100000": [Sample(seconds=9)], "json": [Sample(seconds=1)]}

    found = results.joined(made_up(), results.results(samples, MACHINE))

    assert found["rows"]["check"]["seconds"] == 7
    assert found["rows"].keys() == {*made_up()["rows"], "json"}
    assert found["growth"]["load"].keys() == {"1000", "10000", "100000"}
    assert found["growth"]["view"].keys() == {"1000"}


def test_the_profile_has_a_table_for_each_build() -> None:
    found = made_up() | {"profile": {"From nothing": [{"name": "load", "start": 0.5, "seconds": 0.125}]}}

    assert results.profile_table(found) == (
        "From nothing:\n\n| begins at | takes | what |\n|---|---|---|\n| 0.50 | 0.12 | load |\n"
    )


@pytest.mark.parametrize(("module", "names"), phases.FUNCTIONS.items())
def test_what_is_profiled_exists(module: str, names: dict[str, str]) -> None:
    for name in names:
        assert callable(attrgetter(name)(import_module(module)))


@pytest.mark.parametrize("power", [0.5, 1.0, 1.1, 2.0])
def test_the_exponent_is_that_of_a_known_power(power: float) -> None:
    assert exponent({size: 0.003 * size**power for size in (1_000, 10_000, 100_000)}) == pytest.approx(power)


def test_the_exponent_is_fitted_by_least_squares() -> None:
    assert exponent({1: 1, 10: 100, 100: 100}) == pytest.approx(1.0)


def test_only_what_is_between_marks_is_replaced_and_only_where_it_was_measured() -> None:
    text = "A check takes <!-- bench: check -->9<!-- end --> s, x <!-- bench: diff -->8<!-- end --> s."
    parts = pages.parts_of(made_up())

    assert pages.filled(text, parts) == (
        "A check takes <!-- bench: check -->0.3<!-- end --> s, x <!-- bench: diff -->8<!-- end --> s."
    )
    assert pages.filled(pages.filled(text, parts), parts) == pages.filled(text, parts)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("build/A.pdf (9 pages, once through LaTeX)\n", 1),
        ("build/A.pdf (9 pages, 2 times through LaTeX)\n", 2),
        ("nothing to do: everything is up to date\n", None),
    ],
)
def test_the_passes_are_those_that_the_program_prints(printed: str, number: int | None) -> None:
    assert passes(printed) == number


def test_a_made_up_document_has_three_links_each_and_no_warnings() -> None:
    loaded = loads(plans.linked(200).encode(), "a.yaml")

    assert loaded.warnings == ()
    assert len(loaded.document.milestones) == 200
    assert {len(each.predecessors) for each in loaded.document.milestones[3:]} == {3}


def test_an_earlier_edition_differs_by_as_many_dates_as_asked_for() -> None:
    first = plans.NOTHING_COMPLETED
    old = loads(plans.linked(200, moved=20, first=first).encode(), "a.yaml").document
    new = loads(plans.linked(200, first=first).encode(), "a.yaml").document

    assert len(diff(old, new)) == 20


def test_a_made_up_document_can_have_more_links() -> None:
    document = loads(plans.linked(100, links=20).encode(), "a.yaml").document

    assert {len(each.predecessors) for each in document.milestones[30:]} == {20}


def test_the_edits_find_their_place_in_the_document_again_and_again() -> None:
    text = (ROOT / "milestones.yaml").read_text("utf-8")
    document = loads(text.encode(), "a.yaml").document
    for edit in EDITS.values():
        first = edit(text)
        second = edit(first)

        assert len({text, first, second}) == 3
        assert loads(second.encode(), "a.yaml").document != document


def test_each_mark_in_the_documentation_is_of_something_that_is_measured() -> None:
    tables = {"machine", "times", "growth", *results.PROFILES, "site_times", "lsp_times", "import_times"}
    found = {name: page.name for page in pages.PAGES for name in pages.names_in(page.read_text("utf-8"))}

    assert found.keys() - results.ROWS.keys() - tables == set()
    assert tables - found.keys() == set()
