"""How Sphinx makes a site of this folder: `make docs`, then open build/docs/index.html.

The pages are plain Markdown, so that they can be read on GitHub, too. index.md has their order.
"""

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))["project"]

project = "Milepost"
version = release = _PROJECT["version"]
language = "en"

extensions = ["myst_parser"]
myst_heading_anchors = 4  # the anchors that GitHub gives to headings
nitpicky = True

highlight_language = "none"  # what a command prints is not Python

html_theme = "furo"
html_title = "Milepost"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False


def _add_contents(_app: "Sphinx", page: str, source: list[str]) -> None:
    """Make the contents in the sidebar from the lists of links in index.md, a part for each heading."""
    if page != "index":
        return
    for part in source[0].split("\n## ")[1:]:
        title = part.partition("\n")[0]
        pages = "\n".join(re.findall(r"\]\(([\w/-]+)\.md\)", part))
        source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{pages}\n```\n"


def setup(app: "Sphinx") -> None:
    """Register with Sphinx."""
    app.connect("source-read", _add_contents)
