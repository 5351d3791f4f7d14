"""The reference of the format for people, by `templates/schema/reference.md.jinja`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import escaping_environment
from milepost.schema.keys import keys_of, models

if TYPE_CHECKING:
    from pydantic import BaseModel

    from milepost.render.templates import TemplateEnvironment
    from milepost.schema.keys import Key

_TITLES = {
    "Document": ("The file", ""),
    "Metadata": ("document", ""),
    "ChangeRecordEntry": ("change_record", "A list, oldest first. Each entry has:"),
    "Section": ("sections", "A list, in the order of the document. Each section has:"),
    "MilestoneSections": (
        "milestones of a section",
        "A selection: each selected milestone has a section. Besides the keys of a selection:",
    ),
    "Conditions": (
        "Selections",
        "Each key has a value or a list of them, of which one must hold. Without any key, all are selected.",
    ),
    "Selection": ("Selections, what is left out", ""),
    "Milestone": ("milestones", "A mapping: each entry has its code as key, and below it:"),
    "Own": ("own of a milestone", "Reasons. The keys are those of the milestone."),
    "DeploymentFigure": ("figures, kind: deployment", "Each entry has its name as key, and below it:"),
    "FacilityData": ("facilities", "A list. Each facility has:"),
    "EnclaveData": ("enclaves", "A list. Each enclave has:"),
    "GanttFigure": ("figures, kind: gantt", "A selection of milestones. Besides the keys of a selection:"),
    "TrendFigure": ("figures, kind: trend", "A selection of milestones. Besides the keys of a selection:"),
    "Reference": ("references", "A mapping: each entry has its handle as key, and below it:"),
    "Acronym": (
        "acronyms",
        "A mapping: each entry has the acronym as key, and its definition as value, or below it:",
    ),
    "Waiver": (
        "waivers",
        "A list. An entry accepts warnings about the part that has it; in `document`, about any part.",
    ),
    "ScheduleSettings": ("schedule", "How exports are read ([guide](../how-to/schedule.md))."),
    "ScheduleColumns": (
        "columns of schedule",
        "What is not listed has the name that Primavera P6 gives it, as in the examples.",
    ),
    "Patterns": ("patterns", "The check warns of what has none of these forms (MP115)."),
    "JiraSettings": ("jira", "What `milepost jira push` does ([guide](../how-to/jira.md))."),
}
"""The title of each part, and what is said before its keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A key as cells of a table, in Markdown."""

    name: str
    about: str
    default: str
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The keys of one class, with an example of all of them that have one."""

    title: str
    about: str
    keys: tuple[KeyView, ...]
    example: str


def reference(templates: Templates = BUILT_IN) -> str:
    """Return the reference as Markdown."""
    template = _environment(templates).get_template("schema/reference.md.jinja")
    return template.render(parts=[_part(model) for model in _in_order()])


def _in_order() -> list[type[BaseModel]]:
    """Return all classes in the order of the titles, and those without a title at the end."""
    order = list(_TITLES)
    return sorted(
        models(), key=lambda model: order.index(model.__name__) if model.__name__ in order else len(order)
    )


def _part(model: type[BaseModel]) -> Part:
    title, about = _TITLES.get(model.__name__, (model.__name__, ""))
    keys = [key for key in keys_of(model) if not _is_inherited(model, key)]
    return Part(
        title=title,
        about=about,
        keys=tuple(_view(key) for key in keys),
        example="\n".join(f"{key.name}: {key.example}" for key in keys if key.example),
    )


def _is_inherited(model: type[BaseModel], key: Key) -> bool:
    """Return whether a key is described with the class that `model` extends."""
    return any(
        key.name in {each.name for each in keys_of(base)} for base in model.__bases__ if base in models()
    )


def _view(key: Key) -> KeyView:
    name = f"`{key.name}`"
    return KeyView(
        name=f"**{name}**" if key.required else name,
        about=_cell(key.about),
        default=_cell(f"`{key.default}`") if key.default else "",
        printed=_cell(key.printed),
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


@cache
def _environment(templates: Templates) -> TemplateEnvironment:
    """Return the environment for the program's own texts, which are Markdown."""
    return escaping_environment(Markup, templates)
