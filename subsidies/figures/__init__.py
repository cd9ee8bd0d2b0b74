"""Figures for those who lead: how far applications come, how long each step takes, where the money goes."""
