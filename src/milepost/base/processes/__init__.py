"""Processes that work beside the one of the command."""
