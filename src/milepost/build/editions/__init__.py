"""The sites of several editions of a document, side by side for one host."""
