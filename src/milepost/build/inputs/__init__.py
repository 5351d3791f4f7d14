"""What a document is built from: which files those are, and whether they have changed."""
