"""The settings of a project that refers to the milestones of another; the test gives the place of that."""

project = "Neighbour"
extensions = ["milepost.sphinx", "sphinx.ext.intersphinx"]
html_theme = "alabaster"
milepost_file = ""
intersphinx_mapping: dict[str, tuple[str, str]] = {}
