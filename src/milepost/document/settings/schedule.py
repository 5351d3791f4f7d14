"""`schedule`: how an export of the schedule is read, and what an import takes over from it."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from milepost.base.errors import quoted
from milepost.base.paths import SCHEDULE
from milepost.base.suggest import Vocabulary
from milepost.document.fields import Days, KeyedValue, String, fault
from milepost.document.selection import Selection

_LINKS = ("deliveries", "sections", "all")
_NO_LINKS = "none"


def _patterns_alone(value: Any) -> Any:
    """Let patterns of codes alone be a selection, as in `codes: ABC-*`."""
    return {"codes": value} if isinstance(value, str | list) else value


def _kind(text: Any) -> Any:
    if isinstance(text, str) and text not in _LINKS:
        hint = Vocabulary(_LINKS).hint(text, f"write {', '.join(_LINKS)}, or {_NO_LINKS}")
        raise fault("choice", f"{quoted(text)} is no kind of links", hint)
    return text


def _as_list(value: Any) -> Any:
    if value in (_NO_LINKS, [_NO_LINKS]):
        return []
    return [value] if isinstance(value, str) else value


Chosen = Annotated[Selection, BeforeValidator(_patterns_alone)]
Link = Annotated[Literal["deliveries", "sections", "all"], BeforeValidator(_kind)]
Links = Annotated[
    tuple[Link, ...],
    BeforeValidator(_as_list),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*_LINKS, _NO_LINKS]},
                {"type": "array", "items": {"enum": [*_LINKS, _NO_LINKS]}},
            ]
        }
    ),
]


class ScheduleColumns(KeyedValue):
    """`columns`: what the columns of an organisation's export are called, by the names here.

    What is not listed has the name that Primavera P6 gives it.
    """

    code: String | None = None
    name: String | None = None
    type: String | None = None
    status: String | None = None
    wbs: String | None = None
    level: String | None = None
    start: String | None = None
    baseline: String | None = None
    forecast: String | None = None
    actual: String | None = None
    celebratory: String | None = None
    tracked: String | None = None
    category: String | None = None
    deleted: String | None = None
    predecessor: String | None = None
    successor: String | None = None
    kind: String | None = None
    lag: String | None = None


class ScheduleSettings(KeyedValue):
    """`schedule`: how an export of the schedule is read, and where it is recorded; not printed."""

    clean_names: tuple[String, ...] = ()
    codes: Chosen | None = None
    deliveries: Chosen | None = None
    columns: ScheduleColumns | None = None
    links: Links = ()
    threshold: Days | None = None
    folder: String = SCHEDULE

    def clean(self, name: str) -> str:
        """Return the name of a milestone in the schedule as the document writes it."""
        for beginning in self.clean_names:
            name = name.removeprefix(beginning).strip() or name
        return name
