"""The words of the extension are in the language of the project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po
from tests.support.sphinx_projects import Project, rows

from milepost.base.paths import builtin_templates
from milepost.document.schedule import State
from milepost.sphinx import words
from milepost.sphinx.words import Words
from milepost.web.widgets import COLUMNS

if TYPE_CHECKING:
    from babel.messages import Catalog

CATALOGUES = sorted((Path(words.__file__).parent / "locale").glob("*/LC_MESSAGES/milepost.po"))
LANGUAGES = {path.parts[-3]: path for path in CATALOGUES}
ITALIAN = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Due"
msgstr "Scadenza <b>"
"""


def catalogue(language: str) -> Catalog:
    with LANGUAGES[language].open("rb") as file:
        return read_po(file, locale=language)


def texts() -> set[str]:
    """Return the texts of templates and of what they print."""
    found = {str(state) for state in State} | {heading for _, heading in COLUMNS}
    for path in (builtin_templates() / "milestones").glob("*.jinja"):
        found |= set(re.findall(r'_\("([^"]+)"', path.read_text("utf-8")))
    return found | {"Milestone issue", "Test plan issue", "on time", "no milestones", "forecast", "none"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_have_all_words_and_keep_what_is_filled_in(language: str) -> None:
    messages = catalogue(language)

    assert {text for text in texts() if text not in messages} == set()
    for message in messages:
        one, *others = (message.id,) if isinstance(message.id, str) else message.id
        forms = (message.string,) if isinstance(message.string, str) else message.string or ()
        for form in forms if one else ():
            assert form, message.id
            assert re.findall(r"%\w", form) == re.findall(r"%\w", (one, *others)[-1]), message.id


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("1 day late", "1 Tag verspätet"),
        ("15 days early", "15 Tage früher"),
        ("2 quarters late", "2 Quartale verspätet"),
        ("1 to 92 days late", "1 bis 92 Tage verspätet"),
        ("completed 2030-04-10", "abgeschlossen 2030-04-10"),
        (
            "3 milestones: 1 completed, 2 open, 1 of them overdue; 1 later than due",
            "3 Meilensteine: 1 abgeschlossen, 2 offen, 1 davon überfällig; 1 später als fällig",
        ),
        ("1 milestone: 1 cancelled", "1 Meilenstein: 1 gestrichen"),
        ("2 days", "2 Tage"),
        ("on time", "pünktlich"),
        ("something else", "something else"),
    ],
)
def test_words_with_numbers_and_dates(text: str, german: str) -> None:
    assert Words([LANGUAGES["de"].read_bytes()], "de")(text) == german


@pytest.mark.slow
def test_a_german_project_has_german_words(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)

    built = project.make(language="de", jobs=2)
    text = project.make("text", language="de")

    assert (built.warnings, text.warnings) == ("", "")
    table = built.body("tables.html").select("table")[3]
    heads = [head.get_text() for head in table.select("thead th")]
    assert heads == ["Code", "Name", "Ebene", "Fällig", "Erwartet", "Verzug", "Stand"]
    assert rows(table)[-1] == [
        *("GT-1", "Telescope stands", "1", "2030-03-31", "2030-04-10 abgeschlossen"),
        *("10 Tage verspätet", "abgeschlossen"),
    ]
    assert "Milestones" not in built.body("tables.html").get_text()
    card = built.body("cards.html").select(".milepost-card dt, .milepost-card dd")[-8:]
    assert [part.get_text() for part in card] == [
        *("Fällig", "2030-12-31", "Prognose", "2031-01-15", "Stand", "offen", "Verzug", "15 Tage verspätet")
    ]
    page = " ".join(built.body("milestones/gt-2.html").get_text(" ").split())
    for words_of_page in ("Frühere Codes", "Vorgänger", "Nachfolger", "überfällig , am 2030-06-30"):
        assert words_of_page in page
    link = built.body("index.html").select_one("p a.reference")
    assert link is not None
    assert link["title"] == "Telescope stands (abgeschlossen 2030-04-10)"
    summary = built.body("milestones/index.html").get_text()
    assert "6 Meilensteine: 3 abgeschlossen, 3 offen, 2 davon überfällig; 4 später als fällig." in summary
    assert "GT-OLD heißt jetzt GT-2" in (built.output / "milestones/gt-old.html").read_text("utf-8")
    assert "Prognose:\n   2031-01-15" in (text.output / "cards.txt").read_text("utf-8")
    assert project.make(language="de").read == []
    assert "| Code " in (project.make("text").output / "tables.txt").read_text("utf-8")


@pytest.mark.slow
def test_a_project_keeps_its_language_after_one_in_another(tmp_path: Path) -> None:
    """Sphinx keeps the words of a language in the process, where several projects may be built."""
    project = Project.copied("example", tmp_path)
    for language, word in (("de", "Dokumentation"), ("en", "documentation")):
        title = project.make(language=language, output=language).page("index.html").title
        assert title is not None
        assert title.get_text().split()[-1] == word


@pytest.mark.slow
def test_a_project_can_have_words_of_its_own(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    folder = project.source / "locales/it/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "milepost.po").write_text(ITALIAN, "utf-8")

    def dues() -> set[str]:
        built = project.make(language="it", locale_dirs=["locales"], gettext_auto_build=False)
        assert built.warnings == ""
        return {each.decode_contents() for each in built.body("tables.html").select("thead .due")}

    assert dues() == {"Scadenza &lt;b&gt;"}
    (folder / "milepost.po").write_text(ITALIAN.replace("Scadenza", "Entro"), "utf-8")
    assert dues() == {"Entro &lt;b&gt;"}
    label = project.make(language="nl").body("cards.html").find("dt")
    assert label is not None
    assert label.get_text() == "Due"
