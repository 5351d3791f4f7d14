"""Templates as Jinja loads and runs them: an error in a project's template is a problem with its place.

Templates run in Jinja's sandbox, which keeps them from Python's internals. Still, a template decides what TeX
and browsers run; see `docs/explanation/security.md`.
"""

from __future__ import annotations

import itertools
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    nodes,
)
from jinja2.compiler import CodeGenerator
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateRuntimeError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

from milepost.base.errors import MilepostError, Place, Problem, quoted
from milepost.base.suggest import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from types import TracebackType

    from jinja2.compiler import Frame
    from markupsafe import Markup

    from milepost.base.paths import Templates

_HINT = "correct the template"
_WITHOUT_MACRO = re.compile(r"the template (?P<name>\S+) has no macro")


class _Generator(CodeGenerator):
    """Hands every printed value to `finalize`, constants as well, with the expression that it comes from."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        # Jinja would escape a constant for HTML, and `finalize` would take it for markup.
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if finalize.src is not None:
            self.write(f", {_expression(node)!r}")
        super()._output_child_post(node, frame, finalize)


def _expression(node: nodes.Node) -> str:
    """Return a name with its attributes as a template has it; of anything else, nothing."""
    match node:
        case nodes.Name():
            return str(node.name)
        case nodes.Getattr():
            return f"{base}.{node.attr}" if (base := _expression(node.node)) else ""
        case nodes.Filter() if node.node is not None:
            return f"{base}|{node.name}" if (base := _expression(node.node)) else ""
        case _:
            return ""


class TemplateEnvironment(SandboxedEnvironment):
    """An environment for the built-in templates and those of a project."""

    code_generator_class = _Generator

    def __init__(self, templates: Templates, **options: Any) -> None:
        super().__init__(loader=_Loader(templates.directories), undefined=_Undefined, **options)
        self._own = tuple(f"{directory}{os.sep}" for directory in map(str, templates.own))
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a template may read `attr` of `obj`, which depends on its type only."""
        known = (type(obj), attr)
        if known not in self._safe:
            self._safe[known] = super().is_safe_attribute(obj, attr, value)
        return self._safe[known]

    def add_filters(self, **filters: Callable[..., Any]) -> None:
        """Add filters; an undefined name is an error before it gets to one."""
        for name, function in filters.items():
            self.filters[name] = _of_defined(function)

    def macros(self, template: str, values: dict[str, Any], names: Collection[str]) -> dict[str, Markup]:
        """Return what the macros `names` of a template give, by their names."""
        try:
            module = self.get_template(template).make_module(values)
            return {name: _macro(module, name)() for name in names}
        except Exception:
            self.handle_exception()

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Raise an error in a project's template as `MilepostError`, and any other one as Jinja does."""
        error = sys.exc_info()[1]
        if isinstance(error, MilepostError):
            raise error
        if error is None or not self._own:
            super().handle_exception(source)
        raise MilepostError(self._problem(error)) from error

    def _problem(self, error: BaseException) -> Problem:
        message, hint = self._words(error)
        if isinstance(error, TemplateSyntaxError):
            place = Place(error.filename or error.name or "template", error.lineno)
        else:
            places = list(_places(error.__traceback__))
            own = [place for place in places if place.file.startswith(self._own)]
            if not own and (module := _WITHOUT_MACRO.match(message)):
                # A built-in template imports one of the project.
                files = (directory + module["name"] for directory in self._own)
                own = [Place(file) for file in files if Path(file).is_file()]
            place = (own or places or [Place("templates")])[-1]
        return Problem(rule="template", place=place, message=message, hint=hint or _HINT)

    def _words(self, error: BaseException) -> tuple[str, str]:
        """Return what is wrong, and how to fix it if that is known."""
        if isinstance(error, TemplateNotFound):
            return f"there is no template {quoted(str(error.name))}", ""
        if isinstance(error, RecursionError):
            return "the template calls itself without end", ""
        if isinstance(error, TemplateSyntaxError):
            sentences = (error.message or "syntax error").rstrip(".").split(". ")
            message, hint = "; ".join(each[:1].lower() + each[1:] for each in sentences), ""
        else:
            message, _, hint = str(error).partition("\n")
            if not isinstance(error, TemplateRuntimeError | TypeError | ValueError):
                message = f"{type(error).__name__}: {message}"
        if message.lower().startswith("no filter named"):
            hint = f"the filters of this format are {', '.join(sorted(self.filters))}"
        return " ".join(message.rstrip(".").split()), hint


class _Template(Template):
    environment: TemplateEnvironment

    def make_module(self, *arguments: Any, **named: Any) -> TemplateModule:
        try:
            return super().make_module(*arguments, **named)
        except Exception:
            self.environment.handle_exception()


TemplateEnvironment.template_class = _Template


class _Loader(FileSystemLoader):
    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            source, file, is_current = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise _unreadable(self._file(template), "it is not UTF-8", line) from None
        except TemplateNotFound:
            raise
        except OSError as error:
            raise _unreadable(self._file(template), (error.strerror or str(error)).lower()) from None
        files = (Path(directory, template) for directory in self.searchpath)
        earlier = list(itertools.takewhile(lambda each: str(each) != file, files))
        # A file that is added later takes the place of this one.
        return source, file, lambda: is_current() and not any(each.is_file() for each in earlier)

    def _file(self, template: str) -> Path:
        files = (Path(directory, template) for directory in self.searchpath)
        return next(file for file in files if file.is_file())


class _Undefined(StrictUndefined):
    """An undefined name whose message, and hint after a line end, are Milepost's."""

    @property
    def _undefined_message(self) -> str:
        name, value = str(self._undefined_name), self._undefined_obj
        if self._undefined_hint:
            return self._undefined_hint
        if value is missing:
            return f"{quoted(name)} is undefined"
        if isinstance(value, TemplateModule):
            return f"the template {value.__name__} has no macro {quoted(name)}"
        known = value if isinstance(value, dict) else [each for each in dir(value) if each[0] != "_"]
        hint = Vocabulary(filter(_is_text, known)).hint(name, "")
        return f"{type(value).__name__} has no attribute {quoted(name)}\n{hint}"


def _macro(module: TemplateModule, name: str) -> Callable[[], Markup]:
    if not hasattr(module, name):
        raise UndefinedError(f"the template {module.__name__} has no macro {quoted(name)}")
    macro: Callable[[], Markup] = getattr(module, name)
    return macro


def _of_defined(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(value: Any, *arguments: Any) -> Any:
        if isinstance(value, Undefined):
            str(value)  # raises an error with the name
        return function(value, *arguments)

    return checked


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _places(traceback: TracebackType | None) -> Iterator[Place]:
    """Yield the place in each template that a traceback leads through."""
    while traceback is not None:
        frame = traceback.tb_frame
        template = frame.f_globals.get("__jinja_template__")
        # Functions with these names stand for missing filters and tests; they have no line.
        if isinstance(template, Template) and not frame.f_code.co_name.startswith("t_"):
            line = template.get_corresponding_lineno(traceback.tb_lineno)
            yield Place(template.filename or str(template.name), line)
        traceback = traceback.tb_next


def _unreadable(path: Path, reason: str, line: int = 0) -> MilepostError:
    hint = "make it a readable text file in UTF-8"
    message = f"the template cannot be read: {reason}"
    return MilepostError(Problem(rule="template", place=Place(str(path), line), message=message, hint=hint))
