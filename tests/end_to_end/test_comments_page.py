"""Comments of reviewers on the page of a difference: written, kept, saved, opened again and printed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from playwright.sync_api import expect
from tests.cli.test_cli_diff import git
from tests.end_to_end.test_diff_html import HOSTILE, review_page, stops, visit
from tests.git.test_removals import BASE, commit, edited
from tests.support.accessibility import COLOURS, accessibility

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from tests.end_to_end.test_diff_html import Visit

__all__ = ("review_page", "visit")

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DUE = "M-2 is due 2030-08-15"
TITLE = "The title of the document changed"
TEXT = "The text of section 1"


def row(page: Page, sentence: str) -> Locator:
    return page.locator("nav.list .row", has_text=sentence).first


def comment(page: Page, sentence: str, text: str = "", value: str | None = None, name: str = "") -> None:
    """Write a comment on a change of the list."""
    row(page, sentence).locator(".comment-button").click()
    if name:
        page.locator("#comment-author").fill(name)
    if value is not None:
        page.locator("#comment-propose").select_option("value")
        page.locator("#comment-value, #comment-long").locator("visible=true").fill(value)
    page.locator("#comment-text").fill(text)
    page.get_by_role("button", name="Keep").click()


def kept(page: Page, sentence: str) -> list[str]:
    """Return the comments below a change of the list."""
    found = row(page, sentence).locator(".kept").all()
    return [
        " ".join(each.inner_text().split()).removesuffix(" Delete").removesuffix(" Edit") for each in found
    ]


def save(page: Page, path: Path) -> dict[str, Any]:
    """Save the comments, and return the file; it is as it is described."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save comments.json").click()
    assert download.value.suggested_filename == "comments.json"
    download.value.save_as(path)
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    schema = json.loads((ROOT / "docs/reference/comments-schema.json").read_text("utf-8"))
    jsonschema.validate(content, schema)
    return content


def open_files(page: Page, *paths: Path) -> str:
    """Open files of comments, and return what the page says about them."""
    news = page.locator(".news span")
    # What was said before is no answer. The page's policy refuses text as script while one waits.
    page.evaluate("() => { document.querySelector('.news span').textContent = ''; }")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open files…").click()
    chooser.value.set_files(paths)
    expect(news).not_to_be_empty()
    return news.inner_text()


def test_comments_are_written_kept_changed_and_saved(visit: Any, review_page: str, tmp_path: Path) -> None:
    page = visit(review_page).page
    assert page.locator(".comment-count").inner_text() == "Comments"
    comment(page, DUE, f"Too late.\n{HOSTILE}", "2030-07-15", name="W. Coyote")
    comment(page, TITLE, "Why?")
    assert page.locator(".comment-count").inner_text() == "2 comments"
    assert kept(page, TITLE)[0].endswith("Why?")
    (due,) = kept(page, DUE)
    assert re.match(r"W\. Coyote \d{4}-\d\d-\d\d \d\d:\d\d Proposes 2030-07-15 Too late\. <script>", due)
    assert page.evaluate("typeof hacked") == "undefined"
    assert "2 comments by 1 person. They are kept in this browser, and not yet saved" in (
        page.locator(".comments-state").inner_text()
    )

    content = save(page, tmp_path / "comments.json")
    data = json.loads(str(page.locator("nav.list").get_attribute("data-editions")))
    assert content == {**data, "comments": content["comments"]}
    first, second = content["comments"]
    said = json.loads(str(row(page, DUE).get_attribute("data-change")))
    assert first == {
        "id": first["id"],
        **said,
        "author": "W. Coyote",
        "written": first["written"],
        "text": f"Too late.\n{HOSTILE}",
        "proposal": "2030-07-15",
    }
    assert said["about"]["field"] == "due"
    assert (second["proposal"], second["text"], second["about"]["field"]) == (None, "Why?", "title")
    assert first["id"] != second["id"]
    page.reload()
    assert page.locator(".comment-count").inner_text() == "2 comments"
    assert kept(page, DUE) == [due]
    assert "not yet" not in page.locator(".comments-state").inner_text()

    row(page, DUE).get_by_role("button", name="Edit the comment").click()
    assert page.locator("#comment-value").input_value() == "2030-07-15"
    assert page.locator("#comment-author").is_hidden()  # asked once
    page.locator("#comment-propose").select_option("old")
    page.get_by_role("button", name="Keep the edit").click()
    edited = save(page, tmp_path / "comments.json")["comments"][-1]
    assert edited | {"written": ""} == first | {"written": "", "proposal": "2030-06-01"}
    assert edited["written"] > first["written"]
    row(page, DUE).get_by_role("button", name="Delete the comment").click()
    assert kept(page, DUE) == []
    assert page.locator(".comment-count").inner_text() == "1 comment"
    page.get_by_role("button", name="Undo").click()
    assert len(kept(page, DUE)) == 1


def test_only_values_that_can_be_are_proposed(visit: Any, review_page: str) -> None:
    page = visit(review_page).page
    row(page, "T-4 is new").locator(".comment-button").click()
    assert page.locator("#comment-propose").is_hidden()
    page.keyboard.press("Escape")
    row(page, DUE).locator(".comment-button").click()
    page.locator("#comment-author").fill("A. One")
    keep, problem, value = (
        page.get_by_role("button", name="Keep"),
        page.locator("#comment-problem"),
        page.locator("#comment-value"),
    )

    def refused(because: str) -> None:
        keep.click()
        assert because in problem.inner_text()
        assert page.locator("dialog [aria-invalid]").count() == 1
        assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "comment-problem"

    refused("Write a comment, or propose something.")
    page.locator("#comment-propose").select_option("value")
    assert (value.get_attribute("type"), value.input_value()) == ("date", "2030-08-15")
    refused("This is the value now")
    value.fill("")
    refused("Write a day that exists")
    page.locator("#comment-vague").check()
    for wrong in ("2030-13", "2030-02-30", "soon", "2030-q1"):
        value.fill(wrong)
        refused("Write 2026-07, 2026-Q3, 2026 or tbd.")
    value.fill("2030-Q4")
    keep.click()
    assert kept(page, DUE)[0].endswith("Proposes 2030-Q4")
    row(page, TEXT).locator(".comment-button").click()
    page.locator("#comment-propose").select_option("value")
    assert "have changed at last" in page.locator("#comment-long").input_value()
    page.locator("#comment-long").fill(" \n ")
    refused("Write a value")
    page.locator("#comment-long").fill("Other words.\n\nAnd more.")
    keep.click()
    assert "Other words. And more." in kept(page, TEXT)[0]


def test_files_of_several_reviewers_are_merged(visit: Any, review_page: str, tmp_path: Path) -> None:
    files = []
    for name in ("A. One", "B. Two"):
        page = visit(review_page).page
        comment(page, DUE, f"From {name}.", name=name)
        files.append(tmp_path / f"{name}.json")
        content = save(page, files[-1])
    content["comments"][0]["about"]["key"] = "M-99"
    content["comments"][0]["id"] = "elsewhere-1"
    (tmp_path / "elsewhere.json").write_text(json.dumps(content), "utf-8")
    (tmp_path / "other.json").write_text(json.dumps({**content, "document": HOSTILE}), "utf-8")
    (tmp_path / "broken.json").write_text("[{", "utf-8")
    (tmp_path / "poor.json").write_text(json.dumps({**content, "comments": [{"id": "12345678"}]}), "utf-8")
    page = visit(review_page).page

    assert open_files(page, *files) == "A. One.json: 1 comment added. B. Two.json: 1 comment added."
    assert [each.rpartition("From ")[2] for each in kept(page, DUE)] == ["A. One.", "B. Two."]
    assert "2 comments by 2 people" in page.locator(".comments-state").inner_text()
    assert open_files(page, files[0]) == "A. One.json: 0 comments added."
    assert open_files(page, tmp_path / "elsewhere.json") == "elsewhere.json: 1 comment added."
    assert "On what is no change here: milestones, M-99, due" in page.locator("#comments .kept").inner_text()
    assert "other.json is about <script>" in open_files(page, tmp_path / "other.json")
    assert open_files(page, tmp_path / "broken.json") == "broken.json is no file of comments."
    assert open_files(page, tmp_path / "poor.json").endswith(
        "0 comments added, 1 that cannot be read left out."
    )
    assert len(save(page, tmp_path / "all.json")["comments"]) == 3
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    page.get_by_role("button", name="Copy as text").click()
    copied = page.locator(".copied").input_value()
    assert copied.startswith("Comments on DOC-1: v1.0 → <script>")
    assert re.search(r"\nM-2 is due 2030-08-15.*\n  A\. One, \S+ \S+:\n    From A\. One\.\n  B\. Two", copied)


def test_a_browser_that_keeps_nothing_is_told(visit: Any, review_page: str) -> None:
    it: Visit = visit(review_page)
    it.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });"
    )
    it.page.reload()
    comment(it.page, DUE, "Too late.", name="A. One")

    assert "This browser does not keep them" in it.page.locator(".comments-state").inner_text()
    assert kept(it.page, DUE)
    it.page.on("dialog", lambda dialog: dialog.accept())
    it.page.reload()
    assert any(each == "" for each in it.complaints)  # the question before leaving has no words of the page
    it.complaints.clear()
    assert kept(it.page, DUE) == []


def test_each_mark_can_be_commented_on(visit: Any, review_page: str, tmp_path: Path) -> None:
    page = visit(review_page).page
    buttons = page.locator("article .comment-button")
    assert buttons.count() == len(stops(page))
    offered = []
    for number in range(buttons.count()):
        buttons.nth(number).click()
        several = page.locator("#comment-which").is_visible()
        options = page.locator("#comment-which option").all_inner_texts()
        offered.append(options if several else [page.locator("#comment-about").inner_text()])
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.closest('article .change') !== null")
    known = {" ".join(each.split()) for each in page.locator("nav.list .sentence").all_inner_texts()}
    assert {
        each.removesuffix("…") for options in offered for each in options if not each.startswith("Everything")
    } <= {sentence[:119] if len(sentence) > 120 else sentence for sentence in known}
    assert [TITLE in each for each in offered[0]] == [True]
    assert [
        "The authors" in " ".join(options) or "C. Three" in " ".join(options) for options in offered
    ].count(True) >= 1
    buttons.first.click()
    page.locator("#comment-author").fill("A. One")
    page.locator("#comment-text").fill("At the mark.")
    page.keyboard.press("Control+Enter")
    assert kept(page, TITLE)[0].endswith("At the mark.")
    assert buttons.first.get_attribute("aria-label") == "Comment on this change, which has 1 comment"
    assert page.locator("article .comment-button[data-count='1']").count() == 1
    page.get_by_role("button", name="Comment on everything").click()
    page.locator("#comment-text").fill("Well done.")
    page.get_by_role("button", name="Keep").click()
    assert "Well done." in page.locator("#comments .kept").inner_text()
    comment(page, "The document is dated", "A consequence.")
    assert [each.rpartition(" ")[2] for each in kept(page, "The document is dated")] == ["consequence."]
    assert page.locator("#comments .kept").count() == 1
    save(page, tmp_path / "comments.json")


def test_the_keyboard_is_enough(visit: Any, review_page: str) -> None:
    page = visit(review_page).page
    page.keyboard.press("c")
    assert page.locator("dialog").is_hidden()
    page.keyboard.press("n")
    page.keyboard.press("c")
    page.keyboard.type("J. Kepler")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("no change, perhaps")
    page.keyboard.press("Control+Enter")

    assert kept(page, TITLE)[0].endswith("no change, perhaps")
    assert page.evaluate("document.activeElement.matches('article .comment-button')")
    page.keyboard.press("n")
    assert page.locator("#counter").inner_text().startswith("2 of")
    page.locator("nav.list .row a").first.focus()
    page.keyboard.press("c")
    page.keyboard.type("unfinished")
    page.keyboard.press("Escape")
    assert page.locator("nav.list .kept").count() == 1
    page.keyboard.press("c")
    assert page.locator("#comment-text").input_value() == "unfinished"


def test_axe_finds_nothing(visit: Any, review_page: str) -> None:
    page = visit(review_page).page
    comment(page, DUE, "Too late.", "2030-07-15", name="W. Coyote")
    for state in ("page", "window"):
        if state == "window":
            row(page, DUE).locator(".comment-button").click()
            page.locator("#comment-propose").select_option("value")
            page.locator("#comment-vague").check()
            page.locator("#comment-value").fill("soon")
            page.get_by_role("button", name="Keep").click()
        for width in (360, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            report = accessibility(page)
            assert (state, width, report.violations) == (state, width, [])
            assert {"color-contrast", "label", "target-size"} <= report.kept
            assert page.evaluate("document.documentElement.scrollWidth") == width
            page.emulate_media(color_scheme="dark")
            report = accessibility(page, only=COLOURS)
            assert (state, width, report.violations) == (state, width, [])
            page.emulate_media(color_scheme="light")
            if state == "window":
                box = page.locator("dialog").bounding_box()
                assert box is not None
                assert box["x"] >= 0 <= box["y"]
                assert box["x"] + box["width"] <= width


def test_paper_has_the_comments(visit: Any, review_page: str) -> None:
    page = visit(review_page).page
    comment(page, DUE, "Too late.", name="A. One")
    page.emulate_media(media="print")

    assert "Too late." in kept(page, DUE)[0]
    for hidden in (".comment-button", ".comment-count", "#comments", ".kept .actions", "dialog"):
        assert page.locator(hidden).locator("visible=true").count() == 0, hidden


def test_without_script_nothing_is_promised(visit: Any, review_page: str) -> None:
    page = visit(review_page, java_script_enabled=False).page

    for hidden in ("#comments", ".comment-count", ".comment-button", "dialog", ".commented"):
        assert page.locator(hidden).locator("visible=true").count() == 0, hidden


# --- The way back -----------------------------------------------------------------------------------------


def milepost(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "milepost", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_what_two_reviewers_propose_on_the_page_gets_into_the_yaml(visit: Any, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--initial-branch=main")
    base = edited(
        BASE,
        ("milestones:\n", "milestones:  # the plan\n"),
        ("    name: Third", "    name: 'Third'  # of four"),
    )
    commit(tmp_path, "Author", base)
    git(tmp_path, "tag", "v1")
    changes = (
        ("due: 2030-03-01", "due: 2030-06-01  # moved"),
        ("forecast: 2030-04-01", "forecast: 2030-07-01"),
        ("name: 'Third'", "name: 'The third'"),
        ("What stays.", "What stays for now."),
        ("completed: 2029-01-02", "completed: 2029-01-03"),
    )
    new = edited(base, *changes)
    source = tmp_path / "milestones.yaml"
    source.write_text(new, "utf-8")
    made = milepost(tmp_path, "diff", "--no-pdf", "v1")
    assert made.returncode == 0, made.stderr
    content = (tmp_path / "build/diff/index.html").read_text("utf-8")

    ada = visit(content).page
    comment(ada, "C is due", "After the tests.", "2030-05-15", name="Ada")
    comment(ada, "C was renamed", "", "Third: last of all")
    save(ada, tmp_path / "ada.json")
    ben = visit(content).page
    comment(
        ben, "The text of section 1", "", "What stays, it seems.\n\nWhat goes, word for word.", name="Ben"
    )
    row(ben, "forecast").locator(".comment-button").click()
    ben.locator("#comment-propose").select_option("old")
    ben.get_by_role("button", name="Keep").click()
    comment(ben, "C is due", "I agree with Ada.")
    save(ben, tmp_path / "ben.json")
    # The author goes on in the meantime.
    later = edited(new, ("title: Plan", "title: The Plan"), ("  A: {name: First", "  A: {name: '1st'"))
    source.write_text(later, "utf-8")

    done = milepost(tmp_path, "comments", "ada.json", "ben.json", "--apply", "--write")

    assert done.returncode == 0, done.stderr
    by_hand = (
        ("due: 2030-06-01", "due: 2030-05-15"),
        ("forecast: 2030-07-01", "forecast: 2030-04-01"),
        ("name: 'The third'", "name: 'Third: last of all'"),
        ("What stays for now.", "What stays, it seems."),
    )
    assert source.read_bytes() == edited(later, *by_hand).encode()
    listed = milepost(tmp_path, "comments", "ada.json", "ben.json").stdout
    assert "After the tests." in listed
    assert "I agree with Ada." in listed
