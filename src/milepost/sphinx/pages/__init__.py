"""The pages of milestones and of their index, which are no documents of Sphinx."""
