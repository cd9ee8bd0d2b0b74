"""Odd patterns for the discipline office. A pattern accuses nobody: it is shown with its facts; a person judges it."""
