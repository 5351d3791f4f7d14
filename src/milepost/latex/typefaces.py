"""Find the fonts of the document, which come with Python packages, the same on every machine."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

_FIRA = ("Regular", "Italic", "SemiBold", "SemiBoldItalic")
_MONO = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf")


def files() -> tuple[Path, ...]:
    """Return the font files for LaTeX: Fira Sans, and DejaVu Sans Mono for literal text.

    Fira Sans has all of Latin, Greek and Cyrillic that is in use today.
    """
    fira = _package("fontpkg_fira_sans") / "files"
    mono = _package("matplotlib") / "mpl-data" / "fonts" / "ttf"
    return (*(fira / f"FiraSans-{style}.ttf" for style in _FIRA), *(mono / name for name in _MONO))


@cache
def characters() -> frozenset[str]:
    """Return the characters that every style of the text face has."""
    from fontTools.ttLib import TTFont

    styles = []
    for path in files():
        if path.stem.startswith("Fira"):
            with TTFont(path, lazy=True) as font:
                styles.append(set(font.getBestCmap()))
    return frozenset(map(chr, set.intersection(*styles)))


def _package(name: str) -> Path:
    """Return the directory of a package; do not import it, because matplotlib is slow to import."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {name} is not installed", name=name)
    return Path(spec.origin).parent
