"""What all tests share: built documents, and how hypothesis searches."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from tests.support.browser import browser
from tests.support.once import once
from tests.support.printed import editions

from milepost.latex import pdf

if TYPE_CHECKING:
    import pytest

    from milepost.latex.engine import Typeset

__all__ = ["browser", "editions", "once"]  # fixtures; the documents are each built once in a session

# Slow machines are no fault of the code, and the same examples on every run keep a red build red.
settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("default")


def typeset_text(*args: Any, **options: Any) -> Typeset:
    """Typeset a document of ours, and fail the test if anything in it is too wide or too high."""
    result = _typeset_text(*args, **options)
    assert not result.warnings, "\n".join(map(str, result.warnings))
    return result


_typeset_text, pdf.typeset_text = pdf.typeset_text, typeset_text


def pytest_runtest_setup() -> None:
    """Let no test get a drawing that another one has made."""
    if (output := sys.modules.get("milepost.charts.output")) is not None:
        output.svg.cache_clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what waits for a whole document or a browser."""
    for item in items:
        if {"editions", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
