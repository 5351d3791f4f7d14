"""Rendering: views in, text or bytes out. Nothing here writes a file."""
