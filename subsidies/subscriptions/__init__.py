"""News by e-mail for anyone: which topics, to whom, and the daily letter."""
