"""The settings of a project with milestones."""

project = "Garden telescope"
copyright = "A. Gardener"  # noqa: A001 -- Sphinx's name for it
version = "1"
extensions = ["milepost.sphinx"]
html_theme = "furo"
html_baseurl = "https://example.org/plan/"
milepost_explain_acronyms = True
suppress_warnings = ["milepost.yaml"]  # the plan is late, and says so
latex_documents = [("index", "garden.tex", "Garden", "A. Gardener", "howto")]
