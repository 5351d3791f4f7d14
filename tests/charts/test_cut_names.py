"""Names that charts cut: found without drawing, exactly where the drawing has an ellipsis."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from milepost.charts import room
from milepost.charts.cut_names import check_labels
from milepost.charts.fonts import ELLIPSIS, TextStyle
from milepost.charts.gantt.layout import texts_of
from milepost.document.figures import GanttFigure
from milepost.loading.load import loads
from milepost.views.chart import GanttChart
from milepost.views.make_charts import draw
from milepost.views.page import PAGES

PAGE = PAGES["milepost", "letter"]
SENTENCE = "Images of the camera are calibrated, and the calibration is kept with the images of each night"
WORDS = SENTENCE.split()


def plan(name: str, figure: str = "kind: gantt", *, placed: bool = True, more: str = "") -> bytes:
    """Return a document with a figure that has a milestone called `name`."""
    text = '".. figure:: plan"' if placed else "None."
    return f"""\
format: 1
document:
  {{handle: X-1, title: Plan, organisation: O, authors: [A], status: draft, draft_mark: D,
   data_date: 2024-01-31}}
sections:
  - title: Milestones
    text: {text}
figures:
  plan: {{{figure}, codes: A-*, caption: The plan.}}
milestones:
  A-1: {{due: 2024-07-01, name: "{name}"{more}}}
""".encode()


def found(content: bytes) -> list[str]:
    return [each.message for each in check_labels(loads(content, "plan.yaml"))]


def is_drawn_cut(content: bytes) -> bool:
    """Return whether the chart that is drawn has an ellipsis."""
    document = loads(content, "plan.yaml").document
    (figure,) = document.figures
    assert isinstance(figure, GanttFigure)
    chart = draw(figure, document, "Plan")
    assert isinstance(chart, GanttChart)
    (texts,) = texts_of(chart, PAGE)
    return texts.label[-1].endswith(ELLIPSIS)


def test_a_name_is_found_where_the_drawing_cuts_it() -> None:
    """Names of every length around the room of three lines."""
    verdicts = []
    for number in range(12, 40):
        name = " ".join((WORDS * 3)[:number])
        content = plan(name)
        assert bool(found(content)) == is_drawn_cut(content), name
        verdicts.append(bool(found(content)))

    assert verdicts == sorted(verdicts)
    assert {*verdicts} == {False, True}


def test_the_name_the_place_and_the_chart_are_named() -> None:
    name = " ".join(WORDS * 3)
    (problem,) = check_labels(loads(plan(name), "plan.yaml"))
    assert str(problem).startswith(
        "plan.yaml:11:32: warning: A-1 has a name that the chart plan cuts (add the line  short_name: ..."
    )
    assert [other.words for other in problem.others] == ["plan.yaml:9:3: the chart plan"]

    assert found(plan(name, more=", short_name: Images")) == []
    assert found(plan(name, more=f", short_name: '{name}'")) == [
        "A-1 has a short name that the chart plan cuts"
    ]
    assert found(plan(name, placed=False)) == []
    elsewhere = plan(name).replace(b"A-*", b"B-*") + b"  B-1: {due: tbd, name: Images}\n"
    assert found(elsewhere) == []


def test_a_row_of_context_has_a_word_more() -> None:
    room_of_gantt = room.in_gantt(PAGE)
    style = TextStyle(room_of_gantt.size)
    name = next(
        name
        for number in range(len(WORDS) * 3)
        if len(style.wrap(name := " ".join((WORDS * 3)[:number]), room_of_gantt.width, 4)) == 3
        and len(style.wrap(f"{name} (context)", room_of_gantt.width, 4)) == 4
    )
    own = plan(name)
    context = own.replace(b"codes: A-*,", b"codes: B, context: {codes: A-1},") + b"  B: {due: tbd, name: B}\n"
    assert (found(own), len(found(context))) == ([], 1)


def test_a_trend_chart_has_one_line_for_each_label() -> None:
    assert found(plan("Images of the camera are calibrated", "kind: trend")) == []
    assert len(found(plan(" ".join(WORDS), "kind: trend"))) == 1
    assert found(plan(" ".join(WORDS), "kind: trend, labels: {codes: B}")) == []


@pytest.mark.parametrize("name", ["日本語 " * 40, "カメラ"])
def test_a_character_without_a_glyph_is_another_fault(name: str) -> None:
    assert found(plan(name.strip())) == []


def test_the_widths_are_those_of_the_font() -> None:
    with TTFont(str(files("fontpkg_fira_sans") / "files/FiraSans-Regular.ttf"), lazy=True) as font:
        names, widths = font.getBestCmap(), font["hmtx"].metrics
        assert font["head"].unitsPerEm == 1000
        advances = {chr(code): widths[name][0] for code, name in names.items()}

    assert tuple(advances[chr(code)] for code in range(0x20, 0x7F)) == room._WIDTHS
    letters = {each: width for each, width in advances.items() if "\x7f" < each <= "\u04ff"}
    assert max(letters.values()) + 20 == room._WIDEST
    assert max(advances[each] for each in room._PUNCTUATION) < room._WIDEST


@given(
    st.text(st.sampled_from("AVTWYoyjimlLrf1 ,.'-)(–é“Ж"), min_size=1, max_size=250)
    | st.lists(st.sampled_from([*WORDS, "(of)", "L1", "'f'", "P.,", "TAVAY", "To"]), max_size=60).map(
        " ".join
    )
)
def test_what_is_certain_is_as_it_is_drawn(text: str) -> None:
    for where in (room.in_gantt(PAGE), room.in_trend(PAGE)):
        certain = room.fits(text, where)
        if certain is not None:
            lines = TextStyle(where.size).wrap(text, where.width, where.lines + 1)
            assert (len(lines) <= where.lines) == certain


def test_pairs_of_characters_are_no_wider_or_narrower_than_thought() -> None:
    """Each character beside each of some that are often nearer to others, or further apart."""
    style = TextStyle(1000.0)
    for one in room._ASCII:
        for other in "AVLTYPFfrjy17 ,.'\"()[]-/_*":
            for pair in (one + other, other + one):
                text = f"n{pair}n"
                if "#" in text:
                    continue
                most = sum(room._MOST[each] for each in text)
                assert sum(room._LEAST[each] for each in text) <= style.width(text) <= most, pair


def test_a_check_without_long_names_does_not_import_matplotlib() -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from milepost.release.checked import check_text\n"
        "check_text(Path('milestones.yaml').read_bytes(), Path('milestones.yaml'))\n"
        "print('matplotlib' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert Path("milestones.yaml").is_file()
