"""Reports that look at earlier states of a document."""
