"""The Jinja environment of XML templates."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from milepost import escape
from milepost.render.environment import escaping_environment

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment


@cache
def xml_environment(*own: Path) -> Environment:
    """Return the environment of XML templates.

    Args:
        own: directories whose templates stand before the built-in ones.
    """
    return escaping_environment(escape.xml, own)
