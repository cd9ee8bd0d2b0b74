"""Synthetic records for scale: marked as demo, the same for the same seed, written straight into the tables."""
