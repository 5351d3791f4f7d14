"""Words in the language of the project, from message catalogues `milepost.po`.

The extension has some. A project can have its own, which come first, where Sphinx looks for catalogues: below
`locale_dirs`, as `LANGUAGE/LC_MESSAGES/milepost.po`.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from milepost.base import files
from milepost.render.html import filled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx

_OWN = Path(__file__).parent / "locale"
# A number with its words, as in `2 days late`, or a state before its day, as in `completed 2024-01-31`.
_PART = re.compile(r"(?P<numbers>\d+(?: to \d+)?) (?P<words>[a-z][a-z ]*)|^[a-z]+(?= \d{4}-)")
_COUNTED = re.compile(r"^(day|month|quarter|year|milestone)s?\b")


class Words:
    """Returns words in another language (`milepost.render.html.Translate`); unknown ones in English.

    Attributes:
        digest: of the catalogues.
    """

    def __init__(self, catalogues: Sequence[bytes], language: str) -> None:
        self.digest = files.digest(language, *catalogues)
        self._messages = NullTranslations()
        for content in catalogues:
            compiled = BytesIO()
            write_mo(compiled, read_po(BytesIO(content), locale=language))
            compiled.seek(0)
            self._messages.add_fallback(GNUTranslations(compiled))
        self._one = cache(self._translated)

    def __call__(self, text: str, *values: object) -> str:
        """Return `text` in the language of the project, with `values` in their places."""
        return filled(self._messages.gettext(text), values) if values else self._one(text)

    def _translated(self, text: str) -> str:
        """Return a text, or one whose parts have numbers, as in `3 milestones: 1 completed, 2 open`."""
        whole = self._messages.gettext(text)
        return _PART.sub(self._part, text) if whole == text else whole

    def _part(self, found: re.Match[str]) -> str:
        if found["numbers"] is None:
            return self._messages.gettext(found[0])
        numbers = tuple(map(int, found["numbers"].split(" to ")))
        one, many = (f"%d {_COUNTED.sub(form, found['words'])}" for form in (r"\1", r"\1s"))
        if numbers[1:]:
            return self._messages.gettext(f"%d to {many}") % numbers
        if one == many:
            return self._messages.gettext(one) % numbers
        return self._messages.ngettext(one, many, numbers[0]) % numbers


def read(app: Sphinx) -> Words | None:
    """Return the words in the language of a project; None if there is no catalogue of it, as of English."""
    language = app.config.language
    catalogues = [path.read_bytes() for path in _catalogues(app, language) if path.is_file()]
    return Words(catalogues, language) if catalogues else None


def _catalogues(app: Sphinx, language: str) -> Iterator[Path]:
    """Yield where catalogues of a language may be, and after them those of its family: `pt` after `pt_BR`."""
    for directory in (*(Path(app.srcdir, each) for each in app.config.locale_dirs), _OWN):
        for name in dict.fromkeys([language, language.partition("_")[0]]):
            yield directory / name / "LC_MESSAGES" / "milepost.po"
