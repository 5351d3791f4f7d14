"""The optional dependencies `milepost[site]`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGES = {
    "sphinx": "Sphinx",
    "furo": "Furo",
    "babel": "Babel",
    "tornado": "Tornado",
    "xlsxwriter": "XlsxWriter",
}


def require(
    otherwise: str = "", *, what: str = "a site", packages: Mapping[str, str] = _PACKAGES, extra: str = "site"
) -> None:
    """Make sure that everything is installed that something needs.

    Args:
        otherwise: what works without it, for the hint.
        what: needs it.
        packages: the names of what it needs, by the packages to import.
        extra: the optional dependencies that they belong to.

    Raises:
        MilepostError: a package is missing.
    """
    missing = [name for package, name in packages.items() if find_spec(package) is None]
    if missing:
        names = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        are = "are" if len(missing) > 1 else "is"
        raise MilepostError(
            Problem(
                rule="site",
                message=f"{what} needs {names}, which {are} not installed",
                hint=f"run: pip install 'milepost[{extra}]'{otherwise}",
            )
        )
