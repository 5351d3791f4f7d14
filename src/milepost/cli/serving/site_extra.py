"""The optional dependencies `milepost[site]`."""

from __future__ import annotations

from importlib.util import find_spec

from milepost.base.errors import MilepostError, Problem

_PACKAGES = {"sphinx": "Sphinx", "furo": "Furo", "icalendar": "icalendar", "tornado": "Tornado"}


def require(otherwise: str = "") -> None:
    """Make sure that everything is installed that a site needs.

    Args:
        otherwise: what works without it, for the hint.

    Raises:
        MilepostError: a package is missing.
    """
    missing = [name for package, name in _PACKAGES.items() if find_spec(package) is None]
    if missing:
        names = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        are = "are" if len(missing) > 1 else "is"
        raise MilepostError(
            Problem(
                rule="site",
                message=f"a site needs {names}, which {are} not installed",
                hint=f"run: pip install 'milepost[site]'{otherwise}",
            )
        )
