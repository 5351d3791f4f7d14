"""The process that checks documents while the server answers, and how the two speak with each other."""
