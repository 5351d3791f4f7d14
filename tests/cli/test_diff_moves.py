"""What moved, in every output of `milepost diff`: the same lines, and the dates on request."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.review.test_report import plan

from milepost.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

MANY = range(20)
LINES = [
    ("25 days later", "16", "86 %", "M00 and 14 with it, 1 other"),
    ("20 days later", "3", "13 %", "M16, M17, M18"),
    ("7 days later", "1", "1 %", "M19 Name of M19"),
]
SENTENCE = "20 milestones moved by 467 days together."


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions: of 20 milestones, 16 move by 25 days, 14 of these because of the first one."""

    def edition(moves: list[int]) -> str:
        rows = []
        for number, days in zip(MANY, moves, strict=True):
            month, day = divmod(days, 28)
            due = f"2026-{month + 4:02}-{day + 1:02}"
            links = " predecessors: [M00]" if 0 < number < 15 else ""
            rows.append(f"M{number:02} {due}{links}")
        return plan(*rows)

    folder = tmp_path_factory.mktemp("moves")
    (folder / "old.yaml").write_text(edition([0] * 20), "utf-8")
    (folder / "new.yaml").write_text(edition([25] * 16 + [20] * 3 + [7]), "utf-8")
    return folder


@pytest.fixture
def printed(compared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.chdir(compared)
    assert main(["-f", "new.yaml", "diff", "old.yaml", "--packet", "--no-pdf"]) == 0
    return capsys.readouterr().out


def test_the_terminal_shows_few_lines_and_all_dates_on_request(
    printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "".join(
        f"    {by:13}  {f'{number} milestone' + 's' * (number != '1'):>13}  {share:>4}  {what}\n"
        for by, number, share, what in LINES
    )
    counts = "20 milestones: 20 with another due date."
    assert f"\nWhat moved\n  Due dates: {SENTENCE}\n{table}  {counts}\n" in printed
    assert "\nDates moved\n  20 changes of dates: --all lists them.\n" in printed
    assert len(printed.splitlines()) < 20

    main(["-f", "new.yaml", "diff", "old.yaml", "--no-pdf", "--all"])
    listed = capsys.readouterr().out
    assert len(re.findall(r"\n  M\d\d is due 2026-04-\d\d, \d+ days later than before", listed)) == 20
    assert "\n  Due dates: Moved with a predecessor (14)\n    M01: 2026-04-01 → 2026-04-26, " in listed


@pytest.mark.usefixtures("printed")
def test_every_file_has_the_same_lines(compared: Path) -> None:
    made = compared / "build/review"
    markdown = (made / "summary.md").read_text("utf-8")
    assert f"### What moved\n\n**Due dates:** {SENTENCE}\n" in markdown
    page = (made / "index.html").read_text("utf-8")
    section = page[page.index('<section class="moves"') :].partition("</section>")[0]
    jira = (made / "review.jira").read_text("utf-8")
    text = (made / "review.txt").read_text("utf-8")
    for by, number, share, what in LINES:
        assert f"| {by} | {number} | {share} | {what} |\n" in markdown
        assert f"| {by} | {number} | {share} | {what} |\n" in jira
        cells = f'<td class="number">{number}</td><td class="number">{share}</td><td>{what}</td>'
        assert f'<tr><th scope="row">{by}</th>{cells}</tr>' in section
        assert re.search(f"\n  {by} +{number} milestones? +{share}  {what}\n", text)
    assert "16 milestones: due date 25 days later; M00 and 14 with it." in text
    due = json.loads((made / "summary.json").read_text("utf-8"))["moves"][1]
    assert [(line["most"], len(line["milestones"])) for line in due["lines"]] == [(25, 16), (20, 3), (7, 1)]
    assert (due["date"], due["moved_days"], due["classes"]["follows"]) == ("due", 467, 14)


def test_few_moves_are_not_summed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(plan("A 2026-05-01", "B 2026-05-02"), "utf-8")
    (tmp_path / "new.yaml").write_text(plan("A 2026-06-01", "B 2026-05-12"), "utf-8")
    assert main(["-f", "new.yaml", "diff", "old.yaml", "--format", "markdown"]) == 0
    assert "What moved" not in capsys.readouterr().out
