"""The gate: what authorises a change, what cannot, and the lines that a refusal proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.build.test_build import DOCUMENT
from tests.cli.test_cli_diff import comparison

from milepost.review.record_lines import lines_to_add

if TYPE_CHECKING:
    from milepost.diff.comparison import Comparison

LATER = DOCUMENT.replace("due: 2026-07-01", "due: 2026-08-01")
OF_RECORD = "of the change record"
OLD = """\
change_record:
  - version: 1.5
    date: 2025-02-01
    owner: W. Coyote
    description: Fifth
  - version: 1.6
    date: 2026-02-01
    owner: W. Coyote
    description: Sixth
"""


def recorded(text: str, record: str) -> str:
    return text.replace("sections:\n", f"{record}sections:\n", 1)


def entry(version: str, date: str, authorises: str = "[everything]") -> str:
    return (
        f"  - version: {version}\n    date: {date}\n    owner: W. Coyote\n    description: Next\n"
        f"    authorises: {authorises}\n"
    )


def refused(found: Comparison) -> list[str]:
    return [each.sentence for each in found.unauthorised]


MOVED = "R-2 is due 2026-08-01, 31 days later than before (2026-07-01)."


def test_an_entry_that_is_later_than_all_others_authorises() -> None:
    for new in (entry("1.7", "2026-03-01"), entry("1.10", "2026-02-01"), entry("2.0", "2026-02-02")):
        assert refused(comparison(recorded(DOCUMENT, OLD), recorded(LATER, OLD + new))) == []


@pytest.mark.parametrize(
    ("record", "reported"),
    [
        pytest.param(
            OLD.replace("version: 1.6", "version: 1.7").replace(
                "Sixth\n", "Sixth\n    authorises: [everything]\n"
            ),
            2,
            id="the last entry rewritten as a new one",
        ),
        pytest.param(
            OLD.replace("Sixth\n", "Sixth\n    authorises: [everything]\n"), 1, id="the last entry edited"
        ),
        pytest.param(
            OLD[: OLD.index("  - version: 1.6")] + entry("2.0", "2026-03-01"), 2, id="the last entry replaced"
        ),
        pytest.param("change_record:\n" + entry("2.0", "2026-03-01"), 3, id="all entries replaced by one"),
        pytest.param(
            OLD.replace("change_record:\n", "change_record:\n" + entry("1.0", "2016-01-01")),
            1,
            id="a new entry put first",
        ),
        pytest.param(OLD + entry("1.5.1", "2026-03-01"), 1, id="a lower version"),
    ],
)
def test_no_entry_authorises_itself(record: str, reported: int) -> None:
    found = comparison(recorded(DOCUMENT, OLD), recorded(LATER, record))

    sentences = refused(found)

    assert MOVED in sentences
    assert sum(OF_RECORD in sentence for sentence in sentences) >= reported
    assert found.authorised == 0


def test_an_older_entry_is_authorised_by_name_alone() -> None:
    old, edited = recorded(DOCUMENT, OLD), OLD.replace("Fifth", "Fifth, in part")

    everything = comparison(old, recorded(LATER, edited + entry("1.7", "2026-03-01")))
    by_name = comparison(old, recorded(LATER, edited + entry("1.7", "2026-03-01", "[change_record, R-2]")))

    assert [OF_RECORD in sentence for sentence in refused(everything)] == [True]
    assert refused(by_name) == []


def test_what_follows_from_a_milestone_that_is_new_or_gone_needs_no_name() -> None:
    links = (
        "  R-8:\n    name: Eight\n    level: 2\n    due: 2026-06-01\n"
        "  R-9:\n    name: Nine\n    level: 2\n    due: 2026-08-01\n    predecessors: [R-8]\n"
    )
    with_links = DOCUMENT.replace("milestones:\n  R-1", f"milestones:\n{links}  R-1", 1)
    without = with_links.replace("    predecessors: [R-8]\n", "").replace(
        "  R-8:\n    name: Eight\n    level: 2\n    due: 2026-06-01\n", ""
    )
    new = entry("1.7", "2026-03-01", "[R-8]")
    for old, now in ((with_links, without), (without, with_links)):
        found = comparison(recorded(old, OLD), recorded(now, OLD + new))
        assert found.authorised == 2
        assert refused(found) == []


# --- The lines to add ---


def written(text: str, found: Comparison) -> str:
    """Return `text` with the lines that are proposed."""
    proposed = lines_to_add(found)
    assert proposed
    lines = text.splitlines()
    lines[proposed.line - proposed.replaces : proposed.line] = proposed.lines
    return "\n".join(lines) + "\n"


CHANGED = (
    LATER.replace("name: First flight", "name: \"Flight: the 'first' # of [many]\"")
    .replace("title: Plan", 'title: "Plan: B, #1"')
    .replace("      See :ref:`chart`.", "      See now the :ref:`chart`.")
)


@pytest.mark.parametrize(
    "record",
    [
        "",
        OLD,
        OLD + "\n",
        OLD + "  # a comment\n",
        OLD + entry("1.7", "2026-03-01", "[acronyms]"),
        OLD + entry("1.7", "2026-03-01", "\n      - acronyms"),
        OLD + entry("1.7", "2026-03-01", "\n    - acronyms\n    - 'references'"),
        OLD + entry("1.7", "2026-03-01").replace("    authorises: [everything]\n", ""),
        OLD.replace("\n    ", "\n      ").replace("  - ", "    - "),
        OLD.replace("version: 1.6", "version: A"),
    ],
)
@pytest.mark.parametrize("at_the_end", [False, True])
def test_the_lines_to_add_authorise_everything(record: str, *, at_the_end: bool) -> None:
    def with_record(text: str, record: str) -> str:
        return text + record if at_the_end else recorded(text, record)

    old = with_record(DOCUMENT, record.partition("  - version: 1.7")[0] if "1.7" in record else record)
    new = with_record(CHANGED, record)
    found = comparison(old, new)
    assert len(refused(found)) >= 3

    again = comparison(old, written(new, found))

    assert refused(again) == []
    assert again.unknown == ()
    assert lines_to_add(again) is None
