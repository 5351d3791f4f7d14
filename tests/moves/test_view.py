"""What moved, in words: aligned, short, with every class on request, and as Markdown."""

from __future__ import annotations

import pytest
from tests.support.moves import facts, month, state

from milepost.moves.explain import Kind, explain
from milepost.moves.facts import State
from milepost.moves.values import values_of
from milepost.moves.view import view_of
from milepost.render.documents import moves_text
from milepost.render.markdown import moves_markdown

EARLIER = state(
    **{f"A{number}": f"2024-01-01 2024-0{number}-01" for number in range(1, 8)},
    B="2024-01-01 2024-02-01",
    C="2024-01-01 2024-02-01",
    D="2024-01-01 2024-02-01",
    E="2024-01-01 2024-02-01",
    F="2024-01-01 - 2023-12-01",
    G="2024-01-01 2024-02-01",
    H="2024-01-01",
)
LATER = state(
    **{f"A{number}": f"2024-01-01 2024-0{number}-11" for number in range(1, 8)},
    B="2024-01-01 - 2024-02-11",
    C="2024-01-01 - 2024-02-01",
    D="2024-01-03 2024-02-01",
    E="2024-01-01 2024-02-03",
    F="2024-01-01 2024-03-01",
    H="2024-01-01",
    I="2024-05-01",
)
LINKS = [("A1", "A2"), ("A2", "A3"), ("B", "A4")]
SHORT = """\
Forecasts: 8 milestones moved by 72 days together.
  10 days later     7 milestones  97 %  A1 and 2 with it, 1 with B (completed 10 days late), 3 others
  less than 5 days   1 milestone   3 %  E Name of E
Due dates: 1 milestone moved by 2 days.
  less than 5 days  1 milestone  100 %  D Name of D
Completed: 1 late (the most by 10 days: B), 1 on time; against the date expected before.
New: I.
Gone: G.
Open again: F.
15 milestones: 1 gone, 1 new, 1 open again, 2 completed, 1 below the threshold, 3 moved with a predecessor, \
1 moved and others with it, 3 moved by the same time as others, 1 with another due date, 1 without news.
"""


def test_a_few_lines_and_on_request_all_milestones_by_class() -> None:
    view = view_of(explain(EARLIER, LATER, LINKS, 5))
    assert moves_text(view) == SHORT
    listed = moves_text(view, everything=True).removeprefix(SHORT)
    for part in (
        "\nForecasts: Moved with a predecessor (3)\n",
        "  A2: 2024-02-01 → 2024-02-11, 10 days later, with A1\n",
        "  A3: 2024-03-01 → 2024-03-11, 10 days later, with A1 by way of A2\n",
        "  A4: 2024-04-01 → 2024-04-11, 10 days later, with B\n",
        "\nCompleted (2)\n  B: 2024-02-01 → 2024-02-11, 10 days late\n",
        "  C: 2024-02-01 → 2024-02-01, on time\n",
        "\nNew (1)\n  I: 2024-05-01, Name of I\n",
        "\nNo news (1)\n  H: Name of H\n",
    ):
        assert part in listed
    codes = {line.strip().partition(":")[0] for line in listed.splitlines() if line.startswith("  ")}
    assert codes == EARLIER.milestones.keys() | LATER.milestones.keys()


def test_forecasts_that_say_nothing_are_named() -> None:
    without = state(A="2024-01-01", B="2024-01-01")
    with_news = state(A="2024-01-01 2024-01-11", B="2024-01-01")

    def text(earlier: State, later: State) -> str:
        return moves_text(view_of(explain(earlier, later)))

    assert text(without, with_news).startswith(
        "Forecasts: 1 milestone moved by 10 days, counted from due dates, "
        "because no forecast differed from these before.\n"
    )
    assert text(with_news, without) == (
        "Every forecast is the due date now, so that it is not known how forecasts moved.\n"
        "2 milestones: 2 without news.\n"
    )
    assert text(without, without) == "2 milestones: 2 without news.\n"


@pytest.mark.parametrize("seed", range(3))
def test_a_month_of_a_large_schedule_is_about_ten_aligned_lines(seed: int) -> None:
    made = month(seed)
    text = moves_text(view_of(explain(made.earlier, made.later, made.links, 5)))
    lines = text.splitlines()
    assert len(lines) <= 1 + 10 + 5
    table = [line for line in lines if line.startswith("  ")]
    assert len({line.index("%") for line in table}) == 1
    assert len({line.index("milestone") for line in table if " milestones " in line}) == 1
    assert max(map(len, table)) <= 160
    share = int(lines[0].rpartition(" lines are ")[2].partition(" %")[0])
    assert 90 <= share < 100


def test_markdown_is_escaped() -> None:
    earlier = State(
        milestones={"A|1": facts("2024-01-01 2024-02-01", "*One* | two"), "<b>": facts("2024-01-01")}
    )
    later = State(milestones={"A|1": facts("2024-01-01 2024-02-11", "*One* | two")})
    assert (
        moves_markdown(view_of(explain(earlier, later)))
        == r"""**Forecasts:** 1 milestone moved by 10 days.

| Moved | Milestones | Share | |
|---|---:|---:|---|
| 10 days later | 1 | 100 % | A\|1 \*One\* \| two |

- Gone: \<b\>.

2 milestones: 1 gone, 1 moved by itself.
"""
    )


def test_the_values_for_programs_have_every_milestone_once() -> None:
    for each, explanation in zip(values_of(found := explain(EARLIER, LATER, LINKS, 5)), found, strict=True):
        codes = [*each["no_news"], *each["unchanged"], *(row["milestone"] for row in each["rows"])]
        assert sorted(codes) == sorted(EARLIER.milestones.keys() | LATER.milestones.keys())
        assert sum(each["classes"].values()) == each["milestones"] == len(codes)
        assert each["classes"] == {kind.name.lower(): len(explanation.of(kind)) for kind in Kind}
        assert sum(line["days"] for line in each["lines"]) == each["lines_days"] <= each["moved_days"]
    (first, _) = values_of(found)
    assert first["lines"][0] == {
        "least": 10,
        "most": 10,
        "days": 70,
        "milestones": [f"A{number}" for number in range(1, 8)],
        "causes": [{"milestone": "A1", "followers": 2}, {"milestone": "B", "followers": 1}],
        "wbs": None,
    }
